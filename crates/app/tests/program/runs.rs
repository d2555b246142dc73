//! `app runs`, `app runs compare` and `app crossval`.

use crate::desk::{Desk, unfinish};

#[test]
fn runs_are_listed_with_state_best_figure_and_age() {
    let desk = Desk::new();
    let said = desk.done(&["runs"]);
    assert!(said.out.contains("no run in runs"), "{}", said.out);
    desk.done(&["train", "--epochs", "3", "--run-dir", "runs/whole"]);
    desk.done(&[
        "train",
        "--epochs",
        "3",
        "--run-dir",
        "runs/cut",
        "--keep-last",
        "9",
    ]);
    unfinish(&desk, "runs/cut", 1);
    let stop = [
        "--monitor",
        "val_accuracy",
        "--early-stopping-patience",
        "1",
    ];
    let train = ["train", "--epochs", "30", "--run-dir", "runs/early"];
    desk.done(&[train.as_slice(), &stop].concat());
    let said = desk.done(&["runs"]);
    let line = |run: &str| {
        let found = said.out.lines().find(|line| line.starts_with(run));
        found.unwrap().to_owned()
    };
    assert!(line("runs/whole").contains("finished") && line("runs/whole").contains("3/3"));
    assert!(line("runs/whole").contains("val_loss 0."), "{}", said.out);
    assert!(line("runs/cut").contains("interrupted"), "{}", said.out);
    assert!(line("runs/early").contains("stopped") && line("runs/early").contains("val_accuracy"));
    assert!(line("runs/early").contains("second"), "{}", said.out);

    let said = desk.done(&["runs", "--json"]);
    let rows: Vec<serde_json::Value> = said
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(
        (&rows[0]["state"], &rows[0]["epochs"]),
        (&"finished".into(), &3.into())
    );

    // One that is damaged does not hide the others.
    fs_err::write(desk.path().join("runs/cut/config.toml"), b"epochs = ").unwrap();
    let said = desk.done(&["runs"]);
    assert!(said.err.contains("warning") && said.err.contains("runs/cut/config.toml"));
    assert!(said.out.contains("runs/whole") && !said.out.contains("runs/cut"));
}

#[test]
fn two_runs_are_compared_by_the_settings_that_differ_and_their_figures() {
    let desk = Desk::new();
    desk.done(&["train", "--epochs", "3", "--run-dir", "a"]);
    desk.done(&[
        "train",
        "--epochs",
        "2",
        "--run-dir",
        "b",
        "--seed",
        "5",
        "--clipnorm",
        "1",
    ]);
    let said = desk.done(&["runs", "compare", "a", "b"]);
    let cells = |name: &str| {
        let line = said
            .out
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap();
        line[name.len()..]
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(cells("seed "), ["0", "5"]);
    assert_eq!(cells("clipnorm"), ["-", "1.0"]);
    assert_eq!(cells("epochs done"), ["3", "2"]);
    assert_eq!(cells("last val_loss").len(), 2);
    assert!(!said.out.contains("batch_size"), "{}", said.out);
    let said = desk.done(&["runs", "compare", "a", "a"]);
    assert!(said.out.contains("the same"), "{}", said.out);
    desk.refused(&["runs", "compare", "a", "none"], &["none", "not a run"]);
}

#[test]
fn cross_validation_holds_out_each_part_once_and_goes_on_where_it_was() {
    let desk = Desk::new();
    let arguments = [
        "crossval",
        "--folds",
        "3",
        "--epochs",
        "5",
        "--run-dir",
        "parts",
    ];
    let said = desk.done(&[arguments.as_slice(), &["--json"]].concat());
    let lines: Vec<serde_json::Value> = said
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names: Vec<&str> = lines
        .iter()
        .map(|line| line["figure"].as_str().unwrap())
        .collect();
    let figures = ["loss", "accuracy", "precision", "recall", "f1", "roc auc"];
    assert_eq!(names[..6], figures);
    // Mean and standard deviation, from the folds' own evaluations.
    let accuracy = |fold: usize| {
        let run = format!("parts/fold-{fold}");
        let said = desk.done(&["evaluate", &run, "--json"]);
        let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let examples = found["examples"].as_u64().unwrap();
        assert!((332..=336).contains(&examples), "{examples}");
        found["loss"].as_f64().unwrap()
    };
    let losses = [1, 2, 3].map(accuracy);
    let mean = losses.iter().sum::<f64>() / 3.0;
    let variance = losses.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / 2.0;
    assert!((lines[0]["mean"].as_f64().unwrap() - mean).abs() < 1e-12);
    assert!((lines[0]["std"].as_f64().unwrap() - variance.sqrt()).abs() < 1e-12);

    // Given again, nothing is trained a second time; an unfinished fold is gone on with.
    let history = desk.file("parts/fold-1/history.csv");
    fs_err::remove_file(desk.path().join("parts/fold-2/result.toml")).unwrap();
    let again = desk.done(&[arguments.as_slice(), &["--json"]].concat());
    assert_eq!(again.out, said.out);
    assert_eq!(desk.file("parts/fold-1/history.csv"), history);
    let other = [arguments.as_slice(), &["--seed", "1"]].concat();
    desk.refused(&other, &["fold-1", "another seed"]);
    desk.refused(&["crossval", "--folds", "1"], &["--folds"]);
    desk.refused(&["crossval", "--fold", "1,5"], &["fold"]);
    desk.refused(&["crossval", "--folds", "900"], &["900"]);
}
