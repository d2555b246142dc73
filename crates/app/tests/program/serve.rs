//! `app serve`: the built program over HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{App, predictions};
use crate::data_sets::{embedded, row_by_row};
use crate::running::Running;

mod checkpoints;
mod data;
mod drawings;
mod exported;
mod on_a_gpu;

/// A running server.
struct Served {
    process: Running,
    address: String,
}

/// The response to a request.
struct Response {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Served {
    /// Serves on a free port of this machine.
    fn start(app: &App, arguments: &[&str]) -> Self {
        Self::start_on("ndarray", app, arguments)
    }

    fn start_on(backend: &str, app: &App, arguments: &[&str]) -> Self {
        let serve = ["--backend", backend, "serve", "--port", "0"];
        let mut process = app.start(&[serve.as_slice(), arguments].concat());
        let address = process.wait_for("it prints its address", |process| {
            let stdout = process.stdout();
            let (_, address) = stdout.split_once("http://")?;
            Some(address.split_once('\n')?.0.to_owned())
        });
        Self { process, address }
    }

    fn ask(&self, request: &str, body: &[u8]) -> Response {
        asked(&self.address, request, body)
    }

    fn get(&self, path: &str) -> Value {
        let response = self.ask(&format!("GET {path} HTTP/1.1\r\n"), &[]);
        assert_eq!(response.status, 200, "{path}: {}", response.text());
        response.json()
    }

    fn post(&self, path: &str, kind: &str, body: &[u8]) -> Response {
        self.ask(
            &format!("POST {path} HTTP/1.1\r\nContent-Type: {kind}\r\n"),
            body,
        )
    }

    fn predicted(&self, query: &str, body: &Value) -> Value {
        let path = format!("/v1/predict{query}");
        let response = self.post(&path, "application/json", body.to_string().as_bytes());
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()
    }
}

fn asked(address: &str, request: &str, body: &[u8]) -> Response {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_mins(1)))
        .unwrap();
    let length = body.len();
    let host = if request.contains("Host: ") {
        String::new()
    } else {
        format!("Host: {address}\r\n")
    };
    let head = format!("{request}{host}Connection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    Response {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        body: all.split_off(end + 4),
        head,
    }
}

