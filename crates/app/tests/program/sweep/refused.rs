//! What cannot be trained is refused before anything is written.

use crate::app::{App, json_lines};
use crate::data_as_it_is::write_scaled;

#[test]
fn settings_that_make_no_sense_are_refused_with_the_reason() {
    let app = App::new();
    for (arguments, message) in [
        (
            &["--vary=learning_rate"][..],
            "expected KEY=VALUES with values, such as",
        ),
        (
            &["--vary=lerning_rate=1,2"],
            "lerning_rate: no such setting; a similar one exists: learning_rate",
        ),
        (
            &["--vary=lr=1,2"],
            "'lr=1,2' for '--vary <KEY=VALUES>': lr: no such setting; a similar one exists: learning_rate",
        ),
        (
            &["--vary=learning_rate=0.1..0.001"],
            "the lower end comes first, such as 0.001..0.1",
        ),
        (
            &["--vary=hidden_units=25,15"],
            "expected a pair, such as [25, 15]; write several pairs as '[[25,15],[100,50]]'",
        ),
        (
            &["--patience=3"],
            "a similar argument exists: '--early-stopping-patience'",
        ),
        (&["--vary=seed=1,2"], "seed: cannot vary: give --seeds"),
        (
            &["--vary=batch_size=0,2"],
            "batch_size = 0: batch_size: expected a whole number from 1",
        ),
        (&["--vary=batch_size=a,b"], "batch_size"),
        (
            &["--vary=alpha={from=0.0,to=1.0,scale=\"log\"}"],
            "alpha: a logarithmic scale starts above 0",
        ),
        (
            &["--vary=learning_rate=0.01,1e-2"],
            "learning_rate: the list has a value twice",
        ),
        (
            &["--vary=learning_rate=1e-4...1e-2"],
            "expected KEY=VALUES with values, such as",
        ),
        (
            &["--vary=learning_rate=0.1..0.001"],
            "learning_rate: a range goes from a number to a larger one",
        ),
        (
            &["--vary=batch_size=8", "--vary=batch-size=16"],
            "--vary batch_size is given twice",
        ),
        (
            &["--vary=init=../nowhere"],
            "nowhere: no such run or file of weights",
        ),
        (&["--folds=501"], "501"),
        (
            &["-o", "x.svg", "--seeds=0..2"],
            "--output is for --range-test",
        ),
        (&["--validation-split=0", "--monitor=val_loss"], "monitor"),
        (
            &["--halving=2", "--vary=epochs=2,4"],
            "epochs: not used in a sweep, because halving compares trainings of the same length",
        ),
        (
            &["--seeds=5..1"],
            "expected different whole numbers, such as 0..31",
        ),
        (&["--seeds=1,1"], "expected different whole numbers"),
        (&["--folds=1"], "a whole number from 2 to 1000"),
        (&["--fold=1,5", "--folds=5"], "fold: not used in a sweep"),
        (
            &["--overfit-batches=1"],
            "overfit_batches: not used in a sweep",
        ),
        (
            &["--halving=2", "--early-stopping-patience=2"],
            "early_stopping_patience: not used in a sweep",
        ),
        (
            &["--halving=2", "--clipnorm=1"],
            "halving: it needs trainings that can be paused",
        ),
    ] {
        let all = [&["--backend=ndarray", "sweep"], arguments].concat();
        app.refused(&all, &[message]);
    }
    assert_eq!(fs_err::read_dir(app.path()).unwrap().count(), 0);
}

#[test]
fn what_is_not_there_is_named() {
    let app = App::new();
    for (arguments, message) in [
        (&["--resume", "--seeds=0..1"][..], "cannot be used with"),
        (&["show", "nowhere"], "nowhere: no such sweep"),
        (&["show"], "no sweep in sweeps/"),
        (&["--resume"], "no unfinished sweep in sweeps/"),
        (
            &["--config=nowhere.toml"],
            "nowhere.toml: no such configuration file",
        ),
    ] {
        let all = [&["--backend=ndarray", "sweep"], arguments].concat();
        app.refused(&all, &[message]);
    }
    assert_eq!(fs_err::read_dir(app.path()).unwrap().count(), 0);
}

