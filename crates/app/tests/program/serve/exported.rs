//! The page that `app export` writes, in Chromium, beside the server: of the same files both say the same.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use server::{LOCAL_MODULES, joined};

use super::Served;
use crate::app::App;
use crate::data_sets::{embedded, images_npy, labels_npy, row_by_row, write};
use crate::generator::{KINDS, NONE, ROWS, Sources};
use crate::skipped::or_skip;

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pictures are small"
)]
mod png;

/// It reads and predicts all files with the network of the exported page, and writes what it finds into the page.
const HARNESS: &str = r"
import { readPicture } from './local/formats/picture_decoder.js';
import { createLocalPredictor } from './local/predict.js';

const jsonOf = (id) => JSON.parse(document.getElementById(id).textContent);
const predictor = createLocalPredictor(jsonOf('network'));

async function saidOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  try {
    // As a Blob, but without the disk, for which the browser's virtual time would not wait.
    const picture = await readPicture({ arrayBuffer: async () => bytes.buffer });
    return await predictor.predict(picture, { row: true, detail: true });
  } catch (error) {
    return { problem: error.message };
  }
}

async function saidOfAll() {
  const found = {};
  for (const [name, base64] of Object.entries(jsonOf('files'))) found[name] = await saidOf(base64);
  return found;
}

saidOfAll().then((found) => {
  const text = document.createElement('pre');
  text.id = 'found';
  text.textContent = JSON.stringify(found);
  document.body.append(text);
});
";

/// The files by their names.
type Files = BTreeMap<String, Vec<u8>>;

/// What the page says of files, by their names, or why there is no browser.
fn said_by_page(app: &App, network: &str, files: &Files) -> Result<Value, String> {
    let mut modules = LOCAL_MODULES.to_vec();
    modules.push(("harness.js", HARNESS));
    let script = joined(&modules, "harness.js").unwrap();
    let files: BTreeMap<&String, String> = files
        .iter()
        .map(|(name, bytes)| (name, STANDARD.encode(bytes)))
        .collect();
    let files = json!(files);
    let html = format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><body>\
        <script type=\"application/json\" id=\"network\">{network}</script>\
        <script type=\"application/json\" id=\"files\">{files}</script><script>{script}</script>"
    );
    let page = app.path().join("pictures.html");
    fs_err::write(&page, html).unwrap();
    displayed(&page)
}

fn displayed(page: &Path) -> Result<Value, String> {
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(&browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg("--virtual-time-budget=120000")
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .map_err(|error| {
            format!("{browser}: {error}; set CHROMIUM to a browser that understands --dump-dom")
        })?;
    let dom = String::from_utf8_lossy(&output.stdout);
    let problem = String::from_utf8_lossy(&output.stderr);
    let found = dom
        .split_once("<pre id=\"found\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"));
    let (found, _) = found.unwrap_or_else(|| panic!("the page says nothing: {problem}"));
    // As the browser writes text in a page.
    let found = found
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    Ok(serde_json::from_str(&found).unwrap())
}

/// A run with ten digits, its page's network, and a server of it.
fn exported() -> (App, String, Served) {
    let app = App::new();
    app.train("run", &["--config", "ten", "--epochs", "6"]);
    app.on_cpu(&["export", "run", "--output", "digits.html"]);
    let page = app.file("digits.html");
    let (_, network) = page.split_once("id=\"network\">").unwrap();
    let (network, _) = network.split_once("</script>").unwrap();
    let network = network.to_owned();
    let served = Served::start(&app, &["run"]);
    (app, network, served)
}

/// Where two values differ by more than rounding.
fn differences(path: &str, found: &Value, expected: &Value, all: &mut Vec<String>) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) if found.keys().eq(expected.keys()) => {
            for (key, value) in expected {
                differences(&format!("{path} {key}"), &found[key], value, all);
            }
        }
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => {
            for (at, value) in expected.iter().enumerate() {
                differences(&format!("{path} {at}"), &found[at], value, all);
            }
        }
        (Value::Number(found), Value::Number(expected)) => {
            let apart = found.as_f64().unwrap() - expected.as_f64().unwrap();
            if apart.abs() > 1e-4 {
                all.push(format!("{path}: expected {expected}, found {found}"));
            }
        }
        _ if found == expected => {}
        _ => all.push(format!("{path}: expected {expected}, found {found}")),
    }
}

