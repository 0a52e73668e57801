//! The statements that a live call leans on, with values that find something in a filled database.

use firstline_storage::statements::tickets::QUEUE_OF_POSTGRES;
use firstline_storage::statements::{Text, Wall, directory, flow_stats, flows, postgres, sessions, tickets, users};

/// Fills a database so that reading a table whole costs more than an index: 6,000 calls in 2 accounts.
pub const FILL: &str = "
    INSERT INTO accounts SELECT md5('a' || n)::uuid, 'a' FROM generate_series(1, 1000) n;
    INSERT INTO users SELECT md5('a' || n % 2 + 1)::uuid, md5('u' || n)::uuid, 'u' || n,
      CASE n % 100 WHEN 3 THEN 'owner' ELSE 'l1_tech' END, false, true
      FROM generate_series(0, 1999) n;
    INSERT INTO user_events SELECT account_id, row_number() OVER (PARTITION BY account_id ORDER BY email), id,
      'user_created', '{}', NULL, 'epoch' FROM users;
    INSERT INTO flows SELECT md5('a' || n % 2 + 1)::uuid, md5('f' || n)::uuid, 'f', 'published', 'external'
      FROM generate_series(0, 1999) n;
    UPDATE flows SET tree = 'authored', status = (ARRAY['published', 'archived'])[get_byte(uuid_send(id), 0) % 2 + 1]
      WHERE id IN (SELECT md5('f' || n)::uuid FROM generate_series(1000, 1999) n);
    INSERT INTO authored_flows SELECT account_id, id, '{}', NULL, md5('u1')::uuid, 'epoch', 3, 'f', repeat('0', 64), 4,
      md5('u1')::uuid, 'epoch', 'epoch' FROM flows WHERE tree = 'authored';
    INSERT INTO flow_versions SELECT account_id, flow_id, n, '{}', '{}', md5('u1')::uuid, 'epoch'
      FROM authored_flows, generate_series(1, 3) n;
    INSERT INTO flow_proposals SELECT md5('a' || n % 2 + 1)::uuid, md5('p' || n)::uuid, 'p', false
      FROM generate_series(0, 1999) n;
    INSERT INTO tickets SELECT md5('a' || n % 2 + 1)::uuid, md5('t' || n)::uuid, md5('u' || n % 40)::uuid,
      'x', NULL, NULL,
      (ARRAY['open', 'walking', 'resolved', 'escalated'])[n % 4 + 1], 'epoch'::timestamptz + n * interval '1 s',
      'epoch'::timestamptz + n * interval '1 s' FROM generate_series(40, 6039) n;
    INSERT INTO walk_sessions (account_id, id, created_by_user_id, ticket_id, ticket_kind, session_kind,
      current_node_id, flow_id, flow_version, next_node_id, folded, status, abandoned_at, started_at, last_step_at,
      version, step_count, step_bytes, notes_count, notes_bytes, notes_sha256)
      SELECT account_id, md5('s' || id)::uuid, created_by_user_id, id, 'internal', 'flow', 'n',
      md5('f' || CASE WHEN guided THEN 1000 + n % 1000 ELSE n % 2000 END)::uuid,
      CASE WHEN guided THEN 1 END, CASE WHEN guided THEN 'n' END,
      guided AND n % 40 <> 3,
      CASE WHEN status = 'walking' THEN 'active' ELSE 'abandoned' END,
      CASE WHEN status = 'walking' THEN NULL ELSE created_at END, created_at, created_at, 5, 4, 9, 0, 2, repeat('0', 64)
      FROM tickets CROSS JOIN LATERAL (SELECT status <> 'walking', extract(epoch FROM created_at)::int) g (guided, n);
    INSERT INTO session_events SELECT s.account_id, s.id, n, CASE n WHEN 1 THEN 'started' ELSE 'step_recorded' END,
      '{}', NULL, NULL, s.started_at FROM walk_sessions s, generate_series(1, 5) n;
    INSERT INTO session_notes SELECT account_id, id, '[]' FROM walk_sessions;
    INSERT INTO flow_stats SELECT account_id, id, 1, 3, '{}' FROM flows;
    ANALYZE";

/// Fills it likewise, without statistics.
pub fn load() -> &'static str {
    FILL.strip_suffix("ANALYZE").unwrap()
}

/// The account with the even numbers and the one with the odd ones, each with things of its own.
const EVEN: &str = "md5('a1')::uuid";
pub const ODD: &str = "md5('a2')::uuid";
const USER: &str = "md5('u1')::uuid";
const TICKET: &str = "md5('t41')::uuid";
const SESSION: &str = "md5('s' || md5('t41')::uuid)::uuid";
const FLOW: &str = "md5('f41')::uuid";
const COUNTED_FLOW: &str = "md5('f1043')::uuid";
const AUTHORED: &str = "md5('f1041')::uuid";
const PROPOSAL: &str = "md5('p41')::uuid";
const NONE: &str = "'00000000-0000-0000-0000-000000000000'::uuid";
const NEW: &str = "md5('new')::uuid";
const AT: &str = "timestamptz '2020-01-01'";
const LATER: &str = "timestamptz '2030-01-01'";

