//! Makes tokens of one issuer: good ones, and any that are wrong in one point.

use std::fmt::Display;

use firstline_testkit::people::now;
use firstline_testkit::signer::Signer;
use serde_json::{Value, json};
use uuid::Uuid;

/// The audience of every provider's tokens.
pub(super) const API: &str = "https://firstline.example";

type Sign = Box<dyn Fn(&str, &str) -> String>;

/// One issuer, with the key that its tokens are signed with.
pub(super) struct Forger {
    pub(super) label: String,
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) algorithm: &'static str,
    subject: String,
    account: Option<Uuid>,
    key: Key,
}

enum Key {
    Own(Sign),
    Provider { signer: Signer, id: String, second_id: String },
}

impl Forger {
    /// The service itself.
    pub(super) fn own(issuer: &str, audience: &str, sign: Sign, subject: &str) -> Self {
        let (issuer, audience, subject) = (issuer.to_owned(), audience.to_owned(), subject.to_owned());
        let label = "own".to_owned();
        Self { label, issuer, audience, algorithm: "HS256", subject, account: None, key: Key::Own(sign) }
    }

    /// A provider with two keys, of which it signs with the first.
    pub(super) fn provider(
        label: &str,
        issuer: &str,
        signer: Signer,
        id: &str,
        second_id: &str,
        subject: &str,
        account: Option<Uuid>,
    ) -> Self {
        let algorithm = signer.algorithm();
        let key = Key::Provider { signer, id: id.to_owned(), second_id: second_id.to_owned() };
        let (label, issuer, audience) = (label.to_owned(), issuer.to_owned(), API.to_owned());
        Self { label, issuer, audience, algorithm, subject: subject.to_owned(), account, key }
    }

    /// The provider's key pair and the ids of its two keys; nothing for the service itself.
    pub(super) fn published(&self) -> Option<(&Signer, &str, &str)> {
        match &self.key {
            Key::Own(_) => None,
            Key::Provider { signer, id, second_id } => Some((signer, id, second_id)),
        }
    }

    /// The header of a good token.
    pub(super) fn header(&self) -> Value {
        let mut header = json!({ "alg": self.algorithm, "typ": "JWT" });
        if let Key::Provider { id, .. } = &self.key {
            header["kid"] = json!(id);
        }
        header
    }

    /// The claims of a good token.
    pub(super) fn claims(&self) -> Value {
        let now = now();
        let mut claims = json!({ "iss": self.issuer, "aud": self.audience, "sub": self.subject, "iat": now,
                                 "exp": now + 3_600 });
        if let Some(account) = self.account {
            claims["account"] = json!(account);
        }
        claims
    }

    /// A token of exactly these two texts, signed with the issuer's key.
    pub(super) fn signed(&self, header: impl Display, claims: impl Display) -> String {
        let (header, claims) = (header.to_string(), claims.to_string());
        match &self.key {
            Key::Own(sign) => sign(&header, &claims),
            Key::Provider { signer, .. } => signer.token_of(&header, &claims),
        }
    }

    /// A good token.
    pub(super) fn good(&self) -> String {
        self.signed(self.header(), self.claims())
    }

    /// A token with another member in its header.
    pub(super) fn with_header(&self, member: &str, value: impl Into<Value>) -> String {
        self.signed(with(self.header(), member, value), self.claims())
    }

    /// A token with another claim.
    pub(super) fn with_claim(&self, member: &str, value: impl Into<Value>) -> String {
        self.signed(self.header(), with(self.claims(), member, value))
    }

    /// A token without a claim.
    pub(super) fn without_claim(&self, member: &str) -> String {
        self.signed(self.header(), without(self.claims(), member))
    }
}

pub(super) fn with(mut object: Value, member: &str, value: impl Into<Value>) -> Value {
    object[member] = value.into();
    object
}

pub(super) fn without(mut object: Value, member: &str) -> Value {
    object.as_object_mut().expect("an object").remove(member);
    object
}

/// The object's text with a member put in front that is there already.
pub(super) fn doubled(object: &Value, member: &str, value: impl Into<Value>) -> String {
    object.to_string().replacen('{', &format!("{{{member}:{},", value.into()), 1)
}
