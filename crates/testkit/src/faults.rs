//! A disk that fails when it is told to, for a process of the tests: a library that the loader puts before libc's.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What is done instead of the system's calls, for files with `.db` in their names.
const SOURCE: &str = include_str!("faults.c");

/// What can be wrong with the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskFault {
    /// No write finds room (ENOSPC).
    Full,
    /// No fsync succeeds (EIO).
    Fsync,
    /// The database file, whose name ends in `.db`, cannot be opened for writing (EACCES).
    ReadOnly,
}

impl DiskFault {
    const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Fsync => "fsync",
            Self::ReadOnly => "readonly",
        }
    }
}

/// The switches of one process's disk.
pub struct FaultyDisk {
    switches: tempfile::TempDir,
}

impl FaultyDisk {
    /// A disk without a fault.
    #[must_use]
    pub fn new() -> Self {
        Self { switches: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The environment of a process that is to see this disk. It must be linked dynamically.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, &str); 2] {
        let text = |path: &'static Path| path.to_str().expect("a path in UTF-8");
        let switches = self.switches.path().to_str().expect("a path in UTF-8");
        [("LD_PRELOAD", text(library())), ("FIRSTLINE_TEST_FAULTS", switches)]
    }

    /// Begins a fault.
    pub fn begin(&self, fault: DiskFault) {
        std::fs::write(self.switches.path().join(fault.name()), "").expect("the switch");
    }

    /// Ends a fault.
    pub fn end(&self, fault: DiskFault) {
        std::fs::remove_file(self.switches.path().join(fault.name())).expect("the switch was there");
    }
}

impl Default for FaultyDisk {
    fn default() -> Self {
        Self::new()
    }
}

/// The compiled library, made once a process.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let made = || {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (source, library) = (folder.path().join("faults.c"), folder.path().join("faults.so"));
        std::fs::write(&source, SOURCE).expect("its source");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).arg("-ldl");
        let output = compiler.output().expect("a C compiler, cc: apt-get install gcc");
        assert!(output.status.success(), "cc failed: {}", String::from_utf8_lossy(&output.stderr));
        (folder, library)
    };
    &LIBRARY.get_or_init(made).1
}
