//! Walks whose last touch lies ahead of the store's clock: an instance with a wrong clock recorded it.
//!
//! By that time they would be idle only once the clock has come there, a year later perhaps. So the sweeper remembers
//! when it first saw each as it is, and counts from then.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::Instant;
use crate::ids::SessionId;
use crate::session::{AheadSince, Header};

/// What one sweeper remembers from sweep to sweep. It is gone with the process, and counting begins anew.
#[derive(Debug, Clone, Default)]
pub struct TouchedAhead(BTreeMap<SessionId, AheadSince>);

impl TouchedAhead {
    /// Since when the session is known to be as it is; from `now`, if it has changed or is new here.
    pub(super) fn see(&mut self, header: &Header, now: Instant) -> AheadSince {
        let fresh = AheadSince { version: header.version, since: now };
        let known = self.0.entry(header.id).or_insert(fresh);
        if known.version != header.version {
            *known = fresh;
        }
        *known
    }

    /// Forgets every session but these.
    pub(super) fn keep(&mut self, sessions: &BTreeSet<SessionId>) {
        self.0.retain(|id, _| sessions.contains(id));
    }
}
