//! Builds the binaries that are attacked.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::Value;

/// How a binary is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// With debug assertions, hardly optimised.
    Dev,
    /// As it is shipped.
    Release,
}

impl Profile {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    folder.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

/// The binary `firstline` as it is shipped, or the same built in a hurry.
pub(crate) fn firstline(profile: Profile) -> PathBuf {
    let mut arguments = vec!["--profile", profile.as_str()];
    match profile {
        Profile::Release => arguments.extend(["--package", "firstline-server"]),
        Profile::Dev => arguments.extend(IN_A_HURRY),
    }
    cargo_build(&arguments, &[])
}

/// Selects the workspace with its examples, and so the features that `cargo test` has built the dependencies with. A
/// build of one package alone has fewer features, and builds them anew.
const IN_A_HURRY: [&str; 2] = ["--workspace", "--examples"];

/// The binary with every planted bug, each asleep. It goes to a folder of its own, so that it is never taken for the
/// real one; what it is built from is shared with the ordinary builds, so that only this project's crates are built anew.
pub(crate) fn sabotaged() -> PathBuf {
    let shared = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    let shared = workspace().join(shared);
    let own = shared.join("sabotage");
    let own_folder = own.to_string_lossy();
    let mut arguments = vec!["--profile", Profile::Dev.as_str(), "--target-dir", &own_folder];
    arguments.extend(["--features", "firstline-server/sabotage"]);
    arguments.extend(IN_A_HURRY);
    cargo_build(&arguments, &[("CARGO_BUILD_BUILD_DIR", &shared)])
}

/// How long building has taken in all: it is no part of a proof's time.
static BUILDING: Mutex<Duration> = Mutex::new(Duration::ZERO);

/// How long building has taken until now.
pub(crate) fn time_spent() -> Duration {
    *BUILDING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cargo_build(arguments: &[&str], environment: &[(&str, &Path)]) -> PathBuf {
    let began = Instant::now();
    eprintln!("==> cargo build --bin firstline {}", arguments.join(" "));
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--bin", "firstline", "--message-format", "json"]);
    cargo
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(workspace())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let output = cargo.output().unwrap_or_else(|error| panic!("cargo does not run: {error}"));
    assert!(output.status.success(), "the binary could not be built: {}", output.status);
    *BUILDING.lock().unwrap_or_else(PoisonError::into_inner) += began.elapsed();
    let messages = String::from_utf8_lossy(&output.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let messages = messages.filter(|message| message["target"]["name"] == "firstline");
    let mut built = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    built.next_back().expect("cargo names the executable that it built")
}
