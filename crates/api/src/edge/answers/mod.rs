//! Bounds the bytes that this process holds in answers waiting to be sent. The size of an answer depends on what
//! clients have stored, and a client that does not read leaves it here. The sum is shared among users and addresses.

mod body;
mod budget;
mod hold;
mod rows;

pub(crate) use body::slice;
pub(crate) use budget::{AnswerBudget, AnswerPermit};
pub(crate) use rows::streamed_rows;
