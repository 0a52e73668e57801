//! Who is believed: the service's own tokens and those of identity providers.

use std::time::Duration;

use firstline_api::{Hs256Secret, TokenSettings};
use serde::{Deserialize, Serialize};

use super::issuer::{IssuerSettings, issuers};
use super::secret::SecretText;
use crate::failure::Failure;
use crate::files::read_text;

/// The most that clocks may be said to differ.
const MAX_LEEWAY: Duration = Duration::from_mins(1);

/// The longest that a key counts after its provider has taken it back.
const MAX_REMOVED_GRACE: Duration = Duration::from_hours(24);

/// The longest that a fetch of keys may take.
const MAX_FETCH_TIMEOUT: Duration = Duration::from_mins(1);

/// The longest that keys are believed whose provider cannot be asked: it could not say either that one has leaked.
const MAX_KEYS_AGE: Duration = Duration::from_hours(30 * 24);

/// Whose tokens count, and how a provider's keys are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthSettings {
    pub(crate) hs256_secret: SecretText,
    pub(crate) hs256_secret_file: String,
    pub(crate) hs256_previous_secret: SecretText,
    pub(crate) hs256_previous_secret_file: String,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    #[serde(with = "humantime_serde")]
    pub(crate) leeway: Duration,
    #[serde(deserialize_with = "issuers")]
    pub(crate) issuers: Vec<IssuerSettings>,
    #[serde(with = "humantime_serde")]
    pub(crate) keys_refresh: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) keys_refresh_floor: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) keys_fetch_timeout: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) keys_max_age: Duration,
    #[serde(with = "humantime_serde")]
    pub(crate) keys_removed_grace: Duration,
}

impl AuthSettings {
    /// The names that our own tokens carry.
    pub(crate) fn tokens(&self) -> TokenSettings {
        TokenSettings { issuer: self.issuer.clone(), audience: self.audience.clone() }
    }

    /// The secret, or what to do to have a good one.
    pub(crate) fn secret(&self) -> Result<Hs256Secret, Failure> {
        self.own_secret()?.ok_or_else(|| {
            Failure::new("auth.hs256_secret is not set, and tokens are neither issued nor checked without it").remedy(
                "make one with `openssl rand -hex 32` and set FIRSTLINE__AUTH__HS256_SECRET, or put it in a file and \
                 set FIRSTLINE__AUTH__HS256_SECRET_FILE; `firstline demo` needs none",
            )
        })
    }

    /// The secret, if the service is to believe its own tokens.
    pub(crate) fn own_secret(&self) -> Result<Option<Hs256Secret>, Failure> {
        one_of("auth.hs256_secret", &self.hs256_secret, &self.hs256_secret_file)
    }

    /// The secret before the present one, whose tokens still count.
    pub(crate) fn previous_secret(&self) -> Result<Option<Hs256Secret>, Failure> {
        let previous =
            one_of("auth.hs256_previous_secret", &self.hs256_previous_secret, &self.hs256_previous_secret_file)?;
        if previous.is_some() && self.own_secret()?.is_none() {
            return Err(Failure::new("auth.hs256_previous_secret is set, and auth.hs256_secret is not")
                .remedy("set auth.hs256_secret to the new secret, or take the previous one out"));
        }
        Ok(previous)
    }

    /// The rules that a single setting's type cannot say.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let more_than_nothing = [
            ("auth.keys_refresh", self.keys_refresh),
            ("auth.keys_refresh_floor", self.keys_refresh_floor),
            ("auth.keys_fetch_timeout", self.keys_fetch_timeout),
        ];
        if let Some((key, _)) = more_than_nothing.iter().find(|(_, time)| time.is_zero()) {
            return Err(Failure::new(format!("{key} must be more than nothing")).remedy("leave it out for the default"));
        }
        let at_most = [
            ("auth.leeway", self.leeway, MAX_LEEWAY),
            ("auth.keys_removed_grace", self.keys_removed_grace, MAX_REMOVED_GRACE),
            ("auth.keys_fetch_timeout", self.keys_fetch_timeout, MAX_FETCH_TIMEOUT),
            ("auth.keys_max_age", self.keys_max_age, MAX_KEYS_AGE),
            ("auth.keys_refresh_floor", self.keys_refresh_floor, self.keys_refresh),
            ("auth.keys_refresh", self.keys_refresh, self.keys_max_age),
        ];
        if let Some((key, _, most)) = at_most.iter().find(|(_, time, most)| time > most) {
            let most = humantime::format_duration(*most);
            return Err(Failure::new(format!("{key} must be at most {most}")).remedy(
                "auth.keys_refresh_floor <= auth.keys_refresh <= auth.keys_max_age; leave them out for the defaults",
            ));
        }
        for (index, issuer) in self.issuers.iter().enumerate() {
            issuer.check(index)?;
            let before = self.issuers.get(..index).unwrap_or_default();
            if before.iter().any(|other| other.issuer == issuer.issuer) {
                return Err(Failure::new(format!("auth.issuers has {} twice", issuer.issuer))
                    .remedy("a token could not say which of the two it means: keep one"));
            }
        }
        let own = !self.hs256_secret.is_empty() || !self.hs256_secret_file.is_empty();
        if own && self.issuers.iter().any(|issuer| issuer.issuer == self.issuer) {
            return Err(Failure::new(format!("auth.issuer and one of auth.issuers are both {}", self.issuer))
                .remedy("give auth.issuer another name, or take auth.hs256_secret out"));
        }
        Ok(())
    }
}

/// A secret that stands in the settings or in a file, not in both.
fn one_of(key: &str, text: &SecretText, file: &str) -> Result<Option<Hs256Secret>, Failure> {
    let weak = |name: &str, error| Failure::caused(format_args!("{name} is refused"), &error);
    match (text.expose(), file) {
        (None, "") => Ok(None),
        (Some(secret), "") => Hs256Secret::new(secret).map(Some).map_err(|error| weak(key, error)),
        (Some(_), _) => Err(Failure::new(format!("{key} and {key}_file are both set")).remedy("set one of them")),
        (None, path) => {
            let text = read_text(path.as_ref())
                .map_err(|error| Failure::caused(format_args!("{key}_file {path} cannot be read"), &error))?;
            let secret = Hs256Secret::new(text.trim());
            secret.map(Some).map_err(|error| weak(&format!("the secret in {key}_file"), error))
        }
    }
}

#[cfg(test)]
mod tests;
