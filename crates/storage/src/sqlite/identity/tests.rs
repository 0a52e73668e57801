//! What becomes of a name while its file is open.

use std::fs;
use std::time::{Duration, Instant};

use super::*;
use crate::settings::Purpose;
use crate::sqlite::connection::{create_file, open};

/// A database in a folder, open.
struct Opened {
    identity: Identity,
    file: PathBuf,
    connection: SqliteConnection,
    folder: tempfile::TempDir,
}

impl Opened {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("firstline.db");
        create_file(&file, false).unwrap();
        let lock = Arc::new(Lock::take(&file, Purpose::Serve).unwrap());
        let mut connection = open(&file, Duration::ZERO).unwrap();
        let identity = Identity::of(&file, lock, &mut connection).unwrap();
        Self { identity, file, connection, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[test]
fn a_database_is_three_files_and_stays_itself_while_it_is_written() {
    let mut opened = Opened::new();
    assert_eq!(opened.identity.files.len(), 3);
    opened.connection.batch_execute("CREATE TABLE t (n); INSERT INTO t VALUES (1)").unwrap();
    opened.connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); VACUUM").unwrap();
    // Another connection that closes is not the last one, and leaves the files where they are.
    drop(open(&opened.file, Duration::ZERO).unwrap());
    opened.identity.check().unwrap();
}

#[test]
fn each_of_the_files_is_missed_when_it_is_removed_moved_or_replaced() {
    for name in ["firstline.db", "firstline.db-wal", "firstline.db-shm"] {
        let opened = Opened::new();
        let (there, away) = (opened.path(name), opened.path("away"));
        fs::rename(&there, &away).unwrap();
        let missed = opened.identity.check().unwrap_err();
        assert!(matches!(missed, StoreError::Unavailable(_)), "{missed:?}");
        assert!(opened.identity.look().unwrap_err().contains("removed or moved"), "{name}");
        fs::copy(&away, &there).unwrap();
        assert!(opened.identity.look().unwrap_err().contains("replaced"), "{name}: a copy is another file");
        fs::rename(&away, &there).unwrap();
        opened.identity.check().unwrap();
        fs::remove_file(&there).unwrap();
        opened.identity.check().unwrap_err();
    }
}

#[test]
fn a_link_that_comes_to_point_elsewhere_is_another_file() {
    let mut opened = Opened::new();
    let (link, other) = (opened.path("link.db"), opened.path("other.db"));
    std::os::unix::fs::symlink(&opened.file, &link).unwrap();
    let lock = Arc::clone(&opened.identity.lock);
    let through = Identity::of(&link, lock, &mut opened.connection).unwrap();
    assert_eq!(through.files.len(), 3);
    fs::remove_file(&link).unwrap();
    fs::copy(&opened.file, &other).unwrap();
    std::os::unix::fs::symlink(&other, &link).unwrap();
    through.check().unwrap_err();
    opened.identity.check().unwrap();
}

#[test]
fn a_look_costs_far_less_than_a_write() {
    const LOOKS: u32 = 10_000;
    let opened = Opened::new();
    let began = Instant::now();
    for _ in 0..LOOKS {
        opened.identity.check().unwrap();
    }
    let each = began.elapsed() / LOOKS;
    println!("a look takes {each:?}");
    assert!(each < Duration::from_millis(1), "{each:?}");
}
