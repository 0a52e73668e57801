//! Reading walk sessions.

use super::text::Text;

/// A whole session in one snapshot.
pub const SESSION: Text = walled!(select_session!(), "WHERE s.account_id = $1 AND s.id = $2 AND ", gate "$1");

/// A technician's active sessions, the last touched first; with path and notes while their text adds up to no more than
/// `$1` bytes (the domain's `Header::text_bytes`). The limit stands inside, so that no other text is put together.
pub const ACTIVE: Text = walled!(
    "SELECT ", session_columns!("s."), ", s.up_to <= $1 AS whole, \
      CASE WHEN s.up_to <= $1 THEN ", session_notes!(), " END AS notes, \
      CASE WHEN s.up_to <= $1 THEN ", session_steps!(), " END AS steps \
     FROM (SELECT ", session_columns!("s."), ", CAST(sum(s.step_bytes + 256 * s.step_count + s.notes_bytes) \
        OVER (ORDER BY s.last_step_at DESC, s.id DESC ROWS UNBOUNDED PRECEDING) AS bigint) AS up_to \
       FROM walk_sessions s WHERE s.account_id = $2 AND s.created_by_user_id = $3 AND s.status = 'active' AND ",
    gate "$2", " ORDER BY s.last_step_at DESC, s.id DESC LIMIT $4) s \
     ORDER BY s.last_step_at DESC, s.id DESC"
);

/// A session's events after the seq `$1`; without any it comes back as one row without an event.
pub const EVENTS: Text = walled!(
    "SELECT s.version AS version, e.seq AS seq, e.kind AS kind, e.data AS data, e.actor_user_id AS actor_user_id, \
      e.acting_as AS acting_as, e.at AS at \
     FROM walk_sessions s LEFT JOIN session_events e ON e.account_id = s.account_id AND e.session_id = s.id \
      AND e.seq > $1 WHERE s.account_id = $2 AND s.id = $3 AND ", gate "$2", " ORDER BY e.seq LIMIT $4"
);

/// The steps and undos of a session, without what they say.
pub const STEP_MARKS: Text = walled!(
    "SELECT seq, kind FROM session_events WHERE account_id = $1 AND session_id = $2 \
     AND kind IN ('step_recorded', 'step_undone') AND ", gate "$1", " ORDER BY seq"
);

/// What nobody has touched since `$1`, across accounts. What was not touched since then was not started since then,
/// which is what the index knows. That an active session is not abandoned is said for the index alone, which no other
/// statement is to use.
pub const IDLE: Text = across!(
    "SELECT account_id, id, last_step_at FROM walk_sessions \
     WHERE status = 'active' AND abandoned_at IS NULL AND started_at < $1 AND last_step_at < $1 \
     ORDER BY last_step_at, id LIMIT $2"
);

/// As [`IDLE`], after a place in the list.
pub const IDLE_AFTER: Text = across!(
    "SELECT account_id, id, last_step_at FROM walk_sessions \
     WHERE status = 'active' AND abandoned_at IS NULL AND started_at < $1 AND last_step_at < $1 \
      AND (last_step_at, id) > ($2, $3) \
     ORDER BY last_step_at, id LIMIT $4"
);

/// All of these.
pub const ALL: &[Text] = &[SESSION, ACTIVE, EVENTS, STEP_MARKS, IDLE, IDLE_AFTER];
