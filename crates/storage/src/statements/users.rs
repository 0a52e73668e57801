//! Managing an account's users.

use super::text::Text;

/// What a decision about the user `$2` leans on, with `$3` as the one who asks: a row for each of the two who is there,
/// else one row without a user. The directory's version is the seq of the account's newest event.
pub const ROSTER: Text = walled!(
    "SELECT coalesce(v.seq, 0) AS version, v.at AS changed_at, \
      (SELECT count(*) FROM users o \
       WHERE o.account_id = $1 AND o.id <> $2 AND o.account_role = 'owner' AND o.active AND ", gate "$1",
    ") AS other_active_owners, \
      u.account_id AS account_id, u.id AS id, u.email AS email, u.account_role AS account_role, \
      u.can_cover_l1 AS can_cover_l1, u.active AS active, u.issuer AS issuer, u.subject AS subject \
     FROM (SELECT 1 AS one) r \
     LEFT JOIN (SELECT e.seq, e.at FROM user_events e WHERE e.account_id = $1 AND ", gate "$1",
    " ORDER BY e.seq DESC LIMIT 1) v ON true \
     LEFT JOIN users u ON u.account_id = $1 AND u.id IN ($2, $3) WHERE ", gate "$1"
);

/// A user of the account.
pub const USER_OF: Text =
    walled!("SELECT ", user_columns!(), " FROM users WHERE account_id = $1 AND id = $2 AND ", gate "$1");

/// The account's users after the id `$2`, those with the role `$3` and the activity `$4` where these are given.
pub const USERS: Text = walled!(
    "SELECT ", user_columns!(), " FROM users WHERE account_id = $1 AND id > $2 \
      AND ($3 IS NULL OR account_role = $3) AND ($4 IS NULL OR active = $4) AND ", gate "$1", " ORDER BY id LIMIT $5"
);

/// A user's events after a seq.
pub const USER_EVENTS: Text = walled!(
    "SELECT seq, user_id, kind, data, actor_user_id, at FROM user_events \
     WHERE account_id = $1 AND user_id = $2 AND seq > $3 AND ", gate "$1", " ORDER BY seq LIMIT $4"
);

/// All of these.
pub const ALL: &[Text] = &[ROSTER, USER_OF, USERS, USER_EVENTS];
