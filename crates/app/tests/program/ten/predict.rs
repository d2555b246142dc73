//! `app predict` with a network of several digits.

use serde_json::Value;

use crate::app::{App, json_lines, metric_text};

/// Rows of a 5, of a 1 and of a 4.
const ROWS: &str = "--index=2500,500,2000";

#[test]
fn a_prediction_has_its_runner_up_and_an_unknown_label_is_named() {
    let app = App::trained(&["--digits=1,4,7", "--epochs=30"]);
    let predict = |arguments: &[&str]| {
        let output = app.on_cpu(&[&["predict", "run", ROWS], arguments].concat());
        output.stdout
    };
    let found = json_lines(&predict(&["--json"]));
    let labels: Vec<&Value> = found.iter().map(|line| &line["label"]).collect();
    assert_eq!(labels, [5, 1, 4]);
    let text = predict(&[]);
    let rejected = predict(&["--reject=0.9999"]);
    for (number, line) in found.iter().enumerate() {
        // The two largest of the probabilities, by digit.
        let all = line["probabilities"].as_array().unwrap();
        assert!(all.iter().map(|of| &of["digit"]).eq([1, 4, 7].iter()));
        let mut sorted: Vec<(f64, &Value)> = all
            .iter()
            .map(|of| (of["probability"].as_f64().unwrap(), &of["digit"]))
            .collect();
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let [(first, digit), (second, other)] = [sorted[0], sorted[1]];
        assert_eq!([&line["digit"], &line["probability_of"]], [digit; 2]);
        assert_eq!(line["probability"], first);
        let runner_up = &line["runner_up"];
        assert_eq!(runner_up["digit"], *other);
        assert_eq!(runner_up["probability"], second);

        let [first, second] = [first, second].map(metric_text);
        let row = [2500, 500, 2000][number];
        let both = format!("P({digit}) = {first}, then P({other}) = {second}");
        let end = [
            ", but the label is 5: the network only knows 1, 4 and 7",
            ", correct",
            ", correct",
        ][number];
        let expected = format!("row {row}: {digit}, {both}{end}");
        assert_eq!(text.lines().nth(number), Some(expected.as_str()));

        let end = [
            end,
            ", rejected: the label is 1",
            ", rejected: the label is 4",
        ][number];
        let expected = format!("row {row}: none of them, {both}{end}");
        assert_eq!(rejected.lines().nth(number), Some(expected.as_str()));
    }
    for line in json_lines(&predict(&["--json", "--reject=0.9999"])) {
        assert_eq!(line["digit"], Value::Null);
        assert!(line["runner_up"]["digit"].is_number(), "{line}");
    }
    app.refused(
        &["predict", "run", "--threshold=0.6", ROWS],
        &["--threshold", "--reject"],
    );
}
