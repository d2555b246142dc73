//! How much of everything is allowed.

use std::thread;
use std::time::Duration;

use crate::running::{Running, eventually};

#[test]
fn a_body_may_have_so_many_bytes_by_its_kind() {
    let server = Running::start_with(|options| {
        options.limits.json_bytes = 1000;
        options.limits.picture_bytes = 2000;
    });
    let json = |bytes: usize| format!("{{\"strokes\": []}}{}", " ".repeat(bytes - 15));
    server.predict(&json(1000)).ok();
    let response = server.predict(&json(1001));
    assert!(response.problem(413).contains("at most 1000 bytes"));
    assert_eq!(response.header("connection"), Some("close"));
    server.predict_picture(&[b'x'; 2000]).ok();
    server.predict_picture(&[b'x'; 2001]).problem(413);
    // In chunks, whose sum nobody announced.
    let chunked = |count: usize| {
        let chunk = format!("64\r\n{}\r\n", "x".repeat(100));
        let body = chunk.repeat(count) + "0\r\n\r\n";
        let headers = ["content-type: image/png", "transfer-encoding: chunked"];
        server.send("POST /v1/predict", &headers, body.as_bytes())
    };
    chunked(20).ok();
    chunked(21).problem(413);
    assert!(server.metric("http_problems_total{problem=\"body_too_large\"}") >= 3);
}

#[test]
fn a_client_learns_why_although_it_is_still_sending() {
    let server = Running::start();
    for _ in 0..5 {
        server.predict(&" ".repeat(12 << 20)).problem(413);
        let headers = ["content-type: text/html"];
        server
            .send("POST /v1/predict", &headers, &vec![b'x'; 12 << 20])
            .problem(415);
    }
}

