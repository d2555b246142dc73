//! Settings that were given and change nothing are named before the training; defaults are silent.

use crate::app::{App, column};
use crate::data_sets::{write, write_idx};
use crate::running::Output;

/// The notes of a dry run.
#[track_caller]
fn notes(app: &App, arguments: &[&str]) -> Vec<String> {
    let output: Output = app.on_cpu(&[["train", "--dry-run"].as_slice(), arguments].concat());
    let lines = output.stderr.lines();
    let notes = lines.filter_map(|line| line.strip_prefix("note: "));
    notes.map(str::to_owned).collect()
}

#[test]
fn a_given_setting_that_changes_nothing_is_named_with_the_reason() {
    let app = App::new();
    for (flags, note) in [
        (
            &["--decay-rate=0.96"][..],
            "decay_rate has no effect: only the step and the exponential schedule use it",
        ),
        (
            &["--decay-steps=100"],
            "decay_steps has no effect: the learning rate is constant; set learning_rate_schedule",
        ),
        (
            &["--alpha=0"],
            "alpha has no effect: only the cosine schedule uses it",
        ),
        (
            &["--early-stopping-min-delta=0"],
            "early_stopping_min_delta has no effect: there is no early stopping without \
             early_stopping_patience",
        ),
        (
            &["--plateau-factor=0.5"],
            "plateau_factor has no effect: the learning rate is not lowered without \
             plateau_patience",
        ),
        (
            &["--validation-split=0.1", "--fold=1,5"],
            "validation_split has no effect: fold chooses the validation images",
        ),
        (
            &["--validation-split=0.0001"],
            "validation_split has no effect: it is too small to hold out an image",
        ),
        (
            &["--pixel-order=row"],
            "pixel_order has no effect: the images are not in .npy, .mat or CSV files",
        ),
        (
            &["--pixel-scale=stored"],
            "pixel_scale has no effect: the scale of the built-in digits is known",
        ),
        (
            &["--shuffle-buffer=31"],
            "shuffle_buffer has no effect: it is less than a batch, and 32 images are shuffled \
             together",
        ),
        (
            &["--fast-dev-run", "--epochs=7"],
            "epochs has no effect: --fast-dev-run trains one",
        ),
        (
            &["--warmup-steps=1000"],
            "warmup_steps takes all steps: the learning rate rises to 5.0e-4 instead of 0.001",
        ),
        (
            &["--learning-rate-schedule=step", "--decay-rate=0"],
            "from epoch 2 of 20 on the learning rate is 0: these epochs change nothing; raise \
             learning_rate, train fewer epochs, or give the schedule more decay_steps",
        ),
    ] {
        assert_eq!(notes(&app, flags), [note], "{flags:?}");
    }
}

#[test]
fn defaults_are_silent_in_a_file_too_and_other_values_are_not() {
    let app = App::new();
    assert_eq!(notes(&app, &[]), [""; 0]);
    // A copy of all settings, as the configuration of a run is.
    let all = app.on_cpu(&["train", "--dry-run"]).stdout;
    write(&app, "all.toml", all.as_bytes());
    assert_eq!(notes(&app, &["--config=all.toml"]), [""; 0]);
    let changed = all.replace("plateau_cooldown = 0", "plateau_cooldown = 3");
    write(&app, "changed.toml", changed.as_bytes());
    let found = notes(&app, &["--config=changed.toml"]);
    assert!(
        found[0].starts_with("plateau_cooldown has no effect"),
        "{found:?}"
    );
    assert_eq!(found.len(), 1);
}

/// 500 steps.
#[test]
fn a_decay_that_is_too_slow_to_be_noticed_is_named() {
    let app = App::new();
    for schedule in ["cosine", "exponential"] {
        let schedule = format!("--learning-rate-schedule={schedule}");
        let found = notes(&app, &[&schedule, "--decay-steps=1000000"]);
        let reason = "has no effect: the learning rate falls by less than 0.1 % in 500 steps";
        let expected =
            ["decay_steps", "learning_rate_schedule"].map(|key| format!("{key} {reason}"));
        assert_eq!(found, expected, "{schedule}");
        assert_eq!(notes(&app, &[&schedule, "--decay-steps=5000"]), [""; 0]);
    }
}

