//! The requests that come in, as the document describes them.

pub(crate) mod flow_schema;
pub(crate) mod flow_stats_schema;
pub(crate) mod schema;
pub(crate) mod user_schema;
