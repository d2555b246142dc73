//! `app export` and `app import`: every format goes out and comes back, and what an imported run can do.
//!
//! What other programs say about the files is in `foreign.rs`.

use std::path::Path;

use serde_json::Value;

use crate::app::{App, json_lines};

/// The flags of a format, and a file with its ending.
const BOTH_WAYS: [(&[&str], &str); 7] = [
    (&[], "a.npz"),
    (&[], "a.safetensors"),
    (&["--format=safetensors", "--layout=keras"], "k.safetensors"),
    (&[], "a.keras"),
    (&["--format=keras-weights"], "a.weights.h5"),
    (&["--format=onnx"], "model"),
    (&["--format=mat"], "theta.mat"),
];

fn weights(app: &App, run: &str) -> String {
    app.succeeds(&["weights", run, "--json"]).stdout
}

/// The settings of a run.
fn config(app: &App, run: &str) -> toml::Table {
    app.file(&format!("{run}/config.toml")).parse().unwrap()
}

#[test]
fn a_network_goes_out_in_every_format_and_comes_back_bit_for_bit_with_its_digits() {
    let app = App::new();
    app.train("two", &["--epochs=2", "--digits=3,8"]);
    let three = ["--epochs=2", "--digits=7,0,2", "--hidden-units=9,9"];
    app.train("three", &three);
    for run in ["two", "three"] {
        let expected = weights(&app, run);
        for (flags, file) in BOTH_WAYS {
            let output = [flags, &["--output", file]].concat();
            let output = app.succeeds(&[&["export", run], &output[..]].concat());
            output.stdout_has("read again: its probabilities differ from ours by at most ");
            let back = format!("{run}-{file}");
            app.succeeds(&["import", file, "--run-dir", &back]);
            assert_eq!(weights(&app, &back), expected, "{back}");
            let (of_run, imported) = (config(&app, run), config(&app, &back));
            for key in ["digits", "hidden_units"] {
                assert_eq!(imported[key], of_run[key], "{back}");
            }
        }
    }
}

#[test]
fn by_default_the_file_is_in_the_run_and_is_deleted_with_it_and_is_the_same_every_time() {
    let app = App::trained(&["--epochs=2", "--keep-last=9"]);
    app.train("other", &["--epochs=1", "--seed=5"]);
    for (format, name) in [
        ("npz", "model.npz"),
        ("safetensors", "model.safetensors"),
        ("keras", "model.keras"),
        ("keras-weights", "model.weights.h5"),
        ("onnx", "model.onnx"),
        ("mat", "model.mat"),
        ("c", "model.c"),
        ("rust", "model.rs"),
    ] {
        let output = app.succeeds(&["export", "run", "--format", format]);
        let file = format!("run/{name}");
        output.stdout_has(&format!("{file}\n"));
        let bytes = fs_err::read(app.path().join(&file)).unwrap();
        app.succeeds(&["export", "run", "-o", name]);
        assert_eq!(
            fs_err::read(app.path().join(name)).unwrap(),
            bytes,
            "{name}"
        );
        let first = ["--format", format, "--checkpoint=1", "-o", name];
        app.succeeds(&[&["export", "run"], &first[..]].concat());
        assert_ne!(
            fs_err::read(app.path().join(name)).unwrap(),
            bytes,
            "{name}"
        );
    }
    for format in ["onnx", "c", "rust"] {
        app.succeeds(&["export", "run", "other", "--format", format]);
    }
    app.succeeds(&["runs", "delete", "run", "--yes"]);
    assert!(!app.path().join("run").exists());
}

#[test]
fn what_cannot_be_written_is_refused_with_what_to_do() {
    let app = App::trained(&["--epochs=1"]);
    app.train("other", &["--epochs=1", "--seed=5"]);
    app.train("ten", &["--epochs=1", "--digits=0..9"]);
    let refused = |arguments: &[&str], names: &[&str]| {
        app.refused(&[&["export"], arguments].concat(), names);
    };
    refused(
        &["run"],
        &[
            "which format?",
            "npz, safetensors, keras, keras-weights, onnx, mat, c, rust",
        ],
    );
    refused(&["run", "-o", "model.txt"], &["which format?"]);
    refused(&["run", "-o", "model.pt"], &["which format?"]);
    let keras = ["run", "--format=keras-weights", "-o", "weights.h5"];
    refused(
        &keras,
        &["weights.h5", ".weights.h5", "Keras reads no other"],
    );
    refused(
        &["run", "--format=onnx", "-o", "a.npz"],
        &["a.npz", ".onnx"],
    );
    refused(
        &["run", "--format=onnx", "--int8"],
        &["--int8 is for --format c or rust"],
    );
    refused(
        &["run", "-o", "a.npz", "--layout=keras"],
        &["--layout is for --format safetensors"],
    );
    refused(
        &["run", "other", "--format=npz"],
        &["holds one network", "onnx, c or rust"],
    );
    refused(
        &["run", "ten", "--format=onnx"],
        &["must tell the same digits apart"],
    );
    refused(
        &["run", "-o", "no/a.npz"],
        &["no/a.npz", "the folder no does not exist"],
    );
    refused(&["nowhere", "--format=npz"], &["nowhere"]);
    refused(&["run", "--format=npz", "--checkpoint=7"], &["7"]);
    refused(&["run", "--top=2", "--format=npz"], &["--top"]);
}

