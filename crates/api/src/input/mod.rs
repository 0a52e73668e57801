//! What comes in: bodies, paths and queries. A request's struct is what is read and what is described; everything that
//! breaks a rule is collected, so that one answer names it all.

mod body;
mod condition;
pub(crate) mod described;
mod document;
mod invalid;
mod member;
mod params;
mod query;
mod request;

pub(crate) use body::Body;
pub(crate) use condition::expected_revision;
pub(crate) use described::Described;
pub(crate) use document::Document;
pub(crate) use invalid::InvalidParams;
pub(crate) use member::{JsonValue, Member, Reader, of_text, texts};
pub(crate) use params::{Param, ParamValue, Params, Source, describe, params};
pub(crate) use query::Query;
pub(crate) use request::{Request, Shared, read_body, read_path, read_path_and_body, read_path_and_query, request};
