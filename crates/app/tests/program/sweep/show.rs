//! What `sweep show` and `sweep best` say of the points.

use serde_json::Value;

use super::points;
use crate::app::{App, json_lines, metric_text};
use crate::fixtures::csv_column;

fn app() -> App {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--epochs=4",
        "--hidden-units=8,4",
        "--vary=batch_size=16,64",
        "--seeds=0..3",
    ]);
    app
}

#[test]
fn means_and_standard_deviations_are_those_of_the_points() {
    let app = app();
    let points = points(&app, "s");
    // The variance of a mean over four splits with 20 % validation images, or of four values.
    for (metric, sign, variance) in [("val_loss", 1.0, 0.25_f64 + 0.25), ("accuracy", -1.0, 0.25)] {
        let mut expected: Vec<(f64, f64, u64)> = [16, 64]
            .map(|size| {
                let of_size = points
                    .iter()
                    .filter(|point| point["settings"]["batch_size"] == size);
                let values: Vec<f64> = of_size
                    .map(|point| point[metric].as_f64().unwrap())
                    .collect();
                assert_eq!(values.len(), 4);
                let mean = values.iter().sum::<f64>() / 4.0;
                let squares = values.iter().map(|value| (value - mean).powi(2));
                (mean, (squares.sum::<f64>() / 3.0).sqrt(), size)
            })
            .to_vec();
        expected.sort_by(|a, b| (sign * a.0).total_cmp(&(sign * b.0)));
        let shown = app
            .succeeds(&["sweep", "show", "s", "--metric", metric])
            .stdout;
        let rows: Vec<Vec<&str>> = shown
            .lines()
            .skip(3)
            .map(|line| line.split_whitespace().collect())
            .collect();
        for (row, (mean, std, size)) in rows.iter().zip(&expected) {
            assert_eq!(row[1], metric_text(*mean), "{shown}");
            // scipy.stats.t.ppf(0.975, 3)
            let half = 3.182_446_305_284_263 * std * variance.sqrt();
            assert_eq!(row[2], metric_text(half), "{shown}");
            assert_eq!(row[3], metric_text(*std), "{shown}");
            assert_eq!(row[row.len() - 1], size.to_string(), "{shown}");
        }
    }
    // The default is what the settings monitor.
    let default = app.succeeds(&["sweep", "show", "s"]).stdout;
    assert_eq!(
        default,
        app.succeeds(&["sweep", "show", "s", "--metric=val_loss"])
            .stdout
    );
}

#[test]
fn combinations_are_compared_with_the_best_over_the_same_seeds() {
    let app = app();
    let points = points(&app, "s");
    let losses = [16, 64].map(|size| {
        let of_size = points
            .iter()
            .filter(|point| point["settings"]["batch_size"] == size);
        let by_seed = of_size.map(|point| (point["seed"].as_u64(), point["val_loss"].as_f64()));
        let mut by_seed: Vec<_> = by_seed.collect();
        by_seed.sort_by_key(|(seed, _)| *seed);
        by_seed
            .into_iter()
            .map(|(_, loss)| loss.unwrap())
            .collect::<Vec<f64>>()
    });
    // Small batches take four times as many steps, so that 16 is the best.
    let differences: Vec<f64> = losses[1]
        .iter()
        .zip(&losses[0])
        .map(|(a, b)| a - b)
        .collect();
    let mean = differences.iter().sum::<f64>() / 4.0;
    let squares = differences.iter().map(|it| (it - mean).powi(2));
    let error = (squares.sum::<f64>() / 3.0 * (0.25 + 0.25)).sqrt();
    // Abramowitz and Stegun, 26.7.3: Student's t distribution with three degrees of freedom.
    let angle = (mean / error / 3.0_f64.sqrt()).atan();
    let p_value = 1.0 - (angle + angle.sin() * angle.cos()) * std::f64::consts::FRAC_2_PI;
    let shown = app.succeeds(&["sweep", "show", "s", "--json"]).stdout;
    let shown = json_lines(&shown);
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[0]["settings"]["batch_size"], 16);
    assert!(shown[0]["vs_best"].is_null());
    let comparison = &shown[1]["vs_best"];
    let close = |found: &Value, expected: f64| {
        let found = found.as_f64().unwrap();
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    };
    close(&comparison["paired"]["difference"]["mean"], mean);
    close(&comparison["paired"]["p_value"], p_value);
    close(&comparison["adjusted_p_value"], p_value);
    assert!(p_value < 0.05);
    assert_eq!(comparison["distinguishable"], true);
    let table = app.succeeds(&["sweep", "show", "s"]).stdout;
    assert!(
        table.contains(&format!("  +{}  ", metric_text(mean))),
        "{table}"
    );
    let csv = app.succeeds(&["sweep", "show", "s", "--csv"]).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heading = reader.headers().unwrap().clone();
    let row = reader.records().nth(1).unwrap().unwrap();
    for (name, expected) in [
        ("mean", &shown[1]["mean"]),
        ("p_value", &comparison["paired"]["p_value"]),
    ] {
        let column = heading.iter().position(|found| found == name).unwrap();
        close(expected, row[column].parse().unwrap());
    }
}

