//! How large a flow may be.

/// The most nodes of a flow: its own, and for each sub-flow node those of the flow that it runs, with theirs in turn.
pub const MAX_NODES: usize = 500;

/// The most steps from the root to any node by the shortest way, through sub-flows too.
pub const MAX_STEPS_FROM_ROOT: u32 = 100;

/// The fewest answers of a question.
pub const MIN_ANSWERS: usize = 2;

/// The most answers of a question: the keys 1 to 9.
pub const MAX_ANSWERS: usize = 9;

/// The most keywords of a flow.
pub const MAX_KEYWORDS: usize = 50;

/// The most bytes of a document in its canonical form. With the envelope of a request around it, it fits into a body.
pub const MAX_DOCUMENT_BYTES: usize = 393_216;

/// The most errors, and the most warnings, that a report names: the first ones. A document that is wrong throughout must not
/// make an answer that is many times its size.
pub const MAX_DEFECTS: usize = 1_000;

/// After so many errors of its form the rest of a document is not looked at, nor are its ways: more than anybody reads, and each costs
/// the service more than the two bytes that can bring it in.
pub(crate) const MAX_ERRORS_READ: usize = 10_000;

/// A prompt or text of more characters is a warning: it is too long to read out on the phone.
pub const LONG_PROMPT_CHARS: usize = 400;
