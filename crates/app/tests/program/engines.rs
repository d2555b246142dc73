//! The two engines of a training on the CPU: Burn's learner and the fused step.

use crate::app::{App, column};
use crate::compare::{Within, assert_epochs_agree, outcome};
use crate::fixtures::lab;
use crate::keras::{check_against_keras, check_weights_against_keras, train_recorded};

/// The engine in the first line of a training.
fn engine_named(stderr: &str) -> Option<&'static str> {
    let line = stderr
        .lines()
        .find(|line| line.starts_with("training on "))?;
    let line = line.to_lowercase();
    let mut engines = ["burn", "fused"].into_iter();
    engines.find(|engine| line.contains(engine))
}

#[test]
fn each_engine_trains_as_keras_does_on_each_cpu_backend() {
    let app = App::new();
    for engine in ["burn", "fused"] {
        for backend in ["ndarray", "flex"] {
            let run = format!("{engine}-{backend}");
            let arguments = ["--engine", engine];
            let output = train_recorded(&app, &run, backend, &arguments);
            assert_eq!(
                engine_named(&output.stderr),
                Some(engine),
                "{}",
                output.shown()
            );
            check_against_keras(&app, backend, &run);
            check_weights_against_keras(&app, &run);
        }
    }
    // Three implementations: the fused step is the same for both backends.
    let [burn, other, fused] = ["burn-ndarray", "burn-flex", "fused-flex"];
    assert!(
        outcome(&app, burn)
            .difference(&outcome(&app, fused))
            .is_some()
    );
    assert!(
        outcome(&app, other)
            .difference(&outcome(&app, fused))
            .is_some()
    );
    assert!(
        outcome(&app, burn)
            .difference(&outcome(&app, other))
            .is_some()
    );
}

#[test]
fn both_train_the_same_network_up_to_rounding() {
    let (app, lab) = (App::new(), lab());
    let weighted = "--class-weight=1,3 --validation-split=0.2 --epochs=5";
    let scheduled = "--learning-rate-schedule=cosine --batch-size=1000 --epochs=5";
    let wide = "--hidden-units=70,33 --batch-size=7 --epochs=1";
    let adam = "--beta-1=0.5 --beta-2=0.9 --epsilon=1e-3 --epochs=3";
    for (name, settings) in [
        ("weighted", weighted),
        ("scheduled", scheduled),
        ("wide", wide),
        ("adam", adam),
    ] {
        let settings: Vec<&str> = settings.split(' ').collect();
        let runs = ["burn", "fused"].map(|engine| {
            let run = format!("{name}-{engine}");
            let recipe = ["--config", &lab, "--engine", engine];
            app.train(&run, &[recipe.as_slice(), &settings].concat());
            run
        });
        let mut columns = vec!["loss", "accuracy"];
        if name == "weighted" {
            columns.push("val_loss");
        }
        for key in columns {
            let [burn, fused] = [&runs[0], &runs[1]].map(|run| column(&app, run, key));
            let what = format!("{name}, {key}");
            assert_epochs_agree(&what, &fused, &burn, Within::Relative(1e-6));
        }
        // Not bit for bit: otherwise, one engine would have trained both.
        let [burn, fused] = [&runs[0], &runs[1]].map(|run| outcome(&app, run));
        assert!(burn.difference(&fused).is_some(), "{name}");
    }
}

#[test]
fn auto_uses_the_fused_step_unless_gradients_are_clipped() {
    let app = App::new();
    for (run, clipping, engine) in [
        ("a", &[][..], "fused"),
        ("b", &["--clipnorm=1"], "burn"),
        ("c", &["--clipvalue=1"], "burn"),
        ("d", &["--global-clipnorm=1"], "burn"),
    ] {
        for choice in [&[][..], &["--engine=auto"]] {
            let run = format!("{run}-{}", choice.len());
            let arguments = [clipping, choice, &["--epochs=1"]].concat();
            let output = app.train(&run, &arguments);
            assert_eq!(
                engine_named(&output.stderr),
                Some(engine),
                "{}",
                output.shown()
            );
        }
    }
}

#[test]
fn the_fused_step_is_refused_for_runs_that_it_does_not_support() {
    let app = App::new();
    for (flag, key) in [
        ("--clipnorm=1", "clipnorm"),
        ("--clipvalue=1", "clipvalue"),
        ("--global-clipnorm=1", "global_clipnorm"),
    ] {
        let train = ["--backend=ndarray", "train", "--run-dir=run"];
        let arguments = [train.as_slice(), &["--engine=fused", flag]].concat();
        app.refused(&arguments, &["fused", key]);
    }
    app.refused(&["train", "--engine", "fast"], &["auto", "burn", "fused"]);
    assert_eq!(fs_err::read_dir(app.path()).unwrap().count(), 0);
}

#[test]
fn a_run_keeps_its_engine() {
    let app = App::new();
    fs_err::write(app.path().join("burn.toml"), "engine = \"burn\"\n").unwrap();
    let settings = ["--config=burn.toml", "--epochs=2", "--keep-last=9"];
    let output = app.train("run", &settings);
    assert_eq!(
        engine_named(&output.stderr),
        Some("burn"),
        "{}",
        output.shown()
    );
    let config = app.file("run/config.toml");
    assert!(
        config.lines().any(|line| line == "engine = \"burn\""),
        "{config}"
    );
    let output = app.on_cpu(&["train", "--resume", "run", "--epochs", "3"]);
    assert_eq!(
        engine_named(&output.stderr),
        Some("burn"),
        "{}",
        output.shown()
    );
    // A flag overrides the file.
    let output = app.train(
        "flag",
        &["--config=burn.toml", "--epochs=1", "--engine=fused"],
    );
    assert_eq!(
        engine_named(&output.stderr),
        Some("fused"),
        "{}",
        output.shown()
    );
}
