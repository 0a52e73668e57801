//! One forgery, and how they are collected.

use std::fmt;

/// One request that must be refused.
pub(crate) struct Case {
    /// What kind of forgery it is.
    pub(crate) kind: String,
    /// In whose name.
    issuer: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: String,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}: {:?}", self.kind, self.issuer, self.headers)
    }
}

/// Cases as they are collected.
#[derive(Default)]
pub(super) struct Cases(pub(super) Vec<Case>);

impl Cases {
    /// A token alone.
    pub(super) fn token(&mut self, issuer: &str, kind: impl Into<String>, token: impl AsRef<str>) {
        self.request(issuer, kind, &[("authorization", &format!("Bearer {}", token.as_ref()))], "");
    }

    /// A whole request.
    pub(super) fn request(&mut self, issuer: &str, kind: impl Into<String>, headers: &[(&str, &str)], query: &str) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.0.push(Case { kind: kind.into(), issuer: issuer.to_owned(), headers, query: query.to_owned() });
    }
}
