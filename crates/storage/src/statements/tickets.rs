//! Reading tickets.

use super::text::Text;

/// True of every ticket. The indexes of the queue's order are partial by it, so that no look-up by id can take one of
/// them for the primary key: on a table without statistics they look alike.
macro_rules! in_order {
    () => {
        " AND status <> ''"
    };
}

/// True of every session, for the index of a ticket's sessions in their order.
macro_rules! sessions_in_order {
    ($session:literal) => {
        concat!(" AND ", $session, ".ticket_kind <> ''")
    };
}

/// A ticket with its sessions, newest first; one without any comes back as one row without a session.
pub const TICKET: Text = walled!(
    "SELECT t.account_id AS t_account_id, t.id AS t_id, t.created_by_user_id AS t_created_by_user_id, \
      t.problem_statement AS t_problem_statement, t.customer_name AS t_customer_name, \
      t.customer_contact AS t_customer_contact, t.status AS t_status, t.created_at AS t_created_at, \
      t.updated_at AS t_updated_at, ",
    session_columns!("s."),
    " FROM tickets t LEFT JOIN walk_sessions s ON s.account_id = t.account_id AND s.ticket_id = t.id",
    sessions_in_order!("s"),
    " WHERE t.account_id = $1 AND t.id = $2 AND ", gate "$1", " ORDER BY s.started_at DESC, s.id DESC"
);

/// A page of the queue with each ticket's newest session, joined by `$newest`; `$gate` stands with the account,
/// `$filter` is the condition, `$limit` the last parameter.
///
/// The page is cut first, so that sessions are looked up for its rows only.
macro_rules! queue_page {
    ($newest:expr, $gate:expr, $filter:expr, $limit:literal) => {
        concat!(
            "SELECT t.id AS ticket_id, t.problem_statement AS problem_statement, t.customer_name AS customer_name, \
              t.status AS status, t.created_at AS created_at, s.id AS session_id, s.status AS session_status, \
              s.created_by_user_id AS session_created_by_user_id, s.last_step_at AS last_step_at \
             FROM (SELECT account_id, id, problem_statement, customer_name, status, created_at FROM tickets \
              WHERE account_id = $1 AND ",
            $gate,
            $filter,
            " ORDER BY created_at DESC, id DESC LIMIT ",
            $limit,
            ") t LEFT JOIN ",
            $newest,
            " ORDER BY t.created_at DESC, t.id DESC"
        )
    };
}

/// The queue's four questions.
pub struct Queue {
    pub all: Text,
    pub after: Text,
    pub of_status: Text,
    pub of_status_after: Text,
}

macro_rules! queue {
    ($of:ident, $newest:expr, $gate:expr, $order:expr) => {
        Queue {
            all: Text::$of(queue_page!($newest, $gate, $order, "$2")),
            after: Text::$of(queue_page!($newest, $gate, concat!(" AND (created_at, id) < ($2, $3)", $order), "$4")),
            of_status: Text::$of(queue_page!($newest, $gate, concat!(" AND status = $2", $order), "$3")),
            of_status_after: Text::$of(queue_page!(
                $newest,
                $gate,
                concat!(" AND status = $2 AND (created_at, id) < ($3, $4)", $order),
                "$5"
            )),
        }
    };
}

/// On Postgres the newest session is looked up row by row: of the other form its planner may make a hash join, which
/// reads all sessions. No index but the one in its order serves both the ticket and the order; with one for the ticket
/// alone a planner without statistics reads the whole account for each row, to combine it with the primary key's.
pub const QUEUE_OF_POSTGRES: Queue = queue!(
    of_postgres,
    concat!(
        "LATERAL (SELECT w.id, w.status, w.created_by_user_id, w.last_step_at FROM walk_sessions w \
          WHERE w.account_id = t.account_id AND w.ticket_id = t.id",
        sessions_in_order!("w"),
        " AND ",
        gate!("$1"),
        " ORDER BY w.started_at DESC, w.id DESC LIMIT 1) s ON true"
    ),
    gate!("$1"),
    in_order!()
);

/// SQLite has no LATERAL, and no hash join either.
pub const QUEUE_OF_SQLITE: Queue = queue!(
    of_sqlite,
    "walk_sessions s ON s.account_id = t.account_id AND s.id = \
      (SELECT w.id FROM walk_sessions w WHERE w.account_id = t.account_id AND w.ticket_id = t.id \
       ORDER BY w.started_at DESC, w.id DESC LIMIT 1)",
    "true",
    ""
);

/// All of these.
pub const ALL: &[Text] = &[
    TICKET,
    QUEUE_OF_POSTGRES.all,
    QUEUE_OF_POSTGRES.after,
    QUEUE_OF_POSTGRES.of_status,
    QUEUE_OF_POSTGRES.of_status_after,
    QUEUE_OF_SQLITE.all,
    QUEUE_OF_SQLITE.after,
    QUEUE_OF_SQLITE.of_status,
    QUEUE_OF_SQLITE.of_status_after,
];
