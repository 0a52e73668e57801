//! The writes of the one write path on Postgres: one statement each, so that they are atomic without a transaction
//! around them and a dropped request leaves nothing open.
//!
//! The final SELECT compares the rows written with the rows expected, and raises an error inside the statement when
//! they differ, by a cast that fails with the numbers in its message.

use super::text::Text;

/// Parameters in a row: `$1, $2`.
macro_rules! list {
    ($first:literal $(, $n:literal)*) => { concat!($first $(, ", ", $n)*) };
}

/// Puts in the events, given as six arrays, for the row that the CTE `$of` returned; `$account` is the parameter of
/// the gate.
macro_rules! insert_events {
    ($of:literal, $account:literal, $($n:literal),+) => {
        concat!(
            "INSERT INTO session_events (account_id, session_id, seq, kind, data, actor_user_id, acting_as, at) \
             SELECT o.account_id, o.id, e.seq, e.kind, e.data, e.actor_user_id, e.acting_as, e.at FROM ", $of,
            " o CROSS JOIN unnest(", list!($($n),+),
            ") AS e (seq, kind, data, actor_user_id, acting_as, at) WHERE ", gate!($account), " RETURNING 1"
        )
    };
}

/// What every save ends with: one row if the CTE `$saved` returned one, else none. An error if `$written` is not
/// `$expected`. The OFFSET keeps the planner from counting anew at each mention.
macro_rules! all_or_nothing {
    ($saved:literal, $written:expr, $expected:literal) => {
        concat!(
            " SELECT CASE WHEN w.written = ",
            $expected,
            " THEN w.written ELSE CAST('incomplete: ' || w.written || ' of ' || ",
            $expected,
            " || ' rows' AS bigint) END AS written FROM (SELECT ",
            $written,
            " AS written OFFSET 0) w WHERE EXISTS (SELECT 1 FROM ",
            $saved,
            ")"
        )
    };
}

/// A save: the session's row, the events, and what `$more` writes beside them. `$rows` is how many rows are written
/// beside the session's. No row comes back when the version is another.
macro_rules! save {
    (
        $more:ident, $account:literal, $rows:literal, $seqs:literal, $kinds:literal, $data:literal, $actors:literal,
        $acting:literal, $times:literal, $($rest:literal),+
    ) => {
        concat!(
            "WITH saved AS (",
            update_session!(gate!($account)),
            "), events AS (",
            insert_events!("saved", $account, $seqs, $kinds, $data, $actors, $acting, $times),
            ")",
            $more!(write $account, $($rest),+),
            all_or_nothing!("saved", concat!("(SELECT count(*) FROM events)", $more!(count)), $rows)
        )
    };
}

macro_rules! nothing_more {
    (write $($unused:literal),+) => {
        ""
    };
    (count) => {
        ""
    };
}

/// Notes, ticket and proposal, each if there is a value for it.
///
/// Ticket and proposal are looked up by what `saved` returned, and not joined with it: a join could begin at the
/// other end, and on a table without statistics it would, through the whole account.
macro_rules! notes_ticket_proposal {
    (write $account:literal, $notes:literal, $status:literal, $time:literal, $proposal:literal) => {
        concat!(
            ", notes AS (INSERT INTO session_notes (account_id, session_id, notes) SELECT account_id, id, ",
            $notes,
            " FROM saved WHERE ",
            $notes,
            " IS NOT NULL AND ",
            gate!($account),
            " ON CONFLICT (account_id, session_id) DO UPDATE SET notes = excluded.notes RETURNING 1), \
             ticket AS (UPDATE tickets t SET status = ",
            $status,
            ", updated_at = ",
            $time,
            " WHERE t.account_id = ",
            $account,
            " AND t.id = (SELECT ticket_id FROM saved) AND ",
            $status,
            " IS NOT NULL AND ",
            gate!($account),
            " RETURNING 1), \
             proposal AS (UPDATE flow_proposals p SET validated_by_outcome = true WHERE p.account_id = ",
            $account,
            " AND p.id = ",
            $proposal,
            " AND ",
            $proposal,
            " IS NOT NULL AND EXISTS (SELECT 1 FROM saved) AND ",
            gate!($account),
            " RETURNING 1)"
        )
    };
    (count) => {
        " + (SELECT count(*) FROM notes) + (SELECT count(*) FROM ticket) + (SELECT count(*) FROM proposal)"
    };
}

/// The save of a session and its events alone, which a step is. Postgres gets every part of a statement ready, needed
/// or not: without what only the other saves bring, a step takes a tenth less of it.
pub const SAVE_STEP: Text = Text::of_postgres(after_updated!(save!(nothing_more,)));

/// The save of whatever a command can bring.
pub const SAVE: Text = Text::of_postgres(after_updated!(save!(notes_ticket_proposal,)));