impl Response {
    fn text(&self) -> String {
        format!("{}\n{}", self.head, String::from_utf8_lossy(&self.body))
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

fn probability(image: &Value) -> f64 {
    image["digits"][0]["probability"].as_f64().unwrap()
}

#[test]
fn pixels_and_pictures_are_predicted_as_the_command_predicts_them() {
    let app = App::trained(&["--epochs", "5"]);
    let served = Served::start(&app, &["run"]);
    // Rows of the built-in digits, by the command.
    let rows = [3, 700];
    let by_command = predictions(&app, "ndarray", "run", "3,700");
    let (columns, _) = embedded(rows);
    let images: Vec<Vec<f32>> = columns.chunks(400).map(row_by_row).collect();
    let found = served.predicted("", &json!({ "images": images }));
    assert_eq!(found["model"], "run");
    for (index, command) in by_command.iter().enumerate() {
        let found = &found["images"][index];
        assert_eq!(found["digits"][0]["digit"], command["digit"], "{found}");
        let of_one = found["digits"][0]["probabilities"][1]["probability"].as_f64();
        let difference = of_one.unwrap() - command["probability"].as_f64().unwrap();
        assert!(difference.abs() < 1e-6, "{found} {command}");
    }
    // The same image column by column, as numbers of 0 to 255.
    let columns: Vec<f32> = columns[..400].iter().map(|pixel| pixel * 255.0).collect();
    let again = served.predicted("", &json!({ "pixels": columns, "pixel_order": "column" }));
    let difference = probability(&again["images"][0]) - probability(&found["images"][0]);
    assert!(difference.abs() < 1e-5, "{again}");
    // A picture, and what is none.
    let picture = app.path().join("ring.png");
    image::GrayImage::from_fn(60, 80, |x, y| {
        let distance = (f64::from(x) - 30.0).hypot(f64::from(y) - 40.0);
        image::Luma([if (15.0..21.0).contains(&distance) {
            20
        } else {
            230
        }])
    })
    .save(&picture)
    .unwrap();
    let by_command = app.on_cpu(&["predict", "run", "ring.png", "--json"]);
    let by_command: Value = serde_json::from_str(&by_command.stdout).unwrap();
    assert_eq!(by_command["digit"], 0);
    let bytes = fs_err::read(picture).unwrap();
    let found = served.post("/v1/predict", "image/png", &bytes).json();
    let found = &found["images"][0];
    assert_eq!(found["digits"][0]["digit"], by_command["digit"], "{found}");
    assert_eq!(found["status"], by_command["status"]);
    let refused = served.post("/v1/predict", "image/png", &bytes[..bytes.len() / 2]);
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(
        refused.head.contains("application/problem+json"),
        "{}",
        refused.text()
    );
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("cut short"), "{detail}");
}

#[test]
fn other_machines_need_a_token_and_a_wrong_run_flag_or_port_is_refused_before_it_listens() {
    let app = App::trained(&["--epochs", "1"]);
    app.refused(&["serve", "run", "--host", "0.0.0.0"], &["--token-file"]);
    app.refused(&["serve", "nothing"], &["nothing"]);
    app.refused(
        &["serve", "run", "--host", "localhost:80"],
        &["such as 127.0.0.1"],
    );
    app.refused(
        &["serve", "run", "--token-file", "absent"],
        &["--token-file", "absent"],
    );
    fs_err::write(app.path().join("short"), "secret").unwrap();
    app.refused(&["serve", "run", "--token-file", "short"], &["short", "16"]);
    let served = Served::start(&app, &["run"]);
    let port = served.address.rsplit(':').next().unwrap();
    let output = app.run(&["serve", "run", "--port", port]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has(port);
    output.stderr_has("--port 0");

    let token = "0123456789abcdef0123456789abcdef";
    fs_err::write(app.path().join("token"), format!("{token}\n")).unwrap();
    let secured = Served::start(&app, &["run", "--host", "0.0.0.0", "--token-file", "token"]);
    let port = secured.address.rsplit(':').next().unwrap();
    let address = format!("127.0.0.1:{port}");
    let without = asked(&address, "GET /v1/model HTTP/1.1\r\n", &[]);
    assert_eq!(without.status, 401, "{}", without.text());
    let request = format!("GET /v1/model HTTP/1.1\r\nAuthorization: Bearer {token}\r\n");
    let with = asked(&address, &request, &[]);
    assert_eq!(with.status, 200, "{}", with.text());
    assert!(!secured.process.stderr().contains(token));
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_server_with_success() {
    let app = App::trained(&["--epochs", "1"]);
    for signal in ["-INT", "-TERM"] {
        let served = Served::start(&app, &["run", "--log", "json"]);
        served.get("/v1/model");
        served.process.send(signal);
        let output = served.process.end();
        assert_eq!(output.code, Some(0), "{}", output.shown());
        let line = output.stderr.lines().find(|line| line.starts_with('{'));
        let logged: Value = serde_json::from_str(line.unwrap()).unwrap();
        assert_eq!(
            (&logged["path"], &logged["status"]),
            (&json!("/v1/model"), &json!(200))
        );
    }
}

#[test]
fn several_runs_predict_together_and_another_run_of_the_folder_can_be_asked_for() {
    let app = App::new();
    app.train("runs/first", &["--epochs", "3"]);
    app.train("runs/second", &["--epochs", "3", "--seed", "5"]);
    app.train("runs/other", &["--epochs", "1", "--digits", "3,8"]);
    let served = Served::start(&app, &["runs/first", "runs/second"]);
    let model = served.get("/v1/model");
    assert_eq!(
        (&model["name"], &model["networks"]),
        (&json!("ensemble"), &json!(2))
    );
    let ring = json!({ "strokes": [drawings::circle()] });
    let found = served.predicted("", &ring);
    assert_eq!(found["images"][0]["text"], "0");
    assert!(
        found["images"][0]["digits"][0]["disagreement"].is_number(),
        "{found}"
    );
    let other = served.get("/v1/model?run=other");
    assert_eq!(other["digits"], json!([3, 8]));
    // A ring is no digit that it knows.
    let found = served.predicted("?run=other", &ring);
    assert_eq!(found["images"][0]["status"], "other_digit", "{found}");
    assert_eq!(found["images"][0]["digits"][0]["looks_like"], 0);
    let names = served.get("/v1/runs");
    let names = names
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["name"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["other", "second", "first"]);
    for (name, status) in [("../runs/other", 404), ("nothing", 404), ("", 400)] {
        let request = format!("GET /v1/model?run={name} HTTP/1.1\r\n");
        assert_eq!(served.ask(&request, &[]).status, status, "{name}");
    }
}

#[test]
fn further_names_and_sites_are_allowed_and_requests_and_connections_limited() {
    let app = App::trained(&["--epochs", "1"]);
    let named = "GET /v1/model HTTP/1.1\r\nHost: digits.example\r\n";
    let of_site = "GET /v1/model HTTP/1.1\r\nOrigin: https://site.example\r\n";
    let plain = Served::start(&app, &["run"]);
    assert!((400..500).contains(&plain.ask(named, &[]).status));
    assert!((400..500).contains(&plain.ask(of_site, &[]).status));
    let flags = [
        "run",
        "--allow-host",
        "digits.example",
        "--allow-origin",
        "https://site.example",
    ];
    let limits = ["--max-rate", "3", "--max-connections", "1"];
    let served = Served::start(&app, &[&flags[..], &limits].concat());
    assert_eq!(served.ask(named, &[]).status, 200);
    let response = served.ask(of_site, &[]);
    assert_eq!(response.status, 200);
    let head = response.head.to_ascii_lowercase();
    assert!(
        head.contains("access-control-allow-origin: https://site.example"),
        "{head}"
    );
    let statuses: Vec<u16> = (0..12)
        .map(|_| served.ask("GET /v1/model HTTP/1.1\r\n", &[]).status)
        .collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    // The next connection takes the place of one that waits.
    let mut waiting = TcpStream::connect(&served.address).unwrap();
    waiting
        .set_read_timeout(Some(Duration::from_secs(8)))
        .unwrap();
    served.ask("GET /healthz HTTP/1.1\r\n", &[]);
    assert_eq!(waiting.read(&mut [0; 8]).unwrap(), 0);
    app.refused(
        &["serve", "run", "--allow-host", "http://x"],
        &["http://x", "name of a host"],
    );
}

#[test]
fn the_checkpoint_the_decision_and_the_networks_of_a_sweep_are_chosen() {
    let app = App::trained(&["--epochs", "4", "--keep-last", "9"]);
    let first = Served::start(&app, &["run", "--checkpoint", "2"]);
    assert_eq!(first.get("/v1/model")["epoch"], 2);
    let one = json!({ "pixels": row_by_row(&embedded([700]).0) });
    let text = |flags: &[&str]| {
        let served = Served::start(&app, &[&["run"], flags].concat());
        let found = served.predicted("", &one);
        let image = &found["images"][0];
        (
            image["text"].as_str().unwrap().to_owned(),
            image["status"].as_str().unwrap().to_owned(),
        )
    };
    let pair = |text: &str, status: &str| (text.to_owned(), status.to_owned());
    assert_eq!(text(&[]), pair("1", "digit"));
    assert_eq!(text(&["--threshold", "1"]), pair("0", "digit"));
    assert_eq!(text(&["--reject", "1"]), pair("?", "rejected"));
    app.on_cpu(&[
        "sweep",
        "--sweep-dir",
        "sweep",
        "--seeds",
        "0..2",
        "--epochs",
        "1",
    ]);
    let best = Served::start(&app, &["sweep", "--top", "2"]);
    let model = best.get("/v1/model");
    assert_eq!(
        (&model["name"], &model["networks"]),
        (&json!("sweep"), &json!(2))
    );
}

#[test]
fn a_run_that_is_gone_or_replaced_is_served_on_and_no_response_names_a_folder() {
    let app = App::new();
    app.train("runs/first", &["--epochs", "2"]);
    app.train("runs/second", &["--epochs", "2", "--seed", "5"]);
    app.train("other/first", &["--epochs", "1", "--digits", "3,8"]);
    let whole = app.path().join("runs/first");
    let mut served = Served::start(&app, &[whole.to_str().unwrap()]);
    let folder = app.path().to_str().unwrap();
    let model = served.get("/v1/model");
    assert_eq!(model["description"], "first, last checkpoint (epoch 2)");
    assert_eq!(model["metrics"][0]["name"], "loss");
    let label = |served: &Served| served.get("/v1/digits/random")["label"].as_u64().unwrap();
    assert!(label(&served) <= 1);
    // Another run under its name, with other digits.
    fs_err::rename(&whole, app.path().join("moved")).unwrap();
    fs_err::rename(app.path().join("other/first"), &whole).unwrap();
    let started = std::time::Instant::now();
    while served.get("/v1/model")["digits"] != json!([3, 8]) {
        assert!(started.elapsed() < Duration::from_mins(1));
    }
    assert!([3, 8].contains(&label(&served)));
    // Gone.
    fs_err::remove_dir_all(&whole).unwrap();
    served.get("/v1/model");
    assert_eq!(served.ask("GET /readyz HTTP/1.1\r\n", &[]).status, 200);
    // Another run is damaged: the client hears that, and the log has the file.
    fs_err::write(
        app.path().join("runs/second/history.csv"),
        "epoch,loss\n1,much\n",
    )
    .unwrap();
    let response = served.ask("GET /v1/training?run=second HTTP/1.1\r\n", &[]);
    assert_eq!(response.status, 500);
    assert!(
        !response.text().contains("history.csv"),
        "{}",
        response.text()
    );
    assert!(!response.text().contains(folder), "{}", response.text());
    served.process.wait_for("the log has the file", |process| {
        process.stderr().contains("history.csv").then_some(())
    });
}

#[test]
fn several_networks_have_no_metrics_of_their_own_and_the_training_of_the_first() {
    let app = App::new();
    app.train("runs/first", &["--epochs", "3"]);
    app.train("runs/second", &["--epochs", "2", "--seed", "5"]);
    let served = Served::start(&app, &["runs/first", "runs/second"]);
    let model = served.get("/v1/model");
    assert_eq!(model["description"], "mean of 2 networks");
    assert_eq!(model["metrics"], json!([]));
    let training = served.get("/v1/training");
    assert_eq!(training["run"], "first");
    assert_eq!(training["epochs"].as_array().unwrap().len(), 3);
    app.on_cpu(&[
        "sweep",
        "--sweep-dir",
        "sweep",
        "--seeds",
        "0..1",
        "--epochs",
        "1",
    ]);
    let sweep = Served::start(&app, &["sweep"]);
    let refused = sweep.ask("GET /v1/training HTTP/1.1\r\n", &[]);
    assert_eq!(refused.status, 422, "{}", refused.text());
}
