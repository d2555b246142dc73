//! Pictures of a network of ten digits, by their texts.

use serde_json::Value;

use super::trained;
use crate::app::App;
use crate::pictures::{drawn, texts};

fn texts_of(app: &App, arguments: &[&str]) -> Vec<String> {
    texts(&drawn(app, arguments))
}

/// The number of images by label and prediction.
fn matrix(found: &Value) -> Vec<Vec<u64>> {
    let row = |row: &Value| {
        let counts = row.as_array().unwrap().iter();
        counts.map(|count| count.as_u64().unwrap()).collect()
    };
    found["confusion_matrix"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect()
}

#[test]
fn the_evaluation_of_ten_digits_is_drawn_with_the_counts_and_areas_that_are_printed() {
    let app = trained();
    let found = app.evaluation("run", &[]);
    let svg = drawn(&app, &["evaluation", "run", "--only=confusion-matrix"]);
    for (label, row) in matrix(&found).iter().enumerate() {
        for (predicted, count) in row.iter().enumerate() {
            let images = if *count == 1 { "image" } else { "images" };
            let title = format!("{count} {images} of digit {label} predicted as {predicted}<");
            assert!(svg.contains(&title), "{title}");
        }
    }
    let correct: u64 = matrix(&found)
        .iter()
        .enumerate()
        .map(|(digit, row)| row[digit])
        .sum();
    let all = texts_of(&app, &["evaluation", "run"]).join("\n");
    assert!(
        all.contains(&format!("{correct} of 1,000 correct")),
        "{all}"
    );
    let roc = texts_of(&app, &["evaluation", "run", "--only=roc"]);
    for class in found["classes"].as_array().unwrap() {
        let start = format!("{}: ", class["digit"]);
        let area = roc.iter().find_map(|text| text.strip_prefix(&start));
        let area: f64 = area.unwrap().parse().unwrap();
        let expected = class["roc_auc"].as_f64().unwrap();
        assert!(
            (area - expected).abs() < 6e-5,
            "{start}{area} for {expected}"
        );
    }
    for part in ["precision-recall", "calibration", "probabilities"] {
        let only = format!("--only={part}");
        let found = texts_of(&app, &["evaluation", "run", &only]).join("\n");
        assert!(found.contains("on 1,000 validation images"), "{found}");
    }
}

#[test]
fn the_mistakes_of_ten_digits_are_those_of_the_evaluation() {
    let app = trained();
    let found = app.evaluation("run", &[]);
    let counts = matrix(&found);
    let correct: u64 = counts
        .iter()
        .enumerate()
        .map(|(digit, row)| row[digit])
        .sum();
    let wrong = 1000 - correct;
    let errors = ["predictions", "run", "--errors", "--rows=100"];
    let errors = texts_of(&app, &errors);
    let note = format!("{wrong} of 1,000 validation images of 0 to 9 misclassified");
    assert!(errors.join(" ").contains(&note), "{note} in {errors:?}");
    assert!(
        errors
            .join(" ")
            .contains("the furthest from their label first"),
        "{errors:?}"
    );
    // Captions such as `row 2556: 5, 2, P 0.997`.
    let mut drawn_counts = vec![vec![0; 10]; 10];
    for text in &errors {
        let caption = text
            .strip_prefix("row ")
            .and_then(|text| text.split_once(": "));
        if let Some((row, rest)) = caption {
            let mut digits = rest
                .split(", ")
                .take(2)
                .map(|digit| digit.parse::<usize>().unwrap());
            let [label, predicted] = [0; 2].map(|_: i32| digits.next().unwrap());
            assert_eq!(row.parse::<usize>().unwrap() / 500, label, "{text}");
            drawn_counts[label][predicted] += 1;
        }
    }
    for digit in 0..10 {
        drawn_counts[digit][digit] = counts[digit][digit];
    }
    assert_eq!(drawn_counts, counts);

    let embedding = texts_of(&app, &["embedding", "run"]);
    assert!(
        embedding.contains(&format!("wrong: {wrong}")),
        "{embedding:?}"
    );
    for digit in 0..10 {
        assert!(
            embedding.contains(&format!("digit {digit}: 100")),
            "{embedding:?}"
        );
    }
}

#[test]
fn the_network_of_ten_digits_is_drawn_with_an_output_for_each() {
    let app = trained();
    let model = texts_of(&app, &["model", "run"]);
    let all = model.join("\n");
    for text in [
        "Output shape: (None, 10)",
        "15 × 10 + 10 = 160",
        "10,575 parameters",
    ] {
        assert!(all.contains(text), "{text} in {all}");
    }
    let activations = drawn(&app, &["activations", "run", "--index=4999"]);
    assert_eq!(
        activations.matches("<g class=\"unit\"").count(),
        25 + 15 + 10
    );
    let predicted = app.on_cpu(&["predict", "run", "--index=4999"]).stdout;
    let (digit, rest) = predicted
        .trim_start_matches("row 4999: ")
        .split_once(", ")
        .unwrap();
    let probability = rest.split(',').next().unwrap();
    let all = texts(&activations);
    for text in [&format!("predicted {digit}"), "label 9", probability] {
        assert!(all.contains(&text.to_owned()), "{text} in {all:?}");
    }
    let history = texts_of(&app, &["history", "run"]).join("\n");
    let losses = crate::app::column(&app, "run", "val_loss");
    let best = (1..=30)
        .min_by(|a, b| losses[a - 1].total_cmp(&losses[b - 1]))
        .unwrap();
    assert!(
        history.contains(&format!("best: epoch {best}")),
        "{best} in {history}"
    );
    let weights = drawn(&app, &["weights", "run"]);
    assert_eq!(weights.matches("<g class=\"tile\"").count(), 50);
    assert!(weights.contains("layer3: 15 × 10"), "{weights}");
}

#[test]
fn the_outputs_in_the_picture_of_the_weights_have_the_names_of_their_digits() {
    let app = trained();
    let svg = drawn(&app, &["weights", "run"]);
    for digit in 0..10 {
        assert!(svg.contains(&format!("<title>digit {digit}: ")), "{digit}");
    }
    // The other layers have units: of the last one there are none.
    let units = svg.matches("<title>unit 1: ").count();
    assert_eq!((units, svg.matches("<title>digit ").count()), (2, 10));

    let app = App::trained(&["--digits=7,1,4", "--epochs=1"]);
    let svg = drawn(&app, &["weights", "run"]);
    let places = [7, 1, 4].map(|digit| svg.find(&format!("<title>digit {digit}: ")).unwrap());
    assert!(places.is_sorted(), "{places:?}");
    let two = App::trained(&["--epochs=1"]);
    assert!(!drawn(&two, &["weights", "run"]).contains("<title>digit "));
}
