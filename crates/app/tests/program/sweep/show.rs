//! What `sweep show` and `sweep best` say of the points.

use super::points;
use crate::app::{App, metric_text};

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
    for (metric, sign) in [("val_loss", 1.0), ("accuracy", -1.0)] {
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
            assert_eq!(row[2], metric_text(*std), "{shown}");
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
fn csv_has_a_row_for_each_point() {
    let app = app();
    let csv = app.succeeds(&["sweep", "show", "s", "--csv"]).stdout;
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
    let shown = app.succeeds(&["sweep", "show", "--json"]).stdout;
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
