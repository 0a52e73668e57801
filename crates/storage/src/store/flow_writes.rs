//! What both databases bind when they write an authored flow and its version.

use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::{AuthoredFlow, FlowVersion, LatestVersion, VersionNumber};
use firstline_domain::flow::format::canonical;

use crate::statement::Statement;

/// Binds the nine columns of an authored flow that can change.
pub(crate) fn details(statement: Statement, flow: &AuthoredFlow) -> Statement {
    let latest = flow.latest.as_ref();
    statement
        .text(&canonical(&flow.draft.tree))
        .maybe_int(flow.draft.restored_from.map(VersionNumber::get))
        .id(flow.draft.edited_by.as_uuid())
        .at(flow.draft.edited_at)
        .maybe_int(latest.map(|latest| latest.number.get()))
        .maybe_text(latest.map(|latest| latest.name.as_str()))
        .maybe_text(latest.map(|LatestVersion { fingerprint, .. }| fingerprint.as_str()))
        .int(flow.revision)
        .at(flow.updated_at)
}

/// Binds the five columns of a version behind its key's first two, or nothing.
pub(crate) fn version(statement: Statement, version: Option<&FlowVersion>) -> Result<Statement, StoreError> {
    let pins = version.map(|version| serde_json::to_string(&version.pins)).transpose();
    let pins = pins.map_err(|error| StoreError::Failed(Box::new(error)))?;
    Ok(statement
        .maybe_int(version.map(|version| version.number.get()))
        .maybe_text(version.map(|version| canonical(&version.tree)).as_deref())
        .maybe_text(pins.as_deref())
        .id(version.map(|version| version.published_by.as_uuid()))
        .at(version.map(|version| version.published_at)))
}
