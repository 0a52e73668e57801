//! What can be wrong with a flow: every kind of defect, its place, the report of all, and the limits that are checked.

mod code;
mod limits;
mod order;
mod report;

pub use code::{DefectCode, Severity};
pub(crate) use limits::MAX_ERRORS_READ;
pub use limits::{
    LONG_PROMPT_CHARS, MAX_ANSWERS, MAX_DEFECTS, MAX_DOCUMENT_BYTES, MAX_KEYWORDS, MAX_NODES, MAX_STEPS_FROM_ROOT,
    MIN_ANSWERS,
};
pub use report::{Defect, Report};
pub(crate) use report::{Place, shown};
