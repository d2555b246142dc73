//! `app runs`, `app runs compare` and `app runs delete`.

mod delete;
mod order;

use crate::app::{App, column, json_lines, rewind};

/// The first lowest value, with the number of its epoch.
fn lowest(values: &[f64]) -> (usize, f64) {
    let numbered = (1..).zip(values.iter().copied());
    numbered.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

#[test]
fn runs_are_listed_with_state_best_metric_and_age() {
    let app = App::new();
    let output = app.on_cpu(&["runs"]);
    assert!(
        output.stdout.contains("no run in runs"),
        "{}",
        output.stdout
    );
    for sweep in ["sweeps/a", "sweeps/b"] {
        app.on_cpu(&["sweep", "--epochs=1", "--sweep-dir", sweep]);
    }
    let output = app.on_cpu(&["runs", "sweeps"]);
    let expected = "no run in sweeps, but 2 sweeps, such as sweeps/b: app sweep list sweeps\n";
    assert_eq!(output.stdout, expected);
    app.on_cpu(&["train", "--epochs", "3", "--run-dir", "runs/whole"]);
    app.on_cpu(&[
        "train",
        "--epochs",
        "3",
        "--run-dir",
        "runs/cut",
        "--keep-last",
        "9",
    ]);
    rewind(&app, "runs/cut", 1);
    let stop = [
        "--monitor",
        "val_accuracy",
        "--early-stopping-patience",
        "1",
    ];
    let train = ["train", "--epochs", "30", "--run-dir", "runs/early"];
    app.on_cpu(&[train.as_slice(), &stop].concat());
    let output = app.on_cpu(&["runs"]);
    let line = |run: &str| {
        let found = output.stdout.lines().find(|line| line.starts_with(run));
        found.unwrap().to_owned()
    };
    assert!(line("runs/whole").contains("finished") && line("runs/whole").contains("3/3"));
    let (epoch, best) = lowest(&column(&app, "runs/whole", "val_loss"));
    let best = format!("val_loss {best:.4} in epoch {epoch} ");
    assert!(
        line("runs/whole").contains(&best),
        "{best}: {}",
        output.stdout
    );
    assert!(
        line("runs/cut").contains("interrupted"),
        "{}",
        output.stdout
    );
    assert!(line("runs/early").contains("stopped") && line("runs/early").contains("val_accuracy"));
    assert!(line("runs/early").contains("second"), "{}", output.stdout);

    let output = app.on_cpu(&["runs", "--json"]);
    let rows = json_lines(&output.stdout);
    assert_eq!(rows.len(), 3);
    assert!(
        rows.iter().all(|row| row["age_seconds"].is_u64()),
        "{rows:?}"
    );
    // The former name of the same number.
    assert!(
        rows.iter().all(|row| row["age"] == row["age_seconds"]),
        "{rows:?}"
    );
    assert_eq!(
        (&rows[0]["state"], &rows[0]["epochs"]),
        (&"finished".into(), &3.into())
    );

    // A damaged one does not hide the others.
    fs_err::write(app.path().join("runs/cut/config.toml"), b"epochs = ").unwrap();
    let output = app.on_cpu(&["runs"]);
    assert!(output.stderr.contains("warning") && output.stderr.contains("runs/cut/config.toml"));
    assert!(output.stdout.contains("runs/whole") && !output.stdout.contains("runs/cut"));
}

#[test]
fn two_runs_are_compared_by_the_settings_that_differ_and_their_metrics() {
    let app = App::new();
    app.on_cpu(&["train", "--epochs", "3", "--run-dir", "a"]);
    app.on_cpu(&[
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
    let output = app.on_cpu(&["runs", "compare", "a", "b"]);
    let cells = |name: &str| {
        let line = output
            .stdout
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
    assert_eq!(cells("finished epochs"), ["3", "2"]);
    for key in ["loss", "accuracy", "val_loss", "val_accuracy"] {
        let columns = ["a", "b"].map(|run| column(&app, run, key));
        let last = columns.each_ref().map(|column| *column.last().unwrap());
        assert_eq!(
            cells(&format!("last {key}")),
            last.map(|value| format!("{value:.4}"))
        );
        let best = ["a", "b"].map(|run| lowest(&column(&app, run, "val_loss")).0);
        let best = [columns[0][best[0] - 1], columns[1][best[1] - 1]];
        assert_eq!(
            cells(&format!("best {key}")),
            best.map(|value| format!("{value:.4}"))
        );
    }
    assert!(!output.stdout.contains("batch_size"), "{}", output.stdout);
    let output = app.on_cpu(&["runs", "compare", "a", "a"]);
    assert!(output.stdout.contains("the same"), "{}", output.stdout);
    app.refused(&["runs", "compare", "a", "none"], &["none: no such run"]);
}

#[test]
fn a_comparison_has_each_run_s_name_best_epoch_and_time() {
    let app = App::new();
    app.train("falling", &["--epochs=6"]);
    // A loss that should rise: the first epoch is the best.
    let rising = ["--monitor=val_loss", "--monitor-mode=max"];
    app.train("rising", &[&["--epochs=5"][..], &rising].concat());
    let output = app.succeeds(&["runs", "compare", "falling", "rising"]);
    let mut lines = output.stdout.lines();
    let names = ["falling", "rising"];
    let heading = lines.next().unwrap().split_whitespace();
    assert_eq!(heading.collect::<Vec<_>>(), names);
    let mut row = |name: &str| {
        let line = lines.find(|line| line.starts_with(name)).unwrap();
        let cells = line[name.len()..].split_whitespace();
        cells.map(str::to_owned).collect::<Vec<_>>()
    };
    let seconds = names.map(|run| column(&app, run, "seconds").iter().sum::<f64>());
    // Below a second each.
    let expected = seconds.map(|sum| format!("{sum:.3} s"));
    assert_eq!(row("time").join(" "), expected.join(" "));
    assert_eq!(row("best epoch"), ["6", "1"]);
}

#[test]
fn an_interrupted_run_is_listed_with_its_finished_epochs_and_those_asked_for() {
    let app = App::new();
    app.train("runs/cut", &["--epochs=3", "--keep-last=9"]);
    rewind(&app, "runs/cut", 1);
    let no_time = ["train", "--resume", "runs/cut", "--max-time=1ns"];
    app.on_cpu(&no_time);
    app.succeeds(&["runs"]).stdout_has(" 1/3 ");
    let rows = json_lines(&app.succeeds(&["runs", "--json"]).stdout);
    assert_eq!((&rows[0]["epochs"], &rows[0]["of"]), (&1.into(), &3.into()));
}
