//! A server that runs for one test.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use server::{RequestRecord, ServeOptions, Stopped, Stopper, bind};

use crate::client::{Client, Response};
use crate::pretend::Pretend;

/// A server, stopped when it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) pretend: Arc<Pretend>,
    pub(crate) records: Arc<Mutex<Vec<RequestRecord>>>,
    pub(crate) stopper: Stopper,
    thread: Option<JoinHandle<Stopped>>,
}

impl Running {
    /// Starts a server with usual options.
    pub(crate) fn start() -> Self {
        Self::start_with(|_options| {})
    }

    /// Starts a server with options that a test changes.
    pub(crate) fn start_with(change: impl FnOnce(&mut ServeOptions)) -> Self {
        let records = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&records);
        let mut options = ServeOptions::at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        options.on_request = Some(Arc::new(move |record: &RequestRecord| {
            kept.lock().unwrap().push(record.clone())
        }));
        change(&mut options);
        let pretend = Arc::new(Pretend::default());
        let server = bind(pretend.clone(), options).unwrap();
        let (address, stopper) = (server.address(), server.stopper());
        let thread = thread::spawn(move || server.run().unwrap());
        Self {
            address,
            pretend,
            records,
            stopper,
            thread: Some(thread),
        }
    }

    /// Connects a client.
    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// Sends one request by a connection of its own: its first line without the version, and further headers.
    pub(crate) fn send(&self, line: &str, headers: &[&str], body: &[u8]) -> Response {
        self.connect().send(line, headers, body)
    }

    /// Sends a GET.
    pub(crate) fn get(&self, target: &str) -> Response {
        self.send(&format!("GET {target}"), &[], b"")
    }

    /// Sends JSON to be predicted.
    pub(crate) fn predict(&self, json: &str) -> Response {
        self.send(
            "POST /v1/predict",
            &["content-type: application/json"],
            json.as_bytes(),
        )
    }

    /// Sends a picture to be predicted.
    pub(crate) fn predict_picture(&self, bytes: &[u8]) -> Response {
        self.send("POST /v1/predict", &["content-type: image/png"], bytes)
    }

    /// Returns a value of the metrics, with its labels, or 0.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = String::from_utf8(self.get("/metrics").body).unwrap();
        let line = text.lines().find(|line| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(' '))
        });
        line.map_or(0.0, |line| {
            line.rsplit(' ').next().unwrap().parse().unwrap()
        })
    }

    /// Stops the server and says how it ended.
    pub(crate) fn stop(mut self) -> Stopped {
        self.stopper.stop();
        self.thread.take().unwrap().join().unwrap()
    }

    /// Waits for the server, which was told to stop.
    pub(crate) fn join(mut self) -> Stopped {
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.pretend.gate.open();
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(
                ended.is_ok() || thread::panicking(),
                "the server must not panic"
            );
        }
    }
}

/// Waits until something is so.
pub(crate) fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "expected: {what}"
        );
        thread::sleep(Duration::from_millis(5));
    }
}