#[test]
fn a_setting_that_changes_nothing_is_noise() {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--epochs=2",
        "--hidden-units=8,4",
        "--vary=learning_rate=0.001,0.00101",
        "--seeds=0..3",
        "--folds=3",
    ]);
    let table = app
        .succeeds(&["sweep", "show", "s", "--metric=val_accuracy"])
        .stdout;
    assert!(table.contains("  noise  "), "{table}");
    assert!(table.contains("paired t-test"), "{table}");
}

#[test]
fn a_metric_that_no_point_has_is_refused() {
    let app = app();
    for command in ["show", "best"] {
        app.refused(
            &["sweep", command, "s", "--metric=test_loss"],
            &["s: no point has test_loss, but: loss, accuracy, val_loss, val_accuracy"],
        );
    }
}

#[test]
fn csv_has_a_row_for_each_point() {
    let app = app();
    let csv = app
        .succeeds(&["sweep", "show", "s", "--points", "--csv"])
        .stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heading = reader.headers().unwrap().clone();
    let points = points(&app, "s");
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 8);
    for (row, point) in rows.iter().zip(&points) {
        let cell = |name: &str| {
            let column = heading.iter().position(|found| found == name).unwrap();
            row[column].to_owned()
        };
        assert_eq!(
            cell("batch_size"),
            point["settings"]["batch_size"].to_string()
        );
        assert_eq!(cell("seed"), point["seed"].to_string());
        let values = [
            cell("val_loss").parse::<f64>().unwrap(),
            point["val_loss"].as_f64().unwrap(),
        ];
        assert!((values[0] - values[1]).abs() < 1e-12, "{values:?}");
        assert_eq!(
            (cell("fold"), cell("state")),
            (String::new(), "trained".to_owned())
        );
    }
}

#[test]
fn the_best_points_come_first() {
    let app = app();
    let mut losses: Vec<(f64, u64)> = points(&app, "s")
        .iter()
        .map(|point| {
            let loss = point["val_loss"].as_f64().unwrap();
            (loss, point["point"].as_u64().unwrap())
        })
        .collect();
    losses.sort_by(|a, b| a.0.total_cmp(&b.0));
    let best = app.succeeds(&["sweep", "best", "s", "--top=2"]).stdout;
    for (line, (loss, point)) in best.lines().zip(&losses) {
        let expected = format!("point {point}: val_loss {}, seed ", metric_text(*loss));
        assert!(line.starts_with(&expected), "{line}, not {expected}");
    }
    assert_eq!(best.lines().count(), 2);
    let json = app.succeeds(&["sweep", "best", "s", "--top=2", "--json"]);
    let json = json_lines(&json.stdout);
    assert_eq!(json.len(), 2);
    let of_points = points(&app, "s");
    for (rank, (found, (loss, point))) in (1..).zip(json.iter().zip(&losses)) {
        assert_eq!(found["rank"], rank);
        assert_eq!(found["metric"], "val_loss");
        assert_eq!(found["value"].as_f64(), Some(*loss));
        let same = of_points.iter().find(|it| it["point"] == *point).unwrap();
        for key in ["point", "combination", "seed", "fold", "settings"] {
            assert_eq!(found[key], same[key], "{key}");
        }
    }
    let best = app.succeeds(&["sweep", "show", "s", "--top=1"]).stdout;
    assert!(best.contains("\nand 1 more\n"), "{best}");
    for (format, lines) in [("--csv", 2), ("--json", 1)] {
        let all = app.succeeds(&["sweep", "show", "s", format]).stdout;
        let best = app.succeeds(&["sweep", "show", "s", "--top=1", format]);
        assert_eq!(best.stdout.lines().count(), lines, "{format}");
        assert!(all.starts_with(&best.stdout), "{format}");
    }
}

