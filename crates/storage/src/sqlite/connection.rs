//! Opening connections to a file and making sure that they keep what they promise.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::result::Error as DieselError;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection};

use crate::error::{DatabaseFailure, OpenError, WriteError};

/// Makes the file if it is not there, readable by its owner only: it holds customer text. SQLite gives its side files
/// the same permissions. With `must_exist`, a file that is missing or empty is an error.
pub(crate) fn create_file(file: &Path, must_exist: bool) -> Result<(), OpenError> {
    let folder = file.parent().unwrap_or(Path::new("/"));
    if !folder.is_dir() {
        return Err(OpenError::NoFolder(folder.to_owned()));
    }
    if must_exist {
        return match file.metadata() {
            Ok(found) if found.len() > 0 => Ok(()),
            Ok(_) => Err(OpenError::Missing { file: file.to_owned(), empty: true }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(OpenError::Missing { file: file.to_owned(), empty: false })
            }
            Err(cause) => Err(OpenError::Io { file: file.to_owned(), cause }),
        };
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => Err(OpenError::Io { file: file.to_owned(), cause }),
    }
}

/// A connection to the file, which must be there: only [`create_file`] makes one. WAL lets readers read while the
/// writer writes; FULL keeps an acknowledged commit through a loss of power, where NORMAL may lose it.
pub(crate) fn open(file: &Path, wait: Duration) -> Result<SqliteConnection, OpenError> {
    let name = existing(file)?;
    let mut connection = SqliteConnection::establish(&name).map_err(|error| OpenError::Database(Box::new(error)))?;
    let pragmas = format!(
        "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY",
        wait.as_millis()
    );
    connection.batch_execute(&pragmas).map_err(database)?;
    let expected = [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")];
    for (pragma, wanted) in expected {
        let found = read_back(&mut connection, pragma).map_err(database)?;
        if found != wanted {
            let message =
                format!("SQLite keeps {pragma} at {found} on this file, not at {wanted}; is it on a network?");
            return Err(OpenError::Database(message.into()));
        }
    }
    Ok(connection)
}

/// The absolute path `file` as a URI by which SQLite opens an existing file and makes none.
fn existing(file: &Path) -> Result<String, OpenError> {
    let path = file.to_str().ok_or_else(|| OpenError::url("the file's name is not UTF-8".to_owned()))?;
    let mut uri = "file://".to_owned();
    for &byte in path.as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    Ok(uri + "?mode=rw")
}

/// A pragma's value as text.
fn read_back(connection: &mut SqliteConnection, pragma: &str) -> Result<String, DieselError> {
    #[derive(QueryableByName)]
    struct Value {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let text = format!("SELECT CAST({pragma} AS text) AS value FROM pragma_{pragma}");
    diesel::sql_query(text).get_result::<Value>(connection).map(|row| row.value)
}

fn database(error: DieselError) -> OpenError {
    OpenError::Database(Box::new(DatabaseFailure::from(error)))
}

/// SQLite's words for what is the state of another process, of the disk or of the file's permissions, and not of the
/// statement.
const PASSING: [&str; 6] = [
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    READ_ONLY,
];

/// SQLite's words for a file that it may not write.
const READ_ONLY: &str = "attempt to write a readonly database";

/// Sorts an error.
pub(super) fn failure(error: DieselError) -> WriteError {
    WriteError::from_diesel(error, |error| match error {
        DieselError::DatabaseError(_, info) => PASSING.contains(&info.message()),
        _ => false,
    })
}

/// Makes sure that the file may be written.
///
/// # Errors
/// [`OpenError::ReadOnly`] when it may only be read.
pub(super) fn must_be_writable(connection: &mut SqliteConnection, file: &Path) -> Result<(), OpenError> {
    // BEGIN IMMEDIATE alone succeeds on a file that cannot be written: it begins to read.
    let written = connection.batch_execute("BEGIN IMMEDIATE; PRAGMA user_version = 0");
    if let Err(DieselError::DatabaseError(_, info)) = &written
        && info.message() == READ_ONLY
    {
        return Err(OpenError::ReadOnly(file.to_owned()));
    }
    // Where it failed otherwise (the file is locked), there may be nothing to undo.
    let _ = connection.batch_execute("ROLLBACK");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_opens_a_file_of_any_name_and_makes_none() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["first line.db", "a?b#c%41.db", "größe.db", "d&mode=memory"] {
            let file = folder.path().join(name);
            assert!(matches!(open(&file, Duration::ZERO), Err(OpenError::Database(_))), "{name}");
            assert!(!file.exists(), "{name}");
            create_file(&file, false).unwrap();
            open(&file, Duration::ZERO).unwrap().batch_execute("CREATE TABLE t (n)").unwrap();
            assert!(file.metadata().unwrap().len() > 0, "{name}");
        }
    }
}
