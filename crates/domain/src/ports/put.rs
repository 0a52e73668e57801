//! The outcome of writing a record as it is.

/// What became of writing a directory or flow record. Anything but `Stored` has written nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOutcome {
    /// It is written.
    Stored,
    /// There is no such account.
    AccountNotFound,
    /// The flow is authored here: its name and status follow its versions.
    Authored,
}
