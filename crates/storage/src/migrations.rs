//! The migrations, embedded in the binary.

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource, Result};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

/// What is done in the same words on both databases.
const BOTH: EmbeddedMigrations = embed_migrations!("../../migrations/both");

/// The migrations of one database: its own, and those of both.
pub(crate) struct Migrations(EmbeddedMigrations);

pub(crate) const POSTGRES: Migrations = Migrations(embed_migrations!("../../migrations/postgres"));
pub(crate) const SQLITE: Migrations = Migrations(embed_migrations!("../../migrations/sqlite"));

impl<DB: Backend> MigrationSource<DB> for Migrations {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<DB>>>> {
        let mut migrations: Vec<Box<dyn Migration<DB>>> = self.0.migrations()?;
        migrations.extend(BOTH.migrations()?);
        migrations.sort_by(|one, other| one.name().version().cmp(&other.name().version()));
        Ok(migrations)
    }
}