#[test]
fn one_value_has_no_standard_deviation() {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--epochs=1",
        "--vary=batch_size=16,64",
    ])
    .stdout_has("val_loss, of 1 seed, best first:\n");
    let shown = app.succeeds(&["sweep", "show", "s"]).stdout;
    let rows: Vec<Vec<&str>> = shown
        .lines()
        .skip(2)
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[0], ["mean", "std", "n", "batch_size"]);
    for row in &rows[1..] {
        assert_eq!(row[2..4], ["-", "1"], "{shown}");
    }
    let json = app.succeeds(&["sweep", "show", "s", "--json"]).stdout;
    for found in json_lines(&json) {
        assert!(found["std"].is_null() && found["mean"].is_f64(), "{found}");
    }
    let csv = app.succeeds(&["sweep", "show", "s", "--csv"]).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heading = reader.headers().unwrap().clone();
    let std = heading.iter().position(|name| name == "std").unwrap();
    for row in reader.records() {
        assert_eq!(&row.unwrap()[std], "");
    }
}

#[test]
fn a_sweep_is_described_before_it_is_trained() {
    let app = App::new();
    let arguments = [
        "sweep",
        "--vary=learning_rate=0.1,0.01",
        "--vary=batch-size=8..16/2",
        "--seeds=0..4",
        "--folds=3",
    ];
    let plan = app
        .succeeds(&[&arguments[..], &["--dry-run"]].concat())
        .stdout;
    assert!(
        plan.contains("    1  batch_size = 8, learning_rate = 0.1\n"),
        "{plan}"
    );
    assert!(
        plan.ends_with("4 combinations x 5 seeds x 3 folds = 60 points\n"),
        "{plan}"
    );
    assert!(!app.path().join("sweeps").exists());
}

#[test]
fn the_newest_sweep_is_the_default_and_a_file_describes_one() {
    let app = App::new();
    let file =
        "epochs = 1\n[sweep]\nseeds = [3, 1]\n[sweep.vary]\nhidden_units = [[4, 2], [5, 3]]\n";
    fs_err::write(app.path().join("my.toml"), file).unwrap();
    app.on_cpu(&["sweep", "--config=my.toml", "--vary", "batch_size=32", "-q"]);
    let shown = app
        .succeeds(&["sweep", "show", "--points", "--json"])
        .stdout;
    assert_eq!(shown.lines().count(), 4);
    assert!(
        shown.contains(r#"{"settings":{"batch_size":32,"hidden_units":[4,2]},"point":1,"combination":1,"seed":3"#),
        "{shown}"
    );
    // Its own description is a file for `--config`.
    let own = fs_err::read_dir(app.path().join("sweeps"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let own = own.join("sweep.toml");
    let plan = app
        .succeeds(&["sweep", "--dry-run", "--config", own.to_str().unwrap()])
        .stdout;
    assert!(
        plan.ends_with("2 combinations x 2 seeds = 4 points\n"),
        "{plan}"
    );
}

#[test]
fn combinations_of_different_epochs_are_compared_too() {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--vary=epochs=1,4,8",
        "--seeds=0..3",
    ]);
    let shown = app.succeeds(&["sweep", "show", "s", "--json"]).stdout;
    let shown = json_lines(&shown);
    assert_eq!(shown[0]["settings"]["epochs"], 8);
    for worse in &shown[1..] {
        assert_eq!(worse["vs_best"]["distinguishable"], true, "{worse}");
    }
}

#[test]
fn a_setting_that_is_called_as_a_column_has_another_name_in_csv() {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--vary=epochs=1,2",
        "--seeds=0..1",
        "--sweep-dir=s",
    ]);
    for shown in [&["--csv"][..], &["--points", "--csv"]] {
        let text = app
            .succeeds(&[&["sweep", "show", "s"], shown].concat())
            .stdout;
        let names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let count = |name: &str| names.iter().filter(|found| **found == name).count();
        assert_eq!((count("epochs"), count("setting_epochs")), (1, 1), "{text}");
        let finished = csv_column(&text, "epochs");
        assert_eq!(finished, csv_column(&text, "setting_epochs"));
    }
}
