//! What walks tell of flows.

use super::text::Text;

/// When a walk ended, in the words of the index.
macro_rules! ended_at {
    () => {
        "coalesce(resolved_at, escalated_at, abandoned_at)"
    };
}

/// What is not counted yet, in the words of the index.
macro_rules! unfolded {
    () => {
        "status <> 'active' AND flow_version IS NOT NULL AND NOT folded"
    };
}

/// Ended walks of all accounts that are not counted yet, after a place in that order. The first condition is in the last one
/// already: it tells SQLite where to begin.
pub const UNFOLDED_AFTER: Text = across!(
    "SELECT account_id, flow_id, flow_version, id, ",
    ended_at!(),
    " AS ended_at FROM walk_sessions WHERE ",
    unfolded!(),
    " AND account_id >= $1 AND (account_id, flow_id, ",
    ended_at!(),
    ", id) > ($1, $2, $3, $4) \
     ORDER BY account_id, flow_id, ",
    ended_at!(),
    ", id LIMIT $5"
);

/// How many ended walks of a flow are not counted, up to `$3`, and when the first of them ended; no row if there is none.
pub const PENDING_WALKS: Text = walled!(
    "SELECT count(*) AS walks, min(t.ended_at) AS oldest FROM (SELECT ", ended_at!(), " AS ended_at FROM walk_sessions \
      WHERE account_id = $1 AND flow_id = $2 AND ", unfolded!(), " AND ", gate "$1",
    " ORDER BY ", ended_at!(), " LIMIT $3) t HAVING count(*) > 0"
);

/// The statistics of a flow's versions from `$3` to `$4`, the newest first.
pub const FLOW_STATS: Text = walled!(
    "SELECT flow_id, version, revision, stats FROM flow_stats \
     WHERE account_id = $1 AND flow_id = $2 AND version >= $3 AND version <= $4 AND ", gate "$1",
    " ORDER BY version DESC LIMIT $5"
);

/// All of these.
pub const ALL: &[Text] = &[UNFOLDED_AFTER, PENDING_WALKS, FLOW_STATS];