#[test]
fn the_best_points_of_a_sweep_go_out_as_one_file() {
    let app = App::new();
    let settings = ["--epochs=2", "--seeds=0..3", "--sweep-dir=sweep"];
    app.on_cpu(&[&["sweep"], &settings[..]].concat());
    let best = app.succeeds(&["sweep", "best", "sweep", "--top=2", "--json"]);
    let best = json_lines(&best.stdout);
    let one = app.succeeds(&["export", "sweep", "--format=onnx"]);
    let name = format!("sweep/point-{}.onnx\n", best[0]["point"]);
    one.stdout_has(&name);
    let two = ["export", "sweep", "--top=2", "--format=c", "-o", "two.c"];
    app.succeeds(&two);
    for (run, point) in [("first", &best[0]["point"]), ("second", &best[1]["point"])] {
        let point = point.to_string();
        app.on_cpu(&["sweep", "extract", "sweep", &point, "--run-dir", run]);
    }
    app.succeeds(&["export", "first", "second", "-o", "runs.c"]);
    assert_eq!(app.file("two.c"), app.file("runs.c"));
}

#[test]
fn eight_bit_weights_are_a_quarter_of_the_size_and_their_cost_is_printed_and_in_the_file() {
    let app = App::trained(&["--hidden-units=100,50"]);
    let sizes = ["c", "rust"].map(|format| {
        let whole = app.succeeds(&["export", "run", "--format", format, "-o", "whole"]);
        assert!(!whole.stdout.contains("8-bit"), "{}", whole.stdout);
        let flags = ["--format", format, "--int8", "-o", "small"];
        let small = app.succeeds(&[&["export", "run"], &flags[..]].concat());
        small.stdout_has(" correct, ");
        let line = small.stdout.lines().find(|line| line.contains("differ"));
        let largest = line.unwrap().split_whitespace().nth(10).unwrap();
        let largest = largest.trim_end_matches(',');
        let number: f64 = largest.parse().unwrap();
        assert!(number > 1e-6 && number < 0.1, "{largest}");
        assert!(app.file("small").contains(largest), "{largest}");
        ["whole", "small"].map(|name| app.file(name).len())
    });
    for [whole, small] in sizes {
        assert!(small * 2 < whole, "{small} {whole}");
    }
}

#[test]
fn what_is_no_file_of_weights_is_refused_in_one_line() {
    let app = App::trained(&["--epochs=1"]);
    app.succeeds(&["export", "run", "-o", "a.npz"]);
    app.succeeds(&["export", "run", "-o", "a.c"]);
    let whole = fs_err::read(app.path().join("a.npz")).unwrap();
    let write = |name: &str, bytes: &[u8]| fs_err::write(app.path().join(name), bytes).unwrap();
    write("half.npz", &whole[..whole.len() / 2]);
    write("empty", b"");
    write("text", b"hello, world");
    write("array.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '<f4'");
    let large = fs_err::File::create(app.path().join("large")).unwrap();
    large.set_len(300 * 1024 * 1024).unwrap();
    let ten = ["import", "a.npz", "--digits=0..9"];
    app.refused(&ten, &["--digits 0,1,2,3,4,5,6,7,8,9", "two digits"]);
    for (file, names) in [
        ("half.npz", &["half.npz", "NumPy .npz"][..]),
        ("empty", &["empty", "format is not known"]),
        ("text", &["text", "format is not known", "safetensors"]),
        ("array.npy", &["a single NumPy array", "savez"]),
        ("large", &["large", "314572800 bytes"]),
        ("a.c", &["a.c", "not read"]),
        ("nowhere", &["nowhere"]),
        (".", &["a folder, not a file of weights"]),
    ] {
        let output = app.refused(&["import", file, "--run-dir", "imported"], names);
        assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
    }
    assert!(!app.path().join("imported").exists());
    app.refused(
        &["evaluate", "a.npz"],
        &["a file of weights", "app import a.npz"],
    );
    app.refused(&["import", "a.npz", "--run-dir", "run"], &["run"]);
}