#[test]
fn a_table_sweep_is_for_sweeps_and_what_it_has_is_checked() {
    let app = App::new();
    let refused = |command: &str, file: &str, message: &str| {
        fs_err::write(app.path().join("my.toml"), file).unwrap();
        app.refused(
            &["--backend=ndarray", command, "--config=my.toml"],
            &["my.toml", message],
        );
    };
    refused(
        "train",
        "[sweep]\nfolds = 3\n",
        "[sweep]: only `app sweep` uses this table",
    );
    refused(
        "sweep",
        "[sweep]\nfold = 3\n",
        "[sweep]: unknown field `fold`",
    );
    refused(
        "sweep",
        "[sweep]\nseeds = [1, 1]\n",
        "different whole numbers",
    );
    refused("sweep", "sweep = 3\n", "[sweep]");
}

#[test]
fn an_existing_directory_a_run_and_other_data_are_refused() {
    let app = App::new();
    app.on_cpu(&["sweep", "--sweep-dir=s", "--epochs=1"]);
    app.refused(
        &["sweep", "--sweep-dir=s"],
        &["s: already exists", "app sweep --resume s"],
    );
    app.train("run", &["--epochs=1"]);
    app.refused(
        &["sweep", "show", "run"],
        &["run: not a sweep (it has no sweep.toml)"],
    );
    let toml = app
        .file("s/sweep.toml")
        .replace("digits = [0, 1]", "digits = [3, 8]");
    fs_err::write(app.path().join("s/sweep.toml"), toml).unwrap();
    let message = "it was changed after the sweep was started";
    app.refused(&["--backend=ndarray", "sweep", "--resume", "s"], &[message]);
}

#[test]
fn a_resumed_sweep_refuses_other_settings_and_takes_its_own() {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--sweep-dir=s",
        "--epochs=1",
        "--vary=batch_size=16,32",
    ]);
    for (flags, typed) in [
        (&["--epochs", "40"][..], "--epochs 40"),
        (&["--digits=3,8", "--alpha=0.5"], "--alpha 0.5 --digits 3,8"),
        // It varies.
        (&["--batch-size=32"], "--batch-size 32"),
    ] {
        let start = "s: a resumed sweep keeps its settings; start a new one with: ";
        let expected = format!("{start}app sweep --config s/sweep.toml {typed}\n");
        let resume = ["--backend=ndarray", "sweep", "--resume", "s"];
        app.refused(&[&resume[..], flags].concat(), &[&expected]);
    }
    app.on_cpu(&["sweep", "--resume", "s", "--epochs=1"]);
    // The command of the message.
    let again = [
        "sweep",
        "--config",
        "s/sweep.toml",
        "--epochs=2",
        "--sweep-dir=t",
    ];
    app.on_cpu(&again);
    app.succeeds(&["sweep", "show", "t"])
        .stdout_has("t: 2 of 2 points");
}

#[test]
fn settings_that_change_nothing_in_any_combination_are_noted() {
    let app = App::new();
    fs_err::write(app.path().join("my.toml"), "keep_last = 5\n").unwrap();
    let notes = |flags: &[&str]| {
        let sweep = ["sweep", "--epochs=1", "--hidden-units=4,3"];
        let stderr = app.on_cpu(&[&sweep[..], flags].concat()).stderr;
        let notes = stderr.lines().filter_map(|line| {
            let (key, _) = line
                .strip_prefix("note: ")?
                .split_once(" has no effect: ")?;
            Some(key.to_owned())
        });
        notes.collect::<Vec<_>>()
    };
    for (flags, keys) in [
        (&["--seeds=0..1"][..], &[][..]),
        (
            &["--keep-every=1", "--tensorboard"],
            &["keep_every", "tensorboard"],
        ),
        (&["--config=my.toml"], &["keep_last"]),
        (&["--seed=3", "--seeds=0..1"], &["seed"]),
        (&["--seed=3"], &[]),
        (
            &[
                "--seed=3",
                "--seeds=0..1",
                "--samples=2",
                "--vary=beta_1=0.8,0.9",
            ],
            &[],
        ),
        (&["--vary=alpha=0.1,0.2"], &["alpha"]),
        // It has an effect in one of two combinations.
        (
            &[
                "--alpha=0.5",
                "--vary=learning_rate_schedule=constant,cosine",
            ],
            &[],
        ),
        (
            &[
                "--decay-rate=0.5",
                "--vary=learning_rate_schedule=constant,cosine",
            ],
            &["decay_rate"],
        ),
    ] {
        assert_eq!(notes(flags), keys, "{flags:?}");
    }
}

