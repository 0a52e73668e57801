//! Who logs in where.

use std::fmt;

/// The URLs of a database: of the service's own login, and on Postgres of the two others.
#[derive(Clone, PartialEq, Eq)]
pub struct Logins {
    /// What serves and administers, inside one account at a time.
    pub url: String,
    /// Postgres: what looks up who signs in and which sessions are idle, across accounts. Without it `url` with
    /// `_lookup` behind the user's name.
    pub lookup_url: Option<String>,
    /// Postgres: the owner of the tables, who migrates.
    pub migrate_url: Option<String>,
}

/// One of the logins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// Serves.
    Service,
    /// Looks up across accounts.
    Lookup,
    /// The same, with the name that follows from who serves.
    DerivedLookup,
    /// Migrates.
    Owner,
    /// Does all of it, and puts its rights down to serve.
    Everything,
}

impl Login {
    /// The setting that names it.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Service | Self::Everything => "database.url",
            Self::Lookup | Self::DerivedLookup => "database.lookup_url",
            Self::Owner => "database.migrate_url",
        }
    }
}

impl From<&str> for Logins {
    fn from(url: &str) -> Self {
        Self { url: url.to_owned(), lookup_url: None, migrate_url: None }
    }
}

impl From<&String> for Logins {
    fn from(url: &String) -> Self {
        url.as_str().into()
    }
}

// A URL may hold a password.
impl fmt::Debug for Logins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Logins")
    }
}