/// Images whose pixels are row by row are the transposes of those column by column.
#[test]
fn a_network_of_pixels_row_by_row_is_imported_as_one_and_a_hint_says_so() {
    let app = App::new();
    app.succeeds(&["data", "--digits=0,1", "--output", "xy"]);
    app.train("by-row", &["--data", "xy", "--pixel-order=row"]);
    app.succeeds(&["export", "by-row", "-o", "a.npz"]);
    let wrong = app.succeeds(&["import", "a.npz", "--run-dir", "wrong"]);
    wrong.stderr_has("import it with --pixel-order row");
    let right = ["import", "a.npz", "--pixel-order=row", "--run-dir", "right"];
    let right = app.succeeds(&right);
    assert!(!right.stderr.contains("--pixel-order"), "{}", right.stderr);
    let accuracy = |run: &str| app.evaluation(run, &[])["accuracy"].as_f64().unwrap();
    assert!(accuracy("right") > 0.99 && accuracy("wrong") < accuracy("right") - 0.1);
    let order = [
        "import",
        "a.npz",
        "--pixel-order=column",
        "--run-dir",
        "again",
    ];
    app.succeeds(&order).stderr_has("--pixel-order row");
}

/// The network of a run with other biases of its last layer, as JSON for `--init`.
fn with_last_biases(app: &App, run: &str, change: impl Fn(f64) -> f64) -> String {
    let mut layers: Value = serde_json::from_str(&weights(app, run)).unwrap();
    let biases = layers["layer3.bias"].as_array_mut().unwrap();
    for bias in biases {
        *bias = change(bias.as_f64().unwrap()).into();
    }
    layers.to_string()
}

#[test]
fn what_the_built_in_images_say_about_an_imported_network_is_a_warning() {
    let app = App::trained(&[]);
    app.succeeds(&["export", "run", "-o", "a.npz"]);
    let right = app.succeeds(&["import", "a.npz", "--run-dir", "right"]);
    assert!(!right.stderr.contains("warning"), "{}", right.stderr);
    // The outputs mean the other digits.
    app.succeeds(&["import", "a.npz", "--digits=1,0", "--run-dir", "reversed"])
        .stderr_has("nearly every image the other digit: import it with --digits 0,1");
    // A network that was not trained knows nothing.
    app.train("untrained", &["--epochs=1", "--learning-rate=1e-30"]);
    app.succeeds(&["export", "untrained", "-o", "b.npz"]);
    app.succeeds(&["import", "b.npz", "--run-dir", "few"])
        .stderr_has("other activations than sigmoids");
    // Larger biases: the same order of the outputs, which add up to more than a softmax's or a sigmoid's.
    app.train(
        "ten",
        &["--digits=0..9", "--epochs=5", "--learning-rate=0.005"],
    );
    let file = app.path().join("sums.json");
    fs_err::write(&file, with_last_biases(&app, "ten", |bias| bias + 4.0)).unwrap();
    let init = [
        "--digits=0..9",
        "--epochs=1",
        "--learning-rate=1e-30",
        "--init=sums.json",
    ];
    app.train("sums", &init);
    app.succeeds(&["export", "sums", "-o", "sums.npz"]);
    app.succeeds(&["import", "sums.npz", "--run-dir", "softmax"])
        .stderr_has("if its last layer was a softmax");
}

#[test]
fn an_output_replaces_no_link_no_pipe_and_no_file_that_a_run_needs() {
    let app = App::trained(&["--epochs=1"]);
    for file in ["model.bpk", "config.toml", "result.toml"] {
        let path = format!("run/{file}");
        let needs = "the run or sweep in this folder needs this file";
        app.refused(
            &["export", "run", "--format=c", "-o", &path],
            &[&path, needs],
        );
        app.refused(
            &["predict", "run", "--index=0", "--csv", &path],
            &[&path, needs],
        );
    }
    app.on_cpu(&["evaluate", "run"]);
    #[cfg(unix)]
    {
        let [file, link] = ["file.npz", "link.npz"].map(|name| app.path().join(name));
        fs_err::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        app.succeeds(&["export", "run", "-o", "link.npz"]);
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert!(fs_err::read(&file).unwrap().starts_with(b"PK"));
        let printed = ["predict", "run", "--index=0", "-q", "--csv=/dev/stdout"];
        app.succeeds(&printed).stdout_has("\nrow 0,0,");
        for endless in [&["import", "/dev/zero"][..], &["train", "--init=/dev/zero"]] {
            app.refused(endless, &["/dev/zero", "regular file"]);
        }
    }
}

