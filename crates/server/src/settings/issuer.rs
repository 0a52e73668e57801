//! One identity provider: an entry `[[auth.issuers]]` of the settings file.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use firstline_api::{AccountRule, ProviderAlgorithm, SubjectRule, TokenSettings};
use firstline_domain::ids::AccountId;
use firstline_domain::text::{Issuer, is_blank};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use ureq::http::Uri;

use super::choice;
use crate::failure::Failure;

/// Claims that people can change, or that a provider does not check: with another user's value in one, a person would
/// be that user.
const CHANGEABLE: [&str; 7] = ["email", "preferred_username", "upn", "unique_name", "name", "nickname", "username"];

/// A provider whose tokens count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuerSettings {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) algorithm: Algorithm,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) jwks_url: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) jwks_file: String,
    #[serde(default)]
    pub(crate) allow_http: bool,
    pub(crate) users: Users,
    #[serde(default = "sub")]
    pub(crate) user_claim: String,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "account")]
    pub(crate) account_id: Option<AccountId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) account_claim: String,
}

fn sub() -> String {
    "sub".to_owned()
}

/// What a provider's claim holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Users {
    /// The id of a user of this service.
    Id,
    /// What the provider calls the user.
    Identity,
}

impl<'de> Deserialize<'de> for Users {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        choice::deserialize(deserializer, &[("identity", Self::Identity), ("id", Self::Id)])
    }
}

/// The account that a provider speaks for.
fn account<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<AccountId>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(|_| {
        de::Error::custom(
            "must be the id of an account, such as 0190a000-0000-7000-8000-000000000001; `firstline account list` \
             shows them",
        )
    })
}

/// The one algorithm of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Algorithm(pub(crate) ProviderAlgorithm);

impl Serialize for Algorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Algorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let names = ProviderAlgorithm::ALL.map(ProviderAlgorithm::as_str).join(", ");
        ProviderAlgorithm::parse(&name).map(Self).ok_or_else(|| de::Error::custom(format!("must be one of {names}")))
    }
}

/// Where a provider's keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyLocation {
    /// A file beside the service.
    File(PathBuf),
    /// The provider's own server.
    Url(String),
}

impl fmt::Display for KeyLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Url(url) => f.write_str(url),
        }
    }
}

impl IssuerSettings {
    /// What its tokens must carry.
    pub(crate) fn names(&self) -> TokenSettings {
        TokenSettings { issuer: self.issuer.clone(), audience: self.audience.clone() }
    }

    /// Where its keys are.
    pub(crate) fn keys(&self) -> KeyLocation {
        if self.jwks_url.is_empty() {
            KeyLocation::File(PathBuf::from(&self.jwks_file))
        } else {
            KeyLocation::Url(self.jwks_url.clone())
        }
    }

    /// Whom its tokens name.
    pub(crate) fn subject(&self) -> SubjectRule {
        let claim = self.user_claim.clone();
        match (self.users, self.account_id) {
            (Users::Id, account) => SubjectRule::UserId { claim, account },
            (Users::Identity, Some(account)) => SubjectRule::Identity { claim, account: AccountRule::Fixed(account) },
            (Users::Identity, None) => {
                SubjectRule::Identity { claim, account: AccountRule::Claim(self.account_claim.clone()) }
            }
        }
    }

    pub(super) fn check(&self, index: usize) -> Result<(), Failure> {
        let refused = |what: &str, remedy: &str| {
            Err(Failure::new(format!("auth.issuers[{index}] ({}): {what}", self.issuer)).remedy(remedy))
        };
        for (key, text) in [("issuer", &self.issuer), ("audience", &self.audience), ("user_claim", &self.user_claim)] {
            if is_blank(text) {
                return refused(&format!("{key} must not be blank"), "docs/SIGN-IN.md says what belongs there");
            }
        }
        if let Err(defect) = Issuer::new(self.issuer.as_str()) {
            return refused(&format!("issuer {defect}"), "write it as the `iss` of its tokens has it");
        }
        match (self.jwks_url.as_str(), self.jwks_file.as_str()) {
            ("", "") => return refused("neither jwks_url nor jwks_file is set", "say where the provider's keys are"),
            ("", _) => {}
            (url, "") => {
                if let Err(what) = check_url(url, self.allow_http) {
                    return refused(
                        what,
                        "write it as https://HOST/PATH; http is taken on loopback, or with allow_http = true",
                    );
                }
            }
            _ => return refused("jwks_url and jwks_file are both set", "set one of them"),
        }
        let account_claim = !self.account_claim.is_empty();
        match (self.users, self.account_id.is_some(), account_claim) {
            (Users::Id, _, true) => {
                refused("account_claim is set", "it goes with users = \"identity\"; a user's id says the account")
            }
            (Users::Identity, true, true) => refused("account_id and account_claim are both set", "set one of them"),
            (Users::Identity, false, false) => refused(
                "neither account_id nor account_claim is set",
                "identities are unique within an account: name the provider's account, or the claim that holds it",
            ),
            _ if CHANGEABLE.contains(&self.user_claim.as_str()) => refused(
                "user_claim is one that can come to mean somebody else",
                "use one that never changes and is given to nobody twice: sub, or oid with Entra ID",
            ),
            _ => Ok(()),
        }
    }
}

/// Whether keys may be fetched from there. A key that comes by plain http is anybody's on the way.
fn check_url(url: &str, allow_http: bool) -> Result<(), &'static str> {
    let uri: Uri = url.parse().map_err(|_| "jwks_url is no URL")?;
    let (Some(scheme), Some(authority), Some(host)) = (uri.scheme_str(), uri.authority(), uri.host()) else {
        return Err("jwks_url is no URL with a host");
    };
    if authority.as_str().contains('@') {
        return Err("jwks_url has a user or a password in it");
    }
    match scheme {
        "https" => Ok(()),
        "http" if allow_http || is_loopback(host) => Ok(()),
        "http" => Err("jwks_url is plain http"),
        _ => Err("jwks_url is neither https nor http"),
    }
}

/// Whether the host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A list of tables can be written in the file only: said plainly, because a variable of that name looks possible.
pub(super) fn issuers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IssuerSettings>, D::Error> {
    struct List;
    impl<'de> de::Visitor<'de> for List {
        type Value = Vec<IssuerSettings>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("tables [[auth.issuers]] in the settings file (--config FILE or FIRSTLINE_CONFIG)")
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut list = Vec::new();
            while let Some(issuer) = access.next_element()? {
                list.push(issuer);
            }
            Ok(list)
        }
    }
    deserializer.deserialize_seq(List)
}
