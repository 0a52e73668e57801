//! The domain's store over either database: what is asked and what the answers mean is written here once; an [`Engine`]
//! only runs statements and the two writes of the one write path.

mod directory;
mod engine;
pub(crate) mod flow_stats;
pub(crate) mod flow_writes;
mod flows;
mod sessions;
pub(crate) mod user_writes;
mod users;
pub(crate) mod writes;

pub(crate) use engine::{Engine, SqlStore};
