//! Printed commands can be pasted into a shell, whatever the names of the directories are.
#![cfg(unix)]

use std::process::Command;

use crate::app::{App, column, rewind};
use crate::running::{Output, Running};

/// Names that a shell would take apart.
const NAMES: [&str; 4] = ["my runs/first try", "it's $HOME", "a;b&c", "実験 1"];

/// Runs a printed command in a shell where `app` is the built program.
#[track_caller]
fn pasted(app: &App, command: &str) -> Output {
    let program = env!("CARGO_BIN_EXE_app");
    let script = format!("app() {{ '{program}' \"$@\"; }}\n{command}");
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", &script]).current_dir(app.path());
    let output = Running::start(shell.env("HOME", "/nowhere")).end();
    assert_eq!(output.code, Some(0), "{command}: {}", output.shown());
    output
}

/// The command that follows `hint` in a text.
#[track_caller]
fn command_after<'a>(text: &'a str, hint: &str) -> &'a str {
    let (_, rest) = text
        .split_once(hint)
        .unwrap_or_else(|| panic!("no {hint}: {text}"));
    rest.lines().next().unwrap()
}

#[test]
fn every_printed_command_runs_when_it_is_pasted() {
    let app = App::new();
    for name in NAMES {
        let output = app.train(name, &["--epochs=2", "--keep-last=9"]);
        pasted(&app, command_after(&output.stdout, "next: "));
        assert!(app.path().join(name).join("report.html").is_file());

        let used = app.refused(
            &["--backend=ndarray", "train", "--run-dir", name],
            &["already exists"],
        );
        rewind(&app, name, 1);
        pasted(&app, command_after(&used.stderr, "resume the run in it: "));
        assert_eq!(column(&app, name, "epoch").len(), 2);

        rewind(&app, name, 1);
        let resumed = app.on_cpu(&["train", "--resume", name, "--max-time=1ns"]);
        pasted(&app, command_after(&resumed.stdout, "resume with: "));
        assert_eq!(column(&app, name, "epoch").len(), 2);
    }
}

#[test]
fn an_interrupted_training_and_cross_validation_print_one_command_that_resumes_them() {
    let app = App::new();
    let train = [
        "--backend=ndarray",
        "train",
        "--epochs=3000",
        "--run-dir",
        "my runs/1",
    ];
    let mut running = app.start(&train);
    running.wait_for("an epoch", |running| {
        running.stderr().contains("epoch    1/").then_some(())
    });
    running.send("-INT");
    let output = running.end();
    assert_eq!(output.code, Some(130), "{}", output.shown());
    let command = command_after(&output.stderr, "resume with: ");
    assert_eq!(command, "app train --resume 'my runs/1'");

    let crossval = ["--backend=ndarray", "crossval", "--epochs=400", "--folds=2"];
    let named = [&crossval[..], &["--run-dir", "my folds"]].concat();
    for arguments in [&crossval[..], &named] {
        let mut running = app.start(arguments);
        running.wait_for("the first fold", |running| {
            running
                .stderr()
                .contains("cross-validation with")
                .then_some(())
        });
        std::thread::sleep(std::time::Duration::from_millis(50));
        running.send("-INT");
        let output = running.end();
        assert_eq!(output.code, Some(130), "{}", output.shown());
        assert_eq!(
            output.stderr.matches("resume").count(),
            1,
            "{}",
            output.shown()
        );
        let command = command_after(&output.stderr, "resume with: ");
        let resumed = pasted(&app, command);
        resumed.stderr_has("fold 2/2 ");
        resumed.stdout_has("accuracy");
    }
    let folds = ["my folds/fold-1", "my folds/fold-2"];
    let epochs = folds.map(|run| column(&app, run, "epoch").len());
    assert_eq!(epochs, [400, 400]);
}
