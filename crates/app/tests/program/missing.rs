//! Paths that do not exist: each is named as it was typed, with what was expected, and the nearest
//! name that exists.

use crate::app::App;
use crate::data_sets::{embedded, images_npy, labels_npy, write};

/// What the operating system says, which does not help.
const RAW: [&str; 3] = ["os error", "metadata", "failed to"];

#[track_caller]
fn is_missing(app: &App, arguments: &[&str], expected: &str) {
    let output = app.refused(arguments, &[]);
    let error = output
        .stderr
        .lines()
        .find(|line| line.starts_with("error: "));
    assert_eq!(
        error,
        Some(format!("error: {expected}").as_str()),
        "{arguments:?}"
    );
    for raw in RAW {
        assert!(!output.stderr.contains(raw), "{}", output.shown());
    }
}

#[test]
fn a_path_that_does_not_exist_is_named_with_what_was_expected_and_the_nearest_name() {
    let app = App::new();
    app.train("runs/first", &["--epochs=1"]);
    write(&app, "one.png", b"");
    write(&app, "given.toml", b"epochs = 1\n");
    let similar = "no such run; a similar name exists: runs/first";
    let commands: [&[&str]; 12] = [
        &["evaluate"],
        &["report"],
        &["weights"],
        &["summary"],
        &["benchmark"],
        &["plot", "predictions"],
        &["plot", "history"],
        &["plot", "evaluation"],
        &["plot", "weights"],
        &["plot", "model"],
        &["plot", "embedding"],
        &["runs", "compare", "runs/first"],
    ];
    for command in commands {
        let mistyped = [command, &["runs/frist"]].concat();
        is_missing(&app, &mistyped, &format!("runs/frist: {similar}"));
        let without_folder = [command, &["first"]].concat();
        is_missing(&app, &without_folder, &format!("first: {similar}"));
        let unknown = [command, &["elsewhere"]].concat();
        is_missing(&app, &unknown, "elsewhere: no such run");
    }
    let either = "runs/frist: no such run or picture; a similar name exists: runs/first";
    is_missing(&app, &["predict", "runs/frist"], either);
    is_missing(&app, &["predict", "runs/frist", "one.png"], either);
    is_missing(&app, &["predict", "runs/frist", "--index=0"], either);
    is_missing(
        &app,
        &["plot", "activations", "runs/frist", "one.png"],
        either,
    );
    let second = ["predict", "runs/first", "runs/frist", "one.png"];
    is_missing(&app, &second, either);
    let picture = "no such picture; a similar name exists: one.png";
    is_missing(&app, &["predict", "on.png"], &format!("on.png: {picture}"));
    is_missing(
        &app,
        &["predict", "runs/first", "on.png"],
        &format!("on.png: {picture}"),
    );
    is_missing(
        &app,
        &["plot", "activations", "runs/first", "eno.png"],
        "eno.png: no such picture; a similar name exists: one.png",
    );

    let runs = "run: no such run or folder of runs; a similar name exists: runs";
    is_missing(&app, &["runs", "run"], runs);
    is_missing(
        &app,
        &["train", "--resume", "runs/frist"],
        &format!("runs/frist: {similar}"),
    );
    for (flag, expected) in [
        ("--data", "file or folder of digits"),
        ("--init", "run or file of weights"),
        ("--config", "configuration file"),
        ("--batch-order", "file of a batch order"),
    ] {
        let expected = format!("givne.toml: no such {expected}; a similar name exists: given.toml");
        is_missing(&app, &["train", flag, "givne.toml"], &expected);
    }
    let digits = "givne.toml: no such file or folder of digits; a similar name exists: given.toml";
    for command in [
        &["data"][..],
        &["evaluate", "runs/first"],
        &["predict", "runs/first", "--index=0"],
        &["plot", "data"],
        &["crossval"],
    ] {
        is_missing(&app, &[command, &["--data", "givne.toml"]].concat(), digits);
    }
}

