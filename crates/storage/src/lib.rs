//! Stores for Firstline's data: Postgres, a SQLite file, or memory, behind the domain's ports. A URL selects one when
//! it is opened.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use firstline_storage::{Database, Purpose, StorageSettings};
//!
//! let database = Database::open("sqlite://firstline.db", Purpose::Serve, &StorageSettings::default()).await?;
//! database.migrate().await?;
//! let store = database.shared();
//! # Ok(())
//! # }
//! ```
//!
//! A query's text, its row and what the row means are written once for both databases (`statements`, `rows`,
//! `store`); an engine runs them (`postgres`, `sqlite`). The one write that matters, the compare-and-set save of a
//! session, is one statement on Postgres and one savepoint of a single writer on SQLite.

mod accounts;
pub mod bench_sql;
mod database;
mod emails;
mod error;
mod logins;
mod migrate;
mod migrations;
mod postgres;
#[macro_use]
mod rows;
#[cfg(feature = "sabotage")]
mod sabotage;
mod settings;
mod sql_types;
mod sqlite;
mod statement;
#[doc(hidden)]
pub mod statements;
mod store;
mod url;

pub use accounts::ListError;
pub use database::{Database, StoreKind};
pub use error::{Finding, LoginError, MigrateError, OpenError, WallError};
pub use logins::{Login, Logins};
pub use migrate::Migrated;
pub use settings::{Purpose, StorageSettings, WallMode};