/// Whether what is walked can be: `$7` the kind, `$8` the flow, `$9` the proposal. A flow whose tree is known is
/// walked by a version of it, `$10`, any other without.
macro_rules! target {
    () => {
        concat!(
            "SELECT CASE $7 WHEN 'flow' THEN EXISTS (SELECT 1 FROM flows f \
               WHERE f.account_id = $1 AND f.id = $8 AND f.status = 'published' \
                AND (f.tree = 'external') = ($10 IS NULL) AND ",
            gate!("$1"),
            ") WHEN 'proposal' THEN EXISTS (SELECT 1 FROM flow_proposals p WHERE p.account_id = $1 AND p.id = $9 AND ",
            gate!("$1"),
            ") ELSE true END AS found"
        )
    };
}

/// A new session: its ticket, its row and its events, `$count` in number, and what came of it.
macro_rules! create {
    (
        $ticket:ident, $count:literal, $seqs:literal, $kinds:literal, $data:literal, $actors:literal, $acting:literal,
        $times:literal, $($rest:literal),+
    ) => {
        concat!(
            "WITH target AS MATERIALIZED (",
            target!(),
            "), ticket AS (",
            $ticket!($($rest),+),
            "), created AS (",
            insert_session!(concat!(" FROM ticket WHERE ", gate!("$1"))),
            " RETURNING account_id, id), \
             events AS (",
            insert_events!("created", "$1", $seqs, $kinds, $data, $actors, $acting, $times),
            ") \
             SELECT target.found AS target_found, g.tickets > 0 AS ticket_open, \
              CASE WHEN g.tickets = 0 OR g.events = ",
            $count,
            " THEN g.events ELSE CAST('incomplete: ' || g.events || ' of ' || ",
            $count,
            " || ' rows' AS bigint) END AS written \
             FROM target CROSS JOIN (SELECT (SELECT count(*) FROM ticket) AS tickets, \
              (SELECT count(*) FROM events) AS events OFFSET 0) g"
        )
    };
}

/// Puts in the ticket `$5`.
macro_rules! new_ticket {
    ($($n:literal),+) => {
        concat!(
            "INSERT INTO tickets (account_id, id, created_by_user_id, problem_statement, customer_name, \
              customer_contact, status, created_at, updated_at) SELECT $1, $5, ",
            list!($($n),+),
            " FROM target WHERE found AND ",
            gate!("$1"),
            " RETURNING id"
        )
    };
}

/// Looks the ticket `$5` up, which must be open, and locks its row, so that its status is looked at as it is then.
/// Compared by what no index can: on a table without statistics the index by status would pass for as good as the
/// primary key.
macro_rules! open_ticket {
    ($($unused:literal),+) => {
        concat!(
            "SELECT t.id FROM tickets t WHERE t.account_id = $1 AND t.id = $5 \
              AND t.status IS NOT DISTINCT FROM 'open' AND (SELECT found FROM target) AND ",
            gate!("$1"),
            " FOR NO KEY UPDATE"
        )
    };
}

/// A new session on a new ticket.
pub const CREATE_WITH_TICKET: Text = Text::of_postgres(after_inserted!(create!(new_ticket,)));

/// A new session on a ticket that is there.
pub const CREATE_ON_TICKET: Text = Text::of_postgres(after_inserted!(create!(open_ticket,)));

/// The event of a change of users, `$1` to `$7`, is put in if the account's directory has the version before its seq;
/// of two at once the second finds the seq taken once the first is committed. Nothing else is written without it.
macro_rules! save_user {
    ($write:literal) => {
        concat!(
            "WITH event AS (\
              INSERT INTO user_events (account_id, seq, user_id, kind, data, actor_user_id, at) \
              SELECT $1, $2, $3, $4, $5, $6, $7 \
              WHERE $2 - 1 = (SELECT coalesce(max(n.seq), 0) FROM user_events n WHERE n.account_id = $1 AND ",
            gate!("$1"),
            ") AND ",
            gate!("$1"),
            " ON CONFLICT (account_id, seq) DO NOTHING RETURNING account_id), \
             written AS (",
            $write,
            gate!("$1"),
            " RETURNING 1)",
            all_or_nothing!("event", "(SELECT count(*) FROM written)", "1")
        )
    };
}

/// Makes a user, `$8` to `$14`. No row comes back when the directory's version is another.
pub const CREATE_USER: Text = Text::of_postgres(save_user!(
    "INSERT INTO users (account_id, id, email, account_role, can_cover_l1, active, issuer, subject, email_folded) \
     SELECT $1, $3, $8, $9, $10, $11, $12, $13, $14 FROM event WHERE "
));

/// Changes a user to `$8` to `$14`. No row comes back when the directory's version is another. An address that stays is
/// not folded anew: another user from before may stand for it.
pub const CHANGE_USER: Text = Text::of_postgres(save_user!(
    "UPDATE users u SET email = $8, account_role = $9, can_cover_l1 = $10, active = $11, issuer = $12, subject = $13, \
      email_folded = CASE WHEN u.email = $8 THEN u.email_folded ELSE $14 END \
     FROM event WHERE u.account_id = $1 AND u.id = $3 AND "
));

