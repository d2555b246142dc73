//! The lock on a run directory, which one training process holds.

use std::fs::TryLockError;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::error::{Error, Result};

/// A lock that prevents other processes from training in the same directory until it is dropped.
pub(crate) struct RunLock {
    _file: fs_err::File,
}

impl RunLock {
    /// Locks a run directory; fails if another process holds the lock.
    pub(crate) fn acquire(run: &Path) -> Result<Self> {
        let path = path(run);
        let file = fs_err::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        // `app runs` holds the lock for a moment, to check whether it is free.
        for _ in 0..20 {
            match file.file().try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
                Err(TryLockError::Error(source)) => return Err(Error::Lock { path, source }),
            }
        }
        Err(Error::RunLocked {
            path: run.to_owned(),
        })
    }
}

/// Says whether a process holds the lock.
pub(crate) fn is_held(run: &Path) -> bool {
    let file = fs_err::File::open(path(run));
    let tried = file.map(|file| file.file().try_lock_shared());
    matches!(tried, Ok(Err(TryLockError::WouldBlock)))
}

pub(crate) fn path(run: &Path) -> PathBuf {
    run.join("run.lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_locked_once_until_the_lock_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_held(folder.path()));
        let lock = RunLock::acquire(folder.path()).unwrap();
        assert!(is_held(folder.path()));
        let refused = RunLock::acquire(folder.path());
        assert!(matches!(refused, Err(Error::RunLocked { .. })));
        drop(lock);
        assert!(!is_held(folder.path()));
        RunLock::acquire(folder.path()).unwrap();
    }
}
