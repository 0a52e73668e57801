//! What the claims of a token of any issuer must say.

use std::time::Duration;

use firstline_domain::clock::Instant;
use firstline_domain::fault;
use serde::Serialize;
use serde_json::Number;

use super::defect::TokenDefect;
use super::members::Members;

/// Checks audience and times at `now`. `leeway` is what clocks may differ.
pub(super) fn check(claims: &Members, audience: &str, now: Instant, leeway: Duration) -> Result<(), TokenDefect> {
    if !fault!("jwt-no-audience", true, claims.is_or_has("aud", audience)) {
        return Err(TokenDefect::Audience);
    }
    let number = |name| claims.optional_number(name).map_err(|_| TokenDefect::Time);
    let (now, leeway) = (now.timestamp(), i64::try_from(leeway.as_secs()).unwrap_or(i64::MAX));
    // The first second in which the token counts no more.
    let expires = number("exp")?.and_then(|exp| whole_seconds(exp, f64::floor));
    let expired = expires.is_none_or(|expires| now >= expires.saturating_add(leeway));
    if fault!("jwt-no-expiry", false, expired) {
        return Err(TokenDefect::Expired);
    }
    // The first second in which it counts.
    let begins = number("nbf")?.map_or(Some(i64::MIN), |nbf| whole_seconds(nbf, f64::ceil));
    if begins.is_none_or(|begins| now < begins.saturating_sub(leeway)) {
        return Err(TokenDefect::NotYet);
    }
    number("iat")?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_767_225_600;

    fn checked(claims: &Value, leeway: u64) -> Result<(), TokenDefect> {
        let members = Members::read(claims.to_string().as_bytes()).unwrap();
        check(&members, "a", Instant::from_timestamp(NOW, 0).unwrap(), Duration::from_secs(leeway))
    }

    #[test]
    fn leeway_moves_both_ends_by_that_much_and_no_more() {
        let at = |exp: i64, nbf: i64| json!({ "aud": "a", "exp": NOW + exp, "nbf": NOW + nbf });
        assert_eq!(checked(&at(0, 0), 0), Err(TokenDefect::Expired));
        assert_eq!(checked(&at(1, 1), 0), Err(TokenDefect::NotYet));
        assert_eq!(checked(&at(-29, 30), 30), Ok(()));
        assert_eq!(checked(&at(-30, 0), 30), Err(TokenDefect::Expired));
        assert_eq!(checked(&at(1, 31), 30), Err(TokenDefect::NotYet));
    }

    #[test]
    fn times_are_numbers_and_the_end_is_required() {
        let with = |name: &str, value: Value| {
            let mut claims = json!({ "aud": "a", "exp": NOW + 60 });
            claims[name] = value;
            checked(&claims, 0)
        };
        assert_eq!(with("exp", json!("9999999999")), Err(TokenDefect::Time));
        assert_eq!(with("exp", Value::Null), Err(TokenDefect::Expired));
        assert_eq!(with("nbf", json!([])), Err(TokenDefect::Time));
        assert_eq!(with("iat", json!("now")), Err(TokenDefect::Time));
        assert_eq!(with("iat", json!(NOW)), Ok(()));
        assert_eq!(with("exp", json!(1e300)), Ok(()));
        assert_eq!(with("exp", json!(-1e300)), Err(TokenDefect::Expired));
        assert_eq!(with("aud", json!(["b"])), Err(TokenDefect::Audience));
    }
}