#[test]
fn damaged_files_are_named() {
    let app = App::new();
    app.on_cpu(&["sweep", "--sweep-dir=s", "--epochs=1", "--seeds=0..1"]);
    let networks = app.path().join("s/networks.bin");
    let shown = app.succeeds(&["sweep", "show", "s", "--points", "--json"]);
    let first = &json_lines(&shown.stdout)[0]["offset"];
    let first = usize::try_from(first.as_u64().unwrap()).unwrap();
    let mut bytes = fs_err::read(&networks).unwrap();
    bytes[first + 100] ^= 1;
    fs_err::write(&networks, bytes).unwrap();
    let extract = |point| ["--backend=ndarray", "sweep", "extract", "s", point];
    app.refused(
        &extract("1"),
        &["networks.bin is damaged: the checksum of the network at offset "],
    );
    app.succeeds(&extract("2"));
    fs_err::write(app.path().join("s/points.csv"), "point\n1\n").unwrap();
    app.refused(
        &["sweep", "show", "s"],
        &["s/points.csv: ", "line: 2", "missing field `combination`"],
    );
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let app = App::new();
    let sweep = [
        "sweep",
        "--sweep-dir=s",
        "--epochs=1",
        "--seeds=0..1",
        "--vary=batch_size=16,32",
    ];
    app.on_cpu(&sweep);
    let toml = app.file("s/sweep.toml");
    let edit = |text: &str| fs_err::write(app.path().join("s/sweep.toml"), text).unwrap();
    edit(&toml.replace("[16, 32]", "[16, 24, 32]"));
    for command in [
        &["show", "s"][..],
        &["best", "s"],
        &["--resume", "s"],
        &["plot", "s"],
    ] {
        app.refused(
            &[&["sweep"], command].concat(),
            &["s/sweep.toml is damaged: it was changed after the sweep was started"],
        );
    }
    edit(&toml);
    let points = app.file("s/points.csv");
    for (row, other) in [
        ("\n1,1,0,", "\n1,99,0,"),
        ("\n1,1,0,", "\n300,1,0,"),
        ("\n1,1,0,", "\n1,1,7,"),
    ] {
        fs_err::write(app.path().join("s/points.csv"), points.replace(row, other)).unwrap();
        app.refused(
            &["sweep", "show", "s"],
            &[
                "s/points.csv is damaged: point ",
                "is not a point of sweep.toml",
            ],
        );
    }
}

#[test]
fn a_sweep_of_which_all_points_failed_says_why_and_fails() {
    let app = App::new();
    let sweep = [
        "--backend=ndarray",
        "sweep",
        "--sweep-dir=s",
        "--epochs=2",
        "--learning-rate=1e38",
        "--seeds=0..1",
    ];
    let output = app.run(&sweep);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("error: s: all 2 points failed; point 1: epoch 1: the loss is ");
    for command in [&["sweep", "best", "s"][..], &["evaluate", "s"]] {
        let output = app.run(command);
        assert_eq!(output.code, Some(1), "{}", output.shown());
        output.stderr_has("s: all 2 points failed");
    }
}

#[test]
fn an_extracted_point_is_trained_on_the_backend_and_the_data_of_its_sweep() {
    let app = App::new();
    write_scaled(&app, "digits", 1.0);
    app.succeeds(&[
        "--backend=flex",
        "sweep",
        "--sweep-dir=s",
        "--epochs=1",
        "--data=digits",
        "--engine=burn",
    ]);
    let output = app.succeeds(&["sweep", "extract", "s", "1", "--run-dir=run"]);
    assert!(!output.stderr.contains("warning"), "{}", output.shown());
    fs_err::remove_dir_all(app.path().join("digits")).unwrap();
    write_scaled(&app, "digits", 0.5);
    app.refused(
        &["sweep", "extract", "s", "1", "--run-dir=other"],
        &["s: the images or labels differ from those that the sweep was started with"],
    );
    assert!(!app.path().join("other").exists());
}