#[test]
fn a_folder_in_the_place_of_a_picture_or_of_a_run_is_told_what_to_give() {
    let app = App::new();
    app.train("runs/first", &["--epochs=1"]);
    fs_err::create_dir(app.path().join("my pictures")).unwrap();
    write(&app, "my pictures/one.png", b"");
    fs_err::create_dir_all(app.path().join("my notes/digits")).unwrap();
    write(&app, "my notes/notes.txt", b"nothing");
    write(&app, "my notes/.hidden.png", b"");
    let neither = "my notes: a folder, and neither a run (it has no config.toml) nor one with PNG or JPEG pictures; \
                   subfolders are not searched: name them, such as 'my notes'/*";
    let one = "my pictures: a folder; give one picture of those in it, or predict all of them with: app predict 'my \
               pictures'";
    for (command, expected) in [
        (&["predict", "my notes"][..], neither),
        (&["predict", "my notes/"], neither),
        (&["predict", "runs/first", "my notes"], neither),
        (
            &["predict", "runs/first", "my pictures/one.png", "my notes"],
            neither,
        ),
        (&["plot", "activations", "my notes"], neither),
        (&["plot", "activations", "runs/first", "my notes"], neither),
        (&["plot", "activations", "my pictures"], one),
        (&["plot", "activations", "runs/first", "my pictures/"], one),
    ] {
        let output = app.refused(command, &[]);
        let error = output.stderr.replace("my notes/: a", "my notes: a");
        let error = error.replace("my pictures/: a", "my pictures: a");
        assert!(error.contains(&format!("error: {expected}\n")), "{error}");
        assert!(RAW.iter().all(|raw| !error.contains(raw)), "{error}");
    }
    let folder = "runs: a folder of runs; name one of them, such as runs/first";
    for command in [&["evaluate", "runs"][..], &["summary", "runs"]] {
        is_missing(&app, command, folder);
    }
}

#[test]
fn a_row_that_does_not_exist_is_told_which_do() {
    let app = App::new();
    let (images, labels) = embedded(0..1);
    write(&app, "X.npy", &images_npy(&images));
    write(&app, "y.npy", &labels_npy(&labels));
    let data = ["data", "--data", "X.npy", "y.npy"];
    let only = [&data[..], &["--index=1"]].concat();
    is_missing(&app, &only, "--index 1: the data set has only row 0");
    let built_in = "--index 5000: the data set has rows 0 to 4999";
    is_missing(&app, &["data", "--index=5000"], built_in);
}

#[test]
fn the_file_of_a_data_error_is_named_once() {
    let app = App::trained(&["--epochs=1"]);
    let (images, labels) = embedded((0..5).chain(500..505));
    write(&app, "x.npy", &images_npy(&images)[..999]);
    write(&app, "y.npy", &labels_npy(&labels));
    for command in [&["train"][..], &["data"], &["evaluate", "run"]] {
        let output = app.refused(
            &[command, &["--data", "x.npy", "y.npy"]].concat(),
            &["x.npy"],
        );
        assert_eq!(
            output.stderr.matches("x.npy").count(),
            1,
            "{}",
            output.shown()
        );
    }
    // An error without a file is that of the data set.
    write(&app, "x.npy", &images_npy(&images));
    let digits = ["train", "--digits=3,8", "--data", "x.npy", "y.npy"];
    app.refused(
        &digits,
        &[
            "x.npy and ",
            "y.npy: found no example of the digits 3 and 8",
        ],
    );
}

