//! A database that a login does not get at, told by the setting that names it.

use std::fmt;

use super::failure::DatabaseFailure;
use crate::logins::Login;

/// Why a login does not get at its database.
#[derive(Debug)]
pub struct LoginError {
    login: Login,
    user: String,
    cause: DatabaseFailure,
    /// Whether there is such a role, as far as is known.
    is_there: bool,
}

impl LoginError {
    pub(crate) fn new(login: Login, user: Option<&str>, cause: DatabaseFailure) -> Self {
        Self { login, user: user.unwrap_or("nobody").to_owned(), cause, is_there: false }
    }

    /// The same of a role that is there.
    pub(crate) fn though_there(self) -> Self {
        Self { is_there: true, ..self }
    }

    /// Whether it was the database that would not have this login, and not that there was no answer.
    pub(crate) fn is_refused_login(&self) -> bool {
        self.cause.code().is_some_and(|code| code.starts_with("28"))
    }

    /// Whether waiting may mend it: there is no answer yet, the server starts or stops, has no connection left, or is a
    /// standby.
    pub(crate) fn passes(&self) -> bool {
        match self.cause.code() {
            Some(code) => ["57P01", "57P02", "57P03", "53300", "25006"].contains(&code) || code.starts_with("08"),
            None => !self.cause.is_refused_statement(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        let (setting, user) = (self.login.setting(), &self.user);
        match self.cause.code() {
            Some(code) if code.starts_with("28") => self.remedy_of_login(),
            Some("3D000") => format!("make the database, or correct its name in {setting}"),
            Some("42501") => {
                format!(
                    "`firstline migrate` lets {user} connect: run it with the database's owner in database.migrate_url"
                )
            }
            Some("53300") => {
                "Postgres has no connection left: compare its max_connections with the settings of the pools".to_owned()
            }
            Some("25006") => format!("name the primary in {setting}, or promote the standby"),
            _ if self.cause.is_refused_statement() => match self.login {
                Login::Owner | Login::Everything => format!("name the login that owns the tables in {setting}"),
                _ => "run `firstline migrate` of this version, which gives the logins their rights".to_owned(),
            },
            _ => format!("check that the database is running and that {setting} names it, then try again"),
        }
    }

    fn remedy_of_login(&self) -> String {
        let (setting, user) = (self.login.setting(), &self.user);
        let named = match self.login {
            Login::DerivedLookup => {
                format!(
                    "it is the user of database.url with _lookup behind its name, and has the same password; or set {setting}"
                )
            }
            _ => format!("see that {setting} is right, and that Postgres lets it log in from here (pg_hba.conf)"),
        };
        match self.login {
            Login::Owner | Login::Everything => named,
            _ if self.is_there => {
                format!("the role {user} is there and is not made anew, so this must be its password; {named}")
            }
            _ => format!("{named}; where the role is missing, `firstline migrate` with database.migrate_url makes it"),
        }
    }
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot get at the database by {}", self.login.setting())?;
        if self.login == Login::DerivedLookup {
            write!(f, " (not set, hence the user {})", self.user)?;
        }
        write!(f, ": {}", self.cause)
    }
}

impl std::error::Error for LoginError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_another_moment_may_mend_passes() {
        let unreachable = |cause| LoginError::new(Login::Service, None, cause);
        for (code, passes) in [
            ("57P01", true),
            ("57P03", true),
            ("53300", true),
            ("25006", true),
            ("08006", true),
            ("28P01", false),
            ("28000", false),
            ("3D000", false),
            ("42501", false),
        ] {
            assert_eq!(unreachable(DatabaseFailure::with_code(code, "")).passes(), passes, "{code}");
        }
        assert!(unreachable("connection refused".into()).passes());
    }
}
