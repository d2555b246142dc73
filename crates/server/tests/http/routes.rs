//! What is answered.

use serde_json::json;
use server::{Input, PredictQuery};

use crate::pretend::RUN;
use crate::running::Running;

/// An image whose first pixels have ink.
fn image(side: usize, ink: usize) -> String {
    let pixels: Vec<u8> = (0..side * side).map(|at| u8::from(at < ink)).collect();
    serde_json::to_string(&pixels).unwrap()
}

fn texts(response: &serde_json::Value) -> Vec<&str> {
    let images = response["images"].as_array().unwrap();
    images
        .iter()
        .map(|image| image["text"].as_str().unwrap())
        .collect()
}

#[test]
fn predicts_an_image_of_either_size() {
    let server = Running::start();
    for side in [20, 28] {
        let response = server.predict(&format!("{{\"pixels\": {}}}", image(side, 17)));
        assert_eq!(response.header("content-type"), Some("application/json"));
        assert_eq!(response.header("cache-control"), Some("no-store"));
        let response = response.ok();
        assert_eq!(response["model"], RUN);
        assert_eq!(texts(&response), ["7"]);
        assert_eq!(response["images"][0]["digits"][0]["digit"], 7);
    }
}

#[test]
fn predicts_a_batch_in_its_order() {
    let server = Running::start();
    let images: Vec<String> = (0..25).map(|ink| image(20, ink)).collect();
    let response = server
        .predict(&format!("{{\"images\": [{}]}}", images.join(",")))
        .ok();
    let expected: Vec<String> = (0..25).map(|ink| (ink % 10).to_string()).collect();
    assert_eq!(texts(&response), expected);
}

#[test]
fn predicts_a_large_batch_off_the_threads_that_read() {
    let server = Running::start();
    let images = vec![image(28, 3); 1000];
    let response = server
        .predict(&format!("{{\"images\": [{}]}}", images.join(",")))
        .ok();
    assert_eq!(texts(&response), ["3"; 1000]);
}

