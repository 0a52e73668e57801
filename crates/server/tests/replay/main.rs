//! The recorded behaviour of the whole API: fixed requests to the real binary, answers compared with a recording.
//!
//! `scripts/NAME.http` holds requests ([`script`]); `recordings/NAME.txt` holds one block for each exchange
//! ([`recording`]). Memory, SQLite and Postgres share the recordings. Ids, times, request ids and cursors are
//! replaced by placeholders ([`mask`]). `changes.txt` lists intended changes ([`changes`]): they are applied to the
//! recording before it is compared. `FIRSTLINE_RECORD=1 cargo test --workspace --test replay` writes the recordings
//! anew, from the store in memory; `changes.txt` must be emptied then. Requests and answers must also be what the
//! OpenAPI document says ([`description`]).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod changes;
mod coverage;
mod description;
mod mask;
mod play;
mod recording;
mod script;
mod sweep;
mod values;

use std::path::{Path, PathBuf};

use firstline_testkit::postgres::Cluster;

use crate::changes::Changes;
use crate::play::{Stage, Store};
use crate::recording::Recording;
use crate::script::Script;

/// The folder of the scripts and recordings.
fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replay"))
}

/// The content of a file of that folder.
fn read(file: &str) -> String {
    let path = folder().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every script, in the order of the file names.
fn scripts() -> Vec<Script> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder().join("scripts")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let named = |file: PathBuf| {
        Script::parse(file.file_stem().unwrap().to_str().unwrap(), &std::fs::read_to_string(&file).unwrap())
    };
    files.into_iter().map(named).collect()
}

fn replay(store: &Store) {
    let record = std::env::var("FIRSTLINE_RECORD").is_ok_and(|value| value == "1");
    if record && !matches!(store, Store::Memory) {
        return;
    }
    let mut changes = Changes::parse(&read("changes.txt"));
    let mut differences = Vec::new();
    // Scripts without settings share a service: each has accounts of its own.
    let scripts = scripts();
    let shared = Stage::start(store, &[], scripts.len());
    for (number, script) in scripts.iter().enumerate() {
        let heard = if script.settings.is_empty() {
            shared.play(script, number)
        } else {
            Stage::start(store, &script.settings, 1).play(script, 0)
        };
        let file = format!("recordings/{}.txt", script.name);
        if record {
            std::fs::write(folder().join(&file), heard.to_string()).unwrap();
            continue;
        }
        let mut expected = Recording::parse(&read(&file));
        changes.apply(&script.name, &mut expected);
        differences.extend(expected.differences(&heard).into_iter().map(|text| format!("{file}: {text}")));
    }
    if !record {
        differences.extend(changes.unused());
    }
    let shown = differences.iter().take(12).cloned().collect::<Vec<String>>().join("\n");
    assert!(differences.is_empty(), "{} exchanges differ from the recording, as do:\n{shown}", differences.len());
}

#[test]
fn memory_answers_as_recorded() {
    replay(&Store::Memory);
}

#[test]
fn sqlite_answers_as_recorded() {
    replay(&Store::Sqlite);
}

#[test]
fn postgres_answers_as_recorded() {
    replay(&Store::Postgres(Cluster::shared()));
}

#[test]
fn every_route_and_code_is_recorded_or_excepted() {
    coverage::check(&scripts());
}