#[test]
fn one_unreadable_picture_does_not_end_the_prediction_of_the_others() {
    let app = App::trained(&["--epochs=1"]);
    for name in ["a.png", "c.png"] {
        image::GrayImage::new(30, 30)
            .save(app.path().join(name))
            .unwrap();
    }
    write(&app, "b.png", b"not a picture");
    let all = ["predict", "run", "a.png", "b.png", "missing.png", "c.png"];
    let output = app.run(&all);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("not predicted: b.png: expected a PNG or JPEG picture");
    output.stderr_has("not predicted: missing.png: no such picture");
    output.stderr_has("error: 2 of 4 pictures could not be read");
    let lines: Vec<&str> = output.stdout.lines().collect();
    assert!(lines.len() == 2, "{}", output.shown());
    assert!(lines[0].starts_with("a.png: ") && lines[1].starts_with("c.png: "));
    // The first one, too, and if none is left.
    let output = app.run(&["predict", "run", "b.png", "a.png"]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("1 of 2");
    assert_eq!(output.stdout.lines().count(), 1);
    app.refused(
        &["predict", "a.png", "run"],
        &["run: the run or sweep belongs before the pictures"],
    );
    app.refused(&["predict", "run", "run"], &["nothing to predict"]);
    let output = app.run(&["predict", "run", "b.png", "missing.png"]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("2 of 2");
    assert_eq!(output.stdout, "");
}

#[test]
fn a_run_can_be_listed_by_its_own_name() {
    let app = App::new();
    app.train("runs/first", &["--epochs=1"]);
    app.train("runs/second", &["--epochs=1"]);
    let output = app.succeeds(&["runs", "runs/first"]);
    output.stdout_has("runs/first  finished");
    assert!(!output.stdout.contains("runs/second"), "{}", output.shown());
}

#[test]
fn a_cross_validation_without_its_initial_weights_creates_nothing() {
    let app = App::new();
    let arguments = ["crossval", "--init", "nope.json"];
    is_missing(
        &app,
        &arguments,
        "nope.json: no such run or file of weights",
    );
    assert!(!app.path().join("sweeps").exists());
}

#[test]
fn a_mistyped_name_is_told_which_one_is_similar() {
    let app = App::trained(&["--epochs=1"]);
    app.on_cpu(&[
        "sweep",
        "--epochs=1",
        "--vary=batch_size=16,32",
        "--sweep-dir=sweeps/first",
    ]);
    let built_in = "labs: no such configuration file, nor one of the names default, lab, ten and robust; a similar \
                    name exists: lab";
    is_missing(&app, &["train", "--config=labs"], built_in);
    let sweep = "no such sweep; a similar name exists: sweeps/first";
    is_missing(
        &app,
        &["sweep", "show", "first"],
        &format!("first: {sweep}"),
    );
    is_missing(
        &app,
        &["sweep", "show", "sweeps/frist"],
        &format!("sweeps/frist: {sweep}"),
    );
    for (arguments, similar) in [
        (&["trian"][..], "'train'"),
        (&["train", "--epohcs=3"], "'--epochs'"),
        (&["train", "--engine=fusde"], "'fused'"),
        (&["train", "--monitor=val_los"], "'val_loss'"),
        (&["--backend=ndaray", "devices"], "'ndarray'"),
        (
            &["sweep", "--vary=learning_rat=0.1,0.2"],
            "a similar one exists: learning_rate",
        ),
        (
            &["sweep", "show", "sweeps/first", "--metric=acuracy"],
            "'accuracy'",
        ),
        (
            &["sweep", "plot", "sweeps/first", "--settings=batchsize"],
            "a similar one exists: batch_size",
        ),
        (&["sweep", "plot", "sweeps/first", "spred"], "'spread'"),
        (&["plot", "evaluation", "run", "--only=rock"], "'roc'"),
        (
            &["weights", "run", "--values=layer1.wieght"],
            "a similar one exists: layer1.weight",
        ),
        (
            &["runs", "--where=epohcs=3"],
            "a similar one exists: epochs",
        ),
        (&["runs", "--sort=nam"], "'name'"),
        (&["runs", "--state=finishd"], "'finished'"),
        (&["man", "trian"], "a similar one exists: train"),
        (&["config", "shema"], "'schema'"),
    ] {
        app.refused(arguments, &[similar]);
    }
}
