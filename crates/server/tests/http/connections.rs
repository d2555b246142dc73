//! Connections: kept, shared out, and taken from who does not use them.

use std::thread;
use std::time::{Duration, Instant};

use crate::running::{Running, eventually};

const PREDICT: &str = "POST /v1/predict";
const PICTURE: &str = "content-type: image/png";

#[test]
fn a_connection_serves_many_requests() {
    let server = Running::start();
    let mut client = server.connect();
    for length in 1..200 {
        let text =
            client.send(PREDICT, &[PICTURE], &vec![b'x'; length]).ok()["images"][0]["text"].clone();
        assert_eq!(text, (length % 10).to_string());
    }
    assert_eq!(server.metric("http_connections_accepted_total"), 2);
    let response = client.send("GET /healthz", &["connection: close"], b"");
    assert_eq!(response.header("connection"), Some("close"));
    client.end();
    assert!(client.is_closed());
}

#[test]
fn requests_in_a_pipeline_are_answered_in_their_order() {
    let server = Running::start();
    let mut client = server.connect();
    let mut bytes = Vec::new();
    for length in 1..50 {
        bytes.extend(client.request(PREDICT, &[PICTURE], &vec![b'x'; length]));
        bytes.extend(client.request("HEAD /v1/model", &[], b""));
        bytes.extend(client.request("GET /nothing", &[], b""));
    }
    client.write(&bytes);
    for length in 1..50 {
        let text = client.response("POST").ok()["images"][0]["text"].clone();
        assert_eq!(text, (length % 10).to_string());
        assert_eq!(client.response("HEAD").status, 200);
        client.response("GET").problem(404);
    }
}

#[test]
fn a_body_may_come_in_chunks_and_pieces() {
    let server = Running::start();
    let mut client = server.connect();
    let head = client.request(PREDICT, &[PICTURE, "transfer-encoding: chunked"], b"");
    let body = b"1\r\nx\r\n0A;a=b\r\n0123456789\r\n00\r\nx-trailer: y\r\n\r\n";
    for byte in [head.as_slice(), body].concat() {
        client.write(&[byte]);
    }
    assert_eq!(client.response("POST").ok()["images"][0]["text"], "1");
    for broken in [
        "x\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloworld\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\n",
        "-1\r\n\r\n",
    ] {
        let mut client = server.connect();
        let response = client.send(
            PREDICT,
            &[PICTURE, "transfer-encoding: chunked"],
            broken.as_bytes(),
        );
        response.problem(400);
    }
}

#[test]
fn a_length_and_chunks_are_not_both_believed() {
    let server = Running::start();
    // Request smuggling: what is a body for one is a request for another.
    let mut client = server.connect();
    client.write(b"POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!");
    assert_eq!(client.response("POST").status, 400);
    let mut client = server.connect();
    client.write(b"POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let status = client.response("POST").status;
    assert!((400..500).contains(&status), "{status}");
}

#[test]
fn a_client_that_waits_is_told_to_go_on_or_why_not() {
    let server = Running::start();
    let mut client = server.connect();
    client.write(&client.request(
        PREDICT,
        &[PICTURE, "expect: 100-continue", "content-length: 3"],
        b"",
    ));
    assert_eq!(client.response("POST").status, 100);
    client.write(b"123");
    assert_eq!(client.response("POST").ok()["images"][0]["text"], "3");
    client.write(&client.request(
        PREDICT,
        &[PICTURE, "expect: 100-continue", "content-length: 99999999"],
        b"",
    ));
    client.response("POST").problem(413);
}

#[test]
fn who_holds_connections_on_purpose_costs_nobody_else() {
    let server = Running::start_with(|options| {
        options.limits.connections = 20;
        options.limits.threads = 3;
    });
    thread::scope(|scope| {
        let working = scope.spawn(|| server.predict_picture(b"wait"));
        server.pretend.gate.await_waiting(1);
        // Idle, in the middle of a head, in the middle of a body.
        let mut held = Vec::new();
        for _ in 0..20 {
            for part in [
                "",
                "GET / HTTP/1.1\r\nhost: local",
                "POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\ncontent-length: 9\r\n\r\nx",
            ] {
                let mut client = server.connect();
                client.write(part.as_bytes());
                held.push(client);
            }
        }
        let start = Instant::now();
        for _ in 0..10 {
            server.predict_picture(b"123").ok();
        }
        assert!(start.elapsed() < Duration::from_secs(5));
        assert!(server.metric("http_connections_evicted_total") >= 40);
        assert!(server.metric("http_connections_open") <= 20);
        server.pretend.gate.open();
        working.join().unwrap().ok();
    });
}

#[test]
fn a_further_connection_is_refused_while_all_others_are_answered() {
    let server = Running::start_with(|options| {
        options.limits.connections = 2;
        // One is not for pictures.
        options.limits.threads = 3;
    });
    let mut waiting: Vec<_> = (0..2)
        .map(|_| {
            let mut client = server.connect();
            client.write(&client.request(PREDICT, &[PICTURE], b"wait"));
            client
        })
        .collect();
    server.pretend.gate.await_waiting(2);
    eventually("both requests in flight", || {
        let mut client = server.connect();
        // It is told without being asked.
        client.try_response("GET").is_ok_and(|response| {
            response.is_some_and(|response| {
                assert!(response.problem(503).contains("too many connections"));
                true
            })
        })
    });
    server.pretend.gate.open();
    for client in &mut waiting {
        client.response("POST").ok();
    }
    assert!(server.metric("http_connections_refused_total") >= 1);
}

#[test]
fn a_client_that_does_not_read_is_let_go() {
    let server =
        Running::start_with(|options| options.limits.write_time = Duration::from_millis(300));
    let mut client = server.connect();
    client.stream.set_nonblocking(true).unwrap();
    let request = client.request("GET /docs/explorer.js", &[], b"");
    for _ in 0..5000 {
        client.write(&request);
    }
    let start = Instant::now();
    eventually("the connection is closed", || {
        server.metric("http_connections_open") <= 1
    });
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_client_that_reads_slowly_gets_all() {
    let server =
        Running::start_with(|options| options.limits.write_time = Duration::from_millis(500));
    let image = format!("[{}]", vec!["0"; 400].join(","));
    let body = format!("{{\"images\": [{}]}}", vec![image; 5000].join(","));
    let mut client = server.connect();
    client.write(&client.request(
        PREDICT,
        &["content-type: application/json"],
        body.as_bytes(),
    ));
    thread::sleep(Duration::from_millis(300));
    assert_eq!(
        client.response("POST").ok()["images"]
            .as_array()
            .unwrap()
            .len(),
        5000
    );
}

#[test]
fn a_client_that_leaves_is_recorded_and_its_connection_is_free() {
    let server = Running::start();
    let mut client = server.connect();
    client.write(&client.request(PREDICT, &[PICTURE], b"wait"));
    server.pretend.gate.await_waiting(1);
    drop(client);
    eventually("the request is over", || {
        server
            .records
            .lock()
            .unwrap()
            .iter()
            .any(|record| record.status == 499)
    });
    eventually("the connection is closed", || {
        server.metric("http_connections_open") <= 1
    });
}
