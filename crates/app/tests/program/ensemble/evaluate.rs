//! `app evaluate` with several runs.

use serde_json::Value;

use super::{RUNS, assert_close, count, deviation, mean, number, predict, rows, unsure};
use crate::app::{App, json_lines, metric_text};

/// An image's label, and each network's probability of the digit 1.
struct Image {
    label: u8,
    probabilities: Vec<f64>,
}

impl Image {
    fn mean(&self) -> f64 {
        mean(&self.probabilities)
    }

    fn is_wrong(&self, threshold: f64) -> bool {
        u8::from(self.mean() >= threshold) != self.label
    }

    /// The probability of the digit that is not predicted.
    fn doubt(&self, threshold: f64) -> f64 {
        let mean = self.mean();
        if mean >= threshold { 1.0 - mean } else { mean }
    }
}

fn images(app: &App) -> Vec<Image> {
    let all = rows(0..1000);
    let alone = RUNS.map(|run| predict(app, &[run], &all, &[]));
    let image = |index: usize| Image {
        label: u8::from(alone[0][index]["label"] == 1),
        probabilities: alone
            .iter()
            .map(|of| number(&of[index]["probability"]))
            .collect(),
    };
    (0..1000).map(image).collect()
}

fn evaluated(app: &App, arguments: &[&str]) -> Value {
    let output = app.on_cpu(&[&["evaluate"], &RUNS[..], &["--json"], arguments].concat());
    json_lines(&output.stdout).remove(0)
}

/// The share of pairs of a mistake and another image in which the mistake has more doubt; ties count half.
fn area(doubts: &[f64], wrong: &[bool]) -> f64 {
    let of = |wanted: bool| {
        let images = doubts.iter().zip(wrong);
        images
            .filter(move |(_, wrong)| **wrong == wanted)
            .map(|(doubt, _)| *doubt)
    };
    let (mut won, mut pairs) = (0.0, 0.0);
    for mistake in of(true) {
        for other in of(false) {
            pairs += 1.0;
            won += if mistake > other { 1.0 } else { 0.0 };
        }
    }
    won / pairs
}

/// The accuracy of the images with the least doubt.
fn accuracy_of_surest(doubts: &[f64], wrong: &[bool], percent: usize) -> f64 {
    let mut order: Vec<usize> = (0..doubts.len()).collect();
    order.sort_by(|a, b| doubts[*a].total_cmp(&doubts[*b]));
    order.truncate(doubts.len() * percent / 100);
    let correct = order.iter().filter(|image| !wrong[**image]).count();
    count(correct) / count(order.len())
}

#[test]
fn the_metrics_are_those_of_the_mean_probabilities() {
    let app = unsure();
    let images = images(&app);
    for threshold in [0.5, 0.6] {
        let found = evaluated(&app, &[&format!("--threshold={threshold}")]);
        assert_eq!(found["images"], "training");
        assert_eq!(found["examples"], 1000);
        let losses = images.iter().map(|image| match image.label {
            1 => -image.mean().ln(),
            _ => -(1.0 - image.mean()).ln(),
        });
        assert_close(
            "loss",
            number(&found["loss"]),
            mean(&losses.collect::<Vec<_>>()),
        );
        let squares = images
            .iter()
            .map(|image| (image.mean() - f64::from(image.label)).powi(2));
        assert_close(
            "brier",
            number(&found["brier_score"]),
            mean(&squares.collect::<Vec<_>>()),
        );
        let wrong = images
            .iter()
            .filter(|image| image.is_wrong(threshold))
            .count();
        assert_close(
            "accuracy",
            number(&found["accuracy"]),
            1.0 - count(wrong) / 1000.0,
        );
        assert!(wrong > 3, "{wrong} mistakes");
        assert_eq!(found["mistakes"]["images"], wrong);
        let of_networks = found["networks"].as_array().unwrap();
        assert_eq!(of_networks.len(), 3);
        let mut accuracies = Vec::new();
        for (of_one, run) in of_networks.iter().zip(RUNS) {
            let alone = app.evaluation(run, &[&format!("--threshold={threshold}")]);
            for key in ["run", "checkpoint", "epoch", "accuracy", "loss"] {
                assert_eq!(of_one[key], alone[key], "{run} {key}");
            }
            accuracies.push(number(&of_one["accuracy"]));
        }
        let mean_of_networks = number(&found["mean_of_networks"]["accuracy"]);
        assert_close("mean accuracy", mean_of_networks, mean(&accuracies));
    }
}

