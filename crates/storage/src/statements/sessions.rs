//! Reading walk sessions.

use super::Text;

/// A whole session in one snapshot.
pub(crate) const SESSION: Text = walled!(select_session!(), "WHERE s.account_id = $1 AND s.id = $2 AND ", gate "$1");

/// A technician's active sessions, the last touched first.
pub(crate) const ACTIVE: Text = walled!(
    select_session!(),
    "WHERE s.account_id = $1 AND s.created_by_user_id = $2 AND s.status = 'active' AND ", gate "$1",
    " ORDER BY s.last_step_at DESC, s.id DESC LIMIT $3"
);

/// A session's events; a session without any comes back as one row without an event.
pub(crate) const EVENTS: Text = walled!(
    "SELECT s.version AS version, e.seq AS seq, e.kind AS kind, e.data AS data, e.actor_user_id AS actor_user_id, \
      e.acting_as AS acting_as, e.at AS at \
     FROM walk_sessions s LEFT JOIN session_events e ON e.account_id = s.account_id AND e.session_id = s.id \
     WHERE s.account_id = $1 AND s.id = $2 AND ", gate "$1", " ORDER BY e.seq"
);

/// What nobody has touched since `$1`, across accounts. What was not touched since then was not started since then, which
/// is what the index knows.
pub(crate) const IDLE: Text = across!(
    "SELECT account_id, id, last_step_at FROM walk_sessions \
     WHERE status = 'active' AND started_at < $1 AND last_step_at < $1 ORDER BY last_step_at, id LIMIT $2"
);

/// As [`IDLE`], after a place in the list.
pub(crate) const IDLE_AFTER: Text = across!(
    "SELECT account_id, id, last_step_at FROM walk_sessions \
     WHERE status = 'active' AND started_at < $1 AND last_step_at < $1 AND (last_step_at, id) > ($2, $3) \
     ORDER BY last_step_at, id LIMIT $4"
);

#[cfg(test)]
pub(crate) const ALL: &[Text] = &[SESSION, ACTIVE, EVENTS, IDLE, IDLE_AFTER];
