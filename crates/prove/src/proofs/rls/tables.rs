//! The tables with an account, as the catalogue has them, and rows of them to attack with.

use serde_json::Value;
use uuid::Uuid;

use crate::report::Report;
use crate::sql::{Ran, Sql};
use crate::world::World;

/// A table with an account.
pub(super) struct Table {
    pub(super) name: String,
    /// The column that holds the account.
    pub(super) account: String,
    pub(super) columns: Vec<String>,
    /// A row of the other account, and one of ours.
    pub(super) theirs: Value,
    pub(super) ours: Value,
}

/// Puts rows of both accounts into what calling the service has left empty.
pub(super) fn fill(world: &World) {
    for account in [&world.ours, &world.theirs] {
        world.database.run_sql(&format!(
            "INSERT INTO user_events SELECT '{0}', 1, '{1}', 'user_created', '{{\"email\": \"{2}\"}}', NULL, now() \
             WHERE NOT EXISTS (SELECT FROM user_events WHERE account_id = '{0}')",
            account.id,
            account.technician().user,
            account.marker
        ));
        world.database.run_sql(&format!(
            "INSERT INTO flow_stats SELECT '{0}', '{1}', 1, 1, '{{\"words\": \"{2}\"}}' \
             WHERE NOT EXISTS (SELECT FROM flow_stats WHERE account_id = '{0}')",
            account.id, account.flow, account.marker
        ));
        // The same id in both accounts: each has a flow of its own by it.
        world.database.run_sql(&format!(
            "INSERT INTO flows VALUES ('{0}', '{2}', '{1}', 'published', 'authored'); \
             INSERT INTO authored_flows SELECT '{0}', '{2}', '{1}', NULL, '{3}', now(), 1, '{1}', repeat('0', 64), 2, '{3}', \
              now(), now(); \
             INSERT INTO flow_versions SELECT '{0}', '{2}', 1, '{1}', '{{}}', '{3}', now()",
            account.id,
            account.marker,
            Uuid::from_u128(1),
            account.technician().user
        ));
    }
}

/// Every table with an account. One without rows of both accounts is a finding: what is attacked empty proves nothing.
pub(super) fn walled(superuser: &Sql, world: &World, report: &Report) -> Vec<Table> {
    let sql = "SELECT c.relname, a.attname, (SELECT string_agg(o.attname, ',' ORDER BY o.attnum) FROM pg_attribute o \
         WHERE o.attrelid = c.oid AND o.attnum > 0 AND NOT o.attisdropped) \
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
          AND a.attname = CASE c.relname WHEN 'accounts' THEN 'id' ELSE 'account_id' END \
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1";
    let found = rows(superuser.run(sql));
    assert!(found.len() >= 10, "the tables were not found");
    let mut tables = Vec::new();
    for row in found {
        let [name, account, columns] = row.try_into().expect("three columns");
        let row_of = |side: Uuid| {
            let sql = format!("SELECT to_jsonb(t) FROM {name} t WHERE {account} = '{side}' LIMIT 1");
            rows(superuser.run(&sql)).first().map(|row| serde_json::from_str::<Value>(&row[0]).expect("JSON"))
        };
        let (theirs, ours) = (row_of(world.theirs.id), row_of(world.ours.id));
        let filled = theirs.is_some() && ours.is_some();
        report.check(filled, "empty", || format!("{name} has no rows to attack: fill it in the proof's world"));
        if let (Some(theirs), Some(ours)) = (theirs, ours) {
            let columns = columns.split(',').map(str::to_owned).collect();
            tables.push(Table { name, account, columns, theirs, ours });
        }
    }
    report.count("tables", tables.len() as u64);
    tables
}

/// The rows of something that must have run.
pub(super) fn rows(ran: Ran) -> Vec<Vec<String>> {
    match ran {
        Ran::Rows { rows, .. } => rows,
        Ran::Refused { .. } => panic!("{}", ran.text()),
    }
}