#[test]
fn predicts_a_drawing_and_an_empty_one() {
    let server = Running::start();
    let response = server
        .predict(r#"{"strokes": [[[0, 1], [2, 3.5]], [[-4, 5]]], "pen_width": 2}"#)
        .ok();
    assert_eq!(texts(&response), ["2"]);
    let response = server.predict(r#"{"strokes": []}"#).ok();
    assert_eq!(response["images"][0]["status"], "blank");
    assert_eq!(response["images"][0]["reason"], "nothing is drawn");
    let strokes = vec![vec![[0.0, 1.0], [2.0, 3.5]], vec![[-4.0, 5.0]]];
    let drawing = Input::Drawing {
        strokes,
        pen_width: Some(2.0),
    };
    assert_eq!(
        server.pretend.seen.lock().unwrap()[0],
        (drawing, PredictQuery::default())
    );
}

#[test]
fn predicts_a_picture_as_it_is() {
    let server = Running::start();
    for media_type in [
        "image/png",
        "image/jpeg",
        "application/octet-stream",
        "IMAGE/PNG; x=y",
    ] {
        let header = format!("Content-Type: {media_type}");
        let response = server.send("POST /v1/predict", &[&header], b"\x89PNG\r\n\0\xff");
        assert_eq!(texts(&response.ok()), ["8"], "{media_type}");
    }
    let picture = Input::Picture(b"\x89PNG\r\n\0\xff".to_vec());
    assert_eq!(server.pretend.seen.lock().unwrap()[0].0, picture);
}

#[test]
fn refuses_json_that_is_not_as_described() {
    let server = Running::start();
    for body in [
        "",
        "{",
        "nothing",
        "{\"pixels\": [1,]}",
        "{\"strokes\": [[[0, 0]]}",
        "\u{feff}{}",
        "{\"strokes\": [[[1, 2, 3]]]}",
    ] {
        let detail = server.predict(body).problem(400);
        assert!(detail.starts_with("body: "), "{body}: {detail}");
    }
    for body in [
        "{}",
        "[]",
        "null",
        r#"{"pixels": null}"#,
        r#"{"pixels": [1, 2, 3]}"#,
        r#"{"pixels": "400"}"#,
        r#"{"pixel": [1]}"#,
        r#"{"images": []}"#,
        r#"{"images": [[]]}"#,
        r#"{"strokes": [[]]}"#,
        r#"{"strokes": [[[1]]]}"#,
        r#"{"strokes": [[[1e39, 0]]]}"#,
        r#"{"strokes": [], "strokes": []}"#,
        r#"{"strokes": [], "pen_width": -1}"#,
        r#"{"strokes": [], "pixels": []}"#,
        r#"{"strokes": [], "pixel_order": "row"}"#,
        r#"{"strokes": [], "pixel_order": "diagonal"}"#,
    ] {
        let detail = server.predict(body).problem(422);
        assert!(!detail.is_empty(), "{body}");
    }
    assert!(server.pretend.seen.lock().unwrap().is_empty());
}

#[test]
fn refuses_other_media_types() {
    let server = Running::start();
    for headers in [
        &[][..],
        &["content-type: text/plain"],
        &["content-type: application/x-www-form-urlencoded"],
        &["content-type: multipart/form-data; boundary=x"],
        &["content-type: "],
        &["content-type: application/json", "content-encoding: gzip"],
    ] {
        let response = server.send("POST /v1/predict", headers, b"{\"strokes\": []}");
        assert!(response.problem(415).starts_with("content-"), "{headers:?}");
    }
    server.predict_picture(b"").problem(422);
}

#[test]
fn says_what_the_program_says_and_nothing_of_a_panic() {
    let server = Running::start();
    assert_eq!(
        server.predict_picture(b"bad").problem(422),
        "picture: neither PNG nor JPEG"
    );
    assert_eq!(
        server.predict_picture(b"fail").problem(500),
        "the device is gone"
    );
    let detail = server.predict_picture(b"panic").problem(500);
    assert!(!detail.contains("secret"));
    assert_eq!(texts(&server.predict_picture(b"12345").ok()), ["5"]);
}

#[test]
fn describes_networks_runs_and_digits() {
    let server = Running::start();
    let model = server.get("/v1/model").ok();
    assert_eq!(model["layers"], json!([400, 25, 15, 10]));
    assert_eq!(server.get("/v1/model?run=run-1").ok(), model);
    assert_eq!(
        server.get("/v1/model/weights").ok()["layers"][0]["bias"],
        json!([0.25])
    );
    assert_eq!(server.get("/v1/runs").ok()[0]["is_default"], true);
    assert_eq!(server.get("/v1/digits/random").ok()["label"], 4);
    assert_eq!(server.get("/v1/training").ok()["state"], "finished");
}

#[test]
fn is_healthy_and_ready() {
    let server = Running::start();
    assert_eq!(server.get("/healthz").body, b"ok\n");
    assert_eq!(server.get("/readyz").body, b"ready\n");
    server
        .pretend
        .is_broken
        .store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(server.get("/healthz").status, 200);
    let response = server.get("/readyz");
    response.problem(503);
    assert_eq!(response.header("retry-after"), Some("1"));
    assert!(
        server
            .get("/v1/model")
            .problem(500)
            .contains("cannot be loaded")
    );
}

#[test]
fn answers_head_without_a_body_and_other_methods_with_those_that_there_are() {
    let server = Running::start();
    let (get, head) = (
        server.get("/v1/model"),
        server.send("HEAD /v1/model", &[], b""),
    );
    assert_eq!(head.status, 200);
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert!(head.body.is_empty());
    for (line, allowed) in [
        ("GET /v1/predict", "POST"),
        ("DELETE /v1/model", "GET,HEAD"),
        ("POST /", "GET,HEAD"),
        ("OPTIONS /v1/predict", "POST"),
        ("BREW /healthz", "GET,HEAD"),
    ] {
        let response = server.send(line, &[], b"");
        response.problem(405);
        assert_eq!(response.header("allow"), Some(allowed), "{line}");
    }
    for target in [
        "/nothing",
        "/v1",
        "/v1/",
        "/v1/model/",
        "//v1/model",
        "/v1/../etc/passwd",
        "/%2e%2e/x",
        "/V1/model",
    ] {
        server.get(target).problem(404);
    }
}

#[test]
fn counts_what_happens() {
    let server = Running::start();
    server
        .predict(&format!(
            "{{\"images\": [{}, {}]}}",
            image(20, 1),
            image(20, 2)
        ))
        .ok();
    server.predict(r#"{"strokes": []}"#).ok();
    server.get("/nothing/of/many/names").problem(404);
    server.send("BREW /healthz", &[], b"").problem(405);
    let response = server.get("/metrics");
    assert!(
        response
            .header("content-type")
            .unwrap()
            .starts_with("application/openmetrics-text")
    );
    let text = String::from_utf8(response.body).unwrap();
    for line in [
        r#"http_requests_total{route="/v1/predict",method="POST",status="200"} 2"#,
        r#"http_requests_total{route="other",method="GET",status="404"} 1"#,
        r#"http_requests_total{route="/healthz",method="other",status="405"} 1"#,
        r#"http_request_duration_seconds_count{route="/v1/predict"} 2"#,
        r#"http_problems_total{problem="path"} 1"#,
        r#"predicted_images_total{status="digit"} 2"#,
        r#"predicted_images_total{status="blank"} 1"#,
        "http_requests_in_flight 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn records_each_request_without_what_is_secret() {
    let server = Running::start();
    let mut client = server.connect();
    let line = "POST /v1/predict?run=run-1";
    let response = client.send(
        line,
        &["content-type: application/json"],
        br#"{"strokes": []}"#,
    );
    client.send("GET /nothing?secret=1", &[], b"").problem(404);
    crate::running::eventually("two records", || server.records.lock().unwrap().len() == 2);
    let records = server.records.lock().unwrap();
    assert_eq!(
        (
            records[0].method,
            records[0].path.as_str(),
            records[0].status
        ),
        ("POST", "/v1/predict", 200)
    );
    assert_eq!(
        (records[0].bytes_in, records[0].bytes_out),
        (15, response.body.len() as u64)
    );
    assert_eq!(records[0].client, client.stream.local_addr().unwrap());
    assert_eq!(
        (records[1].path.as_str(), records[1].status),
        ("/nothing", 404)
    );
}
