//! The writes of the one write path on SQLite: small statements inside one savepoint of the writer's transaction.

use super::text::Text;

pub const UPDATE_SESSION: Text = Text::of_sqlite(update_session!("true"));

pub const ACCOUNTS: Text = Text::of_sqlite("SELECT id, name FROM accounts ORDER BY id");

pub const INSERT_SESSION: Text = Text::of_sqlite(concat!(insert_session!(""), " RETURNING id"));

pub const INSERT_EVENT: Text = Text::of_sqlite(
    "INSERT INTO session_events \
     (account_id, session_id, seq, kind, data, actor_user_id, acting_as, at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
);

pub const PUT_NOTES: Text = Text::of_sqlite(
    "INSERT INTO session_notes (account_id, session_id, notes) VALUES ($1, $2, $3) \
     ON CONFLICT (account_id, session_id) DO UPDATE SET notes = excluded.notes",
);

pub const UPDATE_TICKET: Text =
    Text::of_sqlite("UPDATE tickets SET status = $1, updated_at = $2 WHERE account_id = $3 AND id = $4");

pub const VALIDATE_PROPOSAL: Text =
    Text::of_sqlite("UPDATE flow_proposals SET validated_by_outcome = 1 WHERE account_id = $1 AND id = $2");

pub const INSERT_TICKET: Text = Text::of_sqlite(
    "INSERT INTO tickets \
     (account_id, id, created_by_user_id, problem_statement, customer_name, customer_contact, status, created_at, \
      updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);

/// Answers a row when the ticket is open. The writer is alone, so nothing changes until it has written.
pub const OPEN_TICKET: Text = Text::of_sqlite(
    "SELECT CAST(1 AS bigint) AS written FROM tickets WHERE account_id = $1 AND id = $2 AND status = 'open'",
);

/// Answers a row when the flow can be walked: one whose tree is known by a version of it, any other without.
pub const WALKABLE_FLOW: Text = Text::of_sqlite(
    "SELECT CAST(1 AS bigint) AS written FROM flows WHERE account_id = $1 AND id = $2 AND status = 'published' \
     AND (tree = 'external') = ($3 IS NULL)",
);

/// Answers a row when the proposal is there.
pub const WALKABLE_PROPOSAL: Text =
    Text::of_sqlite("SELECT CAST(1 AS bigint) AS written FROM flow_proposals WHERE account_id = $1 AND id = $2");

/// Answers a row when the account's directory has the version `$2`. The writer is alone, so it keeps it until it has
/// written.
pub const DIRECTORY_VERSION: Text = Text::of_sqlite(
    "SELECT CAST(1 AS bigint) AS written \
     WHERE coalesce((SELECT max(seq) FROM user_events WHERE account_id = $1), 0) = $2",
);

pub const INSERT_USER_EVENT: Text = Text::of_sqlite(
    "INSERT INTO user_events \
     (account_id, seq, user_id, kind, data, actor_user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
);

pub const INSERT_USER: Text = Text::of_sqlite(
    "INSERT INTO users \
     (account_id, id, email, account_role, can_cover_l1, active, issuer, subject, email_folded) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);

/// An address that stays is not folded anew: another user from before may stand for it.
pub const UPDATE_USER: Text = Text::of_sqlite(
    "UPDATE users SET email = $1, account_role = $2, can_cover_l1 = $3, active = $4, \
      issuer = $5, subject = $6, email_folded = CASE WHEN email = $1 THEN email_folded ELSE $7 END \
     WHERE account_id = $8 AND id = $9",
);

/// Answers a row when the ended walk is of that version and not counted yet. The writer is alone, so it stays so
/// until it has written.
pub const UNFOLDED_WALK: Text = Text::of_sqlite(
    "SELECT CAST(1 AS bigint) AS written FROM walk_sessions \
     WHERE account_id = $1 AND flow_id = $2 AND flow_version = $3 AND id = $4 AND status <> 'active' AND NOT folded",
);

/// Writes nothing when the statistics have another revision than `$4`.
pub const PUT_FLOW_STATS: Text = Text::of_sqlite(
    "INSERT INTO flow_stats (account_id, flow_id, version, revision, stats) SELECT $1, $2, $3, $4 + 1, $5 \
     WHERE $4 = coalesce((SELECT revision FROM flow_stats WHERE account_id = $1 AND flow_id = $2 AND version = $3), 0) \
     ON CONFLICT (account_id, flow_id, version) DO UPDATE SET revision = excluded.revision, stats = excluded.stats",
);

pub const MARK_FOLDED: Text = Text::of_sqlite("UPDATE walk_sessions SET folded = 1 WHERE account_id = $1 AND id = $2");

/// Answers no row when the account has a flow of that id.
pub const INSERT_FLOW: Text = Text::of_sqlite(
    "INSERT INTO flows (account_id, id, name, status, tree) VALUES ($1, $2, $3, $4, 'authored') \
     ON CONFLICT (account_id, id) DO NOTHING RETURNING id",
);

pub const INSERT_AUTHORED: Text = Text::of_sqlite(
    "INSERT INTO authored_flows \
     (account_id, flow_id, draft, draft_restored_from, draft_edited_by_user_id, draft_edited_at, latest_version, \
      latest_name, latest_fingerprint, revision, updated_at, created_by_user_id, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
);

/// Answers no row when the revision is not `$12`.
pub const UPDATE_AUTHORED: Text = Text::of_sqlite(
    "UPDATE authored_flows SET draft = $1, draft_restored_from = $2, draft_edited_by_user_id = $3, \
      draft_edited_at = $4, latest_version = $5, latest_name = $6, latest_fingerprint = $7, revision = $8, \
      updated_at = $9 WHERE account_id = $10 AND flow_id = $11 AND revision = $12 RETURNING flow_id AS id",
);

pub const UPDATE_FLOW: Text =
    Text::of_sqlite("UPDATE flows SET name = $1, status = $2 WHERE account_id = $3 AND id = $4");

pub const COUNT_CHANGE: Text = Text::of_sqlite("UPDATE accounts SET flows_mark = flows_mark + 1 WHERE id = $1");

pub const INSERT_VERSION: Text = Text::of_sqlite(
    "INSERT INTO flow_versions (account_id, flow_id, number, tree, pins, published_by_user_id, published_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7)",
);

/// All of these.
pub const ALL: &[Text] = &[
    ACCOUNTS,
    UPDATE_SESSION,
    INSERT_SESSION,
    INSERT_EVENT,
    PUT_NOTES,
    UPDATE_TICKET,
    VALIDATE_PROPOSAL,
    INSERT_TICKET,
    OPEN_TICKET,
    DIRECTORY_VERSION,
    INSERT_USER_EVENT,
    INSERT_USER,
    UPDATE_USER,
    WALKABLE_FLOW,
    WALKABLE_PROPOSAL,
    UNFOLDED_WALK,
    PUT_FLOW_STATS,
    MARK_FOLDED,
    INSERT_FLOW,
    INSERT_AUTHORED,
    UPDATE_AUTHORED,
    UPDATE_FLOW,
    COUNT_CHANGE,
    INSERT_VERSION,
];
