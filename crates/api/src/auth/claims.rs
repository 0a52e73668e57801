//! The claims of a token, as they are read and written.

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// What a token must say. A claim that is there twice makes it unreadable.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: Audience,
    pub(super) sub: String,
    exp: Number,
    #[serde(default)]
    nbf: Option<Number>,
}

/// One audience or several (RFC 7519, section 4.1.3).
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub(super) fn includes(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Several(several) => several.iter().any(|one| one == audience),
        }
    }
}

impl Claims {
    /// The first second in which the token counts no more.
    pub(super) fn expires(&self) -> Option<i64> {
        whole_seconds(&self.exp, f64::floor)
    }

    /// The first second in which the token counts.
    pub(super) fn begins(&self) -> Option<i64> {
        self.nbf.as_ref().map_or(Some(i64::MIN), |nbf| whole_seconds(nbf, f64::ceil))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "saturates, which is right for a date that far away")]
fn whole_seconds(number: &Number, round: fn(f64) -> f64) -> Option<i64> {
    number.as_i64().or_else(|| number.as_f64().map(|seconds| round(seconds) as i64))
}

/// What our own tokens say.
#[derive(Debug, Serialize)]
pub(super) struct NewClaims<'a> {
    pub(super) iss: &'a str,
    pub(super) aud: &'a str,
    pub(super) sub: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
}
