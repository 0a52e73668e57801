//! The forgeries: each a way in which somebody has deceived some service before.

mod algorithms;
mod claims;
mod forms;
mod keys;
mod requests;
mod subjects;

use std::fmt;

use super::stage::Stage;
use crate::env::Env;

/// One request that must be refused.
pub(super) struct Case {
    /// What kind of forgery it is.
    pub(super) kind: String,
    /// In whose name.
    issuer: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) query: String,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}: {:?}", self.kind, self.issuer, self.headers)
    }
}

/// Cases as they are collected.
pub(super) struct Cases(Vec<Case>);

impl Cases {
    /// A token alone.
    fn token(&mut self, issuer: &str, kind: impl Into<String>, token: impl AsRef<str>) {
        self.request(issuer, kind, &[("authorization", &format!("Bearer {}", token.as_ref()))], "");
    }

    /// A whole request.
    fn request(&mut self, issuer: &str, kind: impl Into<String>, headers: &[(&str, &str)], query: &str) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.0.push(Case { kind: kind.into(), issuer: issuer.to_owned(), headers, query: query.to_owned() });
    }
}

/// Every case, for every issuer that it makes sense for.
pub(super) fn all(stage: &Stage, env: &Env) -> Vec<Case> {
    let mut cases = Cases(Vec::new());
    for forger in stage.forgers() {
        algorithms::of(forger, &mut cases);
        claims::of(forger, stage, &mut cases);
        forms::of(forger, env, &mut cases);
        keys::of(forger, stage, &mut cases);
        requests::of(forger, &mut cases);
    }
    subjects::of(stage, &mut cases);
    cases.0
}
