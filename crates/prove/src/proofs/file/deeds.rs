//! What is done to the files.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::desk::{DATABASE, LINK, OTHER};

/// Where a file is put that is taken away.
const AWAY: &str = "away";

/// What follows from it.
#[derive(Clone, Copy)]
pub(super) enum After {
    /// Nothing may be acknowledged any more.
    Gone,
    /// Nothing may be acknowledged until this is done; then all is as before.
    PutBack(fn(&Path)),
    /// The service goes on as if nothing had happened.
    Goes,
}

/// Something done in the folder of a database that is served.
pub(super) struct Deed {
    pub(super) name: &'static str,
    pub(super) act: fn(&Path),
    pub(super) after: After,
    /// Whether the service is given a symbolic link to the file.
    pub(super) through_link: bool,
}

/// All of them.
pub(super) const DEEDS: &[Deed] = &[
    deed("the file is removed", |folder| remove(folder, DATABASE), After::Gone),
    deed("the file is moved away", |folder| rename(folder, DATABASE, AWAY), PUT_BACK),
    deed("the file is replaced by another database", |folder| rename(folder, OTHER, DATABASE), After::Gone),
    deed("the file is replaced by a copy of itself", replace_by_copy, After::Gone),
    deed("the write-ahead log is removed", |folder| remove(folder, "firstline.db-wal"), After::Gone),
    deed("its index is removed", |folder| remove(folder, "firstline.db-shm"), After::Gone),
    Deed { through_link: true, ..deed("the link is removed", |folder| remove(folder, LINK), After::Gone) },
    Deed { through_link: true, ..deed("the link points to another database", point_elsewhere, After::Gone) },
    deed("the folder's lock files are removed", remove_lock_files, After::Goes),
    deed("a symbolic link to the file is made", |folder| link(folder, DATABASE), After::Goes),
    deed(
        "a hard link to the file is made and removed",
        |folder| {
            fs::hard_link(folder.join(DATABASE), folder.join(AWAY)).expect("a hard link");
            remove(folder, AWAY);
        },
        After::Goes,
    ),
];

const PUT_BACK: After = After::PutBack(|folder| rename(folder, AWAY, DATABASE));

const fn deed(name: &'static str, act: fn(&Path), after: After) -> Deed {
    Deed { name, act, after, through_link: false }
}

fn remove(folder: &Path, name: &str) {
    fs::remove_file(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
}

fn rename(folder: &Path, from: &str, to: &str) {
    fs::rename(folder.join(from), folder.join(to)).unwrap_or_else(|error| panic!("{from}: {error}"));
}

fn link(folder: &Path, to: &str) {
    symlink(folder.join(to), folder.join(LINK)).expect("a symbolic link");
}

fn replace_by_copy(folder: &Path) {
    fs::copy(folder.join(DATABASE), folder.join(AWAY)).expect("a copy");
    rename(folder, AWAY, DATABASE);
}

fn point_elsewhere(folder: &Path) {
    remove(folder, LINK);
    link(folder, OTHER);
}

/// Those of an earlier version, or of another program that takes a file of this name for a lock.
pub(super) fn remove_lock_files(folder: &Path) {
    for entry in fs::read_dir(folder).expect("the folder").flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "lock") {
            fs::remove_file(entry.path()).expect("a lock file");
        }
    }
}
