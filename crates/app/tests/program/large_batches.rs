//! Batches that are the whole data set, or more images than a device can sum or store.

use crate::app::{App, column, json_lines, predictions};
use crate::compare::{Within, assert_epochs_agree};
use crate::data_sets::{embedded, write_idx};
use crate::running::Output;
use crate::skipped::or_skip;

const METRICS: [&str; 4] = ["loss", "accuracy", "val_loss", "val_accuracy"];

/// A small network, whose kernels compile fast.
const SMALL: [&str; 2] = ["--hidden-units=3,2", "--epochs=2"];

/// Trains on wgpu; none without a driver.
fn on_wgpu(app: &App, train: &[&str]) -> Option<Output> {
    let output = app.run(&[&["--backend=wgpu", "train"], &SMALL[..], train].concat());
    let absent = ["finds no device", "is not compiled in"];
    let found = if absent.iter().any(|text| output.stderr.contains(text)) {
        Err(output.stderr.trim().to_owned())
    } else {
        Ok(output)
    };
    or_skip(found, "REQUIRE_VULKAN")
}

/// The numbers of a run's history, without the times.
fn history(app: &App, run: &str) -> [Vec<f64>; 4] {
    METRICS.map(|metric| column(app, run, metric))
}

#[test]
fn a_batch_above_the_data_is_all_images_on_every_engine() {
    let app = App::new();
    for (backend, engine) in [
        ("flex", "fused"),
        ("flex", "burn"),
        ("ndarray", "burn"),
        ("ndarray", "fused"),
    ] {
        let train = |batch_size: &str| {
            let run = format!("{backend}-{engine}-{batch_size}");
            let chosen = ["--backend", backend, "train", "--engine", engine];
            let sized = ["--batch-size", batch_size, "--run-dir", &run];
            let output = app.succeeds(&[&chosen[..], &SMALL, &sized].concat());
            (history(&app, &run), output)
        };
        let (all, output) = train("800");
        assert!(!output.stderr.contains("note: batch"), "{}", output.shown());
        let (more, output) = train("100000");
        output.stderr_has("note: batch_size is 100,000: a batch is all 800 training images\n");
        assert_eq!(more, all, "{backend}, {engine}");
        let (most, _) = train("1000000");
        assert_eq!(most, all, "{backend}, {engine}");
    }
    // The run keeps what was set.
    let config = app.file("flex-fused-100000/config.toml");
    assert!(config.contains("batch_size = 100000\n"), "{config}");
    let tiny = [
        "train",
        "--dry-run",
        "--shuffle-buffer=3",
        "--batch-size=900",
    ];
    let output = app.on_cpu(&tiny);
    output.stderr_has("it is less than a batch, and 800 images are shuffled together");
}

#[test]
fn on_a_gpu_a_batch_above_the_data_is_all_images_too() {
    let app = App::new();
    let train = |batch_size: &str| {
        let output = on_wgpu(
            &app,
            &[
                "--engine=burn",
                "--batch-size",
                batch_size,
                "--run-dir",
                batch_size,
            ],
        )?;
        assert_eq!(output.code, Some(0), "{}", output.shown());
        Some(history(&app, batch_size))
    };
    let Some(all) = train("800") else { return };
    assert_eq!(train("100000").unwrap(), all);
    let rows = predictions(&app, "wgpu", "100000", "0,999");
    let expected = predictions(&app, "flex", "100000", "0,999");
    for (found, expected) in rows.iter().zip(&expected) {
        let [found, expected] = [found, expected].map(|row| row["probability"].as_f64().unwrap());
        assert!((found - expected).abs() < 1e-5, "{found} and {expected}");
    }
    let loss = |backend: &str| -> f64 {
        let evaluate = ["--backend", backend, "evaluate", "100000", "--json"];
        let metrics = app.succeeds(&evaluate).stdout;
        json_lines(&metrics)[0]["loss"].as_f64().unwrap()
    };
    let (found, expected) = (loss("wgpu"), loss("flex"));
    assert!((found - expected).abs() < 1e-5, "{found} and {expected}");
}

/// Mesa's software driver computes at most 65,535 rounds of a loop, and allocates at most 128 MiB at once.
#[test]
fn a_batch_of_more_images_than_a_driver_can_sum_trains_as_on_the_cpu() {
    let app = App::new();
    let (pixels, labels) = embedded(0..1000);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded to a byte"
    )]
    let pixels: Vec<u8> = pixels
        .iter()
        .map(|pixel| (pixel * 255.0).round() as u8)
        .collect();
    let (pixels, labels) = (pixels.repeat(84), labels.repeat(84));
    write_idx(&app, ["x", "y"], &pixels, &labels);
    // With a large epsilon a step is proportional to the gradient; otherwise Adam divides out how much of it is missing.
    let data = ["--data", "x", "y", "--validation-split=0"];
    let step = ["--learning-rate=10", "--epsilon=1"];
    let settings = [&data[..], &step].concat();
    let sized = |batch_size, run| {
        [
            &settings[..],
            &["--batch-size", batch_size, "--run-dir", run],
        ]
        .concat()
    };
    let Some(output) = on_wgpu(&app, &sized("83000", "wgpu")) else {
        return;
    };
    assert_eq!(output.code, Some(0), "{}", output.shown());
    app.train("cpu", &[&SMALL[..], &sized("83000", "cpu")[..8]].concat());
    for metric in ["loss", "accuracy"] {
        let [wgpu, cpu] = ["wgpu", "cpu"].map(|run| column(&app, run, metric));
        assert_epochs_agree(metric, &wgpu, &cpu, Within::Absolute(2e-5));
    }
    // 134,400,000 bytes of pixels.
    let output = on_wgpu(&app, &sized("84000", "too-large")).unwrap();
    if output.stderr.contains("llvmpipe") {
        assert_eq!(output.code, Some(1), "{}", output.shown());
        output.stderr_has("cannot allocate what a training step on 84,000 images needs: ");
        output.stderr_has("; use a smaller --batch-size");
        output.stderr_has("note: trained by Burn's steps: ");
        assert_eq!(output.stderr.lines().count(), 4, "{}", output.shown());
        assert!(!app.path().join("too-large").exists());
    }
}