#[test]
fn mistakes_are_found_by_disagreement_and_by_the_probability() {
    let app = unsure();
    let images = images(&app);
    let threshold = 0.6;
    let found = evaluated(&app, &["--threshold=0.6"]);
    let wrong: Vec<bool> = images
        .iter()
        .map(|image| image.is_wrong(threshold))
        .collect();
    let disagreements: Vec<f64> = images
        .iter()
        .map(|image| deviation(&image.probabilities))
        .collect();
    let doubts: Vec<f64> = images.iter().map(|image| image.doubt(threshold)).collect();
    assert_close(
        "disagreement",
        number(&found["disagreement"]),
        mean(&disagreements),
    );
    for (key, doubts) in [
        ("by_disagreement", disagreements),
        ("by_probability", doubts),
    ] {
        let of_key = &found["mistakes"][key];
        assert_close(key, number(&of_key["roc_auc"]), area(&doubts, &wrong));
        let surest = of_key["accuracy_of_surest"].as_array().unwrap();
        let percents = surest.iter().map(|of| &of["percent"]);
        assert!(percents.eq([50, 80, 90, 95].iter()));
        for of in surest {
            let percent = usize::try_from(of["percent"].as_u64().unwrap()).unwrap();
            let expected = accuracy_of_surest(&doubts, &wrong, percent);
            assert_close(key, number(&of["accuracy"]), expected);
        }
    }
    // Rejecting changes no mistake.
    let rejecting = evaluated(&app, &["--threshold=0.6", "--reject=0.7"]);
    assert!(number(&rejecting["rejected"]) > 0.0);
    assert_eq!(rejecting["mistakes"], found["mistakes"]);
}

#[test]
fn the_tables_have_the_numbers_of_the_json() {
    let app = unsure();
    let found = evaluated(&app, &[]);
    let output = app.on_cpu(&[&["evaluate"], &RUNS[..]].concat());
    let heading =
        "mean of 3 networks (a, b and c), on 1,000 images, all of which they were trained on\n";
    assert!(output.stdout.starts_with(heading), "{}", output.shown());
    for of_one in found["networks"].as_array().unwrap() {
        let [accuracy, loss] = ["accuracy", "loss"].map(|key| metric_text(number(&of_one[key])));
        let run = of_one["run"].as_str().unwrap();
        let line = format!("\n{run}, last checkpoint (epoch 2)    {accuracy}    {loss}\n");
        output.stdout_has(&line);
    }
    let of_mean = &found["mean_of_networks"];
    let [accuracy, loss] = ["accuracy", "loss"].map(|key| metric_text(number(&of_mean[key])));
    let of_mean = format!("{:<28}    {accuracy}    {loss}", "mean");
    output.stdout_has(&format!("\n{of_mean}\n"));
    let disagreement = metric_text(number(&found["disagreement"]));
    output.stdout_has(&format!("\ndisagreement       {disagreement} on average\n"));
    for (name, key) in [
        ("disagreement", "by_disagreement"),
        ("probability", "by_probability"),
    ] {
        let of_key = &found["mistakes"][key];
        let surest = of_key["accuracy_of_surest"].as_array().unwrap().iter();
        let surest = surest.map(|of| metric_text(number(&of["accuracy"])));
        let area = metric_text(number(&of_key["roc_auc"]));
        let words = [vec![name.to_owned(), area], surest.collect()].concat();
        let lines = output.stdout.lines();
        let mut lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>());
        assert!(
            lines.any(|line| line == words),
            "{words:?}: {}",
            output.shown()
        );
    }
    for line in output.stdout.lines() {
        assert!(line.chars().count() <= 83, "{line}");
    }
}

/// -ln of the label's share in the sum of the mean probabilities.
#[test]
fn the_log_loss_of_several_digits_is_that_of_the_mean_probabilities() {
    let app = App::new();
    let runs = ["first", "second"];
    for (run, units) in runs.iter().zip(["25,15", "12,8"]) {
        let digits = ["--digits=1,4,7", "--epochs=4", "--hidden-units", units];
        app.train(run, &digits);
    }
    let evaluate = ["evaluate", "first", "second", "--on=all", "--json"];
    let found = json_lines(&app.on_cpu(&evaluate).stdout).remove(0);
    let all = rows((500..1000).chain(2000..2500).chain(3500..4000));
    let alone = runs.map(|run| predict(&app, &[run], &all, &[]));
    let (mut log_losses, mut losses, mut correct) = (Vec::new(), Vec::new(), 0.0);
    for (first, second) in alone[0].iter().zip(&alone[1]) {
        let label = [1, 4, 7]
            .iter()
            .position(|digit| first["label"] == *digit)
            .unwrap();
        let output = |output: usize| {
            mean(&[first, second].map(|of| number(&of["probabilities"][output]["probability"])))
        };
        let outputs = [0, 1, 2].map(output);
        log_losses.push(-(outputs[label] / outputs.iter().sum::<f64>()).ln());
        let of_output = |index: usize| {
            let is_label = index == label;
            let wanted = if is_label {
                outputs[index]
            } else {
                1.0 - outputs[index]
            };
            -wanted.ln()
        };
        losses.push((0..3).map(of_output).sum());
        let largest = (0..3).max_by(|a, b| outputs[*a].total_cmp(&outputs[*b]));
        correct += if largest == Some(label) { 1.0 } else { 0.0 };
    }
    assert_close("log loss", number(&found["log_loss"]), mean(&log_losses));
    assert_close("loss", number(&found["loss"]), mean(&losses));
    assert_close("accuracy", number(&found["accuracy"]), correct / 1500.0);
    let log_loss = number(&found["networks"][1]["log_loss"]);
    assert_close(
        "second",
        log_loss,
        number(&app.evaluation("second", &["--on=all"])["log_loss"]),
    );
}
