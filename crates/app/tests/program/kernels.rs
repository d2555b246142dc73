//! The fused kernels, by which networks are trained on a GPU. The tests need a driver, if only a software
//! one; what Burn's steps do on it is in `backends.rs`.

use crate::app::{App, checkpoints, column, rewind};
use crate::compare::{Within, assert_epochs_agree, assert_same_outcome, outcome};
use crate::fixtures::lab;
use crate::keras::{check_against_keras, check_weights_against_keras, recorded_arguments};
use crate::running::Output;
use crate::skipped::or_skip;

const KERNELS: &str = "with the fused kernels";

/// Runs a command on wgpu; none without a driver.
pub(crate) fn on_wgpu(app: &App, arguments: &[&str]) -> Option<Output> {
    let output = app.run(&[&["--backend=wgpu"], arguments].concat());
    let absent = ["finds no device", "is not compiled in"];
    let found = if absent.iter().any(|text| output.stderr.contains(text)) {
        Err(output.stderr.trim().to_owned())
    } else {
        Ok(output)
    };
    or_skip(found, "REQUIRE_VULKAN")
}

/// Trains with settings on wgpu and on the CPU; none without a driver.
fn trained_on_both(app: &App, name: &str, settings: &str) -> Option<[String; 2]> {
    let settings: Vec<&str> = settings.split(' ').collect();
    let [gpu, cpu] = ["gpu", "cpu"].map(|on| format!("{name}-{on}"));
    let train = ["train", "--engine=fused", "--run-dir", &gpu];
    let output = on_wgpu(app, &[&train[..], &settings].concat())?;
    assert_eq!(output.code, Some(0), "{}", output.shown());
    output.stderr_has(KERNELS);
    app.train(&cpu, &settings);
    Some([gpu, cpu])
}

#[test]
fn the_kernels_train_as_keras_does() {
    let app = App::new();
    let recorded = recorded_arguments("run", "wgpu");
    let arguments: Vec<&str> = recorded.iter().map(String::as_str).collect();
    // The first two are the backend.
    let Some(output) = on_wgpu(&app, &arguments[2..]) else {
        return;
    };
    assert_eq!(output.code, Some(0), "{}", output.shown());
    output.stderr_has(KERNELS);
    check_against_keras(&app, "wgpu", "run");
    check_weights_against_keras(&app, "run");
}

#[test]
fn they_train_the_same_network_as_the_cpu_up_to_rounding() {
    let app = App::new();
    for (name, settings) in [
        (
            "weighted",
            "--class-weight=1,3 --validation-split=0.2 --epochs=3",
        ),
        (
            "scheduled",
            "--learning-rate-schedule=cosine --warmup-steps=5 --batch-size=75 --epochs=3",
        ),
        ("wide", "--hidden-units=70,33 --batch-size=7 --epochs=1"),
        (
            "adam",
            "--beta-1=0.5 --beta-2=0.9 --epsilon=1e-3 --fold=2,5 --epochs=2",
        ),
        // One batch, of 125 blocks.
        (
            "whole",
            "--batch-size=5000 --digits=0,1,2,3,4,5,6,7,8,9 --epochs=3",
        ),
    ] {
        let Some([gpu, cpu]) = trained_on_both(&app, name, settings) else {
            return;
        };
        for key in ["loss", "accuracy", "val_loss", "val_accuracy"] {
            let [gpu, cpu] = [&gpu, &cpu].map(|run| column(&app, run, key));
            let what = format!("{name}, {key}");
            assert_epochs_agree(&what, &gpu, &cpu, Within::Relative(1e-5));
        }
        // Not bit for bit: otherwise, the CPU would have trained both.
        let [gpu, cpu] = [&gpu, &cpu].map(|run| outcome(&app, run));
        assert!(gpu.difference(&cpu).is_some(), "{name}");
    }
}

