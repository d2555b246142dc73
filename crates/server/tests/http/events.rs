//! A training that is watched.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use server::{EpochMetrics, Metric, Training};

use crate::client::Client;
use crate::pretend::RUN;
use crate::running::{Running, eventually};

fn training(run: &str, state: &str, epochs: usize) -> Training {
    let epoch = |epoch| EpochMetrics {
        epoch,
        metrics: vec![Metric {
            name: "loss".to_owned(),
            value: Some(0.5),
        }],
    };
    Training {
        run: run.to_owned(),
        state: state.to_owned(),
        planned_epochs: 10,
        epochs: (1..=epochs).map(epoch).collect(),
        weight_epochs: (1..=epochs).collect(),
    }
}

fn set(server: &Running, training: Training) {
    *server.pretend.training.lock().unwrap() = Some(training);
}

/// Opens a stream.
fn watch(server: &Running, headers: &[&str]) -> Client {
    let mut client = server.connect();
    client.write(&client.request("GET /v1/training/events", headers, b""));
    let head = client.head();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(
        head.contains("content-type: text/event-stream\r\n"),
        "{head}"
    );
    assert!(head.contains("cache-control: no-store\r\n"), "{head}");
    client
}

/// An event: its id, its name and its data.
fn event(client: &mut Client) -> (String, String, Value) {
    let text = String::from_utf8(client.chunk().unwrap().unwrap()).unwrap();
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().to_owned()
    };
    assert!(text.ends_with("\n\n"), "{text}");
    (
        field("id: "),
        field("event: "),
        serde_json::from_str(&field("data: ")).unwrap(),
    )
}

