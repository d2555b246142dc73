//! What a training prints while it runs and at its end.

use crate::app::{App, column, metric_text, rewind};

/// The numbers of the epochs whose lines were printed.
fn printed(stderr: &str) -> Vec<usize> {
    let lines = stderr.lines().filter_map(|line| {
        let (epoch, _) = line.strip_prefix("epoch ")?.split_once('/')?;
        epoch.trim().parse().ok()
    });
    lines.collect()
}

#[test]
fn a_long_training_prints_some_of_its_epochs_and_stores_all() {
    let app = App::new();
    let output = app.train("run", &["--epochs=1000"]);
    let epochs = printed(&output.stderr);
    // Every 20th, and one more for each ten seconds that a busy machine takes.
    let expected: Vec<usize> = (20..=1000).step_by(20).collect();
    assert_eq!(epochs[0], 1);
    assert!(
        expected.iter().all(|epoch| epochs.contains(epoch)),
        "{epochs:?}"
    );
    assert!(epochs.len() <= 80, "{epochs:?}");
    output.stderr_has(
        "printing every 20th epoch, or one in ten seconds; history.csv has all, and -v prints all",
    );
    assert_eq!(column(&app, "run", "epoch").len(), 1000);

    let output = app.train("short", &["--epochs=100"]);
    assert_eq!(printed(&output.stderr), (1..=100).collect::<Vec<_>>());
    assert!(
        !output.stderr.contains("printing every"),
        "{}",
        output.shown()
    );
}

/// After 300 epochs, the loss is below 0.0001, which four decimals would round to 0.
#[test]
fn small_losses_are_printed_with_two_significant_digits() {
    let app = App::new();
    let output = app.train("run", &["--epochs=300"]);
    let losses = column(&app, "run", "loss");
    let last = losses[299];
    assert!(last < 1e-4, "{last}");
    let text = metric_text(last);
    output.stderr_has(&format!("epoch 300/300  loss {text} accuracy "));
    let found = app.evaluation("run", &[])["loss"].as_f64().unwrap();
    let text = metric_text(found);
    output.stdout_has(&format!("validation  loss {text} accuracy"));
    let evaluated = app.on_cpu(&["evaluate", "run"]);
    evaluated.stdout_has(&format!("loss               {text}\n"));
    app.succeeds(&["runs", "."])
        .stdout_has(&format!("val_loss {text} in"));
}

/// A loss that should rise: the first epoch is the best.
#[test]
fn the_end_says_which_network_was_kept() {
    let app = App::new();
    let stops = [
        "--epochs=9",
        "--early-stopping-patience=2",
        "--monitor=val_loss",
        "--monitor-mode=max",
    ];
    let output = app.train("last", &stops);
    output.stdout_has("stopped early: val_loss did not improve in 2 epochs\n");
    output.stdout_has(
        "the network is from the last epoch, 3; the best by val_loss is epoch 1: use it with \
         --checkpoint best\n",
    );
    let restored = [&stops[..], &["--restore-best-weights"]].concat();
    app.train("best", &restored).stdout_has(
        "the best weights were restored: the network is from epoch 1, the best by val_loss\n",
    );
    let output = app.train("falling", &["--epochs=3"]);
    assert!(
        !output.stdout.contains("the network is"),
        "{}",
        output.shown()
    );
    let output = app.train("one", &["--epochs=1"]);
    output.stdout_has("trained 10431 parameters, 1 epoch, in ");
}

#[test]
fn train_report_and_comparison_have_the_same_time_also_of_a_resumed_run() {
    let app = App::new();
    app.train("run", &["--epochs=3"]);
    let output = app.on_cpu(&["train", "--resume", "run", "--epochs=5"]);
    let seconds: f64 = column(&app, "run", "seconds").iter().sum();
    let time = if seconds < 1.0 {
        format!("{seconds:.3} s")
    } else {
        format!("{seconds:.2} s")
    };
    output.stdout_has(&format!("5 epochs, in {time} on"));
    app.on_cpu(&["report", "run"]);
    assert!(app.file("run/report.html").contains(&time), "{time}");
    let compared = app.succeeds(&["runs", "compare", "run", "run"]).stdout;
    let line = compared.lines().find(|line| line.starts_with("time"));
    assert_eq!(line.unwrap().matches(&time).count(), 2, "{compared}");
}

/// The rows of the history are written before the checkpoints.
#[test]
fn a_killed_run_is_listed_with_the_epochs_that_it_can_be_resumed_after() {
    let app = App::new();
    // The last epochs are the best.
    app.train("run", &["--epochs=6", "--keep-last=6"]);
    rewind(&app, "run", 4);
    assert_eq!(column(&app, "run", "epoch").len(), 6);
    let listed = app.succeeds(&["runs", "."]);
    listed.stdout_has(" 4/6 ");
    listed.stdout_has("in epoch 4 ");
    app.on_cpu(&["train", "--resume", "run"])
        .stderr_has("resumed from epoch 4");
}

/// A terminal that `script` creates.
#[cfg(target_os = "linux")]
#[test]
fn the_status_line_has_a_bar_for_all_epochs_and_the_time_left() {
    use crate::running::Running;

    let app = App::new();
    let train = "train --epochs 100000 --max-time 3s --run-dir run";
    let commands = format!(
        "stty rows 40 cols 100; '{}' --backend ndarray {train}",
        env!("CARGO_BIN_EXE_app")
    );
    let mut script = std::process::Command::new("script");
    script
        .args(["--quiet", "--command", &commands, "/dev/null"])
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm")
        .current_dir(app.path());
    let output = Running::start(&mut script).end();
    let screen = &output.stdout;
    // Each is written whole, in the place of the one before.
    let lines: Vec<&str> = screen
        .split("\r\u{1b}[2K")
        .filter(|line| line.contains("[>"))
        .collect();
    assert!(lines.len() > 5, "{}", output.shown());
    // Below the lines of epochs.
    let widths = lines.iter().filter_map(|line| line.lines().last());
    assert!(widths.map(str::len).max() < Some(80), "{lines:?}");
    assert!(
        lines.iter().any(|line| line.contains(" left  loss ")),
        "{lines:?}"
    );
    // The line is removed before the result.
    assert!(
        screen.contains("\r\u{1b}[2Kstopped by --max-time"),
        "{}",
        output.shown()
    );
}
