//! The pages of the help: their examples run, and `--backend` is on those of the commands that use
//! it.

use std::collections::BTreeSet;

use crate::app::{App, rewind, without_drivers};
use crate::data_sets::{embedded, images_npy, labels_npy, write};
use crate::running::Running;

pub(crate) const PAGES: [&str; 41] = [
    "",
    "train",
    "evaluate",
    "predict",
    "plot",
    "plot data",
    "plot predictions",
    "plot history",
    "plot evaluation",
    "plot weights",
    "plot activations",
    "plot model",
    "plot embedding",
    "plot preparation",
    "report",
    "data",
    "data fetch",
    "data suspects",
    "runs",
    "runs compare",
    "runs delete",
    "crossval",
    "sweep",
    "sweep show",
    "sweep plot",
    "sweep report",
    "sweep best",
    "sweep extract",
    "sweep list",
    "sweep delete",
    "serve",
    "summary",
    "weights",
    "export",
    "import",
    "devices",
    "benchmark",
    "config",
    "config schema",
    "completions",
    "man",
];

/// The examples on a page, without `app`.
fn examples(app: &App, page: &str) -> Vec<Vec<String>> {
    let words: Vec<&str> = page.split_whitespace().collect();
    let help = app
        .succeeds(&[words.as_slice(), &["--help"]].concat())
        .stdout;
    let lines = help.lines().filter_map(|line| line.strip_prefix("  app "));
    let words = |line: &str| line.split(' ').map(str::to_owned).collect();
    lines.map(words).collect()
}

#[test]
fn the_examples_in_the_help_run() {
    let app = App::new();
    // Two networks that predict together must not be the same.
    for (run, seed) in [("runs/first", "1"), ("runs/second", "2"), ("runs/cut", "3")] {
        app.train(run, &["--epochs=3", "--keep-last=9", "--seed", seed]);
    }
    rewind(&app, "runs/cut", 2);
    for sweep in ["sweeps/first", "sweeps/cut"] {
        let settings = ["--epochs=1", "--seeds=0..1"];
        app.on_cpu(&[&["sweep", "--sweep-dir", sweep], &settings[..]].concat());
    }
    fs_err::remove_file(app.path().join("sweeps/cut/points.csv")).unwrap();
    let (images, labels) = embedded((0..20).chain(500..520));
    fs_err::create_dir(app.path().join("digits")).unwrap();
    write(&app, "digits/X.npy", &images_npy(&images));
    write(&app, "digits/y.npy", &labels_npy(&labels));
    for name in ["one.png", "zero.png"] {
        image::GrayImage::new(30, 30)
            .save(app.path().join(name))
            .unwrap();
    }
    for page in PAGES {
        let found = examples(&app, page);
        assert!((1..=3).contains(&found.len()), "{page}");
        // Those of the first need a network; `fetch.rs` runs them without one. The second runs until it is stopped, as in
        // `serve.rs`.
        if ["data fetch", "serve"].contains(&page) {
            continue;
        }
        for words in found {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let output = Running::start(without_drivers(&mut app.command(&words))).end();
            assert_eq!(output.code, Some(0), "{words:?}: {}", output.shown());
        }
    }
}

#[test]
fn no_line_of_the_help_is_longer_than_80_columns() {
    let app = App::new();
    for page in PAGES {
        let words: Vec<&str> = page.split_whitespace().collect();
        for help in ["-h", "--help"] {
            let text = app.succeeds(&[words.as_slice(), &[help]].concat()).stdout;
            let long = text.lines().find(|line| line.chars().count() > 80);
            assert_eq!(long, None, "app {page} {help}");
        }
    }
}

/// The list of commands that compute is that of `arguments/device.rs`.
#[test]
fn the_backend_is_on_the_pages_of_the_commands_that_compute_and_accepted_by_all() {
    let app = App::trained(&["--epochs=1"]);
    let computing = [
        "",
        "train",
        "crossval",
        "sweep",
        "sweep extract",
        "serve",
        "evaluate",
        "predict",
        "plot",
        "plot predictions",
        "plot evaluation",
        "plot activations",
        "plot embedding",
        "plot preparation",
        "report",
        "benchmark",
    ];
    for page in PAGES {
        let words: Vec<&str> = page.split_whitespace().collect();
        for help in ["-h", "--help"] {
            let text = app.succeeds(&[words.as_slice(), &[help]].concat()).stdout;
            let lists = ["--backend <", "--device <"].map(|flag| text.contains(flag));
            assert_eq!(lists, [computing.contains(&page); 2], "{page}: {text}");
        }
    }
    let after = ["--backend=flex"];
    for command in [
        &["summary"][..],
        &["weights", "run"],
        &["data"],
        &["runs"],
        &["runs", "compare", "run", "run"],
        &["plot", "model", "run"],
        &["plot", "history", "run"],
        &["plot", "weights", "run"],
    ] {
        app.succeeds(&[&after[..], command].concat());
        app.succeeds(&[command, &after].concat());
        app.refused(&[&["--backend=tpu"][..], command].concat(), &["ndarray"]);
    }
    let output = app.succeeds(&["plot", "--backend=flex", "evaluation", "run"]);
    assert_eq!(output.stderr, "");
}

#[test]
fn the_help_of_train_is_short_and_begins_with_examples() {
    let app = App::new();
    let help = app.succeeds(&["train", "--help"]).stdout;
    // It was 265, without defaults in line, and 217 with lines of more than 80 columns. Augmentation has 29 of them, and how
    // pictures are read 9, and the page beside a training 6.
    assert!(help.lines().count() < 297, "{} lines", help.lines().count());
    let places = [
        "Examples:\n",
        "\nData:\n",
        "\nCheckpoints:\n",
        "\nGlobal options:\n",
    ];
    let places = places.map(|text| help.find(text).unwrap());
    assert!(places.is_sorted(), "{help}");
}

/// An example shows something that the others on its page do not.
#[test]
fn no_example_is_another_one_with_other_names() {
    let app = App::new();
    for page in PAGES {
        let mut seen = BTreeSet::new();
        for words in examples(&app, page) {
            let is_name = |word: &str| word.contains(['/', '.']);
            let words = words.iter().map(|word| match word.as_str() {
                word if is_name(word) => "NAME",
                word => word,
            });
            let words: Vec<&str> = words.collect();
            assert!(seen.insert(words.join(" ")), "{page}: {words:?}");
        }
    }
}

#[test]
fn the_usage_names_the_run_and_the_pictures_apart() {
    let app = App::new();
    app.succeeds(&["predict", "-h"])
        .stdout_has("Usage: app predict [OPTIONS] [RUN]... [PICTURE]...\n");
    app.succeeds(&["plot", "activations", "-h"])
        .stdout_has("Usage: app plot activations [OPTIONS] [RUN] [PICTURE]\n");
}
