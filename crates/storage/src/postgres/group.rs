//! The two roles that the service's logins are members of.

/// A role that has rights and cannot log in; who logs in is a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// What serving may do, inside one account.
    Service,
    /// What crosses accounts: who signs in, and which sessions are idle.
    Lookup,
}

impl Group {
    pub(crate) const ALL: [Self; 2] = [Self::Service, Self::Lookup];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Service => "firstline_service",
            Self::Lookup => "firstline_lookup",
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Service => Self::Lookup,
            Self::Lookup => Self::Service,
        }
    }
}