fn epochs(data: &Value) -> Vec<u64> {
    data["epochs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|epoch| epoch["epoch"].as_u64().unwrap())
        .collect()
}

#[test]
fn tells_what_is_new_and_nothing_else() {
    let server = Running::start();
    set(&server, training(RUN, "running", 2));
    let mut client = watch(&server, &[]);
    let (id, name, data) = event(&mut client);
    assert_eq!((id.as_str(), name.as_str()), ("run-1:2", "training"));
    assert_eq!(
        (epochs(&data), &data["state"]),
        (vec![1, 2], &"running".into())
    );
    assert_eq!(data["weight_epochs"], serde_json::json!([1, 2]));
    set(&server, training(RUN, "running", 4));
    assert_eq!(epochs(&event(&mut client).2), [3, 4]);
    // Nothing changes, so nothing is sent.
    client
        .stream
        .set_read_timeout(Some(Duration::from_millis(800)))
        .unwrap();
    assert!(client.chunk().is_err());
    client
        .stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    set(&server, training(RUN, "finished", 4));
    let (id, _, data) = event(&mut client);
    assert_eq!(
        (id.as_str(), epochs(&data), &data["state"]),
        ("run-1:4", vec![], &"finished".into())
    );
    // Another training, from its beginning.
    set(&server, training("run-2", "running", 1));
    let (id, _, data) = event(&mut client);
    assert_eq!((id.as_str(), epochs(&data)), ("run-2:1", vec![1]));
    // The same run, trained anew: its first epoch is another one, although it is not the last.
    let mut anew = training("run-2", "running", 3);
    anew.epochs[0].metrics[0].value = Some(0.25);
    set(&server, anew);
    assert_eq!(epochs(&event(&mut client).2), [1, 2, 3]);
    // Weights without an epoch of their own are news as well.
    let mut pruned = server.pretend.training.lock().unwrap().clone().unwrap();
    pruned.weight_epochs = vec![3];
    set(&server, pruned);
    let (id, _, data) = event(&mut client);
    assert_eq!((id.as_str(), epochs(&data)), ("run-2:3", vec![]));
    assert_eq!(data["weight_epochs"], serde_json::json!([3]));
}

#[test]
fn a_hundred_streams_of_a_run_ask_as_often_as_one_and_none_asks_for_weights() {
    let server = Running::start_with(|options| options.limits.event_streams = 200);
    set(&server, training(RUN, "running", 2));
    let looks_while = |streams: usize| {
        let mut clients: Vec<Client> = (0..streams).map(|_| watch(&server, &[])).collect();
        for client in &mut clients {
            assert_eq!(epochs(&event(client).2), [1, 2]);
        }
        let before = server.pretend.looks.load(Ordering::Relaxed);
        thread::sleep(Duration::from_secs(2));
        let looks = server.pretend.looks.load(Ordering::Relaxed) - before;
        // All of them hear what is new.
        set(&server, training(RUN, "running", 3));
        for client in &mut clients {
            assert_eq!(epochs(&event(client).2), [3]);
        }
        set(&server, training(RUN, "running", 2));
        looks
    };
    // Four times a second.
    for streams in [1, 100] {
        let looks = looks_while(streams);
        assert!(
            (4..=10).contains(&looks),
            "{streams} streams: {looks} looks"
        );
        eventually("no stream is open", || {
            server.metric("http_event_streams_open") == 0
        });
    }
    thread::sleep(Duration::from_millis(600));
    let before = server.pretend.looks.load(Ordering::Relaxed);
    thread::sleep(Duration::from_secs(1));
    // Nobody follows it any more.
    assert_eq!(server.pretend.looks.load(Ordering::Relaxed), before);
    assert_eq!(server.pretend.loaded_layers.load(Ordering::Relaxed), 0);
}

#[test]
fn weights_of_an_epoch_are_bytes_in_base64_and_those_of_no_epoch_are_not_found() {
    let server = Running::start();
    for query in ["", "?epoch=3", "?run=run-1&epoch=3"] {
        let layer = server.get(&format!("/v1/training/weights{query}")).ok();
        assert_eq!((&layer["epoch"], &layer["units"]), (&3.into(), &1.into()));
        let text = layer["weights"].as_str().unwrap();
        let bytes = BASE64_STANDARD.decode(text).unwrap();
        assert_eq!(bytes.len(), 400);
        // -127, 0 and 127 in two's complement.
        assert_eq!([bytes[0], bytes[127], bytes[254]], [0x81, 0, 0x7f]);
    }
    let refused = server.get("/v1/training/weights?epoch=7").problem(404);
    assert!(refused.contains("no weights of epoch 7"), "{refused}");
    server.get("/v1/training/weights?run=none").problem(404);
    server.get("/v1/training/weights?epoch=-1").problem(400);
}

#[test]
fn goes_on_where_a_client_lost_it() {
    let server = Running::start();
    set(&server, training(RUN, "running", 5));
    for (id, expected) in [
        ("run-1:3", vec![4, 5]),
        ("3", vec![4, 5]),
        ("run-1:5", vec![]),
        ("run-0:3", vec![1, 2, 3, 4, 5]),
        ("nonsense", vec![1, 2, 3, 4, 5]),
    ] {
        let mut client = watch(&server, &[&format!("last-event-id: {id}")]);
        let (next, _, data) = event(&mut client);
        assert_eq!(
            (next.as_str(), epochs(&data)),
            ("run-1:5", expected),
            "{id}"
        );
    }
}

#[test]
fn so_many_may_watch() {
    let server = Running::start_with(|options| options.limits.event_streams = 2);
    let first = watch(&server, &[]);
    let _second = watch(&server, &[]);
    let refused = server.get("/v1/training/events");
    assert!(refused.problem(503).contains("too many streams"));
    eventually("two streams", || {
        server.metric("http_event_streams_open") == 2
    });
    drop(first);
    eventually("a free place", || {
        server.metric("http_event_streams_open") < 2
    });
    watch(&server, &[]);
}

#[test]
fn says_so_when_the_program_fails() {
    let server = Running::start();
    server.get("/v1/training/events?run=none").problem(404);
    let mut client = watch(&server, &[]);
    event(&mut client);
    server.pretend.is_broken.store(true, Ordering::Relaxed);
    let (_, name, data) = event(&mut client);
    assert_eq!((name.as_str(), &data["status"]), ("problem", &500.into()));
    assert_eq!(client.chunk().unwrap(), None);
    server.get("/v1/training/events").problem(500);
}

#[test]
fn ends_with_the_server() {
    let server = Running::start();
    let mut client = watch(&server, &[]);
    event(&mut client);
    let start = Instant::now();
    let ending = thread::spawn(move || server.stop());
    assert_eq!(client.chunk().unwrap(), None);
    assert_eq!(ending.join().unwrap().cut_off, 0);
    assert!(start.elapsed() < Duration::from_secs(5));
}
