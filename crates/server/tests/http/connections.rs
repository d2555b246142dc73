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
fn a_client_that_has_sent_all_still_gets_its_responses() {
    let server = Running::start();
    for _ in 0..20 {
        let mut client = server.connect();
        let mut bytes = client.request("GET /v1/model", &[], b"");
        bytes.extend(client.request(PREDICT, &[PICTURE], b"1234567"));
        client.write(&bytes);
        client.end();
        client.response("GET").ok();
        assert_eq!(client.response("POST").ok()["images"][0]["text"], "7");
        assert!(client.is_closed());
    }
    // Although it takes a while.
    let mut client = server.connect();
    client.write(&client.request(PREDICT, &[PICTURE], b"wait"));
    client.end();
    server.pretend.gate.await_waiting(1);
    thread::sleep(Duration::from_millis(300));
    assert_eq!(server.metric("http_requests_in_flight"), 2);
    server.pretend.gate.open();
    client.response("POST").ok();
    assert!(client.is_closed());
    // A body that is not all there is refused, and a stream of events ends.
    let mut client = server.connect();
    client.write(&client.request(PREDICT, &[PICTURE, "content-length: 9"], b"x"));
    client.end();
    client.response("POST").problem(400);
    let mut client = server.connect();
    client.write(&client.request("GET /v1/training/events", &[], b""));
    client.end();
    assert!(client.is_closed());
    eventually("all connections are closed", || {
        server.metric("http_connections_open") <= 1
    });
}

#[test]
fn a_client_that_breaks_off_is_recorded_and_its_connection_is_free() {
    let server = Running::start();
    let mut client = server.connect();
    client.write(&client.request("GET /healthz", &[], b""));
    client.write(&client.request(PREDICT, &[PICTURE], b"wait"));
    server.pretend.gate.await_waiting(1);
    // With a response that it has not read: the operating system sends a reset.
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

/// Sends bytes that are no request, or a part of one, and returns the problem that comes back.
fn refused(server: &Running, bytes: &[u8], status: u16) -> String {
    let mut client = server.connect();
    client.write(bytes);
    client.end();
    let response = client.response("");
    assert_eq!(response.header("connection"), Some("close"));
    let detail = response.problem(status);
    assert!(client.is_closed());
    detail
}

#[test]
fn what_is_no_request_is_a_problem_with_a_record() {
    let server = Running::start_with(|options| {
        options.limits.header_time = Duration::from_millis(300);
    });
    let long = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(200));
    for (bytes, status, words) in [
        ("nonsense\r\n\r\n", 400, "expected a request of HTTP/1.1"),
        (
            "GET / HTTP/9.9\r\n\r\n",
            400,
            "expected a request of HTTP/1.1",
        ),
        (
            "GET / HTTP/1.1\r\na b: c\r\n\r\n",
            400,
            "expected a request of HTTP/1.1",
        ),
        (
            "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
            400,
            "HTTP/1.1",
        ),
        (
            "GET / HTTP/1.1\r\nhost: loc",
            400,
            "ended before the empty line",
        ),
        (&long, 431, "16384 bytes and 100 headers"),
        (&many, 431, "16384 bytes and 100 headers"),
    ] {
        let before = server.records.lock().unwrap().len();
        let detail = refused(&server, bytes.as_bytes(), status);
        assert!(detail.contains(words), "{bytes:.40}: {detail}");
        eventually("a record", || server.records.lock().unwrap().len() > before);
        let record = server.records.lock().unwrap()[before].clone();
        assert_eq!(
            (record.status, record.method, record.path.as_str()),
            (status, "other", "-")
        );
        assert!(record.bytes_out > 50);
    }
    // After a request that was answered, and after one whose response is still on its way.
    let mut client = server.connect();
    client.send("GET /v1/model", &[], b"").ok();
    client.write(b"nonsense\r\n\r\n");
    client.response("").problem(400);
    let mut client = server.connect();
    let mut bytes = client.request("GET /v1/model", &[], b"");
    bytes.extend(b"nonsense\r\n\r\n");
    client.write(&bytes);
    client.response("GET").ok();
    client.response("").problem(400);
    // A head that does not end; a connection without one is closed without a word.
    let mut client = server.connect();
    client.write(b"GET / HTTP/1.1\r\nhost: loc");
    assert!(
        client
            .response("")
            .problem(408)
            .contains("within 0.3 seconds")
    );
    let mut client = server.connect();
    assert!(client.try_response("").unwrap().is_none());
    for (problem, count) in [("head", 7), ("head_too_large", 2), ("head_time", 1)] {
        let name = format!("http_problems_total{{problem=\"{problem}\"}}");
        assert_eq!(server.metric(&name), count, "{problem}");
    }
}
