//! Whether keys tell: a unique or foreign key that is checked against another account's row must answer as for an id that
//! nothing has.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::tables::{Table, rows};
use crate::report::Report;
use crate::rng::Rng;
use crate::sql::{Ran, Sql};
use crate::world::World;

/// The one column that is unique across accounts: who signs in is looked up by the id alone.
const KNOWN: (&str, &str) = ("users", "id");

/// Foreign keys and unique indexes of the tables with an account: name, table, its columns, the table they lead to, and the
/// columns there.
const KEYS: &str = "SELECT conname, conrelid::regclass, (SELECT string_agg(attname, ',' ORDER BY k.n) FROM unnest(conkey) \
     WITH ORDINALITY k (attnum, n) JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.attnum), confrelid::regclass, \
     (SELECT string_agg(attname, ',' ORDER BY k.n) FROM unnest(confkey) WITH ORDINALITY k (attnum, n) \
      JOIN pg_attribute a ON a.attrelid = confrelid AND a.attnum = k.attnum) \
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace \
     UNION ALL SELECT i.indexrelid::regclass::text, i.indrelid::regclass, (SELECT string_agg(attname, ',' ORDER BY a.attnum) \
      FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])), i.indrelid::regclass, NULL \
     FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace";

pub(super) fn attack(service: &Sql, superuser: &Sql, world: &World, tables: &[Table], report: &Report) {
    let mut rng = Rng::new(7, "keys");
    let by_name: BTreeMap<&str, &Table> = tables.iter().map(|table| (table.name.as_str(), table)).collect();
    let mut known = 0;
    for key in rows(superuser.run(KEYS)) {
        let [name, table, columns, leads_to, there] = key.try_into().expect("five columns");
        let (Some(table), Some(leads_to)) = (by_name.get(table.as_str()), by_name.get(leads_to.as_str())) else {
            continue;
        };
        let columns: Vec<&str> = columns.split(',').collect();
        let is_foreign = there != "NULL";
        let there: Vec<&str> = if is_foreign { there.split(',').collect() } else { columns.clone() };
        // The account stays ours: putting in a row for another one is refused whatever its keys are.
        let pairs =
            columns.iter().zip(&there).filter(|(column, _)| **column != table.account || table.name == "accounts");
        let pairs = pairs.map(|(column, there)| (*column, leads_to.theirs[*there].clone()));
        // Numbers count within the account; ids and words are what could be another account's.
        let pairs: Vec<(&str, Value)> = pairs.filter(|(_, value)| value.is_string()).collect();
        if pairs.is_empty() {
            continue;
        }
        let base = other_row(table, &mut rng);
        let with = |values: &[(&str, Value)]| {
            let mut row = base.clone();
            for (column, value) in values {
                row[*column] = value.clone();
            }
            row
        };
        let theirs = with(&pairs);
        let missing: Vec<(&str, Value)> =
            pairs.iter().map(|(column, value)| (*column, another(value, &mut rng))).collect();
        let missing = with(&missing);
        for rest in ["", " ON CONFLICT DO NOTHING"] {
            let [told, unknown] = [&theirs, &missing].map(|row| outcome(service, world, &table.name, row, rest));
            if table.name == KNOWN.0 && !is_foreign && columns.contains(&KNOWN.1) {
                known += 1;
                report
                    .check(told != unknown, "keys", || format!("{KNOWN:?} tells nothing any more: drop the exception"));
            } else {
                report.check(told == unknown, "keys", || {
                    format!("{name} of {} tells: {told} for theirs, {unknown} for none", table.name)
                });
            }
        }
        report.count("keys", 1);
    }
    report.count("known_exceptions", u64::from(known > 0));
}

/// One of our rows under new ids, so that only the key that is tried can be taken.
fn other_row(table: &Table, rng: &mut Rng) -> Value {
    let mut row = table.ours.clone();
    if table.name != "accounts" && row.get("id").is_some() {
        row["id"] = json!(rng.uuid());
    }
    for (name, value) in row.as_object_mut().expect("a row") {
        if ["email", "email_folded", "subject"].contains(&name.as_str()) {
            *value = another(value, rng);
        } else if name == "seq" {
            *value = json!(1_000_000 + rng.below(1_000_000));
        }
    }
    row
}

/// A value of the same form that nothing has.
fn another(value: &Value, rng: &mut Rng) -> Value {
    match value {
        Value::String(text) if Uuid::try_parse(text).is_ok() => json!(rng.uuid()),
        Value::String(_) => json!(format!("{}@example.com", rng.uuid().simple())),
        Value::Number(_) => json!(2_000_000 + rng.below(1_000_000)),
        other => other.clone(),
    }
}

/// What comes of putting the row in, without the ids that stand in it.
fn outcome(service: &Sql, world: &World, table: &str, row: &Value, rest: &str) -> String {
    let text = row.to_string().replace('\'', "''");
    let sql = format!("INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, '{text}'){rest}");
    let ran = service.run_within(world.ours.id, &sql);
    let mut words = match &ran {
        Ran::Rows { touched, .. } => format!("{touched} rows"),
        Ran::Refused { .. } => ran.text(),
    };
    for value in row.as_object().expect("a row").values() {
        if let Some(value) = value.as_str().filter(|value| value.len() > 8) {
            words = words.replace(value, "…");
        }
    }
    words
}