/// A statement and the values that its parameters take.
pub struct Hot {
    pub name: &'static str,
    pub text: Text,
    pub values: Vec<&'static str>,
}

impl Hot {
    /// Whether it writes.
    pub fn writes(&self) -> bool {
        ["save", "create"].iter().any(|verb| self.name.starts_with(verb))
    }

    /// SQL that prepares it as `q`.
    pub fn prepare(&self) -> String {
        self.prepare_as(self.text.postgres)
    }

    /// SQL that prepares `text` as `q` with its parameters.
    pub fn prepare_as(&self, text: &str) -> String {
        let types: Vec<_> = self.values.iter().map(|value| type_of(value)).collect();
        format!("PREPARE q ({}) AS {text}", types.join(", "))
    }

    /// SQL that runs `q`.
    pub fn execute(&self) -> String {
        format!("EXECUTE q ({})", self.values.join(", "))
    }

    /// The login that runs it in production.
    pub fn login(&self, url: &str) -> String {
        match self.text.wall {
            Wall::Account => url.to_owned(),
            Wall::Lookup => url.replacen('@', "_lookup@", 1),
        }
    }
}

pub fn hot() -> Vec<Hot> {
    let read = |name, text, values: &[&'static str]| Hot { name, text, values: values.to_vec() };
    vec![
        read("user", directory::USER, &[USER]),
        read("user by email", directory::USER_BY_EMAIL, &[ODD, "'u1'::text", "'u1'::text"]),
        read("roster", users::ROSTER, &[ODD, USER, USER]),
        read("user of account", users::USER_OF, &[ODD, USER]),
        read("users", users::USERS, &[ODD, USER, "'l1_tech'::text", "true::boolean", "51::bigint"]),
        read("events of user", users::USER_EVENTS, &[ODD, USER, "0::bigint", "51::bigint"]),
        read("flow", flows::FLOW, &[ODD, FLOW]),
        read("flows", flows::FLOWS, &[ODD, USER, "'published'::text", "51::bigint"]),
        read("walkable", flows::WALKABLE, &[ODD, FLOW]),
        read("authored flow", flows::AUTHORED, &[ODD, AUTHORED]),
        read("published", flows::PUBLISHED, &[ODD]),
        read("flow version", flows::VERSION, &[ODD, AUTHORED, "2::bigint"]),
        read("flow versions", flows::VERSIONS, &[ODD, AUTHORED, "3::bigint", "51::bigint"]),
        read("proposal", flows::PROPOSAL, &[ODD, PROPOSAL]),
        read("session", sessions::SESSION, &[ODD, SESSION]),
        read("active", sessions::ACTIVE, &["262144::bigint", ODD, USER, "20::bigint"]),
        read("events", sessions::EVENTS, &["0::bigint", ODD, SESSION, "1000::bigint"]),
        read("step marks", sessions::STEP_MARKS, &[ODD, SESSION]),
        read("idle", sessions::IDLE, &[AT, "200::bigint"]),
        read("idle after", sessions::IDLE_AFTER, &[AT, "'epoch'::timestamptz", SESSION, "200::bigint"]),
        read("ticket", tickets::TICKET, &[ODD, TICKET]),
        read("queue", QUEUE_OF_POSTGRES.all, &[ODD, "51::bigint"]),
        read("queue after", QUEUE_OF_POSTGRES.after, &[ODD, LATER, TICKET, "51::bigint"]),
        read("queue of status", QUEUE_OF_POSTGRES.of_status, &[ODD, "'walking'::text", "51::bigint"]),
        read(
            "queue of status after",
            QUEUE_OF_POSTGRES.of_status_after,
            &[ODD, "'walking'::text", LATER, TICKET, "51::bigint"],
        ),
        read("unfolded after", flow_stats::UNFOLDED_AFTER, &[ODD, NONE, AT, SESSION, "200::bigint"]),
        read("pending walks", flow_stats::PENDING_WALKS, &[ODD, COUNTED_FLOW, "1000::bigint"]),
        read(
            "flow stats",
            flow_stats::FLOW_STATS,
            &[ODD, COUNTED_FLOW, "1::bigint", "4294967295::bigint", "11::bigint"],
        ),
        Hot { name: "save step", text: postgres::SAVE_STEP, values: step("1::bigint") },
        Hot { name: "save", text: postgres::SAVE, values: save() },
        Hot { name: "save fold", text: postgres::SAVE_FOLD, values: save_fold() },
        Hot { name: "save new user", text: postgres::CREATE_USER, values: save_user(NEW, "'user_created'::text") },
        Hot { name: "save user", text: postgres::CHANGE_USER, values: save_user(USER, "'user_changed'::text") },
        Hot { name: "save new flow", text: postgres::CREATE_FLOW, values: new_flow() },
        Hot { name: "save flow", text: postgres::CHANGE_FLOW, values: changed_flow() },
        Hot { name: "create with ticket", text: postgres::CREATE_WITH_TICKET, values: create_with_ticket() },
        Hot { name: "create on ticket", text: postgres::CREATE_ON_TICKET, values: create_on_ticket() },
    ]
}

fn events(seq: &'static str, kind: &'static str) -> Vec<&'static str> {
    vec![seq, kind, "ARRAY['{}']", "ARRAY[NULL]::uuid[]", "ARRAY[NULL]::text[]", "ARRAY[now()]"]
}

