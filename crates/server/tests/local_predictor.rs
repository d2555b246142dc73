//! The predictor of a page without a server, in Chromium, on drawings that were predicted by the Rust code.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use server::{LOCAL_MODULES, joined};

/// It predicts all drawings, and writes what differs into the page.
const HARNESS: &str = r"
import { createLocalPredictor } from './local/predict.js';

const vectors = JSON.parse(document.getElementById('vectors').textContent);
const differences = [];
let [pixels, probabilities, boxes] = [0, 0, 0];

function largest(found, expected) {
  if (found.length !== expected.length) return Infinity;
  return expected.reduce((most, value, at) => Math.max(most, Math.abs(value - found[at])), 0);
}

function check(where, found, expected) {
  if (found !== expected) differences.push(`${where}: expected ${expected}, found ${found}`);
}

function byColumns(rows) {
  return rows.map((_, at) => rows[(at % 20) * 20 + Math.floor(at / 20)]);
}

function checkDigit(where, found, expected) {
  for (const name of ['status', 'reason', 'digit', 'looks_like']) check(`${where} ${name}`, found[name], expected[name]);
  const given = (digit) => [digit.probability ?? 0, digit.disagreement ?? 0];
  probabilities = Math.max(
    probabilities,
    largest(found.probabilities.map((one) => one.probability), expected.probabilities),
    largest(given(found), given(expected)),
  );
  check(`${where} keys`, Object.keys(found).filter((name) => name !== 'detail').sort().join(), Object.keys(expected).sort().join());
  if (expected.box) {
    const side = Math.max(expected.box[2] - expected.box[0], expected.box[3] - expected.box[1]);
    // The box of a pen of no width has no sides.
    const size = Math.max(side, Math.abs(expected.box[0]) * 1e-6, 1e-99);
    boxes = Math.max(boxes, largest(found.box, expected.box) / size);
  }
}

async function checkCase({ name, network, row, strokes, pen_width, images, prepared, answers }) {
  const predictor = createLocalPredictor(vectors.networks[network]);
  const input = images ? { images } : { strokes, pen_width };
  const found = await predictor.predict(input, { row, detail: true });
  check(`${name} images`, found.images.length, answers.length);
  found.images.forEach((image, at) => {
    for (const key of ['status', 'reason', 'text']) check(`${name} ${key}`, image[key], answers[at][key]);
    check(`${name} digits`, image.digits.length, answers[at].digits.length);
    image.digits.forEach((digit, index) => checkDigit(name, digit, answers[at].digits[index]));
    // Digits that were divided have other pixels.
    if (Array.isArray(prepared) && prepared.length === image.digits.length) {
      image.digits.forEach((digit, index) => {
        pixels = Math.max(pixels, largest(byColumns(digit.detail.pixels), prepared[index].pixels));
      });
    }
  });
}

async function checkAll() {
  for (const one of vectors.cases) await checkCase(one);
  const first = createLocalPredictor(vectors.networks.two);
  const weights = first.weights();
  return {
    differences, pixels, probabilities, boxes,
    model: first.model(),
    first: weights.layers[0].kernel.slice(0, 2 * weights.layers[0].units),
    sides: weights.layers.map(({ inputs, units, kernel, bias }) => [inputs, units, kernel.length, bias.length]),
  };
}

checkAll().catch((error) => ({ differences: [error.stack] })).then((found) => {
  const text = document.createElement('pre');
  text.id = 'found';
  text.textContent = JSON.stringify(found);
  document.body.append(text);
});
";

