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
    output.stdout_has("trained 10,431 parameters, 1 epoch, in ");
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

/// What the program writes to a terminal that `script` creates; `before` is what it is started by.
#[cfg(target_os = "linux")]
fn screen(app: &App, before: &str, arguments: &str) -> String {
    use crate::running::Running;

    let commands = format!(
        "stty rows 40 cols 100; {before} '{}' --backend ndarray {arguments}",
        env!("CARGO_BIN_EXE_app")
    );
    let mut script = std::process::Command::new("script");
    script
        .args(["--quiet", "--command", &commands, "/dev/null"])
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm")
        .current_dir(app.path());
    Running::start(&mut script).end().stdout
}

/// What precedes everything that is written in the place of the status line.
#[cfg(target_os = "linux")]
const CLEAR: &str = "\r\u{1b}[2K";

#[cfg(target_os = "linux")]
#[test]
fn the_status_line_has_a_bar_for_all_epochs_and_the_time_left() {
    let app = App::new();
    let train = "train --epochs 100000 --max-time 3s --run-dir run";
    let screen = screen(&app, "", train);
    // Each is written whole, in the place of the one before.
    let lines: Vec<&str> = screen
        .split(CLEAR)
        .filter(|line| line.contains("[>"))
        .collect();
    assert!(lines.len() > 5, "{screen}");
    // Below the lines of epochs.
    let widths = lines.iter().filter_map(|line| line.lines().last());
    assert!(widths.map(str::len).max() < Some(80), "{lines:?}");
    assert!(
        lines.iter().any(|line| line.contains(" left  loss ")),
        "{lines:?}"
    );
    // The line is removed before the result.
    assert!(
        screen.contains(&format!("{CLEAR}stopped by --max-time")),
        "{screen}"
    );
}

/// The number of the epoch at the start of a line.
#[cfg(target_os = "linux")]
fn epoch(line: &str) -> Option<usize> {
    let (epoch, _) = line.strip_prefix("epoch ")?.split_once('/')?;
    epoch.trim().parse().ok()
}

#[cfg(target_os = "linux")]
#[test]
fn the_status_line_is_never_behind_the_epochs_above_it_and_gone_after_the_last() {
    let app = App::new();
    let screen = screen(&app, "", "train --epochs 1000 --run-dir run -v");
    let mut compared = 0;
    for written in screen.split(CLEAR) {
        if let Some((finished, status)) = written.split_once("\r\n")
            && let (Some(finished), Some(current)) = (epoch(finished), epoch(status))
        {
            assert!(current >= finished, "{written:?}");
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
    let last = screen.find("epoch 1000/1000  loss").unwrap();
    let after = &screen[last..];
    assert!(!after.contains("[=") && !after.contains("[>"), "{after}");
}

/// `timeout` presses Ctrl-C.
#[cfg(target_os = "linux")]
#[test]
fn the_status_line_does_not_come_back_after_ctrl_c() {
    let app = App::new();
    let ctrl_c = "env --default-signal=INT timeout --foreground --signal INT 2";
    let screen = screen(&app, ctrl_c, "train --epochs 1000000 --run-dir run");
    let (before, after) = screen.split_once("stopping after this step").unwrap();
    assert!(before.contains("[>"), "{before}");
    assert!(!after.contains("[>") && !after.contains("[="), "{after}");
    assert!(
        after.contains(&format!("{CLEAR}error: interrupted after epoch ")),
        "{after}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_cross_validation_has_a_status_line_of_all_its_epochs() {
    let app = App::new();
    let crossval = "crossval --folds 2 --epochs 3000 --sweep-dir folds";
    let shown = screen(&app, "", crossval);
    // Before the first fold is trained.
    assert!(shown.contains("] 0 of 2 folds"), "{shown}");
    let bars = shown.split(['\r', '\n']).filter(|line| line.contains("=>"));
    assert!(bars.clone().count() > 2, "{shown}");
    assert!(
        bars.clone().all(|line| line.contains(" of 2 folds")),
        "{shown}"
    );
    let (_, after) = shown.rsplit_once("of 2 folds").unwrap();
    for fold in ["fold 1/2  loss ", "fold 2/2  loss "] {
        assert!(after.contains(fold), "{fold}: {shown}");
    }
    // Not with --quiet, and not in a file.
    let quiet = screen(&app, "", "crossval --folds 2 --epochs 300 --quiet");
    for part in ["of 2 folds", "fold 1/2"] {
        assert!(!quiet.contains(part), "{part}: {quiet}");
    }
    let output = app.on_cpu(&["crossval", "--folds=2", "--epochs=300"]);
    assert!(!output.stderr.contains('['), "{}", output.shown());
}
