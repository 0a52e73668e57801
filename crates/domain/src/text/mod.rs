//! Text that has been checked: each field of customer or technician text is a type of its own, made by its rule alone.
//!
//! Lengths count characters (Unicode scalar values), not bytes. U+0000 is refused everywhere, because Postgres cannot
//! keep it. [`is_blank`] decides which texts show nothing, [`comparable`] which ones are the same, [`words`](words())
//! what the words of a text are.
//!
//! A rule that is tightened binds what comes in (`new`). What is kept already was looked at by the rules of its day and
//! stays readable (`stored`): it is refused only for what no version has ever accepted.

mod blank;
mod byte_order_mark;
mod email;
mod fields;
mod fold;
mod rule;
mod words;

pub use blank::is_blank;
pub use byte_order_mark::{byte_order_mark_len, without_byte_order_mark};
pub use email::folded_email;
pub use fields::*;
pub use fold::{comparable, composed, fold};
pub use rule::{StoredText, TextDefect, TextRule};
pub use words::{Word, is_unspaced, words};
