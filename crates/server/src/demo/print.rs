//! What the demo says, on stdout: it speaks to people.

use std::io::Write;

use crate::failure::Failure;

/// Prints a line.
pub(super) fn line(text: impl std::fmt::Display) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
    written.map_err(|error| Failure::caused("stdout cannot be written to", &error))
}
