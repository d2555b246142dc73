//! The built program in a directory of its own, and what it says there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The program in a directory of its own.
pub(crate) struct Desk {
    folder: TempDir,
}

/// What a finished program said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_app"));
        command.args(arguments).current_dir(self.path());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        Said::from(self.command(arguments).output().unwrap())
    }

    /// Runs on the CPU and expects success.
    pub(crate) fn done(&self, arguments: &[&str]) -> Said {
        let said = self.run(&[&["--backend", "ndarray"], arguments].concat());
        assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
        said
    }

    /// Expects bad input: exit code 2, one message that holds each of `names`, no panic.
    pub(crate) fn refused(&self, arguments: &[&str], names: &[&str]) {
        let said = self.run(arguments);
        assert_eq!(said.code, Some(2), "{arguments:?}: {}", said.err);
        for name in names {
            assert!(said.err.contains(name), "{arguments:?}: {}", said.err);
        }
        assert!(!said.err.contains("panicked"), "{}", said.err);
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs_err::read_to_string(self.path().join(name)).unwrap()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn lab() -> String {
    repository()
        .join("configs/lab.toml")
        .to_str()
        .unwrap()
        .to_owned()
}

/// A column of a run's history.
pub(crate) fn column(desk: &Desk, run: &str, name: &str) -> Vec<f64> {
    let text = desk.file(&format!("{run}/history.csv"));
    let mut lines = text.lines().map(|line| line.split(','));
    let position = lines.next().unwrap().position(|key| key == name).unwrap();
    lines
        .map(|mut cells| cells.nth(position).unwrap().parse().unwrap())
        .collect()
}

pub(crate) fn predictions(
    desk: &Desk,
    backend: &str,
    run: &str,
    rows: &str,
) -> Vec<serde_json::Value> {
    let said = desk.run(&[
        "--backend",
        backend,
        "predict",
        run,
        "--index",
        rows,
        "--json",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let lines = said.out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A machine without any graphics driver.
pub(crate) fn without_drivers(command: &mut Command) -> &mut Command {
    command
        .env("VK_ICD_FILENAMES", "/nonexistent")
        .env("VK_DRIVER_FILES", "/nonexistent")
        .env("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent")
        .env("LIBGL_DRIVERS_PATH", "/nonexistent")
}

/// All weights of a run, in print, and its history without the times.
pub(crate) fn outcome(desk: &Desk, run: &str) -> String {
    let mut outcome = desk.done(&["weights", run, "--json"]).out;
    for line in desk.file(&format!("{run}/history.csv")).lines() {
        outcome += line.rsplit_once(',').unwrap().0;
        outcome.push('\n');
    }
    outcome
}

/// Takes a finished run back to the end of `epoch`, as if it had been killed there.
pub(crate) fn unfinish(desk: &Desk, run: &str, epoch: usize) {
    let run = desk.path().join(run);
    fs_err::remove_file(run.join("result.toml")).unwrap();
    for entry in fs_err::read_dir(run.join("checkpoint")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if stem.rsplit('-').next().unwrap().parse::<usize>().unwrap() > epoch {
            fs_err::remove_file(path).unwrap();
        }
    }
}
