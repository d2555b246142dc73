//! Trainings beside the server.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::app::App;

use super::{Served, asked, drawings};

#[test]
fn a_new_checkpoint_is_served_without_a_failed_request() {
    let app = App::trained(&["--epochs", "2"]);
    let served = Served::start(&app, &["run", "--log", "off"]);
    assert_eq!(served.get("/v1/model")["epoch"], 2);
    let first = served.get("/v1/model/weights");
    let training = app.start(&[
        "--backend",
        "ndarray",
        "train",
        "--resume",
        "run",
        "--epochs",
        "40",
    ]);
    let ring = json!({ "strokes": [drawings::circle()] });
    let started = Instant::now();
    let mut asked = 0;
    while served.get("/v1/model")["epoch"] != 40 {
        // Each is answered with 200.
        served.predicted("", &ring);
        asked += 1;
        assert!(started.elapsed() < Duration::from_mins(5));
    }
    assert!(asked > 3);
    assert_eq!(training.end().code, Some(0));
    assert_ne!(served.get("/v1/model/weights"), first);
}

/// Reads events until one says what is waited for.
fn events(served: &Served, request: &str, is_last: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut stream = TcpStream::connect(&served.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_mins(2)))
        .unwrap();
    let head = format!(
        "{request}Host: {}\r\nAccept: text/event-stream\r\n\r\n",
        served.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut found = Vec::new();
    for line in BufReader::new(stream).lines() {
        let line = line.unwrap();
        if let Some(data) = line.strip_prefix("data:") {
            let event: Value = serde_json::from_str(data.trim()).unwrap();
            let is_over = is_last(&event);
            found.push(event);
            if is_over {
                return found;
            }
        }
    }
    panic!("the stream ended: {found:?}");
}

