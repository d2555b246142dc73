//! The creation of a run directory.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::config::run_config::RunConfig;
use crate::run::directory::{RUNS, RunDirectory};
use crate::run::lock::{self, RunLock};
use crate::support::atomic_write::is_temporary;
use crate::support::error::{Error, Result};
use crate::support::write_obstacle::WriteObstacle;

impl RunDirectory {
    /// Creates a directory, by default `runs/<date and time>`, and writes the configuration into
    /// it.
    pub(crate) fn create(path: Option<&Path>, config: &RunConfig) -> Result<(Self, RunLock)> {
        match path {
            Some(path) => Self::create_at(path.to_owned(), config),
            None => Self::create_fresh(config),
        }
    }

    /// Creates a directory of which the name was free a moment ago.
    fn create_fresh(config: &RunConfig) -> Result<(Self, RunLock)> {
        const ATTEMPTS: usize = 100;
        let mut created = Self::create_at(fresh_path(), config);
        for _ in 1..ATTEMPTS {
            match created {
                // By another process that started in the same second.
                Err(Error::RunDirectoryInUse { .. } | Error::RunLocked { .. }) => {
                    created = Self::create_at(fresh_path(), config);
                }
                created => return created,
            }
        }
        created
    }

    fn create_at(path: PathBuf, config: &RunConfig) -> Result<(Self, RunLock)> {
        let run = Self { path };
        // A path that TOML cannot have is noticed before anything is written.
        config.to_toml()?;
        // Old files would be mistaken for those of the new run. Checked twice: first without the
        // lock, so that nothing is written if files exist, and then with it, in case another
        // process was faster.
        run.refuse_if_used()?;
        fs_err::create_dir_all(&run.path).map_err(|error| cannot_create(&run.path, &error))?;
        let lock = run.lock()?;
        run.refuse_if_used()?;
        run.write_config(config).inspect_err(|_| run.discard())?;
        Ok((run, lock))
    }

    /// Removes what was written of a run that could not be created. What cannot be removed stays.
    pub(crate) fn discard(&self) {
        let files = [
            self.config_path(),
            self.trained_network(),
            self.result_path(),
            lock::path(&self.path),
        ];
        for file in files {
            let _ = fs_err::remove_file(file);
        }
        // Only an empty one.
        let _ = fs_err::remove_dir(&self.path);
    }

    /// Returns an error if no run can be created at `path`, because something is there.
    pub(crate) fn check_unused(path: &Path) -> Result<()> {
        Self {
            path: path.to_owned(),
        }
        .refuse_if_used()
    }

    fn refuse_if_used(&self) -> Result<()> {
        let is_used = match self.path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(cannot_create(&self.path, &error));
            }
            Err(_) => false,
            Ok(_) if !self.path.is_dir() => true,
            Ok(_) => fs_err::read_dir(&self.path)?.any(|entry| {
                entry.is_ok_and(|entry| {
                    entry.file_name() != "run.lock" && !is_temporary(&entry.path())
                })
            }),
        };
        if is_used {
            return Err(Error::RunDirectoryInUse {
                path: self.path.clone(),
            });
        }
        Ok(())
    }
}

/// The error for the directory of a run or a sweep that cannot be created.
pub(crate) fn cannot_create(path: &Path, error: &std::io::Error) -> Error {
    Error::CreateRun {
        obstacle: WriteObstacle::of(path, error),
        path: path.to_owned(),
    }
}

/// `runs/<date and time>`, with a number appended if that exists.
pub(crate) fn fresh_path() -> PathBuf {
    let now = jiff::ZonedDateTime::now()
        .strftime("%Y-%m-%dT%H-%M-%S")
        .to_string();
    let runs = Path::new(RUNS);
    let first = runs.join(&now);
    if !first.exists() {
        return first;
    }
    (2..1000)
        .map(|number| runs.join(format!("{now}-{number}")))
        .find(|path| !path.exists())
        .unwrap_or(first)
}
