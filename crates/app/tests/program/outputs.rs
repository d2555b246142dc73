//! Names of files and folders to write: what cannot be written is refused before anything is computed.

use crate::app::App;

/// An app with a run, a file `file` and a folder `folder`.
fn app() -> App {
    let app = App::trained(&["--epochs=1"]);
    fs_err::write(app.path().join("file"), b"mine").unwrap();
    fs_err::create_dir(app.path().join("folder")).unwrap();
    fs_err::copy(
        crate::fixtures::fixture("pictures/data.png"),
        app.path().join("one.png"),
    )
    .unwrap();
    app
}

/// Expects a usage error about a path, and that the command has done nothing else.
#[track_caller]
fn assert_refused(app: &App, command: &[&str], flag: &str, path: &str, reason: &str) {
    let flag = format!("{flag}={path}");
    let message = format!("{} {reason}", flag.replacen('=', " ", 1) + ":");
    let output = app.refused(&[command, &[&flag]].concat(), &[&message]);
    assert_eq!(output.stdout, "", "{command:?}");
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.shown());
    let mut left: Vec<_> = fs_err::read_dir(app.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["file", "folder", "one.png", "run"], "{command:?}");
    assert_eq!(app.file("file"), "mine");
}

#[test]
fn a_file_where_a_folder_is_to_be_written_is_refused() {
    let app = app();
    for (command, flag) in [
        (&["predict", "run", "one.png"][..], "--save"),
        (&["data"], "--output"),
        (&["data", "fetch", "mnist"], "--to"),
        (&["man"], "--output"),
    ] {
        for path in ["file", "file/new", "file/new/one"] {
            let reason = "file is a file, not a folder; name a new folder, or one that exists";
            assert_refused(&app, command, flag, path, reason);
        }
    }
}

#[test]
fn a_folder_where_a_file_is_to_be_written_is_refused() {
    let app = app();
    for (command, flag) in [
        (&["predict", "run", "one.png"][..], "--csv"),
        (&["report", "run"], "--output"),
        (&["export", "run", "--format=onnx"], "--output"),
        (&["data", "suspects", "run"], "--output"),
    ] {
        // A format has its ending.
        let folder = if command[0] == "export" {
            "folder.onnx"
        } else {
            "folder"
        };
        if folder != "folder" {
            fs_err::rename(app.path().join("folder"), app.path().join(folder)).unwrap();
            let flag = format!("{flag}={folder}");
            app.refused(&[command, &[&flag]].concat(), &[": a folder; name a file"]);
            fs_err::rename(app.path().join(folder), app.path().join("folder")).unwrap();
            continue;
        }
        let reason = "a folder; name a file, such as one in it";
        assert_refused(&app, command, flag, folder, reason);
        let below = "file is a file, not a folder; name a new folder, or one that exists";
        let output = app.refused(
            &[command, &[&format!("{flag}=file/x.html")]].concat(),
            &[below],
        );
        assert_eq!(output.stdout, "");
    }
    for (command, folder) in [
        (&["plot", "history", "run"][..], "folder.png"),
        (&["plot", "data"], "folder.svg"),
        (&["plot", "model", "run"], "folder.dot"),
    ] {
        fs_err::create_dir(app.path().join(folder)).unwrap();
        let output = format!("--output={folder}");
        app.refused(
            &[command, &[&output]].concat(),
            &[": a folder; name a file"],
        );
        fs_err::remove_dir(app.path().join(folder)).unwrap();
    }
}

/// `--run-dir` and `--sweep-dir` are checked before any image is read.
#[test]
fn a_file_where_a_run_or_a_sweep_is_to_be_created_is_refused() {
    let app = app();
    let data = "--data=folder";
    for (command, flag) in [
        (&["train", data][..], "--run-dir"),
        (&["crossval", data], "--sweep-dir"),
        (&["sweep", data, "--seeds=1,2"], "--sweep-dir"),
        (&["import", "run/model.bpk"], "--run-dir"),
        (&["sweep", "extract", "nowhere", "1"], "--run-dir"),
    ] {
        let into = |path: &str| [command, &[&format!("{flag}={path}")]].concat().join(" ");
        for (path, expected) in [
            (
                "file",
                "file: already exists; choose a new or empty directory",
            ),
            (
                "run",
                "run: already exists; choose a new or empty directory",
            ),
            (
                "file/new",
                "file/new: cannot create this directory: file is a file, not a folder",
            ),
        ] {
            let words = into(path);
            let words: Vec<&str> = words.split(' ').collect();
            let output = app.refused(&words, &[expected]);
            assert!(!output.stderr.contains("digits"), "{}", output.shown());
        }
    }
}

#[test]
fn a_csv_file_may_be_in_the_new_folder_of_pictures_but_not_be_it() {
    let app = app();
    let predict = ["predict", "run", "one.png", "--save=out"];
    app.refused(
        &[&predict[..], &["--csv=out"]].concat(),
        &["--csv and --save name the same path, out: one is a file, and the other a folder"],
    );
    assert!(!app.path().join("out").exists());
    app.on_cpu(&[&predict[..], &["--csv=out/all.csv"]].concat());
    assert!(app.file("out/all.csv").starts_with("source,digit,"));
    assert!(app.path().join("out/one.png").exists());
}
