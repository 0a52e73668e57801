//! The forgeries: each a way in which somebody has deceived some service before.

mod algorithms;
mod case;
mod claims;
mod forms;
mod keys;
mod requests;
mod subjects;

use super::stage::Stage;
use crate::env::Env;
use case::Cases;

pub(super) use case::Case;

/// Every case, for every issuer that it makes sense for.
pub(super) fn all(stage: &Stage, env: &Env) -> Vec<Case> {
    let mut cases = Cases::default();
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
