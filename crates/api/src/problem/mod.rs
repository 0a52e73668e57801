//! Problems: the format of every response with a status of 400 or above (RFC 9457).

mod body;
mod code;
mod core;
mod flow_stats;
mod flows;
mod incident;
mod known;
mod sessions;
mod users;

pub(crate) use body::{AnswerChoice, Defect, FlowFindings, ProblemBody};
pub use code::Code;
pub(crate) use core::{BAD_TOKEN, PROBLEM_JSON, Problem};
