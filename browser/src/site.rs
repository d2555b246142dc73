//! The built program, trained and serving on a free port.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A folder with runs, and `app serve` on one of them.
#[derive(Debug)]
pub struct Site {
    folder: TempDir,
    process: Child,
    /// Where the page is: `http://127.0.0.1:PORT`.
    pub url: String,
    arguments: Vec<String>,
}

/// The built program, which `APP` names.
fn program() -> PathBuf {
    let named = std::env::var_os("APP");
    let path = PathBuf::from(named.expect("APP names the built program, such as target/debug/app"));
    std::path::absolute(path).expect("there is a current folder")
}

impl Site {
    /// Trains `runs/lab` (zeros and ones) and `runs/robust` (all digits), and serves the second.
    #[must_use]
    pub fn start(arguments: &[&str]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        for config in ["lab", "robust"] {
            let run = format!("runs/{config}");
            let train = ["train", "--config", config, "--run-dir", &run, "--quiet"];
            let status = command(folder.path(), &train).status();
            assert!(status.expect("the program starts").success());
        }
        let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
        let (process, url) = serve(folder.path(), "0", &arguments);
        Self {
            folder,
            process,
            url,
            arguments,
        }
    }

    /// The folder of the runs.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts another command of the program in the folder.
    #[must_use]
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = command(self.folder.path(), arguments);
        command.spawn().expect("the program starts")
    }

    /// Ends the server, as a crash does.
    pub fn kill(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Serves the same runs with other arguments.
    #[must_use]
    pub fn with_arguments(mut self, arguments: &[&str]) -> Self {
        self.kill();
        self.arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
        self.restart();
        self
    }

    /// Starts the server again, on the same port.
    pub fn restart(&mut self) {
        let port = self.url.rsplit(':').next().unwrap_or("0").to_owned();
        let (process, url) = serve(self.folder.path(), &port, &self.arguments);
        self.process = process;
        self.url = url;
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.kill();
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(["--backend", "ndarray"])
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null());
    command
}

fn serve(folder: &Path, port: &str, arguments: &[String]) -> (Child, String) {
    let mut words = vec!["serve", "runs/robust", "--log", "off", "--port", port];
    words.extend(arguments.iter().map(String::as_str));
    let mut process = command(folder, &words)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let stdout = process.stdout.take().expect("its output is piped");
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("the program prints where it serves");
    let (_, address) = line
        .split_once("http://")
        .unwrap_or_else(|| panic!("no address: {line}"));
    (process, format!("http://{}", address.trim()))
}
