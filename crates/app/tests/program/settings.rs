//! The settings of a training: each can be given by a flag and by a file, and those that the
//! comparison with Keras does not cover have the documented effect.

use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::app::{App, column, predictions};
use crate::compare::{Within, assert_epochs_agree, outcome, weights_by_place};
use crate::data_sets::{embedded, images_npy, labels_npy, write, write_idx};
use crate::fixtures::{keras_file, repository};

/// Keys with values that are not the defaults, in groups that can be combined. Paths are those of
/// files in the app's directory.
const GROUPS: [&str; 8] = [
    "seed = 7
     digits = [4, 9]
     validation_split = 0.35
     epochs = 3
     batch_size = 16
     shuffle_buffer = 640
     hidden_units = [7, 5]
     class_weight = [1.5, 2.5]
     learning_rate = 0.01
     learning_rate_schedule = \"cosine\"
     warmup_steps = 4
     decay_steps = 50
     alpha = 0.25
     beta_1 = 0.8
     beta_2 = 0.95
     epsilon = 1e-5
     clipnorm = 1.5
     monitor = \"accuracy\"
     monitor_mode = \"min\"
     early_stopping_patience = 6
     early_stopping_min_delta = 0.125
     restore_best_weights = true
     keep_last = 5
     keep_every = 4
     tensorboard = true",
    "learning_rate_schedule = \"step\"
     decay_rate = 0.5
     clipvalue = 0.75",
    "plateau_patience = 3
     plateau_factor = 0.5
     plateau_min_delta = 0.25
     plateau_cooldown = 2
     plateau_min_learning_rate = 1e-5
     global_clipnorm = 2.5
     fold = [2, 5]",
    "overfit_batches = 3
     data = [\"digits\"]
     pixel_order = \"row\"
     pixel_scale = \"stored\"
     pictures = \"resized\"",
    "validation_split = 0.0
     batch_order = \"order.csv\"
     init = \"start.json\"
     epochs = 2",
    "validation_split = 0.0
     without = \"without.txt\"",
    "engine = \"burn\"",
    "[augment]
     fonts = 0.25
     shift = 1.5
     rotate = 12.5
     scale = 0.125
     shear = 9.5
     thickness = 0.25
     elastic = 0.75
     noise = 0.0625
     contrast = 0.375",
];

/// The settings of a file by their names: `rotate` in the table `[augment]` is `augment_rotate`.
fn by_name(file: &str) -> Table {
    let file: Table = toml::from_str(file).unwrap();
    let mut settings = Table::new();
    for (key, value) in file {
        match value {
            Value::Table(of_table) => {
                let named = of_table.into_iter();
                settings.extend(named.map(|(inner, value)| (format!("{key}_{inner}"), value)));
            }
            value => _ = settings.insert(key, value),
        }
    }
    settings
}

/// The keys of `configs/default.toml`, including those in comments.
pub(crate) fn documented_keys() -> BTreeSet<String> {
    let text = fs_err::read_to_string(repository().join("configs/default.toml")).unwrap();
    let mut table = String::new();
    let keys = text.lines().filter_map(|line| {
        if let Some(name) = line.strip_prefix('[') {
            table = format!("{}_", name.trim_end_matches(']'));
        }
        let line = line.strip_prefix("# ").unwrap_or(line);
        let (key, value) = line.split_once(" = ")?;
        let is_key = key
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit());
        (is_key && !value.is_empty()).then(|| format!("{table}{key}"))
    });
    keys.collect()
}

/// `--hidden-units=7,5` for `hidden_units = [7, 5]`.
fn flag(key: &str, value: &Value) -> String {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let value = match value {
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(","),
        value => plain(value),
    };
    format!("--{}={value}", key.replace('_', "-"))
}

/// Compares the printed configuration with the given settings; paths by their file name.
#[track_caller]
fn assert_has(printed: &str, given: &Table) {
    let printed = by_name(printed);
    let name = |value: &Value| {
        let text = value.to_string().replace(['"', '[', ']'], "");
        text.rsplit('/').next().unwrap().to_owned()
    };
    for (key, value) in given {
        let found = printed.get(key).unwrap_or_else(|| panic!("no {key}"));
        let is_path = ["data", "batch_order", "init", "without"].contains(&key.as_str());
        if is_path {
            assert_eq!(name(found), name(value), "{key}");
        } else {
            assert_eq!(found, value, "{key}");
        }
    }
}

