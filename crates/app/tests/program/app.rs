//! The built program in its own directory, and the files there.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::fixtures::csv_column;
use crate::running::{Output, Running};

const PROGRAM: &str = env!("CARGO_BIN_EXE_app");

/// The program in its own directory.
pub(crate) struct App {
    folder: TempDir,
}

impl App {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    /// An app with a run, `run`, that was trained with these arguments.
    pub(crate) fn trained(arguments: &[&str]) -> Self {
        let app = Self::new();
        app.train("run", arguments);
        app
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.path());
        command
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = if cfg!(target_os = "linux") {
            // Tests that a shell starts with `&` inherit SIGINT as ignored, and so would the program.
            let mut env = Command::new("env");
            env.args(["--default-signal=INT,TERM,HUP", PROGRAM]);
            env
        } else {
            Command::new(PROGRAM)
        };
        Running::start(command.args(arguments).current_dir(self.path()))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.start(arguments).end()
    }

    /// Expects success.
    #[track_caller]
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> Output {
        let output = self.run(arguments);
        assert_eq!(output.code, Some(0), "{arguments:?}: {}", output.shown());
        output
    }

    /// Runs on the CPU and expects success.
    #[track_caller]
    pub(crate) fn on_cpu(&self, arguments: &[&str]) -> Output {
        self.succeeds(&[&["--backend", "ndarray"], arguments].concat())
    }

    /// Trains a run on the CPU.
    #[track_caller]
    pub(crate) fn train(&self, run: &str, arguments: &[&str]) -> Output {
        self.on_cpu(&[&["train", "--run-dir", run], arguments].concat())
    }

    /// Expects bad input: exit code 2, one message that contains each of `names`, no panic.
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str], names: &[&str]) -> Output {
        let output = self.run(arguments);
        assert_eq!(output.code, Some(2), "{arguments:?}: {}", output.shown());
        for name in names {
            output.stderr_has(name);
        }
        assert!(!output.stderr.contains("panicked"), "{}", output.shown());
        output
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs_err::read_to_string(self.path().join(name)).unwrap()
    }

    /// The evaluation of a run, by its keys.
    #[track_caller]
    pub(crate) fn evaluation(&self, run: &str, arguments: &[&str]) -> Value {
        let output = self.on_cpu(&[&["evaluate", run, "--json"], arguments].concat());
        serde_json::from_str(&output.stdout).unwrap()
    }

    /// The evaluation of a run without its name, to be compared with that of another run.
    #[track_caller]
    pub(crate) fn nameless_evaluation(&self, run: &str) -> Value {
        let mut found = self.evaluation(run, &[]);
        found["run"] = Value::Null;
        found
    }
}

/// A metric as the program prints it; Python's `f"{value:.4f}"`, and below 0.0001 `f"{value:.1e}"`.
pub(crate) fn metric_text(value: f64) -> String {
    if value == 0.0 || value >= 1e-4 {
        return format!("{value:.4}");
    }
    // Python's exponents have at least two digits.
    let text = format!("{value:.1e}");
    let (digits, exponent) = text.split_once("e-").unwrap();
    format!("{digits}e-{exponent:0>2}")
}

/// A column of a run's history.
pub(crate) fn column(app: &App, run: &str, name: &str) -> Vec<f64> {
    csv_column(&app.file(&format!("{run}/history.csv")), name)
}

/// JSON, one object per line.
pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[track_caller]
pub(crate) fn predictions(app: &App, backend: &str, run: &str, rows: &str) -> Vec<Value> {
    let predict = ["predict", run, "--index", rows, "--json"];
    let output = app.succeeds(&[["--backend", backend].as_slice(), &predict].concat());
    json_lines(&output.stdout)
}

/// A machine without any graphics driver.
pub(crate) fn without_drivers(command: &mut Command) -> &mut Command {
    command
        .env("VK_ICD_FILENAMES", "/nonexistent")
        .env("VK_DRIVER_FILES", "/nonexistent")
        .env("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent")
        .env("LIBGL_DRIVERS_PATH", "/nonexistent")
}

/// The epochs that have a checkpoint.
pub(crate) fn checkpoints(app: &App, run: &str) -> Vec<usize> {
    let folder = app.path().join(run).join("checkpoint");
    let names = fs_err::read_dir(folder).unwrap();
    let mut epochs: Vec<usize> = names
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let epoch = name.strip_prefix("epoch-")?.strip_suffix(".toml")?;
            epoch.parse().ok()
        })
        .collect();
    epochs.sort_unstable();
    epochs
}

/// Rewinds a finished run to the end of `epoch`, as if it had been killed there.
pub(crate) fn rewind(app: &App, run: &str, epoch: usize) {
    let run = app.path().join(run);
    fs_err::remove_file(run.join("result.toml")).unwrap();
    for entry in fs_err::read_dir(run.join("checkpoint")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if stem.rsplit('-').next().unwrap().parse::<usize>().unwrap() > epoch {
            fs_err::remove_file(path).unwrap();
        }
    }
}