/// A step, with how many rows beside the session's.
fn step(rows: &'static str) -> Vec<&'static str> {
    [
        vec![
            "'n'::text",
            "NULL::text",
            "'active'::text",
            "NULL::boolean",
            "NULL::text",
            "NULL::text",
            "NULL::text",
            AT,
        ],
        vec!["NULL::timestamptz"; 3],
        vec!["6::bigint", "5::bigint", "0::bigint", "9::bigint", "0::bigint", "2::bigint", "repeat('0', 64)"],
        vec![ODD, SESSION, "5::bigint", rows],
        events("ARRAY[6]::bigint[]", "ARRAY['step_recorded']"),
    ]
    .concat()
}

/// The same with notes, moving its ticket and validating a proposal: four rows beside the session's.
fn save() -> Vec<&'static str> {
    [step("4::bigint"), vec!["'[1]'::text", "'escalated'::text", AT, PROPOSAL]].concat()
}

/// One walk more, added to what is kept.
fn save_fold() -> Vec<&'static str> {
    let walks = "ARRAY[md5('s' || md5('t43')::uuid)::uuid]";
    vec![ODD, COUNTED_FLOW, "1::bigint", "3::bigint", "'{\"more\":1}'::text", "1::bigint", walks]
}

fn flow(id: &'static str, revision: &'static str) -> Vec<&'static str> {
    vec![
        ODD,
        id,
        "'x'::text",
        "'published'::text",
        "'{}'::text",
        "2::bigint",
        USER,
        AT,
        "4::bigint",
        "'x'::text",
        "repeat('1', 64)",
        revision,
        AT,
    ]
}

fn new_flow() -> Vec<&'static str> {
    [flow(NEW, "1::bigint"), vec![USER, AT]].concat()
}

/// With a version: two rows beside the flow's own.
fn changed_flow() -> Vec<&'static str> {
    [flow(AUTHORED, "5::bigint"), vec!["4::bigint", "3::bigint", "4::bigint", "'{}'::text", "'{}'::text", USER, AT]]
        .concat()
}

fn save_user(user: &'static str, kind: &'static str) -> Vec<&'static str> {
    [
        vec![ODD, "1001::bigint", user, kind, "'{}'::text", "md5('u3')::uuid", AT],
        vec!["'x'::text", "'admin'::text", "true::boolean", "true::boolean", "'i'::text", "'s'::text", "'x'::text"],
    ]
    .concat()
}

fn create(account: &'static str, user: &'static str, ticket: &'static str, flow: &'static str) -> Vec<&'static str> {
    [
        vec![account, NEW, user, "NULL::text", ticket, "'internal'::text", "'flow'::text", flow, "NULL::uuid"],
        vec!["NULL::bigint", "NULL::text", "NULL::text"],
        vec!["'active'::text", "NULL::boolean", "NULL::text", "NULL::text", "NULL::text", AT, AT],
        vec!["NULL::timestamptz"; 3],
        vec!["1::bigint", "0::bigint", "0::bigint", "0::bigint", "0::bigint", "2::bigint", "repeat('0', 64)"],
        vec!["1::bigint"],
        events("ARRAY[1]::bigint[]", "ARRAY['started']"),
    ]
    .concat()
}

fn create_with_ticket() -> Vec<&'static str> {
    [create(ODD, USER, NEW, FLOW), vec![USER, "'x'::text", "NULL::text", "NULL::text", "'open'::text", AT, AT]].concat()
}

/// The account with the even numbers has the open tickets.
fn create_on_ticket() -> Vec<&'static str> {
    create(EVEN, "md5('u0')::uuid", "md5('t40')::uuid", "md5('f40')::uuid")
}

fn type_of(value: &str) -> &'static str {
    match value {
        "ARRAY[NULL]::uuid[]" => "uuid[]",
        "ARRAY[now()]" => "timestamptz[]",
        value if value.ends_with("::bigint[]") => "bigint[]",
        value if value.starts_with("ARRAY") && value.ends_with("::uuid]") => "uuid[]",
        value if value.starts_with("ARRAY") => "text[]",
        value if value.ends_with("::uuid") => "uuid",
        value if value.contains("timestamptz") => "timestamptz",
        value if value.contains("boolean") => "boolean",
        value if value.contains("bigint") => "bigint",
        _ => "text",
    }
}