#[test]
fn every_setting_can_be_given_by_flag_and_by_file() {
    let app = App::new();
    let (images, labels) = embedded((0..60).chain(500..560));
    fs_err::create_dir(app.path().join("digits")).unwrap();
    write(&app, "digits/X.npy", &images_npy(&images));
    write(&app, "digits/y.npy", &labels_npy(&labels));
    for (from, to) in [
        ("batch_order.csv", "order.csv"),
        ("initial_weights.json", "start.json"),
    ] {
        fs_err::copy(keras_file(from), app.path().join(to)).unwrap();
    }
    write(&app, "without.txt", b"17 # of the built-in digits\n");
    let defaults = by_name(&app.on_cpu(&["train", "--dry-run"]).stdout);
    let mut seen = BTreeSet::new();
    for group in GROUPS {
        let given = by_name(group);
        for (key, value) in &given {
            assert_ne!(defaults.get(key), Some(value), "{key} is the default");
            seen.insert(key.clone());
        }
        let flags: Vec<String> = given.iter().map(|(key, value)| flag(key, value)).collect();
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let output = app.on_cpu(&[["train", "--dry-run"].as_slice(), &flags].concat());
        assert_has(&output.stdout, &given);
        write(&app, "given.toml", group.as_bytes());
        let output = app.on_cpu(&["train", "--dry-run", "--config=given.toml"]);
        assert_has(&output.stdout, &given);
    }
    assert_eq!(seen, documented_keys(), "each key is tested");
}

/// Two steps of Adam as in Keras, on the last layer's bias, whose gradient for one image is its
/// probability minus its label.
fn adam_s_two_steps(gradients: [f64; 2], rate: f64, beta_1: f64, beta_2: f64, epsilon: f64) -> f64 {
    let (mut mean, mut square, mut bias) = (0.0, 0.0, 0.0);
    for (step, gradient) in (1..).zip(gradients) {
        mean = beta_1 * mean + (1.0 - beta_1) * gradient;
        square = beta_2 * square + (1.0 - beta_2) * gradient * gradient;
        let [to_mean, to_square] = [beta_1, beta_2].map(|beta: f64| 1.0 - beta.powi(step));
        bias -= rate * to_square.sqrt() / to_mean * mean / (square.sqrt() + epsilon);
    }
    bias
}

/// Steps too small to change a probability, so that both gradients are those of the initial
/// weights.
#[test]
fn adam_s_settings_batch_size_and_order_match_two_steps_computed_by_hand() {
    let app = App::new();
    let images: Vec<u8> = (0..=255).cycle().take(400).chain([9; 400]).collect();
    write_idx(&app, ["x", "y"], &images, &[0, 1]);
    write(&app, "order.csv", b"1,0\n");
    let data = ["--data", "x", "y", "--validation-split=0", "--epochs=1"];
    app.train(
        "start",
        &[data.as_slice(), &["--learning-rate=1e-30"]].concat(),
    );
    let start = predictions(&app, "ndarray", "start", "0,1");
    let [zero, one] = [0, 1].map(|row| start[row]["probability"].as_f64().unwrap());

    let adam = ["--beta-1=0.6", "--beta-2=0.7", "--epsilon=0.01"];
    let steps = [
        "--learning-rate=1e-6",
        "--batch-size=1",
        "--batch-order=order.csv",
    ];
    let expected = adam_s_two_steps([one - 1.0, zero], 1e-6, 0.6, 0.7, 0.01);
    // The loss of the epoch is the mean of both images', each before its step.
    let loss = f64::midpoint(-(1.0 - zero).ln(), -one.ln());
    for engine in ["burn", "fused"] {
        app.train(
            engine,
            &[data.as_slice(), &adam, &steps, &["--engine", engine]].concat(),
        );
        let weights = app.on_cpu(&["weights", engine, "--json"]).stdout;
        let weights = weights_by_place(&serde_json::from_str(&weights).unwrap());
        let bias = weights.iter().find(|(place, _)| place == "layer3.bias[0]");
        let close = |found: f64, expected: f64| {
            let holds = Within::Relative(1e-4).holds(found, expected);
            assert!(holds, "{engine}: {found}, expected {expected}");
        };
        close(bias.unwrap().1, expected);
        close(column(&app, engine, "loss")[0], loss);
        close(column(&app, engine, "learning_rate")[0], 1e-6);
    }
}

