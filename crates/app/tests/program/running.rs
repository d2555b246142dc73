//! A running process: every wait has a limit, and a failure shows the output of the process.

use std::io::Read;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The limit of every wait: a software graphics driver compiles kernels for minutes.
const PATIENCE: Duration = Duration::from_mins(10);
/// The time between two checks.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// The output of a process, and how it ended.
pub(crate) struct Output {
    /// None for a process that a signal ended.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Exit code and both streams, shortened.
    pub(crate) fn shown(&self) -> String {
        let (stdout, stderr) = (shortened(&self.stdout), shortened(&self.stderr));
        format!(
            "exit code {:?}\nstdout:\n{stdout}\nstderr:\n{stderr}",
            self.code
        )
    }

    /// Expects a text on stdout.
    #[track_caller]
    pub(crate) fn stdout_has(&self, text: &str) {
        assert!(
            self.stdout.contains(text),
            "no {text:?} on stdout; {}",
            self.shown()
        );
    }

    /// Expects a text on stderr.
    #[track_caller]
    pub(crate) fn stderr_has(&self, text: &str) {
        assert!(
            self.stderr.contains(text),
            "no {text:?} on stderr; {}",
            self.shown()
        );
    }
}

/// The beginning and the end of a long text.
pub(crate) fn shortened(text: &str) -> String {
    const ENDS: usize = 15;
    let cut = |line: &str| line.chars().take(300).collect::<String>();
    let lines: Vec<String> = text.lines().map(cut).collect();
    if lines.len() <= 2 * ENDS {
        return lines.join("\n");
    }
    let (first, rest) = lines.split_at(ENDS);
    let (between, last) = rest.split_at(rest.len() - ENDS);
    let between = format!("... {} more lines ...", between.len());
    [first, &[between], last].concat().join("\n")
}

/// A started process; killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    stdout: Stream,
    stderr: Stream,
}

/// What a process has printed so far, read by a thread so that a full pipe never stops the process.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Stream {
    fn read(mut from: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&bytes);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                shared.lock().unwrap().extend(&buffer[..count]);
            }
        });
        Self { bytes, reader }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().unwrap()).into_owned()
    }
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::spawn(command.stdin(Stdio::null()))
    }

    /// The same, with a pipe as the keyboard.
    pub(crate) fn start_with_keyboard(command: &mut Command) -> (Self, ChildStdin) {
        let mut running = Self::spawn(command.stdin(Stdio::piped()));
        let keyboard = running.child.stdin.take().unwrap();
        (running, keyboard)
    }

    fn spawn(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        Self {
            stdout: Stream::read(child.stdout.take().unwrap()),
            stderr: Stream::read(child.stderr.take().unwrap()),
            child,
        }
    }

    /// What it has printed on stderr so far.
    pub(crate) fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// What it has printed on stdout so far.
    #[cfg(target_os = "linux")]
    pub(crate) fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// Waits until `fact` is true; fails if the process ends first, or after a long time.
    #[track_caller]
    pub(crate) fn wait_for<T>(
        &mut self,
        fact: &str,
        mut holds: impl FnMut(&Self) -> Option<T>,
    ) -> T {
        let started = Instant::now();
        loop {
            if let Some(found) = holds(self) {
                return found;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("ended before {fact}; {}", self.output(status).shown());
            }
            if started.elapsed() > PATIENCE {
                let output = self.killed();
                panic!("after {PATIENCE:?} not yet {fact}; {}", output.shown());
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    #[cfg(unix)]
    pub(crate) fn send(&self, signal: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([signal, &id]).status();
        assert!(status.unwrap().success(), "kill {signal} {id}");
    }

    /// Waits until it ends; fails after a long time.
    #[track_caller]
    pub(crate) fn end(mut self) -> Output {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return self.output(status);
            }
            if started.elapsed() > PATIENCE {
                let output = self.killed();
                panic!("did not end in {PATIENCE:?}; {}", output.shown());
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Kills it, with SIGKILL on Unix.
    pub(crate) fn kill(mut self) -> Output {
        self.killed()
    }

    fn killed(&mut self) -> Output {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        self.output(status)
    }

    fn output(&self, status: ExitStatus) -> Output {
        let started = Instant::now();
        // The pipes close when the process ends, unless a child process has them open.
        let are_read = || self.stdout.reader.is_finished() && self.stderr.reader.is_finished();
        while !are_read() && started.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(LOOK_EVERY);
        }
        Output {
            code: status.code(),
            stdout: self.stdout.text(),
            stderr: self.stderr.text(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail if the process has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_long_text_is_shortened_in_the_middle() {
    let lines: Vec<String> = (1..=100).map(|line| line.to_string()).collect();
    let shown = shortened(&lines.join("\n"));
    assert_eq!(shown.lines().count(), 31);
    assert!(shown.starts_with("1\n2\n") && shown.ends_with("\n99\n100"));
    assert!(shown.contains("\n15\n... 70 more lines ...\n86\n"));
    assert_eq!(shortened("a\nb"), "a\nb");
}
