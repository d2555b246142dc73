//! Sweeps on a GPU, where one launch trains many networks.

use serde_json::Value;

use super::{networks, points};
use crate::app::{App, json_lines};
use crate::compare::{Within, assert_epochs_agree};
use crate::kernels::on_wgpu;

/// Sweeps with some arguments on wgpu, into `gpu`, and on the CPU, into `cpu`; says whether there is a driver.
fn swept_on_both(app: &App, arguments: &[&str]) -> bool {
    let sweep = [&["sweep"], arguments].concat();
    let Some(output) = on_wgpu(app, &[&sweep[..], &["--sweep-dir=gpu"]].concat()) else {
        return false;
    };
    assert_eq!(output.code, Some(0), "{}", output.shown());
    output.stderr_has("with the fused kernels, many at once");
    app.on_cpu(&[&sweep[..], &["--sweep-dir=cpu"]].concat());
    true
}

#[track_caller]
fn assert_agree(gpu: &Value, cpu: &Value) {
    for key in [
        "point",
        "seed",
        "fold",
        "state",
        "epochs",
        "epoch",
        "stopped_early",
    ] {
        assert_eq!(gpu[key], cpu[key], "{key}: {gpu}, {cpu}");
    }
    for key in [
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "learning_rate",
    ] {
        let values = [gpu, cpu].map(|point| point[key].as_f64());
        let [Some(gpu), Some(cpu)] = values else {
            assert_eq!(values, [None, None], "{key}");
            continue;
        };
        assert!((gpu - cpu).abs() <= 1e-5 * cpu, "{key}: {gpu}, {cpu}");
    }
}

fn assert_all_agree(app: &App, count: usize) {
    let [gpu, cpu] = ["gpu", "cpu"].map(|sweep| points(app, sweep));
    assert_eq!((gpu.len(), cpu.len()), (count, count));
    for (gpu, cpu) in gpu.iter().zip(&cpu) {
        assert_agree(gpu, cpu);
    }
}

#[test]
fn points_of_every_rate_schedule_batch_seed_and_fold_are_those_of_the_cpu() {
    let app = App::new();
    let config = "epochs = 2\nclass_weight = [1.0, 2.0]\n\
                  [sweep]\nseeds = [4, 5]\nfolds = 2\n\
                  [sweep.vary]\nlearning_rate = [0.001, 0.01]\nbatch_size = [32, 48]\n\
                  learning_rate_schedule = [\"constant\", \"cosine\"]\nhidden_units = [[25, 15], [6, 4]]\n";
    fs_err::write(app.path().join("sweep.toml"), config).unwrap();
    if !swept_on_both(&app, &["--config=sweep.toml"]) {
        return;
    }
    assert_all_agree(&app, 64);
    // Not bit for bit: otherwise, the CPU would have trained both.
    assert!(networks(&app, "gpu") != networks(&app, "cpu"));
}

#[test]
fn early_stopping_plateaus_the_best_weights_and_divergence_are_those_of_the_cpu() {
    let app = App::new();
    if !swept_on_both(
        &app,
        &[
            "--epochs=12",
            "--digits=3,8",
            "--vary=learning_rate=0.03,1e37",
            "--early-stopping-patience=2",
            "--early-stopping-min-delta=0.01",
            "--plateau-patience=1",
            "--restore-best-weights",
            "--seeds=0..2",
        ],
    ) {
        return;
    }
    let [gpu, cpu] = ["gpu", "cpu"].map(|sweep| points(&app, sweep));
    assert!(
        gpu.iter().any(|point| point["stopped_early"] == true),
        "{gpu:?}"
    );
    let mut failed = 0;
    for (gpu, cpu) in gpu.iter().zip(&cpu) {
        if cpu["state"] == "failed" {
            failed += 1;
            let error = gpu["error"].as_str().unwrap();
            assert!(
                error.starts_with("epoch 1: the loss is inf in batch "),
                "{error}"
            );
        } else {
            for key in ["state", "epochs", "epoch", "stopped_early", "learning_rate"] {
                assert_eq!(gpu[key], cpu[key], "{key}");
            }
        }
    }
    assert_eq!(failed, 3);
    let [gpu, cpu] = ["gpu", "cpu"].map(|sweep| networks(&app, sweep));
    assert_eq!((gpu.len(), cpu.len()), (3, 3));
}