#[test]
fn an_imported_run_is_evaluated_on_all_images_and_predicts_and_is_drawn() {
    let app = App::trained(&[]);
    app.succeeds(&["export", "run", "-o", "a.keras"]);
    app.succeeds(&["import", "a.keras", "--run-dir", "runs/imported"])
        .stdout_has("999 of 1,000 built-in images correct\n");
    let evaluation = app.evaluation("runs/imported", &[]);
    assert_eq!(evaluation["images"], "all");
    assert_eq!(evaluation["examples"], 1000);
    let both = ["run", "runs/imported"];
    let [own, imported] = both.map(|run| {
        let rows = ["predict", run, "--index=0,500", "--json"];
        let lines = json_lines(&app.on_cpu(&rows).stdout);
        lines
            .iter()
            .map(|line| line["probability"].clone())
            .collect::<Vec<Value>>()
    });
    assert_eq!(own, imported);
    app.on_cpu(&["evaluate", "runs/imported"])
        .stdout_has("runs/imported, imported network, on 1,000 images of the data set\n");
    app.refused(
        &["evaluate", "runs/imported", "--on=training"],
        &["was imported", "--on all"],
    );
    app.on_cpu(&["evaluate", "runs/imported", "--on=all"]);
    app.succeeds(&["runs"]).stdout_has("imported  ");
    app.refused(&["plot", "history", "runs/imported"], &["was imported"]);
    for command in [
        &["report"][..],
        &["plot", "predictions"],
        &["plot", "evaluation"],
        &["plot", "weights"],
        &["plot", "model"],
        &["plot", "embedding"],
        &["summary"],
        &["weights"],
    ] {
        app.on_cpu(&[command, &["runs/imported"]].concat());
    }
    let page = app.file("runs/imported/report.html");
    assert!(
        page.contains("The network was imported"),
        "no such sentence"
    );
    // Of a network that was trained here the images are those that it was not trained on.
    app.train("other", &["--seed=3"]);
    let together = app.evaluation("other", &["runs/imported"]);
    assert_eq!(together["images"], "validation");
    app.succeeds(&["runs", "delete", "runs/imported", "--yes"]);
}

#[test]
fn an_imported_network_is_trained_on_by_init_and_not_resumed() {
    let app = App::trained(&[]);
    app.succeeds(&["export", "run", "-o", "a.onnx"]);
    app.succeeds(&["import", "a.onnx", "--run-dir", "imported"]);
    let resume = ["train", "--resume", "imported"];
    let init = "app train --init imported --digits 0,1 --hidden-units 25,15";
    app.refused(&resume, &["was imported", init]);
    app.train("from-run", &["--init=imported", "--epochs=1"]);
    app.train("from-file", &["--init=a.onnx", "--epochs=1"]);
    app.train("from-first", &["--init=run", "--epochs=1"]);
    let expected = weights(&app, "from-first");
    assert_eq!(weights(&app, "from-run"), expected);
    assert_eq!(weights(&app, "from-file"), expected);
    let flags = ["train", "--init=a.onnx", "--hidden-units=25,16"];
    app.refused(&flags, &["a.onnx", "25,15", "--hidden-units is 25,16"]);
    let flags = ["train", "--init=a.onnx", "--digits=0..9"];
    app.refused(&flags, &["a.onnx", "1 output", "10 outputs"]);
    app.refused(&["train", "--epochs=0"], &["epochs"]);
}

/// Only the notice about digits is on standard error.
#[test]
fn digits_are_those_of_the_file_or_of_the_flag_or_the_usual_ones_with_a_notice() {
    let app = App::new();
    let fixture = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../interop/tests");
        let path = Path::new(folder).join(name);
        path.to_str().unwrap().to_owned()
    };
    // Written by NumPy, without a word about digits.
    let file = fixture("npz/get_weights.npz");
    let digits = |run: &str| config(&app, run)["digits"].to_string();
    let usual = app.succeeds(&["import", &file, "--run-dir", "usual"]);
    usual.stderr_has("does not say which digits");
    assert_eq!(digits("usual"), "[0, 1]");
    let told = ["import", &file, "--digits=3,8", "--run-dir", "told"];
    let told = app.succeeds(&told);
    assert!(!told.stderr.contains("does not say"), "{}", told.stderr);
    assert_eq!(digits("told"), "[3, 8]");
}
