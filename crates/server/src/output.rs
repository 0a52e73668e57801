//! The two channels: exactly one JSON object on stdout for programs, words on stderr for people.

use std::io::{self, Write};

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

/// Tells people something. A closed stderr is no reason to fail.
pub(crate) fn words(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn print(json: serde_json::Result<String>) -> Result<(), Failure> {
    let json = json.map_err(|error| Failure::caused("the answer cannot be written as JSON", &error))?;
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{json}").and_then(|()| stdout.flush());
    written.map_err(|error| Failure::caused("the answer cannot be written to stdout", &error))
}
