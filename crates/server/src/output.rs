//! The two channels: exactly one JSON object on stdout for programs, words on stderr for people.

use std::io::{self, Write};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use serde::Serialize;

use crate::failure::Failure;

/// Prints the call's one JSON object, on one line.
pub(crate) fn object(value: &impl Serialize) -> Result<(), Failure> {
    print(serde_json::to_string(value))
}

/// Prints the call's one JSON object, indented for people who read it too.
pub(crate) fn object_pretty(value: &impl Serialize) -> Result<(), Failure> {
    print(serde_json::to_string_pretty(value))
}

/// How long a reader of stderr is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Prints words for people on stderr. Does not fail, and waits a second at most, where stderr is closed, full or not
/// read.
pub(crate) fn words(text: impl std::fmt::Display) {
    let text = format!("{text}\n");
    let (done, written) = sync_channel::<()>(0);
    thread::spawn(move || {
        let _ = io::stderr().write_all(text.as_bytes());
        drop(done);
    });
    // Nothing is ever sent: the end of the sender is the answer.
    let _ = written.recv_timeout(PATIENCE);
}

fn print(json: serde_json::Result<String>) -> Result<(), Failure> {
    let json = json.map_err(|error| Failure::caused("the answer cannot be written as JSON", &error))?;
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{json}").and_then(|()| stdout.flush());
    written.map_err(|error| Failure::caused("the answer cannot be written to stdout", &error))
}