/// A picture of each kind that people write, of what is no digit, and of several digits in a row.
fn pictures() -> Files {
    let sources = Sources::open(None, 30);
    let mut files = Files::new();
    for (at, kind) in KINDS.iter().enumerate() {
        let made = kind.make(&sources, 7, at % 10, 0);
        files.insert(format!("{} {}", kind.name, at % 10), made.bytes());
    }
    for kind in NONE {
        let bytes = kind.make(&sources, 7, 1).bytes();
        files.insert(format!("none: {}", kind.name), bytes);
    }
    for kind in ROWS {
        let bytes = kind.make(&sources, 7, 0).bytes();
        files.insert(format!("row: {}", kind.name), bytes);
    }
    files.extend(png::pictures());
    files
}

#[test]
fn pictures_of_all_kinds_get_the_same_400_numbers_and_predictions_as_from_the_server() {
    let (app, network, served) = exported();
    let files = pictures();
    let Some(found) = or_skip(said_by_page(&app, &network, &files), "REQUIRE_CHROMIUM") else {
        return;
    };
    let mut all = Vec::new();
    let mut statuses = BTreeMap::new();
    for (name, bytes) in &files {
        let response = served.post("/v1/predict?row=true&detail=true", "image/png", bytes);
        let expected = response.json();
        differences(name, &found[name], &expected, &mut all);
        let status = expected["images"][0]["status"].to_string();
        *statuses.entry(status).or_insert(0) += 1;
    }
    assert!(all.is_empty(), "{}:\n{}", all.len(), all.join("\n"));
    // Most are digits, and others are not.
    assert!(files.len() > 90, "{}", files.len());
    assert!(statuses["\"digit\""] > 50, "{statuses:?}");
    for status in ["\"blank\"", "\"no_digit\"", "\"digits\""] {
        assert!(statuses.contains_key(status), "{statuses:?}");
    }
}

#[test]
fn what_is_no_picture_is_refused_as_the_server_refuses_it() {
    let (app, network, served) = exported();
    let files = png::odd_files();
    let Some(found) = or_skip(said_by_page(&app, &network, &files), "REQUIRE_CHROMIUM") else {
        return;
    };
    for (name, bytes) in &files {
        let response = served.post("/v1/predict", "image/png", bytes);
        assert_eq!(response.status, 422, "{name}: {}", response.text());
        let problem = found[name]["problem"].as_str();
        let problem = problem.unwrap_or_else(|| panic!("{name}: {}", found[name]));
        let detail = response.json()["detail"].as_str().unwrap().to_owned();
        let (_, expected) = detail.split_once(": ").unwrap();
        // The first words are the server's; of damage, only they are.
        let common = expected.split([':', ',', ';']).next().unwrap();
        assert!(problem.starts_with(common), "{name}: {problem}\n{expected}");
        // A thing is said once.
        let parts: Vec<&str> = detail.split(": ").map(str::trim).collect();
        let repeated = (1..parts.len()).find(|at| parts[*at] == parts[at - 1]);
        assert!(repeated.is_none(), "{detail}");
    }
}

#[test]
fn a_page_has_images_of_each_digit_and_without_its_data_set_none() {
    let (app, network, _) = exported();
    let network: Value = serde_json::from_str(&network).unwrap();
    let examples = &network["examples"];
    let labels: Vec<u64> = serde_json::from_value(examples["labels"].clone()).unwrap();
    for digit in 0..10 {
        let count = labels.iter().filter(|label| **label == digit).count();
        assert_eq!(count, 10, "{digit}");
    }
    let rows: Vec<usize> = serde_json::from_value(examples["rows"].clone()).unwrap();
    let bytes = STANDARD.decode(examples["pixels"].as_str().unwrap());
    let bytes = bytes.unwrap();
    assert_eq!((rows.len(), bytes.len()), (100, 40_000));
    // Validation images, whose rows are those of the data set.
    let (pixels, _) = embedded([rows[0], rows[99]]);
    for (own, pixels) in [&bytes[..400], &bytes[39_600..]]
        .iter()
        .zip(pixels.chunks(400))
    {
        let expected = row_by_row(pixels);
        for (byte, pixel) in own.iter().zip(expected) {
            let apart = f32::from(*byte) / 255.0 - pixel.clamp(0.0, 1.0);
            assert!(apart.abs() < 0.003, "{byte} {pixel}");
        }
    }
    // A data set that is gone.
    let (images, labels) = embedded((0..50).chain(600..650));
    fs_err::create_dir(app.path().join("data")).unwrap();
    write(&app, "data/X.npy", &images_npy(&images));
    write(&app, "data/y.npy", &labels_npy(&labels));
    app.train("gone", &["--data", "data", "--epochs", "1"]);
    fs_err::remove_dir_all(app.path().join("data")).unwrap();
    let output = app.on_cpu(&["export", "gone", "--output", "gone.html"]);
    output.stderr_has("the page shows no random digits");
    assert!(!app.file("gone.html").contains("\"examples\":"));
}