#[test]
fn early_stopping_plateaus_and_the_best_weights_are_those_of_the_cpu() {
    let app = App::new();
    let settings = "--epochs=12 --digits=3,8 --learning-rate=0.03 --early-stopping-patience=2 \
                    --early-stopping-min-delta=0.01 --plateau-patience=1 --restore-best-weights";
    let Some(runs) = trained_on_both(&app, "stopped", settings) else {
        return;
    };
    let rates = runs
        .each_ref()
        .map(|run| column(&app, run, "learning_rate"));
    assert_eq!(rates[0], rates[1]);
    assert!(
        rates[0].len() < 12 && rates[0].last() < rates[0].first(),
        "{rates:?}"
    );
    let kept = runs.each_ref().map(|run| checkpoints(&app, run));
    assert_eq!(kept[0], kept[1]);
    let [gpu, cpu] = runs.each_ref().map(|run| {
        let loss = app.evaluation(run, &[])["loss"].as_f64().unwrap();
        vec![loss]
    });
    assert_epochs_agree(
        "the best network's loss",
        &gpu,
        &cpu,
        Within::Relative(1e-4),
    );
}

#[test]
fn a_resumed_run_has_the_same_bits_and_a_cpu_can_resume_it() {
    let app = App::new();
    let lab = lab();
    let train = ["train", "--config", &lab, "--keep-last=9", "--epochs"];
    let Some(output) = on_wgpu(&app, &[&train[..], &["4", "--run-dir=whole"]].concat()) else {
        return;
    };
    output.stderr_has(KERNELS);
    on_wgpu(&app, &[&train[..], &["4", "--run-dir=part"]].concat()).unwrap();
    rewind(&app, "part", 2);
    let output = on_wgpu(&app, &["train", "--resume", "part"]).unwrap();
    output.stderr_has("resumed from epoch 2");
    output.stderr_has(KERNELS);
    assert_same_outcome(&outcome(&app, "part"), &outcome(&app, "whole"));

    rewind(&app, "part", 3);
    app.on_cpu(&["train", "--resume", "part"]);
    let [part, whole] = ["part", "whole"].map(|run| column(&app, run, "loss"));
    assert_epochs_agree("loss", &part, &whole, Within::Relative(1e-5));
}

#[test]
fn a_loss_that_is_not_finite_stops_the_run_and_names_its_batch() {
    let app = App::new();
    let diverges = [
        "train",
        "--epochs=1",
        "--learning-rate=1e37",
        "--run-dir=run",
    ];
    let Some(output) = on_wgpu(&app, &diverges) else {
        return;
    };
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has(KERNELS);
    // The first batch is computed with the initial weights.
    output.stderr_has("error: epoch 1: the loss is inf in batch 2 (learning rate 1");
}

#[test]
fn a_training_stops_in_the_middle_of_an_epoch() {
    let app = App::new();
    // Ten thousand batches of one image take a software driver seconds.
    let images: Vec<u8> = (0..=255).cycle().take(30_000 * 400).collect();
    let labels: Vec<u8> = (0..30_000_u32)
        .map(|image| u8::from(image % 2 == 1))
        .collect();
    crate::data_sets::write_idx(&app, ["x", "y"], &images, &labels);
    let train = ["train", "--data", "x", "y", "--batch-size=1", "--epochs=2"];
    let bounded = ["--max-time=1s", "--run-dir=run"];
    let Some(output) = on_wgpu(&app, &[&train[..], &bounded].concat()) else {
        return;
    };
    assert_eq!(output.code, Some(0), "{}", output.shown());
    output.stderr_has(KERNELS);
    output.stdout_has("stopped by --max-time after epoch 0 of 2");
}

#[test]
fn what_the_kernels_do_not_support_is_refused_with_the_reason() {
    let app = App::new();
    let refused = |settings: &[&str]| {
        let train = ["train", "--engine=fused", "--run-dir=run"];
        on_wgpu(&app, &[&train[..], settings].concat())
    };
    let Some(output) = refused(&["--hidden-units=5000,1000"]) else {
        return;
    };
    assert_eq!(output.code, Some(2), "{}", output.shown());
    output.stderr_has("--engine fused: wgpu (");
    output.stderr_has("[5000, 1000] hidden units needs");
    output.stderr_has("bytes of a workgroup's memory, and the device has");
    output.stderr_has("use --engine burn or auto");
    let output = refused(&["--clipnorm=1"]).unwrap();
    assert_eq!(output.code, Some(2), "{}", output.shown());
    output.stderr_has("clipnorm is set");
    assert!(!app.path().join("run").exists());
}
