//! Logs the causes of problems that the service or the store is responsible for.

use std::error::Error;

use uuid::Uuid;

/// The cause of a problem, which no client sees. It is logged in the request's span when the problem is answered.
#[derive(Debug)]
pub(super) enum Incident {
    /// The store cannot be reached or has no room.
    StoreUnavailable(String),
    /// The reply to a write was lost.
    OutcomeUnknown(String),
    /// A session changed too often at once.
    SessionContended(Uuid),
    /// A flow changed too often at once.
    FlowContended(Uuid),
    /// An account's users changed too often at once.
    UsersContended(Uuid),
    /// A bug or a broken database.
    Failed(String),
}

impl Incident {
    /// Writes it to the log.
    pub(super) fn log(&self) {
        match self {
            Self::StoreUnavailable(cause) => tracing::warn!(cause, "store unavailable"),
            Self::OutcomeUnknown(cause) => tracing::warn!(cause, "outcome of a write unknown"),
            Self::SessionContended(session_id) => {
                tracing::warn!(%session_id, "session contended beyond the deadline");
            }
            Self::FlowContended(flow_id) => {
                tracing::warn!(%flow_id, "flow contended beyond the deadline");
            }
            Self::UsersContended(account_id) => {
                tracing::warn!(%account_id, "users contended beyond the deadline");
            }
            Self::Failed(cause) => tracing::error!(cause, "request failed"),
        }
    }
}

/// An error with its sources, outermost first, in one line.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use firstline_domain::error::StoreError;

    use super::*;

    #[test]
    fn the_chain_names_every_source_once() {
        let error = StoreError::Unavailable("connection refused".into());
        assert_eq!(chain(&error), "store unavailable: connection refused");
    }
}