#[test]
fn a_training_is_watched_epoch_by_epoch_and_none_is_sent_twice() {
    let app = App::trained(&["--epochs", "2"]);
    let served = Served::start(&app, &["run", "--log", "off"]);
    let of_two = events(&served, "GET /v1/training/events HTTP/1.1\r\n", |_| true);
    assert_eq!(of_two[0]["state"], "finished");
    let epochs = |events: &[Value]| {
        let all = events
            .iter()
            .flat_map(|event| event["epochs"].as_array().unwrap().clone());
        all.map(|epoch| epoch["epoch"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(epochs(&of_two), [1, 2]);
    assert!(
        of_two[0]["weight_epochs"]
            .as_array()
            .unwrap()
            .contains(&json!(2))
    );
    let training = app.start(&[
        "--backend",
        "ndarray",
        "train",
        "--resume",
        "run",
        "--epochs",
        "30",
    ]);
    let request = "GET /v1/training/events HTTP/1.1\r\nLast-Event-ID: 2\r\n";
    let later = events(&served, request, |event| {
        let last = event["epochs"]
            .as_array()
            .unwrap()
            .last()
            .map(|epoch| epoch["epoch"] == 30);
        last == Some(true)
    });
    assert_eq!(epochs(&later), (3..=30).collect::<Vec<_>>());
    assert_eq!(training.end().code, Some(0));
}

/// The first layer after an epoch, as numbers: for each unit 400, row by row.
fn first_layer(address: &str, epoch: u64) -> Vec<Vec<f64>> {
    let request = format!("GET /v1/training/weights?epoch={epoch} HTTP/1.1\r\n");
    let response = asked(address, &request, &[]);
    assert_eq!(response.status, 200, "{}", response.text());
    let layer = response.json();
    assert_eq!(layer["epoch"], epoch);
    let bytes = BASE64_STANDARD
        .decode(layer["weights"].as_str().unwrap())
        .unwrap();
    let largest = layer["largest"].as_f64().unwrap();
    let weight = |byte: &u8| f64::from(byte.cast_signed()) / 127.0 * largest;
    let units = bytes
        .chunks(400)
        .map(|unit| unit.iter().map(weight).collect());
    units.collect()
}

#[test]
fn the_first_layer_of_each_epoch_that_has_a_checkpoint_is_sent_when_it_is_asked_for() {
    let app = App::trained(&["--epochs", "6", "--keep-every", "2", "--keep-last", "1"]);
    let served = Served::start(&app, &["run", "--log", "off"]);
    let training = served.get("/v1/training");
    let epochs: Vec<u64> = serde_json::from_value(training["weight_epochs"].clone()).unwrap();
    assert!(
        [2, 4, 6].iter().all(|epoch| epochs.contains(epoch)),
        "{epochs:?}"
    );
    assert!(!training.to_string().contains("weights\""), "{training}");
    // The checkpoint itself, exactly.
    for epoch in [2, 6] {
        let exact = Served::start(&app, &["run", "--checkpoint", &epoch.to_string()]);
        let exact = exact.get("/v1/model/weights");
        let kernel: Vec<f64> =
            serde_json::from_value(exact["layers"][0]["kernel"].clone()).unwrap();
        let layer = first_layer(&served.address, epoch);
        assert_eq!(layer.len(), 25);
        let largest = kernel
            .iter()
            .fold(0.0, |most: f64, weight| most.max(weight.abs()));
        for (unit, weights) in layer.iter().enumerate() {
            for (pixel, weight) in weights.iter().enumerate() {
                let expected = kernel[pixel * 25 + unit];
                assert!(
                    (weight - expected).abs() <= largest / 253.0,
                    "{weight} {expected}"
                );
            }
        }
    }
    let missing = (1..6).find(|epoch| !epochs.contains(epoch)).unwrap();
    for epoch in [missing, 7, 0] {
        let request = format!("GET /v1/training/weights?epoch={epoch} HTTP/1.1\r\n");
        let response = served.ask(&request, &[]);
        assert_eq!(response.status, 404, "{epoch}: {}", response.text());
    }
    assert_eq!(served.get("/v1/training/weights")["epoch"], 6);
}

#[cfg(unix)]
#[test]
fn a_training_is_followed_on_its_own_page_which_stays_until_a_signal() {
    let app = App::new();
    let train = [
        "--backend",
        "ndarray",
        "train",
        "--run-dir",
        "runs/run",
        "--serve",
        "0",
    ];
    // Stopped while it trains, and after its end.
    for (epochs, state, code) in [("1000000", "running", 130), ("3", "finished", 0)] {
        let mut process = app.start(&[train.as_slice(), &["--epochs", epochs]].concat());
        let address = process.wait_for("it prints its address", |process| {
            let stdout = process.stdout();
            let (_, address) = stdout.split_once("follow it at http://")?;
            Some(address.split_once("/#training\n")?.0.to_owned())
        });
        process.wait_for("an epoch is finished", |_| {
            let found = asked(&address, "GET /v1/training HTTP/1.1\r\n", &[]).json();
            let epochs = found["epochs"].as_array()?.len();
            (epochs >= 3 && found["state"] == state).then_some(())
        });
        // It keeps the first layer of every epoch, of a long training of some.
        let found = asked(&address, "GET /v1/training HTTP/1.1\r\n", &[]).json();
        let kept: Vec<u64> = serde_json::from_value(found["weight_epochs"].clone()).unwrap();
        assert!((3..=201).contains(&kept.len()), "{kept:?}");
        if state == "finished" {
            assert_eq!(kept, [1, 2, 3]);
        }
        let [first, last] =
            [kept[0], kept[kept.len() - 1]].map(|epoch| first_layer(&address, epoch));
        assert_ne!(first, last);
        process.wait_for("a network predicts", |_| {
            let found = asked(&address, "GET /v1/model HTTP/1.1\r\n", &[]);
            (found.status == 200).then_some(())
        });
        process.send("-INT");
        let output = process.end();
        assert_eq!(output.code, Some(code), "{}", output.shown());
        fs_err::remove_dir_all(app.path().join("runs/run")).unwrap();
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = app.run(&["train", "--run-dir", "runs/run", "--serve", &port]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has(&port);
    assert!(!app.path().join("runs/run").exists());
}
