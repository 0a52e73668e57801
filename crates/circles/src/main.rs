//! `firstline-circles CRATE...`: fails when files of a crate import each other in a circle. Each CRATE is its folder.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let crates: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let mut output = std::io::stderr().lock();
    let mut passed = !crates.is_empty();
    let mut lines = Vec::new();
    if crates.is_empty() {
        lines.push("usage: firstline-circles CRATE...".to_owned());
    }
    for directory in crates {
        match firstline_circles::circles_in(&directory) {
            Ok(circles) => {
                passed &= circles.is_empty();
                lines.extend(circles.iter().map(|circle| format!("error: {}: {circle}", directory.display())));
            }
            Err(error) => {
                passed = false;
                lines.push(format!("error: {error}"));
            }
        }
    }
    let written = lines.iter().try_for_each(|line| writeln!(output, "{line}"));
    if passed && written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
