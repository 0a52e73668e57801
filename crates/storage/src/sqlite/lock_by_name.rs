//! A bug on purpose: a lock on a file beside the database, which another name of the database does not meet.

use std::fs::OpenOptions;
use std::path::Path;

use crate::error::OpenError;

/// Takes it until the process ends.
pub(super) fn take(file: &Path) -> Result<(), OpenError> {
    let failed = |cause| OpenError::Io { file: file.to_owned(), cause };
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(name).map_err(failed)?;
    lock.try_lock().map_err(|_| OpenError::InUse { file: file.to_owned() })?;
    std::mem::forget(lock);
    Ok(())
}
