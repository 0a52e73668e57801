//! The logins of one database, each with what it is for.

use std::sync::Arc;

use super::connect::Connector;
use super::group::Group;
use crate::error::OpenError;
use crate::logins::{Login, Logins};
use crate::settings::{StorageSettings, WallMode};

/// Who connects for what.
pub(crate) struct Access {
    pub(crate) wall: WallMode,
    /// Whether the two that serve reach the database by a pooler in transaction mode.
    pub(crate) pooler: bool,
    /// Whether the database must have been migrated before.
    pub(crate) must_exist: bool,
    /// Serves, inside one account at a time.
    pub(crate) service: Arc<Connector>,
    /// Looks up across accounts.
    pub(crate) lookup: Arc<Connector>,
    /// Owns the tables and migrates; nobody, when no login is named that could.
    pub(crate) owner: Option<Arc<Connector>>,
}

impl Access {
    pub(crate) fn new(logins: &Logins, settings: &StorageSettings) -> Result<Self, OpenError> {
        let service = Connector::new(&logins.url, Login::Service, settings)?;
        let other =
            |url: &Option<String>, login| url.as_ref().map(|url| Connector::new(url, login, settings)).transpose();
        let named = other(&logins.lookup_url, Login::Lookup)?;
        let owner = other(&logins.migrate_url, Login::Owner)?;
        let (service, lookup, owner) = match settings.wall {
            WallMode::Required => {
                let lookup = named.map_or_else(|| service.for_lookup(), Ok)?;
                if lookup.user() == service.user() {
                    let what = "it must name another user than database.url: docs/OPERATIONS.md, \"Database roles\"";
                    return Err(OpenError::url(what).of(Login::Lookup));
                }
                let is_group =
                    |connector: &&Connector| Group::ALL.iter().any(|group| connector.user() == Some(group.name()));
                if let Some(group) = [&service, &lookup].into_iter().find(is_group) {
                    let names = Group::ALL.map(Group::name).join(" and ");
                    let what =
                        format!("{names} are groups that nobody logs in as: name a user who is, or will be, a member");
                    return Err(OpenError::url(what).of(group.login()));
                }
                (service, lookup, owner)
            }
            WallMode::SetRole => {
                if let Some(other) = named.iter().chain(&owner).find(|other| other.user() != service.user()) {
                    let what = "with database.wall = \"set_role\" the login of database.url does everything: leave \
                                this one out, or leave database.wall out and have a login for each purpose";
                    return Err(OpenError::url(what).of(other.login()));
                }
                let service = service.of(Login::Everything);
                let lookup = named.unwrap_or_else(|| service.clone()).acting_as(Group::Lookup);
                let owner = owner.unwrap_or_else(|| service.clone());
                (service.acting_as(Group::Service), lookup, Some(owner))
            }
        };
        Ok(Self {
            wall: settings.wall,
            pooler: settings.pooler,
            must_exist: settings.must_exist,
            service: service.into(),
            lookup: lookup.into(),
            owner: owner.map(Arc::new),
        })
    }

    /// The names that log in, each once.
    pub(super) fn users(&self) -> Vec<&str> {
        let connectors = [Some(&self.service), Some(&self.lookup), self.owner.as_ref()];
        let mut users: Vec<&str> = connectors.into_iter().flatten().filter_map(|connector| connector.user()).collect();
        users.sort_unstable();
        users.dedup();
        users
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(logins: &Logins) -> Result<(String, String), String> {
        let access = Access::new(logins, &StorageSettings::default()).map_err(|error| error.to_string())?;
        let user = |connector: &Connector| connector.user().unwrap_or_default().to_owned();
        Ok((user(&access.service), user(&access.lookup)))
    }

    #[test]
    fn who_looks_up_is_named_after_who_serves_unless_told() {
        let of = |url: &str| users(&Logins::from(url)).unwrap().1;
        assert_eq!(of("postgres://app:x@h/d"), "app_lookup");
        // firstline_lookup is the group.
        assert_eq!(of("postgres://firstline:x@h/d"), "firstline_lookup_login");
        let told =
            Logins { lookup_url: Some("postgres://reader@h/d".to_owned()), ..Logins::from("postgres://app@h/d") };
        assert_eq!(users(&told).unwrap(), ("app".to_owned(), "reader".to_owned()));
    }

    #[test]
    fn a_url_that_names_nobody_a_group_or_the_same_twice_is_refused_without_its_password() {
        for (url, lookup) in [
            ("postgres://h/d", None),
            ("postgres://firstline_service:hush@h/d", None),
            ("postgres://app:hush@h/d", Some("postgres://firstline_lookup:hush@h/d")),
            ("postgres://app:hush@h/d", Some("postgres://app:hush@h/d")),
        ] {
            let refused = users(&Logins { lookup_url: lookup.map(str::to_owned), ..Logins::from(url) }).unwrap_err();
            assert!(!refused.contains("hush"), "{refused}");
        }
    }

    #[test]
    fn a_refusal_names_the_setting_that_is_wrong() {
        let refused = |logins: Logins, wall| {
            let settings = StorageSettings { wall, ..StorageSettings::default() };
            Access::new(&logins, &settings).map(|_| ()).unwrap_err().to_string()
        };
        let app = || Logins::from("postgres://app@h/d");
        let other = |url: &str| Some(url.to_owned());
        let lookup = |url| Logins { lookup_url: other(url), ..app() };
        let owner = |url| Logins { migrate_url: other(url), ..app() };
        for (said, setting) in [
            (refused(Logins::from("postgres://h:x/d"), WallMode::Required), "database.url is not usable"),
            (refused(lookup("postgres://l@h/d?x=1"), WallMode::Required), "database.lookup_url is not usable"),
            (
                refused(lookup("postgres://firstline_lookup@h/d"), WallMode::Required),
                "database.lookup_url is not usable",
            ),
            (refused(owner("postgres://o@h/d?sslmode=x"), WallMode::Required), "database.migrate_url is not usable"),
            (refused(owner("postgres://owner@h/d"), WallMode::SetRole), "database.migrate_url is not usable"),
            (refused(lookup("postgres://l@h/d"), WallMode::SetRole), "database.lookup_url is not usable"),
        ] {
            assert!(said.starts_with(setting), "{said}");
        }
        let same = Logins { migrate_url: other("postgres://app@h:2/d"), ..app() };
        let small = StorageSettings { wall: WallMode::SetRole, ..StorageSettings::default() };
        assert!(Access::new(&same, &small).is_ok());
    }
}
