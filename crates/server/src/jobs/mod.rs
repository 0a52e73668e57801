//! What is done again and again beside the server.

mod health;
mod in_step;
mod schedule;
mod start;
mod statistics;
mod sweeper;

pub(crate) use health::Health;
pub(crate) use in_step::InStep;
pub(crate) use start::start_jobs;
pub(crate) use statistics::fold_once;
pub(crate) use sweeper::sweep_once;