#[test]
fn the_seed_determines_the_initial_weights_the_split_and_the_order() {
    let app = App::new();
    let start = keras_file("initial_weights.json");
    let still = ["--epochs=1", "--learning-rate=1e-30"];
    let given = [still.as_slice(), &["--init", &start]].concat();
    let all = ["--epochs=1", "--validation-split=0", "--init", &start];
    for (what, settings, key) in [
        ("weights", still.as_slice(), "loss"),
        ("split", &given, "val_loss"),
        ("order", &all, "loss"),
    ] {
        let losses = ["0", "1", "0"]
            .into_iter()
            .enumerate()
            .map(|(number, seed)| {
                let run = format!("{what}-{number}");
                app.train(&run, &[settings, &["--seed", seed]].concat());
                column(&app, &run, key)[0].to_bits()
            });
        let losses: Vec<u64> = losses.collect();
        assert_ne!(losses[0], losses[1], "{what}");
        assert_eq!(losses[0], losses[2], "{what}");
    }
}

#[test]
fn a_smaller_shuffle_buffer_gives_another_order() {
    let app = App::new();
    app.train("whole", &["--epochs=1"]);
    app.train("buffered", &["--epochs=1", "--shuffle-buffer=64"]);
    let [whole, buffered] = ["whole", "buffered"].map(|run| outcome(&app, run));
    assert!(whole.difference(&buffered).is_some());
}

#[test]
fn the_network_has_the_configured_hidden_units() {
    let app = App::trained(&["--epochs=1", "--hidden-units=4,3"]);
    let output = app.on_cpu(&["weights", "run"]);
    for shape in ["(400, 4)", "(4,)", "(4, 3)", "(3,)", "(3, 1)", "(1,)"] {
        output.stdout_has(shape);
    }
    // 400 * 4 + 4, 4 * 3 + 3 and 3 * 1 + 1.
    let output = app.on_cpu(&["summary", "run"]);
    for count in ["1,604", "15", "4", "1,623"] {
        output.stdout_has(count);
    }
}

/// The network before its first step: the seed draws the split and the order, too, which would
/// change a loss.
#[test]
fn another_seed_draws_other_initial_weights() {
    let app = App::new();
    let weights = |run: &str, seed: &str| {
        app.train(
            run,
            &["--epochs=1", "--learning-rate=1e-30", "--seed", seed],
        );
        app.on_cpu(&["weights", run, "--values=layer1.weight"])
            .stdout
    };
    let [one, other, again] =
        [("a", "1"), ("b", "2"), ("c", "1")].map(|(run, seed)| weights(run, seed));
    assert!(one == again, "the same seed");
    assert!(one != other, "another seed");
}

/// 25 steps an epoch: the rate has risen when the first plateau lowers it, and stays so.
#[test]
fn a_plateau_lowers_a_rate_that_has_warmed_up_and_does_not_warm_it_up_again() {
    let app = App::new();
    // A loss that should rise never improves.
    let plateau = [
        "--monitor=loss",
        "--monitor-mode=max",
        "--plateau-patience=1",
        "--plateau-factor=0.5",
    ];
    let settings = ["--epochs=4", "--learning-rate=0.008", "--warmup-steps=40"];
    for engine in ["burn", "fused"] {
        app.train(
            engine,
            &[&settings[..], &plateau, &["--engine", engine]].concat(),
        );
        let rates = column(&app, engine, "learning_rate");
        assert_epochs_agree(
            engine,
            &rates[1..],
            &[0.008, 0.004, 0.002],
            Within::Absolute(1e-9),
        );
    }
}

/// As `evaluate` computes them of the same network.
#[test]
fn the_history_has_the_metrics_of_the_validation_images() {
    let app = App::new();
    // Two digits that are hard to tell apart, so that the two accuracies differ.
    for engine in ["burn", "fused"] {
        app.train(engine, &["--digits=4,9", "--epochs=2", "--engine", engine]);
        let found = app.evaluation(engine, &[]);
        for (key, metric) in [("val_loss", "loss"), ("val_accuracy", "accuracy")] {
            let in_history = column(&app, engine, key)[1];
            let expected = found[metric].as_f64().unwrap();
            assert!(
                (in_history - expected).abs() < 1e-6,
                "{engine}, {key}: {in_history}, {expected}"
            );
        }
        assert_ne!(
            column(&app, engine, "accuracy")[1].to_bits(),
            column(&app, engine, "val_accuracy")[1].to_bits()
        );
    }
}
