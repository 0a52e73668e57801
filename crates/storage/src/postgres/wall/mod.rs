//! Whether the wall between accounts holds, asked of the database's own catalogue by the logins that it binds.

mod bypasses;
mod connect_privileges;
mod defaults;
mod role;
mod tables;

use diesel_async::AsyncPgConnection;
use firstline_domain::fault;

use super::access::Access;
use super::connect::Connector;
use super::group::Group;
use crate::error::{DatabaseFailure, Finding, LoginError, MigrateError, WallError};
use crate::settings::WallMode;

pub(super) use connect_privileges::missing as missing_connect_privileges;

/// Looks at both logins, at every table with an account, and at what could lead around the wall.
pub(crate) async fn check(access: &Access) -> Result<(), WallError> {
    fault!("wall-check-off", return Ok(()));
    fault!("door-left-open", return Ok(()));
    let mut findings = Vec::new();
    for (connector, group) in [(&access.service, Group::Service), (&access.lookup, Group::Lookup)] {
        let looking = connector.within_patience(look(connector, group, access, &mut findings));
        match looking.await.unwrap_or_else(Err) {
            // What is known already is worth more than that there may be more.
            Err(cause) if findings.is_empty() => return Err(WallError::Unavailable(connector.unreachable(cause))),
            Err(_) | Ok(()) => {}
        }
    }
    if !findings.is_empty() {
        return Err(WallError::Breached(findings));
    }
    if access.pooler { check_defaults(access).await } else { Ok(()) }
}

/// Looks at what both logins have by default.
async fn check_defaults(access: &Access) -> Result<(), WallError> {
    let mut findings = Vec::new();
    for connector in [&access.service, &access.lookup] {
        let looking = connector.within_patience(async {
            let mut made = connector.connect_for_statements().await?;
            Ok(defaults::check(&mut made.connection, &mut findings).await?)
        });
        looking.await.unwrap_or_else(Err).map_err(|cause| WallError::Unavailable(connector.unreachable(cause)))?;
    }
    if findings.is_empty() { Ok(()) } else { Err(WallError::Defaults(findings)) }
}

/// Looks at the logins that are there already, before anything is made: what migrating does not mend is told while
/// nothing is done, and so is a password that is not theirs, before the next login is made with it.
pub(super) async fn check_before(
    connection: &mut AsyncPgConnection,
    owner: &Connector,
    access: &Access,
) -> Result<(), MigrateError> {
    fault!("wall-check-off", return Ok(()));
    fault!("door-left-open", return Ok(()));
    if access.wall == WallMode::SetRole {
        return Ok(());
    }
    let mut findings = Vec::new();
    for (connector, group) in [(&access.service, Group::Service), (&access.lookup, Group::Lookup)] {
        let Some(login) = connector.user() else { continue };
        let looked = role::check_before(connection, login, group, &mut findings).await;
        let there = looked.map_err(|error| MigrateError::Unavailable(owner.unreachable(error.into())))?;
        if there && findings.is_empty() {
            let refused = connector.connect_directly().await.err().map(|cause| connector.unreachable(cause));
            if let Some(refused) = refused.filter(LoginError::is_refused_login) {
                return Err(MigrateError::Unavailable(refused.though_there()));
            }
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(MigrateError::Wall(WallError::Breached(findings))) }
}

async fn look(
    connector: &Connector,
    group: Group,
    access: &Access,
    findings: &mut Vec<Finding>,
) -> Result<(), DatabaseFailure> {
    let mut made = connector.connect_for_statements().await?;
    let connection = &mut made.connection;
    role::check(connection, group, findings).await?;
    if findings.is_empty() && tables::check(connection, group, findings).await? {
        bypasses::check(connection, group, findings).await?;
        if group == Group::Service {
            defaults::warn_of_language(connection).await?;
            connect_privileges::check(connection, &access.users(), findings).await?;
        }
    }
    Ok(())
}
