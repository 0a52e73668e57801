//! The logins of one database, each with what it is for.

use std::sync::Arc;

use super::connect::Connector;
use super::roles::Group;
use crate::error::OpenError;
use crate::logins::Logins;
use crate::settings::{StorageSettings, WallMode};

/// Who connects for what.
pub(crate) struct Access {
    pub(crate) wall: WallMode,
    /// Serves, inside one account at a time.
    pub(crate) service: Arc<Connector>,
    /// Looks up across accounts.
    pub(crate) lookup: Arc<Connector>,
    /// Owns the tables and migrates; nobody, when no login is named that could.
    pub(crate) owner: Option<Arc<Connector>>,
}

impl Access {
    pub(crate) fn new(logins: &Logins, settings: &StorageSettings) -> Result<Self, OpenError> {
        let connector = |url: &String| Connector::new(url, settings);
        let service = connector(&logins.url)?;
        let named = logins.lookup_url.as_ref().map(connector).transpose()?;
        let owner = logins.migrate_url.as_ref().map(connector).transpose()?;
        let (service, lookup, owner) = match settings.wall {
            WallMode::Required => {
                let lookup = named.map_or_else(|| service.for_lookup(), Ok)?;
                if lookup.user() == service.user() {
                    return Err(OpenError::Url(
                        "database.lookup_url must name another user than database.url".to_owned(),
                    ));
                }
                (service, lookup, owner)
            }
            WallMode::SetRole => {
                let lookup = named.unwrap_or_else(|| service.clone()).acting_as(Group::Lookup);
                let owner = owner.unwrap_or_else(|| service.clone());
                (service.acting_as(Group::Service), lookup, Some(owner))
            }
        };
        Ok(Self { wall: settings.wall, service: service.into(), lookup: lookup.into(), owner: owner.map(Arc::new) })
    }
}
