//! The lock file that keeps a second server off one file.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::OpenError;
use crate::settings::Purpose;

/// The lock, held until it is released or the process ends. The lock file itself stays: to remove it would let two
/// processes hold locks on two files of one name.
pub(super) struct Lock(Mutex<Option<File>>);

impl Lock {
    /// Takes the lock if `purpose` needs it.
    pub(super) fn take(file: &Path, purpose: Purpose) -> Result<Self, OpenError> {
        match purpose {
            Purpose::Administer => Ok(Self(Mutex::new(None))),
            Purpose::Serve => locked(file).map(|lock| Self(Mutex::new(Some(lock)))),
        }
    }

    pub(super) fn release(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn locked(file: &Path) -> Result<File, OpenError> {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(&path).map_err(|cause| OpenError::Io { file: path.clone(), cause })?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { file: file.to_owned(), lock: path }),
        Err(TryLockError::Error(cause)) => Err(OpenError::Io { file: path, cause }),
    }
}
