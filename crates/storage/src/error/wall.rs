//! Why the wall between accounts does not count as standing.

use super::login::LoginError;

/// A hole in the wall, and how to close it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub what: String,
    /// What to do about it: words, or whole SQL statements for a superuser or the owner. Each statement ends with `;`,
    /// and words behind it are a comment, so that all of it can be pasted.
    pub remedy: String,
}

impl Finding {
    /// Whether the remedy is SQL.
    #[must_use]
    pub fn is_mended_by_sql(&self) -> bool {
        self.remedy.split(" -- ").next().is_some_and(|statements| statements.ends_with(';'))
    }
}

/// Why the wall between accounts does not count as standing.
#[derive(Debug, thiserror::Error)]
pub enum WallError {
    /// It cannot be looked at.
    #[error("{0}")]
    Unavailable(LoginError),
    /// It has holes.
    #[error("accounts are not walled off: {}", listed(.0))]
    Breached(Vec<Finding>),
    /// It stands, and connections of a pooler lack what statements rely on.
    #[error("behind a pooler, what statements rely on must be the default of the logins: {}", listed(.0))]
    Defaults(Vec<Finding>),
}

/// What is wrong, in one line.
fn listed(findings: &[Finding]) -> String {
    findings.iter().map(|finding| finding.what.as_str()).collect::<Vec<_>>().join("; ")
}
