//! Printed commands can be pasted into a shell, whatever the names of the directories are.
#![cfg(unix)]

use std::process::Command;

use crate::app::{App, column, json_lines, rewind};
use crate::running::{Output, Running};

/// Names that a shell would take apart.
const NAMES: [&str; 6] = [
    "my runs/first try",
    "it's $HOME",
    "a;b&c",
    "実験 1",
    "tab\tand\nline",
    "clear\u{1b}[2J turned\u{202e} 100%",
];

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

/// No character moves the cursor, or turns the text after it.
#[track_caller]
fn is_harmless(text: &str) {
    let is_control = |character: char| character.is_control() && !"\n\t".contains(character);
    assert!(
        !text.chars().any(is_control) && !text.contains('\u{202e}'),
        "{text:?}"
    );
}

#[test]
fn names_are_shown_without_their_control_characters_and_listed_as_words_of_a_shell() {
    let app = App::new();
    for name in NAMES {
        let output = app.train(name, &["--epochs=1"]);
        is_harmless(&output.stdout);
        is_harmless(&output.stderr);
        assert_eq!(output.stdout.matches("stored in ").count(), 1);
        is_harmless(&app.on_cpu(&["evaluate", name]).stdout);
        let missing = app.refused(&["evaluate", &format!("{name}-none")], &["no such run"]);
        is_harmless(&missing.stderr);
        let compared = app.succeeds(&["runs", "compare", name, name]);
        is_harmless(&compared.stdout);
    }
    for folder in [".", "my runs"] {
        let listed = app.succeeds(&["runs", folder]).stdout;
        is_harmless(&listed);
        let mut lines = listed.lines();
        let state = lines.next().unwrap().find("STATE").unwrap();
        for line in lines {
            // Each state begins in the same column, counted in characters of a terminal.
            let (name, _) = line.split_once("  finished").unwrap();
            let name = name.trim_end();
            assert!(name.len() <= state || !name.is_ascii(), "{listed}");
            pasted(&app, &format!("app --backend ndarray evaluate {name}"));
        }
    }
    let json = app.succeeds(&["runs", ".", "--json"]).stdout;
    let runs = json_lines(&json);
    let names = runs.iter().map(|run| run["run"].as_str().unwrap());
    assert!(
        names.into_iter().any(|name| name == "./tab\tand\nline"),
        "{json}"
    );
}

/// A name in Latin-1.
#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_can_be_pasted() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let app = App::new();
    let name = OsStr::from_bytes(b"r\xe9sum\xe9s");
    let train = ["--backend=ndarray", "train", "--epochs=1", "--run-dir"];
    let output = Running::start(app.command(&train).arg(name)).end();
    assert_eq!(output.code, Some(0), "{}", output.shown());
    output.stdout_has(r#"stored in "$(printf 'r\351sum\351s')""#);
    pasted(&app, command_after(&output.stdout, "next: "));
    assert!(app.path().join(name).join("report.html").is_file());
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
    let named = [&crossval[..], &["--sweep-dir", "my folds"]].concat();
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
    let shown = app.succeeds(&["sweep", "show", "my folds"]);
    shown.stdout_has("2 of 2 points");
}
