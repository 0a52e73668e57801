//! Values that stand for `${...}` in a request.
//!
//! - a name: an id of the teams, a text of `@let`, or what an earlier answer gave
//! - `TEXT*COUNT`: the text so many times
//! - `byte HEX`, `bom`: a byte, a byte order mark
//! - `cut`: nothing, and no line end behind it
//! - `token KIND`, `token-with NAME JSON`: a token, one with another claim
//! - `cursor-of NAME`: the cursor of a kept `Link`
//! - `upper NAME`, `plain NAME`: the value in upper case, or without hyphens

use std::collections::BTreeMap;

use firstline_testkit::people::{AUDIENCE, ISSUER, SECRET, Team, now, signed, token};
use serde_json::{Value, json};
use uuid::Uuid;

/// An id that no object has.
pub const UNKNOWN: &str = "01900000-0000-7000-8000-00000000dead";

pub struct Values {
    named: BTreeMap<String, String>,
}

impl Values {
    pub fn new(ours: &Team, theirs: &Team, lets: &[(String, String)]) -> Self {
        let mut named: BTreeMap<String, String> = lets.iter().cloned().collect();
        named.extend(members(ours, ""));
        named.extend(members(theirs, "their."));
        named.insert("unknown".to_owned(), UNKNOWN.to_owned());
        Self { named }
    }

    /// Every value that is an id, with its name.
    pub fn ids(&self) -> impl Iterator<Item = (&str, &str)> {
        self.named
            .iter()
            .filter(|(_, value)| value.parse::<Uuid>().is_ok())
            .map(|(name, id)| (name.as_str(), id.as_str()))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.named.get(name).map(String::as_str)
    }

    /// Keeps a value of an answer. A name means one value in a script.
    pub fn keep(&mut self, name: &str, value: &str) {
        if let Some(before) = self.named.insert(name.to_owned(), value.to_owned()) {
            assert_eq!(before, value, "{name} is kept twice");
        }
    }

    /// `text` with every `${...}` replaced.
    pub fn fill(&self, text: &str) -> Vec<u8> {
        let mut filled = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            let (name, after) = behind.split_once('}').unwrap_or_else(|| panic!("no end of ${{ in {text}"));
            filled.extend_from_slice(before.as_bytes());
            filled.extend(self.value(name));
            rest = after;
        }
        filled.extend_from_slice(rest.as_bytes());
        filled
    }

    /// As [`fill`](Self::fill), for what is text.
    pub fn fill_text(&self, text: &str) -> String {
        String::from_utf8(self.fill(text)).unwrap()
    }

    fn value(&self, name: &str) -> Vec<u8> {
        if let Some(value) = self.named.get(name) {
            return self.fill(value);
        }
        if let Some((text, count)) = name.rsplit_once('*') {
            return text.repeat(count.parse().unwrap()).into_bytes();
        }
        match name.split_once(' ') {
            Some(("byte", hex)) => vec![u8::from_str_radix(hex, 16).unwrap()],
            Some(("cursor-of", link)) => cursor(self.get(link).unwrap()).into(),
            Some(("upper", name)) => self.get(name).unwrap().to_uppercase().into(),
            Some(("plain", name)) => self.get(name).unwrap().replace('-', "").into(),
            Some(("token-with", claim)) => self.token_with(claim).into_bytes(),
            Some(("token", kind)) => self.token(kind).into_bytes(),
            _ if name == "bom" => "\u{feff}".as_bytes().to_vec(),
            _ if name == "cut" => Vec::new(),
            _ => panic!("no value for ${{{name}}}"),
        }
    }

    /// A token of a member of the team, or one with a defect.
    fn token(&self, kind: &str) -> String {
        let claims = self.claims();
        match kind {
            "good" => signed(&claims, SECRET),
            "other-secret" => signed(&claims, "another-secret-another-secret-another"),
            "unsigned" => format!("{}.", signed(&claims, SECRET).rsplit_once('.').unwrap().0),
            member => token(self.get(member).unwrap_or_else(|| panic!("no {member}")).parse().unwrap()),
        }
    }

    /// A token of the technician with another claim: `NAME JSON`. A claim without a value is left out.
    fn token_with(&self, claim: &str) -> String {
        let mut claims = self.claims();
        match claim.split_once(' ') {
            Some((name, value)) => claims[name] = serde_json::from_str(value).unwrap(),
            None => drop(claims.as_object_mut().unwrap().remove(claim)),
        }
        signed(&claims, SECRET)
    }

    fn claims(&self) -> Value {
        json!({ "sub": self.get("technician"), "iss": ISSUER, "aud": AUDIENCE, "exp": now() + 3_600 })
    }
}

/// The cursor of a `Link`.
fn cursor(link: &str) -> &str {
    let (_, cursor) = link.split_once("cursor=").unwrap_or_else(|| panic!("no cursor in {link}"));
    cursor.split(['&', '>']).next().unwrap()
}

fn members(team: &Team, prefix: &str) -> Vec<(String, String)> {
    [
        ("account", team.account),
        ("technician", team.technician),
        ("colleague", team.colleague),
        ("coverage", team.coverage),
        ("engineer", team.engineer),
        ("admin", team.admin),
        ("owner", team.owner),
        ("viewer", team.viewer),
        ("inactive", team.inactive),
        ("flow", team.flow),
        ("draft", team.draft),
        ("proposal", team.proposal),
    ]
    .into_iter()
    .map(|(name, id)| (format!("{prefix}{name}"), id.to_string()))
    .collect()
}
