//! `--threshold` of every command that has it. The expected predictions are counted here, from the
//! probabilities that `predict` prints.

use crate::app::{App, json_lines};
use crate::fixtures::lab;
use crate::pictures::{drawn, texts};

/// An image's label and its probability of the digit 1.
#[derive(Debug, Clone, Copy)]
struct Image {
    label: u64,
    probability: f64,
}

/// A run that is still uncertain, and its training images.
fn unsure() -> (App, Vec<Image>) {
    let app = App::trained(&["--config", &lab(), "--epochs=2"]);
    let rows: Vec<String> = (0..1000).map(|row| row.to_string()).collect();
    let output = app.on_cpu(&["predict", "run", "--json", "--index", &rows.join(",")]);
    let images = json_lines(&output.stdout).into_iter().map(|line| Image {
        label: line["label"].as_u64().unwrap(),
        probability: line["probability"].as_f64().unwrap(),
    });
    (app, images.collect())
}

/// `[[tn, fp], [fn, tp]]` where a probability of at least `threshold` is classified as 1.
fn confusion(images: &[Image], threshold: f64) -> [[u64; 2]; 2] {
    let mut counts = [[0; 2]; 2];
    for image in images {
        let prediction = usize::from(image.probability >= threshold);
        counts[usize::try_from(image.label).unwrap()][prediction] += 1;
    }
    counts
}

/// Below and above 0.5, each with other predictions than 0.5.
const THRESHOLDS: [&str; 2] = ["0.4", "0.6"];

/// The texts of a picture of the run that are numbers.
fn counts_in(app: &App, arguments: &[&str]) -> Vec<u64> {
    let texts = texts(&drawn(app, arguments));
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

#[test]
fn evaluation_predictions_and_pictures_use_the_threshold() {
    let (app, images) = unsure();
    for threshold in THRESHOLDS {
        let at = ["--threshold", threshold];
        let expected = confusion(&images, threshold.parse().unwrap());
        assert_ne!(
            expected,
            confusion(&images, 0.5),
            "{threshold} changes something"
        );
        let [[tn, fp], [fn_, tp]] = expected;

        let found = app.evaluation("run", &at);
        assert_eq!(found["confusion_matrix"], serde_json::json!(expected));
        let printed = app
            .on_cpu(&[["evaluate", "run"].as_slice(), &at].concat())
            .stdout;
        let row = |digit: u64| {
            let start = format!("label {digit} ");
            let line = printed.lines().find(|line| line.starts_with(&start));
            let numbers = line.unwrap().split_whitespace().skip(2);
            numbers
                .map(|number| number.parse().unwrap())
                .collect::<Vec<u64>>()
        };
        assert_eq!([row(0), row(1)], [[tn, fp], [fn_, tp]], "{printed}");

        let matrix = ["evaluation", "run", "--only=confusion-matrix"];
        let drawn_counts = counts_in(&app, &[matrix.as_slice(), &at].concat());
        assert_eq!(drawn_counts, [tn, fp, fn_, tp]);
        let all = drawn(&app, &[["evaluation", "run"].as_slice(), &at].concat());
        let named = format!("threshold {threshold}");
        assert!(texts(&all).join("\n").contains(&named), "{named}");

        let errors = drawn(
            &app,
            &[["predictions", "run", "--errors"].as_slice(), &at].concat(),
        );
        let mistakes = format!(
            "{} of 1,000 training images of 0 and 1 misclassified",
            fp + fn_
        );
        assert!(
            errors.contains(&mistakes) && errors.contains(&named),
            "{mistakes}"
        );
        let embedding = drawn(&app, &[["embedding", "run"].as_slice(), &at].concat());
        assert!(texts(&embedding).contains(&format!("wrong: {}", fp + fn_)));

        app.on_cpu(&[["report", "run", "--output=page.html"].as_slice(), &at].concat());
        let page = app.file("page.html");
        assert!(
            page.contains(&format!("{} of 1,000 correct", tn + tp)),
            "{}",
            tn + tp
        );
        assert!(
            page.contains(&mistakes) && page.contains(&named),
            "{mistakes}"
        );
    }
}

#[test]
fn a_probability_equal_to_the_threshold_is_the_positive_digit() {
    let (app, images) = unsure();
    // A zero that is classified as 0 unless the threshold is as low as its probability.
    let (row, image) = (3, images[3]);
    assert!(image.label == 0 && image.probability < 0.5, "{image:?}");
    let row = row.to_string();
    let single = app.on_cpu(&["predict", "run", "--json", "--index", &row]);
    let at = json_lines(&single.stdout)[0]["probability"].clone();
    let above = at.as_f64().unwrap().next_up().to_string();
    for (threshold, prediction) in [(at.to_string(), 1), (above, 0)] {
        let one = ["--index", &row, "--threshold", &threshold];
        let output = app.on_cpu(&[["predict", "run", "--json"].as_slice(), &one].concat());
        assert_eq!(
            json_lines(&output.stdout)[0]["digit"],
            prediction,
            "{threshold}"
        );
        app.on_cpu(&[["predict", "run"].as_slice(), &one].concat())
            .stdout_has(&format!("row {row}: {prediction}, P(1) = "));

        let grid = drawn(&app, &[["predictions", "run"].as_slice(), &one].concat());
        assert!(texts(&grid).contains(&format!("0, {prediction}")), "{grid}");
        let activations = drawn(&app, &[["activations", "run"].as_slice(), &one].concat());
        assert!(
            texts(&activations).contains(&format!("predicted {prediction}")),
            "{threshold}"
        );
    }
}
