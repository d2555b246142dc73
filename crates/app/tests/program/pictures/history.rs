//! Loss and accuracy by epoch.

use super::{count, drawn, texts};
use crate::app::{App, column};

#[test]
fn the_history_has_a_curve_for_each_metric_of_each_run() {
    let app = App::trained(&["--epochs", "3"]);
    assert_eq!(count(&drawn(&app, &["history", "run"]), "curve"), 4);
    app.on_cpu(&[
        "train",
        "--run-dir",
        "all",
        "--epochs",
        "1",
        "--validation-split",
        "0",
    ]);
    assert_eq!(count(&drawn(&app, &["history", "all"]), "curve"), 2);
    assert_eq!(count(&drawn(&app, &["history", "run", "all"]), "curve"), 6);
    // As many runs as can be compared.
    let seven = drawn(&app, &[&["history"][..], &["run"; 7]].concat());
    assert_eq!(count(&seven, "curve"), 4 * 7);
}

#[test]
fn the_history_fits_the_width_of_the_terminal() {
    let app = App::trained(&["--epochs", "5"]);
    let output = app.on_cpu(&["plot", "history", "run", "--terminal"]);
    for name in ["loss", "accuracy", "training", "validation"] {
        assert!(output.stdout.contains(name), "{name}: {}", output.stdout);
    }
    // Not a terminal: 80 columns, no colours.
    assert!(output.stdout.lines().all(|line| line.chars().count() <= 80));
    assert!(!output.stdout.contains('\u{1b}'), "{}", output.stdout);
}

#[test]
fn losses_may_be_on_a_logarithmic_axis_and_a_learning_rate_that_changes_is_drawn() {
    let app = App::trained(&["--epochs=4"]);
    let svg = drawn(&app, &["history", "run", "--log-loss"]);
    assert!(texts(&svg).iter().any(|text| text == "loss, logarithmic"));
    assert_ne!(svg, drawn(&app, &["history", "run"]));
    assert!(!texts(&svg).iter().any(|text| text == "learning rate"));

    app.train("cosine", &["--epochs=4", "--learning-rate-schedule=cosine"]);
    let svg = drawn(&app, &["history", "cosine"]);
    assert_eq!(count(&svg, "curve"), 5);
    assert!(texts(&svg).iter().any(|text| text == "learning rate"));
}

/// The numbers at the vertical axis of the first chart: those of the loss.
fn loss_numbers(app: &App, arguments: &[&str]) -> Vec<f64> {
    let output = app.succeeds(&[&["plot", "history", "run", "--terminal"], arguments].concat());
    let (loss, _) = output.stdout.split_once("\naccuracy ").unwrap();
    let labels = loss.lines().filter_map(|line| line.split_once('┤'));
    labels
        .map(|(label, _)| label.trim().parse().unwrap())
        .collect()
}

#[test]
fn losses_in_the_terminal_may_be_on_a_logarithmic_axis() {
    let app = App::trained(&["--epochs=30"]);
    let numbers = loss_numbers(&app, &["--log-loss"]);
    // From top to bottom 0.5, 0.2, 0.1, ...: a number is at least twice the next.
    assert!(numbers.len() > 2, "{numbers:?}");
    assert!(
        numbers.windows(2).all(|pair| pair[0] >= 1.99 * pair[1]),
        "{numbers:?}"
    );
    let linear = loss_numbers(&app, &[]);
    let steps: Vec<f64> = linear.windows(2).map(|pair| pair[0] - pair[1]).collect();
    assert!(
        steps.iter().all(|step| (step - steps[0]).abs() < 1e-9),
        "{linear:?}"
    );
    let output = app.succeeds(&["plot", "history", "run", "--terminal", "--log-loss"]);
    output.stdout_has("loss, logarithmic ");
}

/// With a monitor mode of max, the first epoch has the best loss.
#[test]
fn the_best_epoch_is_above_its_history_with_its_metrics() {
    let app = App::trained(&["--epochs=3", "--monitor=val_loss", "--monitor-mode=max"]);
    let shown = texts(&drawn(&app, &["history", "run"])).join(" ");
    let first = |key: &str| column(&app, "run", key)[0];
    let percent = |key: &str| format!("{:.2} %", 100.0 * first(key));
    let (loss, val_loss) = (first("loss"), first("val_loss"));
    let (accuracy, val_accuracy) = (percent("accuracy"), percent("val_accuracy"));
    let expected = format!(
        "run: best epoch 1, loss {loss:.4}, accuracy {accuracy}, validation loss {val_loss:.4}, \
         validation accuracy {val_accuracy}"
    );
    assert!(shown.contains(&expected), "no {expected:?} in {shown}");
    // Compared, each run has its own best epoch.
    app.train("falling", &["--epochs=3"]);
    let shown = texts(&drawn(&app, &["history", "run", "falling"]));
    for expected in ["run (best: 1)", "falling (best: 3)"] {
        assert!(shown.iter().any(|text| text == expected), "{shown:?}");
    }
}
