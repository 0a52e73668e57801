//! How a request stands with the limits, and how its answer says so: the fields `RateLimit-Policy` and `RateLimit` as
//! draft-ietf-httpapi-ratelimit-headers-10 has them.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use super::limit::Limit;
use super::settings::Rate;

/// The limits as they are.
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left of them.
const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// How a request stands with one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) limit: Limit,
    pub(super) rate: Rate,
    /// How many requests may follow at once, or how long the next one has to wait.
    pub(super) outcome: Result<u32, Duration>,
}

impl Standing {
    pub(crate) const fn is_refusal(&self) -> bool {
        self.outcome.is_err()
    }

    /// Whole seconds until a request is admitted again, rounded up.
    pub(super) fn wait_seconds(&self) -> u64 {
        self.outcome.err().map_or(0, |wait| u64::try_from(wait.as_nanos().div_ceil(1_000_000_000)).unwrap_or(1).max(1))
    }

    /// `q` requests fit into `w` seconds of steady use: the burst, and how long it takes to be whole again.
    fn policy(&self, text: &mut String) {
        let burst = self.rate.burst();
        let _ = write!(text, "\"{}\";q={burst};w={}", self.limit.as_str(), self.rate.seconds_for(burst).max(1));
    }

    /// `r` requests may follow at once; after `t` seconds without any the whole quota is there again.
    fn rest(&self, text: &mut String) {
        let rest = self.outcome.unwrap_or(0);
        let missing = self.rate.burst().saturating_sub(rest);
        let _ = write!(text, "\"{}\";r={rest};t={}", self.limit.as_str(), self.rate.seconds_for(missing));
    }
}

/// How a request stands with all the limits that it has met so far.
#[derive(Debug, Default)]
pub(crate) struct Standings(RefCell<Vec<Standing>>);

impl Standings {
    pub(super) fn note(&self, standing: Standing) {
        self.0.borrow_mut().push(standing);
    }

    /// The request is not counted by this limit after all.
    pub(super) fn take_back(&self, limit: Limit) {
        for standing in self.0.borrow_mut().iter_mut().filter(|standing| standing.limit == limit) {
            standing.outcome = standing.outcome.map(|rest| rest.saturating_add(1).min(standing.rate.burst()));
        }
    }

    /// The limit that refused the request.
    pub(crate) fn refused_by(&self) -> Option<Limit> {
        self.0.borrow().iter().find(|standing| standing.is_refusal()).map(|standing| standing.limit)
    }

    /// Says it in the answer.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        let standings = self.0.borrow();
        if standings.is_empty() {
            return;
        }
        for (name, write) in
            [(RATELIMIT_POLICY, Standing::policy as fn(&Standing, &mut String)), (RATELIMIT, Standing::rest)]
        {
            let mut text = String::with_capacity(96);
            for standing in standings.iter() {
                if !text.is_empty() {
                    text.push_str(", ");
                }
                write(standing, &mut text);
            }
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        }
    }
}
