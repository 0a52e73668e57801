//! Settings that must not be shown: their `Debug` and their JSON form hide what they hold.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer, de};

/// What stands in place of a secret wherever it would be shown.
pub(crate) const REDACTED: &str = "[redacted]";

/// A secret; empty when it is not set.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct SecretText(String);

impl SecretText {
    /// The secret itself, if it is set.
    pub(crate) fn expose(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty())
    }

    /// Whether it is not set.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn shown(&self) -> &'static str {
        if self.0.is_empty() { "" } else { REDACTED }
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretText({})", self.shown())
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown())
    }
}

/// The database's URL. Shown without the password in it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DatabaseUrl(String);

impl DatabaseUrl {
    const FORMS: &str = "postgres://USER:PASSWORD@HOST/NAME, sqlite://FILE or memory:";

    /// Checks the form only; whether there is a database is seen when it is opened.
    pub(crate) fn new(url: String) -> Result<Self, String> {
        let path = ["postgres://", "postgresql://", "sqlite://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        match path {
            Some(path) if !path.is_empty() => Ok(Self(url)),
            None if url == "memory:" => Ok(Self(url)),
            // The text is not repeated: a password may be in it.
            _ => Err(format!("must be one of {}", Self::FORMS)),
        }
    }

    /// The URL with the password in it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it names a Postgres database.
    pub(crate) fn is_postgres(&self) -> bool {
        self.0.starts_with("postgres")
    }

    /// Whether it names the store in memory.
    pub(crate) fn is_memory(&self) -> bool {
        self.0 == "memory:"
    }

    /// The URL without any password. Where a damaged URL leaves it open what the password is, more is hidden.
    pub(crate) fn redacted(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://").filter(|(scheme, _)| scheme.starts_with("postgres")) else {
            return self.0.clone();
        };
        let hidden = match rest.rsplit_once('@') {
            Some((login, place)) => match login.split_once(':') {
                Some((user, _)) => format!("{user}:{REDACTED}@{}", without_passwords(place)),
                None => format!("{login}@{}", without_passwords(place)),
            },
            None => without_passwords(rest),
        };
        format!("{scheme}://{hidden}")
    }
}

/// Hides the parameters of a query that carry a password.
fn without_passwords(place: &str) -> String {
    let Some((host, query)) = place.split_once('?') else {
        return place.to_owned();
    };
    let hide = |pair: &str| match pair.split_once('=') {
        Some((key, _)) if key.to_ascii_lowercase().contains("pass") => format!("{key}={REDACTED}"),
        _ => pair.to_owned(),
    };
    let pairs: Vec<String> = query.split('&').map(hide).collect();
    format!("{host}?{}", pairs.join("&"))
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.redacted())
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.redacted())
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The URL of another login of the same Postgres database; empty when it is not set. Shown without the password in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OtherLogin(Option<DatabaseUrl>);

impl OtherLogin {
    fn new(url: String) -> Result<Self, String> {
        match DatabaseUrl::new(url) {
            Ok(url) if url.is_postgres() => Ok(Self(Some(url))),
            _ => Err("must be postgres://USER:PASSWORD@HOST/NAME, or empty".to_owned()),
        }
    }

    /// The URL with the password in it, if it is set.
    pub(crate) fn expose(&self) -> Option<&str> {
        self.0.as_ref().map(DatabaseUrl::expose)
    }
}

impl Serialize for OtherLogin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.as_ref().map(DatabaseUrl::redacted).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for OtherLogin {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)? {
            empty if empty.is_empty() => Ok(Self::default()),
            url => Self::new(url).map_err(de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_of_a_secret_shows_it() {
        let secret = SecretText::from("hush".to_owned());
        assert!(!format!("{secret:?}").contains("hush"));
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"[redacted]\"");
        assert_eq!(serde_json::to_string(&SecretText::default()).unwrap(), "\"\"");
    }

    #[test]
    fn a_url_is_shown_without_its_password() {
        for (url, shown) in [
            ("postgres://me:hush@db/x", "postgres://me:[redacted]@db/x"),
            ("postgres://me:hu/sh@hush@db/x?sslmode=require", "postgres://me:[redacted]@db/x?sslmode=require"),
            ("postgres://me:hush?hush@db/x", "postgres://me:[redacted]@db/x"),
            ("postgresql://me@db/x?password=hush&a=b", "postgresql://me@db/x?password=[redacted]&a=b"),
            ("postgres:///x?host=/run&PASSWORD=hush", "postgres:///x?host=/run&PASSWORD=[redacted]"),
            ("sqlite://a@b:c.db", "sqlite://a@b:c.db"),
            ("memory:", "memory:"),
        ] {
            let url = DatabaseUrl::new(url.to_owned()).unwrap();
            assert_eq!(url.redacted(), shown);
            assert!(!format!("{url:?}").contains("hush"));
        }
    }

    #[test]
    fn a_url_of_another_kind_is_refused_without_repeating_it() {
        for url in ["mysql://me:hush@db/x", "host=db password=hush", "sqlite://", "sqlite:hush", "memory://", ""] {
            let refusal = DatabaseUrl::new(url.to_owned()).unwrap_err();
            assert!(refusal.contains("sqlite://FILE") && !refusal.contains("hush"), "{refusal}");
        }
    }

    #[test]
    fn another_login_is_of_postgres_and_shown_without_its_password() {
        let owner = OtherLogin::new("postgres://owner:hush@db/x".to_owned()).unwrap();
        assert_eq!(serde_json::to_string(&owner).unwrap(), "\"postgres://owner:[redacted]@db/x\"");
        assert!(!format!("{owner:?}").contains("hush"));
        assert_eq!(serde_json::to_string(&OtherLogin::default()).unwrap(), "\"\"");
        for url in ["sqlite://hush.db", "memory:", "hush"] {
            assert!(!OtherLogin::new(url.to_owned()).unwrap_err().contains("hush"));
        }
    }
}
