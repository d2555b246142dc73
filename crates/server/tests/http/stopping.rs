//! The end of the server.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::running::{Running, eventually};

#[test]
fn what_has_begun_is_answered() {
    let server = Running::start();
    let mut client = server.connect();
    client.write(&client.request("POST /v1/predict", &["content-type: image/png"], b"wait"));
    server.pretend.gate.await_waiting(1);
    server.stopper.stop();
    let address = server.address;
    eventually("no new connections", || {
        TcpStream::connect(address).is_err()
    });
    server.pretend.gate.open();
    let response = client.response("POST");
    response.ok();
    assert_eq!(response.header("connection"), Some("close"));
    drop(client);
    assert_eq!(server.join().cut_off, 0);
}

#[test]
fn what_is_not_answered_by_the_deadline_is_cut_off() {
    let server =
        Running::start_with(|options| options.shutdown_deadline = Duration::from_millis(300));
    let mut client = server.connect();
    client.write(&client.request("POST /v1/predict", &["content-type: image/png"], b"wait"));
    server.pretend.gate.await_waiting(1);
    let start = Instant::now();
    assert_eq!(server.stop().cut_off, 1);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(client.is_closed());
}

#[test]
fn waiting_connections_do_not_delay_it() {
    let server = Running::start();
    let unused: Vec<_> = (0..10).map(|_| server.connect()).collect();
    let mut used = server.connect();
    used.send("GET /healthz", &[], b"");
    let mut begun = server.connect();
    begun.write(b"GET /healthz HTTP/1.1\r\nhost:");
    eventually("all connected", || {
        server.metric("http_connections_open") >= 12
    });
    let start = Instant::now();
    assert_eq!(server.stop().cut_off, 0);
    assert!(start.elapsed() < Duration::from_secs(4));
    assert!(used.is_closed());
    drop(unused);
}

#[test]
fn it_may_be_stopped_before_it_runs() {
    let options = server::ServeOptions::at("127.0.0.1:0".parse().unwrap());
    let server = server::bind(
        std::sync::Arc::new(crate::pretend::Pretend::default()),
        options,
    )
    .unwrap();
    server.stopper().stop();
    assert_eq!(server.run().unwrap().cut_off, 0);
}