/// Statistics that count the walks `$7`, `$6` in number. No row comes back when they have another revision than `$4`,
/// or when one of the walks is counted already.
///
/// Whoever waits for the statistics' row has an older snapshot than whoever held it: so the revision is compared once
/// more there, under the lock, and what the snapshot shows of the walks is then as they are. Walks are marked under
/// that lock alone, so two that mark the same ones never wait for each other crosswise. They are looked up by what
/// the partial index does not know: on a table without statistics it would pass for as good as the primary key.
pub const SAVE_FOLD: Text = Text::of_postgres(concat!(
    "WITH kept AS (INSERT INTO flow_stats (account_id, flow_id, version, revision, stats) \
      SELECT $1, $2, $3, $4 + 1, $5 WHERE $6 = (SELECT count(*) FROM walk_sessions s \
       WHERE s.account_id = $1 AND s.id = ANY ($7) AND s.flow_id = $2 AND s.flow_version = $3 \
       AND s.status IS DISTINCT FROM 'active' AND NOT s.folded AND ",
    gate!("$1"),
    ") AND $4 = coalesce((SELECT f.revision FROM flow_stats f \
       WHERE f.account_id = $1 AND f.flow_id = $2 AND f.version = $3 AND ",
    gate!("$1"),
    "), 0) AND ",
    gate!("$1"),
    " ON CONFLICT (account_id, flow_id, version) DO UPDATE SET revision = excluded.revision, stats = excluded.stats \
       WHERE flow_stats.revision = $4 RETURNING 1), \
     marked AS (UPDATE walk_sessions w SET folded = true \
      WHERE w.account_id = $1 AND w.id = ANY ($7) AND EXISTS (SELECT 1 FROM kept) AND ",
    gate!("$1"),
    " RETURNING 1)",
    all_or_nothing!("kept", "(SELECT count(*) FROM marked)", "$6")
));

/// Counts a change of the account's flows, if the CTE `authored` returned a row.
macro_rules! count_change {
    () => {
        concat!(
            "mark AS (UPDATE accounts SET flows_mark = flows_mark + 1 \
              WHERE id = $1 AND EXISTS (SELECT 1 FROM authored) AND ",
            gate!("$1"),
            " RETURNING 1)"
        )
    };
}

/// Makes an authored flow: `$3` and `$4` its name and status, from `$5` its draft and the rest. No row comes back
/// when the account has a flow of that id.
pub const CREATE_FLOW: Text = Text::of_postgres(concat!(
    "WITH flow AS (INSERT INTO flows (account_id, id, name, status, tree) SELECT $1, $2, $3, $4, 'authored' WHERE ",
    gate!("$1"),
    " ON CONFLICT (account_id, id) DO NOTHING RETURNING account_id, id), \
     authored AS (INSERT INTO authored_flows \
       (account_id, flow_id, draft, draft_restored_from, draft_edited_by_user_id, \
      draft_edited_at, latest_version, latest_name, latest_fingerprint, revision, updated_at, created_by_user_id, \
      created_at) \
      SELECT account_id, id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 FROM flow WHERE ",
    gate!("$1"),
    " RETURNING 1), ",
    count_change!(),
    // Not the mark: where there is no account, the foreign key is to say so.
    all_or_nothing!("flow", "(SELECT count(*) FROM authored)", "1")
));

/// Changes an authored flow, whose revision must still be `$14`: `$15` how many rows beside its own that writes, from
/// `$16` the version that is published with it, if one is. No row comes back when the revision is another.
pub const CHANGE_FLOW: Text = Text::of_postgres(concat!(
    "WITH authored AS (UPDATE authored_flows SET draft = $5, draft_restored_from = $6, draft_edited_by_user_id = $7, \
      draft_edited_at = $8, latest_version = $9, latest_name = $10, latest_fingerprint = $11, revision = $12, \
      updated_at = $13 WHERE account_id = $1 AND flow_id = $2 AND revision = $14 AND ",
    gate!("$1"),
    " RETURNING account_id, flow_id), \
     flow AS (UPDATE flows f SET name = $3, status = $4 \
      WHERE f.account_id = $1 AND f.id = (SELECT flow_id FROM authored) AND ",
    gate!("$1"),
    " RETURNING 1), \
     version AS (INSERT INTO flow_versions \
       (account_id, flow_id, number, tree, pins, published_by_user_id, published_at) \
      SELECT account_id, flow_id, $16, $17, $18, $19, $20 FROM authored WHERE $16 IS NOT NULL AND ",
    gate!("$1"),
    " RETURNING 1), ",
    count_change!(),
    all_or_nothing!(
        "authored",
        "(SELECT count(*) FROM flow) + (SELECT count(*) FROM version) + (SELECT count(*) FROM mark)",
        "$15"
    )
));

/// All of these.
pub const ALL: &[Text] = &[
    SAVE,
    SAVE_STEP,
    SAVE_FOLD,
    CREATE_WITH_TICKET,
    CREATE_ON_TICKET,
    CREATE_USER,
    CHANGE_USER,
    CREATE_FLOW,
    CHANGE_FLOW,
];
