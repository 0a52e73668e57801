//! A good token in a request that does not present it as it must be presented.

use super::case::Cases;
use crate::proofs::jwt::forger::Forger;

pub(super) fn of(forger: &Forger, cases: &mut Cases) {
    let (label, good) = (forger.label.as_str(), forger.good());
    let bearer = format!("Bearer {good}");
    let broken = format!("Bearer {}", forger.without_claim("exp"));
    for (first, second) in [(&bearer, &bearer), (&bearer, &broken), (&broken, &bearer)] {
        cases.request(label, "two Authorization headers", &[("authorization", first), ("authorization", second)], "");
    }
    let basic = format!("Basic {good}");
    cases.request(label, "two Authorization headers", &[("authorization", &basic), ("authorization", &bearer)], "");
    for header in [
        basic.clone(),
        good.clone(),
        format!("Token {good}"),
        format!("JWT {good}"),
        format!("DPoP {good}"),
        format!("Bearer{good}"),
        format!("Bearer\t{good}"),
        format!("Bearer: {good}"),
        format!("Bearer Bearer {good}"),
        format!("Bearer token={good}"),
        format!("Bearer {good}, Basic x"),
        format!("Basic x, Bearer {good}"),
    ] {
        cases.request(label, "not by the scheme Bearer", &[("authorization", &header)], "");
    }
    for name in ["x-authorization", "x-access-token", "x-forwarded-authorization", "proxy-authorization", "x-user-id"] {
        cases.request(label, "in another header", &[(name, &bearer)], "");
    }
    for cookie in [format!("access_token={good}"), format!("authorization={bearer}")] {
        cases.request(label, "in a cookie", &[("cookie", &cookie)], "");
    }
    cases.request(label, "in the query", &[], &format!("?access_token={good}"));
    cases.request(label, "in the query", &[], &format!("?token={good}&authorization=Bearer%20{good}"));
}
