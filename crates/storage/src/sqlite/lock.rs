//! The lock that keeps a second server off one file, whatever name it is opened by.
//!
//! It is an `flock` on the database file itself. SQLite's own locks are POSIX locks, which an `flock` does not meet. A
//! process loses all its POSIX locks on a file when it closes *any* descriptor of it. So the descriptor is opened
//! before SQLite opens the file, and closed after SQLite has closed it.
//!
//! The version before locked a `FILE.lock` beside it instead. Where there is one, it is locked as well, so that the two
//! versions do not serve one file at once.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use firstline_domain::fault;

use super::file_id::FileId;
use crate::error::OpenError;
use crate::settings::Purpose;

/// The files that this process serves: one of them is not opened again, since closing it would drop SQLite's locks.
static SERVED: Mutex<Vec<FileId>> = Mutex::new(Vec::new());

/// The lock, held until it is released or the process ends, and the descriptor that holds it.
pub(super) struct Lock {
    id: FileId,
    file: Option<File>,
    /// The lock file of the version before, locked.
    beside: Option<File>,
    released: AtomicBool,
}

impl Lock {
    /// Finds out which file `file` names, and locks it if `purpose` needs it.
    pub(super) fn take(file: &Path, purpose: Purpose) -> Result<Self, OpenError> {
        let failed = |cause| OpenError::Io { file: file.to_owned(), cause };
        let mut found = file.metadata().map_err(failed)?;
        let (held, beside) = match purpose {
            Purpose::Administer => (None, None),
            Purpose::Serve => {
                let (held, beside) = locked(file, &found)?;
                // What is locked is what was opened, and not what the name has meant before.
                found = held.metadata().map_err(failed)?;
                (Some(held), beside)
            }
        };
        let lock = Self { id: FileId::of(&found), file: held, beside, released: AtomicBool::new(false) };
        if lock.file.is_some() {
            served().push(lock.id);
        }
        match links(&found) {
            1 => Ok(lock),
            links => Err(OpenError::Linked { file: file.to_owned(), links }),
        }
    }

    /// Which file it is.
    pub(super) fn id(&self) -> FileId {
        self.id
    }

    /// Lets another server have the file. The descriptor stays open, as a read may still be under way.
    pub(super) fn release(&self) {
        let Some(file) = &self.file else { return };
        if !self.released.swap(true, Ordering::Relaxed) {
            served().retain(|id| *id != self.id);
            for held in [Some(file), self.beside.as_ref()].into_iter().flatten() {
                if let Err(error) = held.unlock() {
                    tracing::warn!(%error, "the lock of the database file is held until the process ends");
                }
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.release();
    }
}

fn served() -> MutexGuard<'static, Vec<FileId>> {
    SERVED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn locked(file: &Path, found: &Metadata) -> Result<(File, Option<File>), OpenError> {
    let in_use = || OpenError::InUse { file: file.to_owned() };
    if served().contains(&FileId::of(found)) {
        return Err(in_use());
    }
    // For writing, as a layered file system may copy the file when it is first opened so.
    let opened = match OpenOptions::new().read(true).write(true).open(file) {
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            File::open(file)
        }
        opened => opened,
    };
    let opened = opened.map_err(|cause| OpenError::Io { file: file.to_owned(), cause })?;
    fault!("lock-by-name", return super::lock_by_name::take(file).map(|()| (opened, None)));
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    let beside = match File::open(&name) {
        Ok(beside) => Some(beside),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(cause) => return Err(OpenError::Io { file: name.into(), cause }),
    };
    for held in [Some(&opened), beside.as_ref()].into_iter().flatten() {
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use()),
            Err(TryLockError::Error(cause)) => return Err(OpenError::Io { file: file.to_owned(), cause }),
        }
    }
    Ok((opened, beside))
}

/// How many names the file has.
fn links(found: &Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::nlink(found);
    #[cfg(not(unix))]
    return found.is_file().into();
}
