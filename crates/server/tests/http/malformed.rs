//! Thousands of requests that are wrong: none may fail the server, and none may be its fault. `MALFORMED_REQUESTS` sets
//! how many.

use std::fmt::Write as _;
use std::io::Read;

use crate::client::Client;
use crate::running::{Running, eventually};

/// The numbers of splitmix64, the same in each run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }
}

fn count() -> usize {
    std::env::var("MALFORMED_REQUESTS").map_or(3000, |count| count.parse().unwrap())
}

/// Requests to be damaged.
fn originals(client: &Client) -> Vec<Vec<u8>> {
    let json = "content-type: application/json";
    let image = format!(
        "{{\"pixels\": [{}], \"pixel_order\": \"column\"}}",
        vec!["0.5"; 400].join(",")
    );
    let chunked = ["content-type: image/png", "transfer-encoding: chunked"];
    vec![
        client.request(
            "GET /v1/model?run=run-1",
            &["accept: */*", "origin: http://localhost"],
            b"",
        ),
        client.request(
            "GET /v1/training/events",
            &["last-event-id: run-1:3", "connection: close"],
            b"",
        ),
        client.request(
            "GET /",
            &["if-none-match: \"a\", W/\"b\"", "connection: keep-alive"],
            b"",
        ),
        client.request(
            "POST /v1/predict?row=true&detail=true",
            &[json],
            image.as_bytes(),
        ),
        client.request(
            "POST /v1/predict",
            &[json],
            br#"{"strokes": [[[0, 1e1], [2, -3.5]]], "pen_width": 2}"#,
        ),
        client.request(
            "POST /v1/predict",
            &["content-type: image/png", "expect: 100-continue"],
            b"\x89PNG\r\n\x1a\n",
        ),
        client.request(
            "POST /v1/predict",
            &chunked,
            b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nx: y\r\n\r\n",
        ),
        client.request(
            "OPTIONS /v1/predict",
            &["access-control-request-method: POST"],
            b"",
        ),
        client.request(
            "HEAD /metrics",
            &["authorization: Bearer x", "sec-fetch-site: none"],
            b"",
        ),
    ]
}

/// Damages a request a few times.
fn damage(request: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(request.len() + 1);
        let end = (at + dice.below(20)).min(request.len());
        let byte = u8::try_from(dice.below(256)).unwrap();
        match dice.below(7) {
            0 => drop(request.drain(at..end)),
            1 => request.insert(at, byte),
            2 if at < request.len() => request[at] = byte,
            3 if at < request.len() => request[at] ^= 1 << dice.below(8),
            4 => {
                let part = request[at..end].to_vec();
                request.splice(at..at, part);
            }
            5 => request.truncate(at),
            _ => {
                let part = dice.of(&[
                    "\r\n",
                    "\r\n\r\n",
                    "\0",
                    "%",
                    "%00",
                    "../",
                    "content-length: 18446744073709551616\r\n",
                    "content-length: -1\r\n",
                    "host: x\r\n",
                    "transfer-encoding: chunked\r\n",
                    "ffffffff\r\n",
                    "1e999",
                    "NaN",
                    "[[[[",
                    "\"",
                    "HTTP/2.0",
                    "\u{1F600}",
                ]);
                request.splice(at..at, part.bytes());
            }
        }
    }
}

/// Sends bytes and returns all that comes back.
fn exchange(server: &Running, bytes: &[u8]) -> Vec<u8> {
    let mut client = server.connect();
    client.write(bytes);
    client.end();
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    // A reset is as good as an end, and events would go on as long as nobody leaves.
    while !String::from_utf8_lossy(&answer).contains("text/event-stream") {
        match client.stream.read(&mut part) {
            Ok(length) if length > 0 => answer.extend(&part[..length]),
            _ => break,
        }
    }
    answer
}

#[test]
fn damaged_requests_never_fail_the_server() {
    // A stream whose client leaves in the middle of a further request is noticed at the next sign of life only.
    let server = Running::start_with(|options| options.limits.event_streams = usize::MAX);
    let originals = originals(&server.connect());
    let mut dice = Dice(1);
    for number in 0..count() {
        let mut request = originals[dice.below(originals.len())].clone();
        damage(&mut request, &mut dice);
        let answer = exchange(&server, &request);
        let text = String::from_utf8_lossy(&answer);
        let request = String::from_utf8_lossy(&request);
        assert!(
            !text.contains("HTTP/1.1 5") && !text.contains("HTTP/1.0 5"),
            "{number}\n{request}\n{text}"
        );
        assert!(
            answer.is_empty() || text.starts_with("HTTP/1."),
            "{number}\n{request}\n{text}"
        );
    }
    assert_eq!(server.get("/healthz").status, 200);
    let is_left = |name: &str| server.metric(name) > 1 + server.metric("http_event_streams_open");
    eventually("no request is left", || !is_left("http_requests_in_flight"));
    eventually("no connection is left", || {
        !is_left("http_connections_open")
    });
}

/// Writes random JSON, near what a prediction takes.
fn random_json(dice: &mut Dice, depth: usize, json: &mut String) {
    match dice.below(if depth > 4 { 5 } else { 8 }) {
        0 => {
            *json += dice.of(&[
                "null",
                "true",
                "false",
                "\"row\"",
                "\"column\"",
                "\"\\ud800\"",
                "\"\\u0000\"",
            ]);
        }
        1 => {
            *json += dice.of(&[
                "0", "1", "-1", "255", "256", "0.5", "1e9", "-1e9", "1e38", "1e39", "1e400",
                "1e-400",
            ]);
        }
        2 => write!(json, "{}", dice.next().cast_signed()).unwrap(),
        3 => write!(
            json,
            "{}",
            f32::from_bits(u32::try_from(dice.next() >> 32).unwrap())
        )
        .unwrap(),
        4 => write!(
            json,
            "[{}]",
            vec!["1"; dice.of(&[&0, &2, &399, &400, &784]).to_owned()].join(",")
        )
        .unwrap(),
        5 | 6 => {
            *json += "[";
            for index in 0..dice.below(5) {
                *json += if index > 0 { "," } else { "" };
                random_json(dice, depth + 1, json);
            }
            *json += "]";
        }
        _ => {
            *json += "{";
            for index in 0..dice.below(3) {
                *json += if index > 0 { "," } else { "" };
                *json += dice.of(&[
                    "\"pixels\":",
                    "\"images\":",
                    "\"strokes\":",
                    "\"pen_width\":",
                    "\"pixel_order\":",
                    "\"x\":",
                ]);
                random_json(dice, depth + 1, json);
            }
            *json += "}";
        }
    }
}

#[test]
fn random_json_is_answered_or_refused() {
    let server = Running::start();
    let mut client = server.connect();
    let mut dice = Dice(2);
    let mut answered = 0;
    for number in 0..count() {
        let mut json = dice
            .of(&["", "{\"strokes\":", "{\"pixels\":", "{\"images\":"])
            .to_owned();
        let is_open = !json.is_empty();
        random_json(&mut dice, 0, &mut json);
        json += if is_open { "}" } else { "" };
        let response = client.send(
            "POST /v1/predict",
            &["content-type: application/json"],
            json.as_bytes(),
        );
        match response.status {
            200 => answered += 1,
            400 | 422 => drop(response.problem(response.status)),
            status => panic!("{number}: {status} for {json}"),
        }
    }
    assert!(answered > count() / 100, "{answered}");
}