#[test]
fn halving_goes_on_with_paused_networks_and_an_extracted_point_is_a_run() {
    let app = App::new();
    let halved = [
        "--epochs=4",
        "--halving=2",
        "--vary=learning_rate=1e-5..1e-2/4",
        "--seeds=0..1",
    ];
    if !swept_on_both(&app, &halved) {
        return;
    }
    assert_all_agree(&app, 8);
    let best = points(&app, "gpu");
    let best = best
        .iter()
        .find(|point| point["state"] == "trained")
        .unwrap();
    let number = best["point"].to_string();
    app.on_cpu(&["sweep", "extract", "gpu", &number, "--run-dir=run"]);
    let loss = app.evaluation("run", &[])["loss"].as_f64().unwrap();
    let expected = best["val_loss"].as_f64().unwrap();
    assert!(
        (loss - expected).abs() < 1e-5 * expected,
        "{loss}, {expected}"
    );
}

#[test]
fn a_killed_sweep_goes_on_and_ends_with_the_same_bits() {
    let app = App::new();
    let sweep = ["sweep", "--epochs=2", "--hidden-units=6,4", "--seeds=0..39"];
    let Some(output) = on_wgpu(&app, &[&sweep[..], &["--sweep-dir=whole"]].concat()) else {
        return;
    };
    assert_eq!(output.code, Some(0), "{}", output.shown());
    let killed = ["--backend=wgpu", "--sweep-dir=killed"];
    let mut process = app.start(&[&sweep[..], &killed].concat());
    let lines = || {
        let text = fs_err::read_to_string(app.path().join("killed/points.csv"));
        text.map_or(0, |text| text.lines().count())
    };
    process.wait_for("a point is trained", |_| (lines() > 1).then_some(()));
    process.kill();
    // Another number of networks in each launch than before.
    let output = on_wgpu(&app, &["sweep", "--resume", "killed"]).unwrap();
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert_eq!(points(&app, "killed"), points(&app, "whole"));
    assert!(networks(&app, "killed") == networks(&app, "whole"));
}

#[test]
fn a_range_test_finds_the_rates_of_the_cpu() {
    let app = App::new();
    let test = ["sweep", "--range-test", "--json"];
    let Some(output) = on_wgpu(&app, &test) else {
        return;
    };
    assert_eq!(output.code, Some(0), "{}", output.shown());
    output.stderr_has("with the fused kernels");
    let cpu = app.on_cpu(&test);
    let [gpu, cpu] = [&output, &cpu].map(|output| json_lines(&output.stdout).remove(0));
    for key in ["suggested", "lowest"] {
        let [gpu, cpu] = [&gpu, &cpu].map(|found| found[key].as_f64().unwrap());
        assert!((gpu - cpu).abs() < 0.2 * cpu, "{key}: {gpu}, {cpu}");
    }
    let losses = [&gpu, &cpu].map(|found| {
        let steps = found["steps"].as_array().unwrap().iter().take(50);
        let losses = steps.map(|step| step["loss"].as_f64().unwrap());
        losses.collect::<Vec<f64>>()
    });
    assert_epochs_agree("losses", &losses[0], &losses[1], Within::Relative(1e-5));
}

#[test]
fn a_sweep_that_the_kernels_cannot_do_says_why() {
    let app = App::new();
    let sweep = [
        "sweep",
        "--engine=fused",
        "--vary=hidden_units=[[25,15],[5000,1000]]",
    ];
    let Some(output) = on_wgpu(&app, &sweep) else {
        return;
    };
    assert_eq!(output.code, Some(2), "{}", output.shown());
    output.stderr_has("[5000, 1000] hidden units needs");
    let halved = [
        "sweep",
        "--clipnorm=1",
        "--halving=2",
        "--vary=learning_rate=0.1,0.2",
    ];
    let output = on_wgpu(&app, &halved).unwrap();
    assert_eq!(output.code, Some(2), "{}", output.shown());
    output.stderr_has("clipnorm is set");
    output.stderr_has("halving: it needs trainings that can be paused");
}
