//! What a store reports when it fails.

/// The cause that a store gives, for the log only: never shown to a client.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be reached, or has no room for the call now. Nothing was written; trying again later may work.
    #[error("store unavailable")]
    Unavailable(#[source] Cause),
    /// A write was begun and its outcome is not known: it may have been carried out. The object must be read before the
    /// write is tried again. Reads never end so.
    #[error("outcome of the write unknown")]
    OutcomeUnknown(#[source] Cause),
    /// A row contradicts the rules.
    #[error("corrupt row in {table}, id {id}: {detail}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row's id.
        id: String,
        /// What is wrong with it, without any customer text.
        detail: String,
    },
    /// The store failed otherwise: a bug or a broken database.
    #[error("store failed")]
    Failed(#[source] Cause),
}

impl StoreError {
    /// A corrupt row.
    pub fn corrupt(table: &'static str, id: impl std::fmt::Display, detail: impl std::fmt::Display) -> Self {
        Self::Corrupt { table, id: id.to_string(), detail: detail.to_string() }
    }
}

/// Stored event data that cannot be read back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event data of kind {kind} cannot be read")]
pub struct EventUnreadable {
    /// The kind as stored.
    pub kind: String,
}
