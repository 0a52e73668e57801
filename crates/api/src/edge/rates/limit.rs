//! What a limit counts by.

/// What a limit counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Limit {
    /// The client's address, before anything else is looked at.
    Address,
    /// The client's address, requests with a token that did not count.
    FailedSignIn,
    /// The user who calls.
    User,
    /// The user's account.
    Account,
}

impl Limit {
    /// The name in headers and metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::FailedSignIn => "failed-sign-in",
            Self::User => "user",
            Self::Account => "account",
        }
    }

    /// What a client is told that met it.
    pub(crate) const fn exceeded(self) -> &'static str {
        match self {
            Self::Address => "Too many requests from this address",
            Self::FailedSignIn => "Too many failed sign-ins from this address",
            Self::User => "Too many requests of this user",
            Self::Account => "Too many requests of this account",
        }
    }
}
