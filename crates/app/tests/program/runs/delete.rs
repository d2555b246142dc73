//! Runs are deleted, and nothing else.

use std::path::Path;

use crate::app::{App, checkpoints};

const TWO_EPOCHS: [&str; 2] = ["--epochs=2", "--keep-last=9"];

fn names(folder: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_deleted_run_is_gone_and_others_stay() {
    let app = App::new();
    for run in ["runs/a", "runs/b", "runs/c", "runs/d"] {
        app.train(run, &[&TWO_EPOCHS[..], &["--tensorboard"]].concat());
    }
    app.on_cpu(&["report", "runs/a"]);
    app.on_cpu(&["plot", "history", "runs/a"]);
    // One of them twice, and one by another path.
    let delete = [
        "runs",
        "delete",
        "runs/a",
        "runs/../runs/b/",
        "runs/b",
        "--yes",
    ];
    let output = app.succeeds(&delete);
    assert_eq!(output.stdout, "deleted runs/a\ndeleted runs/../runs/b\n");
    assert_eq!(output.stderr, "");
    assert_eq!(names(&app.path().join("runs")), ["c", "d"]);
    app.on_cpu(&["evaluate", "runs/c"]);
    // An unfinished and a damaged run are runs, too.
    fs_err::remove_file(app.path().join("runs/c/result.toml")).unwrap();
    fs_err::write(app.path().join("runs/d/config.toml"), "epochs = ").unwrap();
    app.succeeds(&["runs", "delete", "runs/c", "runs/d", "--yes"]);
    assert_eq!(names(&app.path().join("runs")), [""; 0]);
}

#[test]
fn what_is_not_of_the_run_stays_with_its_folder() {
    let app = App::trained(&TWO_EPOCHS);
    let run = app.path().join("run");
    fs_err::create_dir_all(run.join("plots")).unwrap();
    fs_err::create_dir(run.join("mine")).unwrap();
    for name in [
        "notes.txt",
        "plots/mine.png",
        "checkpoint/model-best.bpk",
        "mine/history.csv",
    ] {
        fs_err::write(run.join(name), "mine").unwrap();
    }
    let output = app.succeeds(&["runs", "delete", "run", "--yes"]);
    let left = "checkpoint/model-best.bpk, mine, notes.txt, plots/mine.png";
    let expected = format!("deleted run; kept {left}, which this program did not write\n");
    assert_eq!(output.stdout, expected);
    assert_eq!(names(&run), ["checkpoint", "mine", "notes.txt", "plots"]);
    assert_eq!(names(&run.join("checkpoint")), ["model-best.bpk"]);
    assert_eq!(app.file("run/mine/history.csv"), "mine");
    app.refused(
        &["runs", "delete", "run", "--yes"],
        &["not a run directory"],
    );
}

#[test]
fn what_is_no_run_is_not_deleted_nor_any_run_named_with_it() {
    let app = App::new();
    app.train("runs/a", &TWO_EPOCHS);
    fs_err::create_dir(app.path().join("other")).unwrap();
    fs_err::write(app.path().join("other/config.toml"), "epochs = 3\n").unwrap();
    fs_err::create_dir(app.path().join("empty")).unwrap();
    for (path, reason) in [
        ("runs/b", "runs/b: no such run"),
        ("runs", "a folder of runs; name one of them, such as runs/a"),
        ("empty", "empty: not a run directory"),
        (
            "other",
            "other: has a config.toml, but no other file of a run",
        ),
    ] {
        let delete = ["runs", "delete", "runs/a", path, "--yes"];
        app.refused(&delete, &[reason]);
    }
    assert_eq!(checkpoints(&app, "runs/a"), [0, 1, 2]);
    assert_eq!(names(&app.path().join("other")), ["config.toml"]);
    app.refused(&["runs", "delete", "--yes"], &["<RUN>..."]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;

    let app = App::trained(&TWO_EPOCHS);
    let (run, outside) = (app.path().join("run"), app.path().join("outside"));
    fs_err::create_dir(&outside).unwrap();
    for name in ["history.png", "model-1.bpk", "report.html"] {
        fs_err::write(outside.join(name), "mine").unwrap();
    }
    symlink("run", app.path().join("link")).unwrap();
    for link in ["link", "link/"] {
        app.refused(
            &["runs", "delete", link, "--yes"],
            &["link: a symbolic link to a run; name the run itself"],
        );
    }
    symlink(&outside, run.join("plots")).unwrap();
    symlink(outside.join("report.html"), run.join("report.html")).unwrap();
    let output = app.succeeds(&["runs", "delete", "run", "--yes"]);
    output.stdout_has("deleted run; kept plots, report.html, which this program did not write\n");
    assert_eq!(
        names(&outside),
        ["history.png", "model-1.bpk", "report.html"]
    );
}

#[test]
fn a_run_that_is_being_trained_is_not_deleted() {
    let app = App::new();
    app.train("done", &TWO_EPOCHS);
    let long = [
        "--backend=ndarray",
        "train",
        "--epochs=1000000",
        "--run-dir=run",
    ];
    let mut running = app.start(&long);
    let config = app.path().join("run/history.csv");
    running.wait_for("an epoch", |_| config.exists().then_some(()));
    app.refused(
        &["runs", "delete", "done", "run", "--yes"],
        &["run: a process is training in it"],
    );
    assert!(app.path().join("done/model.bpk").exists());
    running.kill();
    app.succeeds(&["runs", "delete", "done", "run", "--yes"]);
    assert_eq!(names(app.path()), [""; 0]);
}

#[test]
fn a_deletion_without_a_terminal_needs_yes() {
    let app = App::new();
    for run in ["a", "my b"] {
        app.train(run, &TWO_EPOCHS);
    }
    let output = app.refused(
        &["runs", "delete", "a", "my b"],
        &[
            "nothing is deleted",
            "a and 'my b' would be deleted, with --yes",
        ],
    );
    assert_eq!(output.stdout, "");
    assert_eq!(checkpoints(&app, "a"), [0, 1, 2]);
}

#[test]
fn a_dry_run_says_what_would_be_deleted_and_deletes_nothing() {
    let app = App::trained(&TWO_EPOCHS);
    let output = app.succeeds(&["runs", "delete", "run", "--dry-run"]);
    // Three networks, the initial one included, with their optimizer, schedule and manifest, and the files of the run.
    assert_eq!(output.stdout, "would delete run: 2 epochs, 18 files\n");
    assert_eq!(checkpoints(&app, "run"), [0, 1, 2]);
    app.on_cpu(&["evaluate", "run"]);
    app.refused(
        &["runs", "delete", "none", "--dry-run"],
        &["none: no such run"],
    );
}

/// In a terminal that `script` creates.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_a_deletion_is_confirmed() {
    use std::io::Write;
    use std::process::Command;

    use crate::running::Running;

    let app = App::new();
    let screen_after = |answer: &str| {
        let delete = format!(
            "'{}' runs delete a; echo code=$?",
            env!("CARGO_BIN_EXE_app")
        );
        let mut script = Command::new("script");
        script
            .args(["--quiet", "--command", &delete, "/dev/null"])
            .env("SHELL", "/bin/sh")
            .current_dir(app.path());
        let (mut process, mut keyboard) = Running::start_with_keyboard(&mut script);
        process.wait_for("the question", |process| {
            process.stdout().contains("[y/N]").then_some(())
        });
        keyboard.write_all(answer.as_bytes()).unwrap();
        let screen = process.end().stdout;
        drop(keyboard);
        screen
    };
    app.train("a", &TWO_EPOCHS);
    for answer in ["n\n", "\n", "maybe\n"] {
        let screen = screen_after(answer);
        // Three networks, the initial one included, with their optimizer, schedule and manifest, and the files of the run.
        assert!(screen.contains("a: 2 epochs, 18 files"), "{screen}");
        assert!(screen.contains("delete 1 run? [y/N] "), "{screen}");
        assert!(screen.contains("nothing is deleted"), "{screen}");
        assert!(screen.contains("code=0"), "{screen}");
        assert_eq!(checkpoints(&app, "a"), [0, 1, 2], "{answer:?}");
    }
    let screen = screen_after("Y\n");
    assert!(screen.contains("deleted a\r\n"), "{screen}");
    assert!(!app.path().join("a").exists());
}
