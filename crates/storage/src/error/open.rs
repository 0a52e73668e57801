//! Why a database cannot be opened.

use std::path::PathBuf;

use firstline_domain::error::Cause;

use crate::logins::Login;

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A URL names no store, or not one that goes with the others.
    #[error("{} is not usable: {what}", .login.setting())]
    Url {
        /// Whose it is.
        login: Login,
        /// What is wrong with it, without its password.
        what: String,
    },
    /// The SQLite file's folder is not there.
    #[error("the folder of the database file {} is not there: create it first", .0.display())]
    NoFolder(PathBuf),
    /// The SQLite file is not there, or has nothing in it, and it must be there.
    #[error(
        "the database file {} {}, and database.must_exist is true",
        .file.display(), if *.empty { "is empty" } else { "is not there" }
    )]
    Missing {
        /// The database file.
        file: PathBuf,
        /// Whether there is a file, without a byte in it.
        empty: bool,
    },
    /// Another process serves this SQLite file.
    #[error(
        "another process is serving {}, by this or another name: stop it, or serve from another file, or use Postgres \
         to run more than one",
        .file.display()
    )]
    InUse {
        /// The database file.
        file: PathBuf,
    },
    /// The SQLite file has several names, and the newest changes lie beside only one of them.
    #[error(
        "the database file {} has {links} names (hard links), and its newest changes are kept beside the one by which \
         it was opened: remove the other names",
        .file.display()
    )]
    Linked {
        /// The database file.
        file: PathBuf,
        /// How many names it has.
        links: u64,
    },
    /// The SQLite file can be read and not written.
    #[error(
        "the database file {} cannot be written: see who owns it, what its permissions are, and whether its file \
         system is mounted read-only", .0.display()
    )]
    ReadOnly(PathBuf),
    /// The file cannot be opened or locked.
    #[error("cannot open {}", .file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// The database refuses what the store needs of it.
    #[error("cannot open the database")]
    Database(#[source] Cause),
}

impl OpenError {
    /// A URL that is not usable, until it is known whose: that of the service.
    pub(crate) fn url(what: impl Into<String>) -> Self {
        Self::Url { login: Login::Service, what: what.into() }
    }

    /// The same about this login's URL.
    pub(crate) fn of(self, login: Login) -> Self {
        match self {
            Self::Url { what, .. } => Self::Url { login, what },
            other => other,
        }
    }
}
