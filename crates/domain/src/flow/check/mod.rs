//! The check of a flow: *every* defect, each with a code, its node, its place in the document and what to do about it.
//!
//! [`check`] looks at a tree, [`check_text`] at a document as it lies in a file, so that what is wrong with its form
//! and what is wrong with its ways come in one report. A flow without errors can be published; warnings are advice.
//!
//! A defect is named once, where it is: a way to a node that is not there is the way's defect, and not also one of the
//! node that therefore leads to no end; and where its target is a misspelt id, not one of the node of that id.

mod answers;
mod graph;
mod known;
mod sub_flows;
mod texts;
mod typo;
mod warnings;
mod ways;
mod whole;

pub use super::defect::{
    Defect, DefectCode, LONG_PROMPT_CHARS, MAX_ANSWERS, MAX_DEFECTS, MAX_DOCUMENT_BYTES, MAX_KEYWORDS, MAX_NODES,
    MAX_STEPS_FROM_ROOT, MIN_ANSWERS, Report, Severity,
};
pub use known::{KnownFlow, KnownFlows, NotLookedUp};
pub use whole::{Checked, check, check_text, check_value};
