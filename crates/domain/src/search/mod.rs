//! Which flows fit what the customer says: one scorer for every store, so that the answer is the same everywhere.

mod index;
mod joining;
mod read;
mod words;

pub use index::{MAX_QUERY_WORDS, SuggestIndex, Suggestion};
pub use joining::Joining;
pub use read::{FlowWords, Suggestable};