#[test]
fn a_request_may_have_so_many_images_and_points() {
    let server = Running::start_with(|options| {
        options.limits.images = 3;
        options.limits.detailed_images = 2;
        options.limits.points = 4;
    });
    let images = |count: usize, line: &str| {
        let image = format!("[{}]", vec!["0"; 400].join(","));
        let body = format!("{{\"images\": [{}]}}", vec![image; count].join(","));
        server.send(line, &["content-type: application/json"], body.as_bytes())
    };
    images(3, "POST /v1/predict").ok();
    assert!(
        images(4, "POST /v1/predict")
            .problem(422)
            .contains("at most 3, found 4")
    );
    images(2, "POST /v1/predict?detail=true").ok();
    assert!(
        images(3, "POST /v1/predict?detail=true")
            .problem(422)
            .contains("at most 2 with detail=true")
    );
    server
        .predict(r#"{"strokes": [[[0,0],[1,1]],[[0,0],[1,1]]]}"#)
        .ok();
    server
        .predict(r#"{"strokes": [[[0,0],[1,1],[2,2]],[[0,0],[1,1]]]}"#)
        .problem(422);
}

#[test]
fn all_bodies_together_may_take_so_much_memory() {
    let server = Running::start_with(|options| options.limits.bodies_bytes = 64 * 1024);
    let large = [b"wait".to_vec(), vec![b'x'; 60 * 1024]].concat();
    thread::scope(|scope| {
        let first = scope.spawn(|| server.predict_picture(&large));
        server.pretend.gate.await_waiting(1);
        let response = server.predict_picture(&large);
        assert!(response.problem(503).contains("too many large requests"));
        assert_eq!(response.header("retry-after"), Some("1"));
        server.predict(r#"{"strokes": []}"#).ok();
        server.pretend.gate.open();
        first.join().unwrap().ok();
    });
    server.predict_picture(&large).ok();
}

#[test]
fn responses_that_nobody_reads_take_so_much_memory() {
    let server = Running::start_with(|options| options.limits.responses_bytes = 256 * 1024);
    let predict = |images: usize| {
        let image = format!("[{}]", vec!["0"; 400].join(","));
        server.predict(&format!(
            "{{\"images\": [{}]}}",
            vec![image; images].join(",")
        ))
    };
    // Each time it is free again.
    for _ in 0..3 {
        let response = predict(800);
        assert!(
            (128 * 1024..256 * 1024).contains(&response.body.len()),
            "{}",
            response.body.len()
        );
    }
    assert!(
        predict(2000)
            .problem(503)
            .contains("too many large responses")
    );
    predict(800).ok();
}

#[test]
fn so_many_requests_may_wait_and_pixels_do_not_have_to() {
    let threads = 3;
    let server = Running::start_with(|options| {
        options.limits.threads = threads;
        options.limits.queue = 1;
    });
    thread::scope(|scope| {
        // One thread is not for pictures.
        let waiting: Vec<_> = (1..threads)
            .map(|_| scope.spawn(|| server.predict_picture(b"wait")))
            .collect();
        server.pretend.gate.await_waiting(threads - 1);
        let queued = [(); 2].map(|()| scope.spawn(|| server.predict_picture(b"1234567")));
        eventually("a request in the queue", || {
            server.metric("http_requests_in_flight") >= threads as u64 + 2
        });
        // It may be in flight and not in the queue yet.
        eventually("a full queue", || {
            server.predict_picture(b"x").status == 503
        });
        let image = format!("{{\"pixels\": [{}]}}", vec!["0"; 400].join(","));
        server.predict(&image).ok();
        assert_eq!(server.get("/healthz").status, 200);
        server.pretend.gate.open();
        assert!(
            waiting
                .into_iter()
                .all(|waiting| waiting.join().unwrap().status == 200)
        );
        for queued in queued {
            assert_eq!(queued.join().unwrap().status, 200);
        }
    });
}

#[test]
fn pictures_that_take_long_leave_a_thread_for_others() {
    let server = Running::start_with(|options| options.limits.threads = 2);
    thread::scope(|scope| {
        let pictures = [(); 3].map(|()| scope.spawn(|| server.predict_picture(b"wait")));
        server.pretend.gate.await_waiting(1);
        let drawing = server.predict("{\"strokes\": [[[0, 0], [1, 1]]]}");
        assert_eq!(drawing.status, 200);
        for path in ["/readyz", "/v1/model", "/v1/runs"] {
            assert_eq!(server.get(path).status, 200, "{path}");
        }
        server.pretend.gate.open();
        for picture in pictures {
            assert_eq!(picture.join().unwrap().status, 200);
        }
    });
}

#[test]
fn a_response_may_take_so_long() {
    let server =
        Running::start_with(|options| options.limits.request_time = Duration::from_millis(200));
    let mut client = server.connect();
    let response = client.send("POST /v1/predict", &["content-type: image/png"], b"slow");
    assert!(response.problem(503).contains("0.2 seconds"));
    assert_eq!(client.send("GET /healthz", &[], b"").status, 200);
}

#[test]
fn a_body_may_take_so_long() {
    let server =
        Running::start_with(|options| options.limits.body_time = Duration::from_millis(200));
    let mut client = server.connect();
    client.write(b"POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\ncontent-length: 10\r\n\r\n12345");
    let response = client.response("POST");
    assert!(response.problem(408).contains("0.2 seconds"));
    assert_eq!(response.header("connection"), Some("close"));
    client.end();
    assert!(client.is_closed());
}

#[test]
fn a_head_may_take_so_long_even_if_it_grows() {
    let server =
        Running::start_with(|options| options.limits.header_time = Duration::from_millis(300));
    let mut client = server.connect();
    client.write(b"GET /healthz HTTP/1.1\r\n");
    let mut writer = client.stream.try_clone().unwrap();
    let drip = thread::spawn(move || {
        use std::io::Write;
        (0..200)
            .take_while(|_| {
                thread::sleep(Duration::from_millis(50));
                writer.write_all(b"x: y\r\n").is_ok()
            })
            .count()
    });
    assert!(client.is_closed());
    assert!(drip.join().unwrap() < 150);
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_head_may_have_so_many_bytes() {
    let server = Running::start();
    let long = format!("x: {}", "y".repeat(20_000));
    assert_eq!(server.send("GET /healthz", &[&long], b"").status, 431);
    assert_eq!(
        server.send("GET /healthz", &vec!["x: y"; 200], b"").status,
        431
    );
    let status = server
        .send(&format!("GET /{}", "y".repeat(100_000)), &[], b"")
        .status;
    assert!([414, 431].contains(&status), "{status}");
    assert_eq!(server.get(&format!("/{}", "y".repeat(5000))).status, 404);
}
