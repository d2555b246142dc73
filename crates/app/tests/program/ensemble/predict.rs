//! `app predict` with several runs.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{RUNS, assert_close, deviation, mean, number, predict, rows, unsure};
use crate::app::{App, json_lines, metric_text};

/// The lines of the same image by each run.
fn of_image(lines: &[Vec<Value>], image: usize) -> Vec<&Value> {
    lines.iter().map(|lines| &lines[image]).collect()
}

#[test]
fn the_mean_of_the_probabilities_is_predicted_with_the_standard_deviation_as_disagreement() {
    let app = unsure();
    let all = rows((0..1000).step_by(7));
    let alone = RUNS.map(|run| predict(&app, &[run], &all, &[]));
    let mut split_votes = 0;
    for threshold in [0.5, 0.6] {
        let flag = format!("--threshold={threshold}");
        let together = predict(&app, &RUNS, &all, &[&flag]);
        assert_eq!(together.len(), 143);
        for (image, found) in together.iter().enumerate() {
            let alone = of_image(&alone, image);
            let probabilities: Vec<f64> =
                alone.iter().map(|of| number(&of["probability"])).collect();
            let expected = mean(&probabilities);
            assert_close("probability", number(&found["probability"]), expected);
            assert_eq!(found["probability_of"], 1);
            let digit = u8::from(expected >= threshold);
            assert_eq!(found["digit"], digit, "{found}");
            let disagreement = deviation(&probabilities);
            assert_close("disagreement", number(&found["disagreement"]), disagreement);
            let votes = probabilities.iter().map(|of| u8::from(*of >= threshold));
            let agreeing = votes.filter(|vote| *vote == digit).count();
            assert_eq!(found["agreeing"], agreeing, "{found}");
            split_votes += usize::from(agreeing < 3);
            assert_eq!(
                [&found["source"], &found["label"]],
                [&alone[0]["source"], &alone[0]["label"]]
            );
            for ((of_one, alone), run) in found["networks"]
                .as_array()
                .unwrap()
                .iter()
                .zip(alone)
                .zip(RUNS)
            {
                assert_eq!(of_one["run"], run);
                assert_eq!(of_one["probability"], alone["probability"]);
                assert_eq!(
                    of_one["digit"],
                    u8::from(number(&alone["probability"]) >= threshold)
                );
                for key in ["checkpoint", "epoch"] {
                    assert_eq!(of_one[key], alone[key]);
                }
            }
        }
    }
    assert!(split_votes > 0, "the networks differ");
}

#[test]
fn only_several_networks_have_keys_about_their_disagreement() {
    let app = unsure();
    let keys =
        |line: &Value| -> BTreeSet<String> { line.as_object().unwrap().keys().cloned().collect() };
    let set = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    let of_one: BTreeSet<String> = set(&["run", "checkpoint", "epoch"]);
    let one = keys(&predict(&app, &["a"], "0", &[])[0]);
    let of_both = set(&[
        "source",
        "probability",
        "probability_of",
        "digit",
        "label",
        "status",
    ]);
    assert_eq!(one, &of_one | &of_both);
    let several = keys(&predict(&app, &RUNS, "0", &[])[0]);
    let of_several = set(&["disagreement", "agreeing", "networks"]);
    assert_eq!(several, &of_both | &of_several);
    let evaluated = |runs: &[&str]| {
        let output = app.on_cpu(&[&["evaluate", "--json"], runs].concat());
        keys(&json_lines(&output.stdout)[0])
    };
    let (one, several) = (evaluated(&["a"]), evaluated(&RUNS));
    let of_several = set(&["networks", "mean_of_networks", "disagreement", "mistakes"]);
    assert!(of_one.is_subset(&one), "{one:?}");
    assert_eq!(several, &(&one - &of_one) | &of_several);
}

#[test]
fn each_output_of_several_digits_is_a_mean() {
    let app = App::new();
    let runs = ["first", "second"];
    for (run, units) in runs.iter().zip(["25,15", "12,8"]) {
        let digits = ["--digits=1,4,7", "--epochs=4", "--hidden-units", units];
        app.train(run, &digits);
    }
    let all = rows((500..1000).chain(2000..2500).step_by(9));
    let alone = runs.map(|run| predict(&app, &[run], &all, &[]));
    let together = predict(&app, &runs, &all, &["--reject=0.6"]);
    let text = app.on_cpu(&[
        "predict",
        "first",
        "second",
        "--index",
        &all,
        "--reject=0.6",
    ]);
    let outputs = |line: &Value| {
        let all = line["probabilities"].as_array().unwrap().iter();
        all.map(|of| number(&of["probability"]))
            .collect::<Vec<f64>>()
    };
    let mut rejected = 0;
    for (image, (found, line)) in together.iter().zip(text.stdout.lines()).enumerate() {
        let alone: Vec<Vec<f64>> = of_image(&alone, image).into_iter().map(outputs).collect();
        let expected: Vec<f64> = (0..3)
            .map(|output| mean(&[alone[0][output], alone[1][output]]))
            .collect();
        for (found, expected) in outputs(found).iter().zip(&expected) {
            assert_close("output", *found, *expected);
        }
        let mut order: Vec<usize> = (0..3).collect();
        order.sort_by(|a, b| expected[*b].total_cmp(&expected[*a]));
        let digits = [1, 4, 7];
        assert_eq!(found["probability_of"], digits[order[0]]);
        assert_eq!(found["runner_up"]["digit"], digits[order[1]]);
        let is_rejected = expected[order[0]] < 0.6;
        rejected += usize::from(is_rejected);
        assert_eq!(found["digit"].is_null(), is_rejected, "{found}");
        let of_predicted = [alone[0][order[0]], alone[1][order[0]]];
        assert_close(
            "disagreement",
            number(&found["disagreement"]),
            deviation(&of_predicted),
        );
        let largest = |of: &[f64]| (0..3).max_by(|a, b| of[*a].total_cmp(&of[*b])).unwrap();
        let agreeing = alone.iter().filter(|of| largest(of) == order[0]).count();
        assert_eq!(found["agreeing"], agreeing);
        let disagreement = metric_text(number(&found["disagreement"]));
        let words = format!(", disagreement {disagreement}, {agreeing} of 2 networks agree, ");
        assert!(line.contains(&words), "{words}: {line}");
    }
    assert!(rejected > 0 && rejected < together.len(), "{rejected}");
}

#[test]
fn folders_first_are_runs_and_files_are_pictures() {
    let app = unsure();
    for name in ["one.png", "zero.png"] {
        let picture = image::GrayImage::new(30, 30);
        picture.save(app.path().join(name)).unwrap();
    }
    let output = app.on_cpu(&[
        "predict",
        "a",
        "b",
        "one.png",
        "zero.png",
        "--pictures",
        "resized",
    ]);
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert!(lines[0].starts_with("one.png: ") && lines[1].starts_with("zero.png: "));
    assert!(
        lines
            .iter()
            .all(|line| line.ends_with(" of 2 networks agree")),
        "{lines:?}"
    );
    app.refused(
        &["predict", "a", "one.png", "b"],
        &["b: the run or sweep belongs before"],
    );
}
