//! The creation of a sweep's folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::run::create::cannot_create;
use crate::run::directory::WITHOUT;
use crate::run::lock::RunLock;
use crate::support::atomic_write::{is_temporary, write_atomically};
use crate::support::error::{Error, Result};
use crate::support::sweep_error::SweepError;
use crate::sweep::directory::{SWEEPS, SweepDirectory, text_of};
use crate::sweep::inputs::Inputs;
use crate::sweep::plan::SweepPlan;

/// The files that are written before `sweep.toml`, which makes a folder one of a sweep.
const BEFORE_SETTINGS: [&str; 3] = ["run.lock", "inputs.toml", WITHOUT];

impl SweepDirectory {
    /// Creates a folder, by default `sweeps/<date and time>`, for a plan.
    pub(crate) fn create(
        path: Option<&Path>,
        plan: &SweepPlan,
        inputs: &Inputs,
    ) -> Result<(Self, RunLock)> {
        let path = path.map_or_else(fresh_path, Path::to_owned);
        Self::check_unused(&path)?;
        fs_err::create_dir_all(&path).map_err(|error| cannot_create(&path, &error))?;
        let lock = RunLock::acquire(&path)?;
        let sweep = Self { path };
        // Another process may have created one since the first check, and even have finished it.
        if Self::is_sweep(&sweep.path) {
            let path = sweep.path;
            return Err(Error::Sweep(SweepError::SweepDirectoryInUse { path }));
        }
        let text = text_of(&plan.base, &plan.table)?;
        let inputs = inputs.clone().of_plan(&text);
        if let Some(list) = &plan.base.without {
            let list = fs_err::read(list).map_err(Error::Unreadable)?;
            write_atomically(&sweep.path.join(WITHOUT), &list)?;
        }
        write_atomically(&sweep.inputs_path(), toml::to_string(&inputs)?.as_bytes())?;
        write_atomically(&sweep.config_path(), text.as_bytes())?;
        Ok((sweep, lock))
    }

    /// Returns an error if something is at `path` already.
    pub(crate) fn check_unused(path: &Path) -> Result<()> {
        let is_used = match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(cannot_create(path, &error));
            }
            Err(_) => false,
            Ok(_) if !path.is_dir() => true,
            Ok(_) => !is_only_begun(path)?,
        };
        if is_used {
            let is_sweep = Self::is_sweep(path);
            let path = path.to_owned();
            return Err(Error::Sweep(if is_sweep {
                SweepError::SweepDirectoryInUse { path }
            } else {
                SweepError::SweepPathInUse { path }
            }));
        }
        Ok(())
    }
}

/// Says whether a folder is empty, or has nothing but what is written before `sweep.toml`: the process that created it was
/// killed, or the disk was full.
fn is_only_begun(folder: &Path) -> Result<bool> {
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let is_begun = name.is_some_and(|name| BEFORE_SETTINGS.contains(&name));
        if !is_begun && !is_temporary(&path) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `sweeps/<date and time>`, with a number appended if that exists.
pub(crate) fn fresh_path() -> PathBuf {
    let now = jiff::ZonedDateTime::now()
        .strftime("%Y-%m-%dT%H-%M-%S")
        .to_string();
    let folder = Path::new(SWEEPS);
    let others = (2..1000).map(|number| folder.join(format!("{now}-{number}")));
    let mut paths = std::iter::once(folder.join(&now)).chain(others);
    paths
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join(&now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_which_only_the_creation_was_begun_is_unused() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| fs_err::write(folder.path().join(name), "").unwrap();
        SweepDirectory::check_unused(folder.path()).unwrap();
        write("run.lock");
        write("inputs.toml");
        write(".incomplete-a1b2");
        SweepDirectory::check_unused(folder.path()).unwrap();
        write("notes.txt");
        let error = SweepDirectory::check_unused(folder.path()).unwrap_err();
        assert!(error.to_string().contains("already exists"), "{error}");
    }
}
