//! Whether the wall between accounts holds, asked of the database's own catalogue by the logins that it binds.

mod admission;
mod beside;
mod defaults;
mod role;
mod tables;

use diesel_async::AsyncPgConnection;

use super::Access;
use super::connect::Connector;
use super::roles::Group;
use crate::error::{DatabaseFailure, MigrateError};
use crate::settings::WallMode;
use crate::unreachable::Unreachable;

pub(super) use admission::missing as missing_admissions;

/// A hole in the wall, and how to close it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong.
    pub what: String,
    /// What to do about it: words, or whole SQL statements for a superuser or the owner. Each statement ends with `;`,
    /// and words behind it are a comment, so that all of it can be pasted.
    pub remedy: String,
}

impl Breach {
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
    Unavailable(Unreachable),
    /// It has holes.
    #[error("accounts are not walled off: {}", listed(.0))]
    Breached(Vec<Breach>),
    /// It stands, and connections of a pooler lack what statements rely on.
    #[error("behind a pooler, what statements rely on must be the default of the logins: {}", listed(.0))]
    Defaults(Vec<Breach>),
}

/// What is wrong, in one line.
fn listed(breaches: &[Breach]) -> String {
    breaches.iter().map(|breach| breach.what.as_str()).collect::<Vec<_>>().join("; ")
}

/// Looks at both logins, at every table with an account, and at what could lead around the wall.
pub(crate) async fn check(access: &Access) -> Result<(), WallError> {
    #[cfg(feature = "sabotage")]
    if crate::sabotage::skips_wall_check() {
        return Ok(());
    }
    let mut breaches = Vec::new();
    for (connector, group) in [(&access.service, Group::Service), (&access.lookup, Group::Lookup)] {
        let looking = connector.within_patience(look(connector, group, access, &mut breaches));
        match looking.await.unwrap_or_else(Err) {
            // What is known already is worth more than that there may be more.
            Err(cause) if breaches.is_empty() => return Err(WallError::Unavailable(connector.unreachable(cause))),
            Err(_) | Ok(()) => {}
        }
    }
    if !breaches.is_empty() {
        return Err(WallError::Breached(breaches));
    }
    if access.pooler { check_defaults(access).await } else { Ok(()) }
}

/// Looks at what both logins have by default.
async fn check_defaults(access: &Access) -> Result<(), WallError> {
    let mut breaches = Vec::new();
    for connector in [&access.service, &access.lookup] {
        let looking = connector.within_patience(async {
            let mut made = connector.connect_for_statements().await?;
            Ok(defaults::check(&mut made.connection, &mut breaches).await?)
        });
        looking.await.unwrap_or_else(Err).map_err(|cause| WallError::Unavailable(connector.unreachable(cause)))?;
    }
    if breaches.is_empty() { Ok(()) } else { Err(WallError::Defaults(breaches)) }
}

/// Looks at the logins that are there already, before anything is made: what migrating does not mend is told while
/// nothing is done, and so is a password that is not theirs, before the next login is made with it.
pub(super) async fn check_before(
    connection: &mut AsyncPgConnection,
    owner: &Connector,
    access: &Access,
) -> Result<(), MigrateError> {
    #[cfg(feature = "sabotage")]
    if crate::sabotage::skips_wall_check() {
        return Ok(());
    }
    if access.wall == WallMode::SetRole {
        return Ok(());
    }
    let mut breaches = Vec::new();
    for (connector, group) in [(&access.service, Group::Service), (&access.lookup, Group::Lookup)] {
        let Some(login) = connector.user() else { continue };
        let looked = role::check_before(connection, login, group, &mut breaches).await;
        let there = looked.map_err(|error| MigrateError::Unavailable(owner.unreachable(error.into())))?;
        if there && breaches.is_empty() {
            let refused = connector.connect_directly().await.err().map(|cause| connector.unreachable(cause));
            if let Some(refused) = refused.filter(Unreachable::is_refused_login) {
                return Err(MigrateError::Unavailable(refused.though_there()));
            }
        }
    }
    if breaches.is_empty() { Ok(()) } else { Err(MigrateError::Wall(WallError::Breached(breaches))) }
}

async fn look(
    connector: &Connector,
    group: Group,
    access: &Access,
    breaches: &mut Vec<Breach>,
) -> Result<(), DatabaseFailure> {
    let mut made = connector.connect_for_statements().await?;
    let connection = &mut made.connection;
    role::check(connection, group, breaches).await?;
    if breaches.is_empty() && tables::check(connection, group, breaches).await? {
        beside::check(connection, group, breaches).await?;
        if group == Group::Service {
            defaults::warn_of_language(connection).await?;
            admission::check(connection, &access.users(), breaches).await?;
        }
    }
    Ok(())
}