/// Arrays of other sizes are read row by row, and the scale of bytes is known if there are more than
/// two values.
#[test]
fn the_order_and_the_scale_of_pixels_matter_where_a_file_leaves_them_open() {
    let app = App::new();
    let bytes = |most: u32, count: usize| -> Vec<u8> {
        let values = (0..).map(|at: u32| u8::try_from(at * at % 7 * most / 6).unwrap());
        values.take(count).collect()
    };
    let labels: Vec<u8> = (0..20).map(|image| image % 2).collect();
    let large = crate::data_sets::npy("|u1", "(20, 28, 28)", &bytes(255, 20 * 784));
    write(&app, "large.npy", &large);
    write(&app, "labels.npy", &crate::data_sets::labels_npy(&labels));
    let order = "has no effect: only images of 20 x 20 have one; those of other sizes are read row \
                 by row";
    let scale = "has no effect: the pixels have the usual scale of their type";
    let large = ["--data", "large.npy", "labels.npy"];
    let found = notes(&app, &[&large[..], &["--pixel-order=row"]].concat());
    assert_eq!(found, [format!("pixel_order {order}")]);
    write_idx(&app, ["x", "y"], &bytes(255, 20 * 400), &labels);
    write_idx(&app, ["x1", "y1"], &bytes(1, 20 * 400), &labels);
    for how in ["--pixel-scale=stored", "--pixel-scale=auto"] {
        let found = notes(&app, &["--data", "x", "y", how]);
        assert_eq!(found, [format!("pixel_scale {scale}")], "{how}");
        assert_eq!(notes(&app, &["--data", "x1", "y1", how]), [""; 0], "{how}");
    }
    // The same in a command that uses a run.
    app.train("run", &["--epochs=1"]);
    let evaluate = |arguments: &[&str]| app.on_cpu(&[&["evaluate", "run"], arguments].concat());
    evaluate(&["--data", "x", "y", "--pixel-scale=stored"])
        .stderr_has(&format!("note: --pixel-scale {scale}"));
    evaluate(&[&large[..], &["--pixel-order=row"]].concat())
        .stderr_has(&format!("note: --pixel-order {order}"));
    let unusual = evaluate(&["--data", "x1", "y1", "--pixel-scale=stored"]);
    assert_eq!(unusual.stderr, "");
}

#[test]
fn the_order_of_pixels_matters_for_npy_files_only() {
    let app = App::new();
    fs_err::create_dir(app.path().join("npy")).unwrap();
    let (images, labels) = crate::data_sets::embedded((0..60).chain(500..560));
    write(&app, "npy/X.npy", &crate::data_sets::images_npy(&images));
    write(&app, "npy/y.npy", &crate::data_sets::labels_npy(&labels));
    assert_eq!(notes(&app, &["--data=npy", "--pixel-order=row"]), [""; 0]);
    let files = ["--data", "npy/X.npy", "npy/y.npy", "--pixel-order=row"];
    assert_eq!(notes(&app, &files), [""; 0]);
    app.train("run", &["--epochs=1"]);
    let evaluate = ["evaluate", "run", "--pixel-order=row"];
    let note = "--pixel-order has no effect: the images are not in .npy, .mat or CSV files";
    app.on_cpu(&evaluate).stderr_has(note);
    let output = app.on_cpu(&[&evaluate[..], &["--data=npy"]].concat());
    assert_eq!(output.stderr, "");
}

/// 25 steps an epoch: the cosine of 5 epochs ends after 125.
#[test]
fn a_run_that_is_resumed_after_the_end_of_its_schedule_says_so() {
    let app = App::new();
    let cosine = ["--learning-rate-schedule=cosine", "--epochs=5"];
    let output = app.train("run", &cosine);
    assert!(!output.stderr.contains("note:"), "{}", output.shown());
    let output = app.on_cpu(&["train", "--resume", "run", "--epochs=7"]);
    output.stderr_has("note: from epoch 6 of 7 on the learning rate is 0");
    output.stderr_has("--init run");
    let rates = column(&app, "run", "learning_rate");
    assert!(rates[4] > 0.0);
    assert_eq!(rates[5..], [0.0, 0.0]);
}

#[test]
fn a_list_that_leaves_out_no_image_is_named_and_so_is_a_way_to_read_pictures_that_are_not_there() {
    let app = App::new();
    write(&app, "empty.txt", b"# nothing yet\n");
    // Row 2000 shows a 4.
    write(&app, "other.txt", b"2000\n");
    write(&app, "one.txt", b"2000\n4\n");
    for (list, reason) in [
        ("empty.txt", "the list names no image"),
        ("other.txt", "the list names only images of other digits"),
    ] {
        let without = format!("--without={list}");
        let expected = format!("without has no effect: {reason}");
        assert_eq!(notes(&app, &[&without]), [expected.as_str()]);
        for command in [&["crossval", "--folds=2"][..], &["sweep"]] {
            let output = app.on_cpu(&[command, &["--epochs=1", &without]].concat());
            let note = format!("note: {expected}\n");
            assert_eq!(output.stderr.matches(&note).count(), 1, "{command:?}");
        }
    }
    assert_eq!(notes(&app, &["--without=one.txt"]), [""; 0]);
    assert_eq!(
        notes(&app, &["--pictures=resized"]),
        ["pictures has no effect: the images are no pictures"]
    );
    app.train("run", &["--epochs=1"]);
    app.on_cpu(&["evaluate", "run", "--pictures=resized"])
        .stderr_has("note: --pictures has no effect: the images are no pictures\n");
}
