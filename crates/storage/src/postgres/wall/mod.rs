//! Whether the wall between accounts holds, asked of the database's own catalogue by the logins that it binds.

mod admission;
mod beside;
mod role;
mod tables;

use firstline_domain::error::Cause;

use super::Access;
use super::connect::Connector;
use super::roles::Group;
use crate::error::DatabaseFailure;

pub(super) use admission::missing as missing_admissions;

/// A hole in the wall, and how to close it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong.
    pub what: String,
    /// What to do about it: SQL for a superuser or the owner where there is one answer, then words.
    pub remedy: String,
}

/// Why the wall between accounts does not count as standing.
#[derive(Debug, thiserror::Error)]
pub enum WallError {
    /// It cannot be looked at.
    #[error("cannot reach the database to see whether accounts are walled off")]
    Unavailable(#[source] Cause),
    /// It has holes.
    #[error("accounts are not walled off: {}", .0.iter().map(|breach| breach.what.as_str()).collect::<Vec<_>>().join("; "))]
    Breached(Vec<Breach>),
}

impl From<DatabaseFailure> for WallError {
    fn from(failure: DatabaseFailure) -> Self {
        Self::Unavailable(Box::new(failure))
    }
}

impl From<diesel::result::Error> for WallError {
    fn from(error: diesel::result::Error) -> Self {
        DatabaseFailure::from(error).into()
    }
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
        match looking.await.unwrap_or_else(|silent| Err(silent.into())) {
            // What is known already is worth more than that there may be more.
            Err(error) if breaches.is_empty() => return Err(error),
            Err(_) | Ok(()) => {}
        }
    }
    if breaches.is_empty() { Ok(()) } else { Err(WallError::Breached(breaches)) }
}

async fn look(
    connector: &Connector,
    group: Group,
    access: &Access,
    breaches: &mut Vec<Breach>,
) -> Result<(), WallError> {
    let mut made = connector.connect_for_statements().await?;
    let connection = &mut made.connection;
    role::check(connection, group, breaches).await?;
    if breaches.is_empty() {
        tables::check(connection, group, breaches).await?;
        beside::check(connection, group, breaches).await?;
        if group == Group::Service {
            admission::check(connection, &access.users(), breaches).await?;
        }
    }
    Ok(())
}