/// The vectors, with the networks as an exported page has them.
fn vectors() -> Value {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs_err::read_to_string(here.join("tests/vectors/drawings.json")).unwrap();
    let mut vectors: Value = serde_json::from_str(&text).unwrap();
    let guard = fs_err::read(here.join("../../assets/guard.f16")).unwrap();
    let guard = json!({
        "layers": [
            { "inputs": 400, "units": 128 },
            { "inputs": 128, "units": 64 },
            { "inputs": 64, "units": 11 },
        ],
        "weights": BASE64_STANDARD.encode(guard),
        "evidence": { "digit": 0.12, "other_digit": 0.99, "certain_digit": 0.98 },
    });
    let members = vectors["members"].take();
    for network in vectors["networks"].as_object_mut().unwrap().values_mut() {
        network["guard"] = guard.clone();
        for member in network["networks"].as_array_mut().unwrap() {
            *member = members[member.as_str().unwrap()].clone();
        }
    }
    vectors
}

/// A page that runs the script on the vectors.
fn page(folder: &Path, script: &str, vectors: &Value) -> PathBuf {
    let vectors = vectors.to_string().replace('<', "\\u003c");
    let html = format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><body>\
        <script type=\"application/json\" id=\"vectors\">{vectors}</script><script>{script}</script>"
    );
    let page = folder.join("page.html");
    fs_err::write(&page, html).unwrap();
    page
}

/// What the page has found, or why there is no browser.
fn displayed(page: &Path) -> Result<Value, String> {
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(&browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg("--virtual-time-budget=10000")
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

/// The first layer's weights of the network that tells 0 from 1, pixels column by column.
fn first_kernel(vectors: &Value) -> Vec<f32> {
    let kernel = &vectors["networks"]["two"]["networks"][0]["layers"][0]["kernel"];
    let bytes = BASE64_STANDARD.decode(kernel.as_str().unwrap()).unwrap();
    let numbers = bytes.as_chunks().0.iter();
    numbers.map(|number| f32::from_le_bytes(*number)).collect()
}

#[test]
fn in_a_browser_the_same_drawings_get_the_same_answers() {
    let mut modules = LOCAL_MODULES.to_vec();
    modules.push(("harness.js", HARNESS));
    let script = joined(&modules, "harness.js").unwrap();
    let vectors = vectors();
    let folder = tempfile::tempdir().unwrap();
    let found = match displayed(&page(folder.path(), &script, &vectors)) {
        Ok(found) => found,
        Err(reason) => {
            assert!(
                std::env::var_os("REQUIRE_CHROMIUM").is_none(),
                "REQUIRE_CHROMIUM is set: {reason}"
            );
            return;
        }
    };
    assert_eq!(found["differences"], json!([]));
    for (name, limit) in [("pixels", 1e-4), ("probabilities", 1e-4), ("boxes", 1e-6)] {
        // Infinity, where lengths differ, is null.
        let largest = found[name].as_f64().unwrap_or(f64::INFINITY);
        assert!(largest < limit, "{name}: {largest:e}");
    }
    let model = &found["model"];
    assert_eq!(
        (&model["layers"], &model["parameters"]),
        (&json!([400, 5, 4, 1]), &json!(2034))
    );
    assert_eq!(
        (&model["networks"], &model["digits"], &model["epoch"]),
        (&json!(1), &json!([0, 1]), &json!(12))
    );
    assert_eq!(
        found["sides"],
        json!([[400, 5, 2000, 5], [5, 4, 20, 4], [4, 1, 4, 1]])
    );
    // The second pixel row by row is the twenty-first column by column.
    let first: Vec<f64> = serde_json::from_value(found["first"].clone()).unwrap();
    let kernel = first_kernel(&vectors);
    let expected = kernel[..5].iter().chain(&kernel[100..105]);
    assert_eq!(first.len(), 10);
    for (found, expected) in first.iter().zip(expected) {
        assert!(
            (found - f64::from(*expected)).abs() < 1e-9,
            "{found} {expected}"
        );
    }
}

#[test]
fn the_module_in_the_place_of_the_servers_is_understood() {
    let entry = "import {\n  predict, describeModel, loadWeights, pictureRefusal, hasExamples, randomDigit,\n} from './predictor.js';";
    let mut modules = LOCAL_MODULES.to_vec();
    modules.push(("main.js", entry));
    joined(&modules, "main.js").unwrap();
}
