//! The same training on other devices, and on machines without them.

use crate::app::{App, column, json_lines, predictions, rewind, without_drivers};
use crate::compare::{Within, assert_epochs_agree};
use crate::fixtures::lab;
use crate::keras::{check_against_keras, recorded_arguments};
use crate::kernels::on_wgpu;
use crate::running::{Output, Running};
use crate::ten::keras::wgpu_trains_ten_digits_as_keras_does;

/// Trains the recorded recipe by Burn's steps on wgpu; none without a driver.
fn trained_on_wgpu(app: &App) -> Option<Output> {
    let recorded = recorded_arguments("wgpu", "wgpu");
    // The first two are the backend.
    let arguments = recorded[2..].iter().map(String::as_str);
    let output = on_wgpu(app, &arguments.chain(["--engine=burn"]).collect::<Vec<_>>())?;
    assert_eq!(output.code, Some(0), "{}", output.shown());
    output.stderr_has("with Burn's steps");
    Some(output)
}

/// Slow: the software driver compiles every kernel of Burn. So everything that needs those is in this test.
#[test]
fn wgpu_trains_as_keras_does_and_networks_work_on_other_backends() {
    let app = App::new();
    let Some(output) = trained_on_wgpu(&app) else {
        return;
    };
    check_against_keras(&app, "wgpu", "wgpu");
    auto_says_why_burn_s_steps_train(&app);
    gpus_fill_batches_up_with_images_that_do_not_count(&app);
    wgpu_trains_ten_digits_as_keras_does(&app);

    app.train("ndarray", &["--config", &lab()]);
    for (run, on) in [("ndarray", "wgpu"), ("wgpu", "ndarray"), ("wgpu", "flex")] {
        let rows = predictions(&app, on, run, "0,500");
        assert!(rows[0]["probability"].as_f64().unwrap() < 0.05, "{rows:?}");
        assert!(rows[1]["probability"].as_f64().unwrap() > 0.95, "{rows:?}");
    }
    let together = |backend| {
        let evaluate = ["evaluate", "wgpu", "weighted-wgpu", "--on=all", "--json"];
        let output = app.succeeds(&[&["--backend", backend], &evaluate[..]].concat());
        json_lines(&output.stdout)[0].clone()
    };
    let [wgpu, ndarray] = ["wgpu", "ndarray"].map(together);
    for key in ["loss", "accuracy", "disagreement"] {
        let [found, expected] = [&wgpu, &ndarray].map(|of| of[key].as_f64().unwrap());
        assert!((found - expected).abs() < 1e-5, "{key}: {found} {expected}");
    }
    // Mesa's software driver is only the best device of wgpu if there is no other.
    if output.stderr.contains("llvmpipe") {
        let output = app.succeeds(&["train", "--epochs", "1", "--run-dir", "auto"]);
        output.stderr_has(" GPU found; using ndarray");
        output.stderr_has("training on ndarray (CPU)");
    }
}

fn auto_says_why_burn_s_steps_train(app: &App) {
    let large = ["--batch-size=800", "--hidden-units=64,32"];
    for (run, settings, reason) in [
        ("clipped", &["--clipnorm=1"][..], "clipnorm is set"),
        (
            "large",
            &large,
            " parts of a batch of 800 images one after the other",
        ),
    ] {
        let train = ["train", "--epochs=1", "--run-dir", run];
        let output = on_wgpu(app, &[&train, settings].concat()).unwrap();
        assert_eq!(output.code, Some(0), "{}", output.shown());
        output.stderr_has("note: trained by Burn's steps: ");
        output.stderr_has(reason);
    }
}

/// The last batches of an epoch, of 800 and of 200 images.
fn gpus_fill_batches_up_with_images_that_do_not_count(app: &App) {
    for backend in ["wgpu", "ndarray"] {
        let (lab, run) = (lab(), format!("weighted-{backend}"));
        let train = [
            "--backend",
            backend,
            "train",
            "--engine=burn",
            "--config",
            &lab,
        ];
        let held_out = ["--validation-split", "0.2", "--class-weight", "1,3"];
        let short = ["--batch-size", "48", "--epochs", "2", "--run-dir", &run];
        app.succeeds(&[&train[..], &held_out, &short].concat());
    }
    for key in ["loss", "accuracy", "val_loss", "val_accuracy"] {
        let [wgpu, ndarray] =
            ["weighted-wgpu", "weighted-ndarray"].map(|run| column(app, run, key));
        assert_epochs_agree(key, &wgpu, &ndarray, Within::Absolute(1e-5));
    }
}

fn without_a_gpu(app: &App, arguments: &[&str]) -> Output {
    Running::start(without_drivers(&mut app.command(arguments))).end()
}

#[test]
fn without_a_driver_wgpu_is_an_error_and_auto_trains_and_resumes_on_the_cpu() {
    let app = App::new();
    let output = without_a_gpu(&app, &["--backend", "wgpu", "train"]);
    assert_eq!(output.code, Some(1), "{}", output.shown());
    output.stderr_has("finds no device");
    output.stderr_has("no Vulkan, Metal or DX12 driver found");
    output.stderr_has("--backend ndarray");
    assert!(!output.stderr.contains("panicked"), "{}", output.shown());
    assert!(!app.path().join("runs").exists());

    let train = ["train", "--epochs", "3", "--run-dir", "run"];
    let output = without_a_gpu(&app, &train);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    output.stderr_has("no GPU found; using ndarray");

    rewind(&app, "run", 1);
    let output = without_a_gpu(&app, &["train", "--resume", "run"]);
    assert_eq!(output.code, Some(0), "{}", output.shown());
}

#[test]
fn devices_lists_backends_and_whether_each_computes_correctly() {
    let output = without_a_gpu(&App::new(), &["devices"]);
    assert_eq!(output.code, Some(0), "{}", output.shown());
    for line in [
        "wgpu: no device on this machine",
        "cuda: not compiled in; build with --features cuda",
        "ndarray, --device 0, CPU: ndarray (CPU): ok",
        "flex, --device 0, CPU: flex (CPU): ok",
    ] {
        output.stdout_has(line);
    }
}
