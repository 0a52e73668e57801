//! Bugs on purpose, so that the proofs can be seen to fail: a proof that has never failed proves nothing.
//!
//! A build with the feature `sabotage` holds every planted bug, each asleep until the environment variable
//! `FIRSTLINE_SABOTAGE` names it. Call sites stand under `#[cfg(feature = "sabotage")]`; no default feature brings it, and
//! a build without debug assertions, as a release is, refuses it.

use std::sync::LazyLock;

#[cfg(not(debug_assertions))]
compile_error!("the feature `sabotage` plants bugs: it is for proofs alone, never for a release");

/// The variable that wakes one bug.
const VARIABLE: &str = "FIRSTLINE_SABOTAGE";

static CHOSEN: LazyLock<Option<String>> = LazyLock::new(|| std::env::var(VARIABLE).ok());

/// Whether the planted bug of this name is awake. The names stand in the list of the crate `firstline-prove`.
#[must_use]
pub fn planted(bug: &str) -> bool {
    CHOSEN.as_deref() == Some(bug)
}
