//! `--max-time`: when a training stops, and that it does so in the middle of an epoch.

use crate::app::{App, column};
use crate::data_sets::write_idx;

#[test]
fn a_training_takes_no_more_than_the_time_it_is_given() {
    let app = App::new();
    let bounded = ["--epochs=1000000", "--max-time=1s"];
    app.train("run", &bounded);
    let seconds: f64 = column(&app, "run", "seconds").iter().sum();
    assert!(seconds < 20.0, "{seconds} seconds of training");
}

#[test]
fn a_time_beyond_the_range_of_the_clock_is_no_limit() {
    let app = App::new();
    app.train("run", &["--epochs=1", "--max-time=99999999999999h"])
        .stdout_has("trained");
}

/// Each image is a batch, so that validation, or training, takes many times as long as allowed.
#[test]
fn burn_s_steps_stop_in_the_middle_of_training_and_of_validation() {
    let app = App::new();
    let images: Vec<u8> = (0..=255).cycle().take(60_000 * 400).collect();
    let labels: Vec<u8> = (0..60_000_u32)
        .map(|image| u8::from(image % 2 == 1))
        .collect();
    write_idx(&app, ["x", "y"], &images, &labels);
    let slow = ["--engine=burn", "--batch-size=1"];
    let bounded = ["--data", "x", "y", "--epochs=1", "--max-time=2s"];
    for (run, parts) in [
        ("training", ["--validation-split=0", "--hidden-units=25,15"]),
        (
            "validation",
            ["--validation-split=0.9998", "--hidden-units=400,400"],
        ),
    ] {
        let output = app.train(run, &[&slow[..], &bounded, &parts].concat());
        output.stdout_has("stopped by --max-time after epoch 0 of 1");
    }
}
