//! Walking a published version: its sub-flows written out once ([`CompiledFlow`]), then each step decided from the node
//! that the walk stands at. The same version is walked from the first step to the last, whatever is published meanwhile.

mod compile;
mod compiled;
mod node;
mod step;

pub use compile::{CorruptVersion, DONE};
pub use compiled::CompiledFlow;
pub use node::{AskKind, Choice, Content, WalkNode};
pub use step::{GuidedAnswer, GuidedStep, Progress, StepRefused, Walk};
