//! Runs that were started with files of initial weights or of a batch order, which are moved or
//! changed later.

use crate::app::{App, rewind};
use crate::compare::assert_same_runs;
use crate::damaged::with_checksum;
use crate::resume::write_forty;

/// A run, `start`, with its weights in `start.json`; an order of two epochs in `order.csv`; and the
/// settings of a run that starts with both.
fn write_start(app: &App) -> [&'static str; 8] {
    write_forty(app, 9);
    let data = ["--data", "x", "y", "--validation-split=0", "--keep-last=9"];
    app.train("start", &[&data[..], &["--epochs=1"]].concat());
    let weights = app.on_cpu(&["weights", "start", "--json"]).stdout;
    fs_err::write(app.path().join("start.json"), weights).unwrap();
    let order: Vec<String> = (0..40).rev().map(|row| row.to_string()).collect();
    let order = [order.join(","), order.join(",")].join("\n");
    fs_err::write(app.path().join("order.csv"), order).unwrap();
    let [d, x, y, split, keep] = data;
    let (init, order) = ("--init=start.json", "--batch-order=order.csv");
    [d, x, y, split, keep, "--epochs=2", init, order]
}

#[test]
fn a_run_is_resumed_with_its_initial_weights_and_its_order_wherever_they_are_now() {
    let app = App::new();
    let settings = write_start(&app);
    for run in ["whole", "moved", "gone"] {
        app.train(run, &settings);
    }
    let path = |name: &str| app.path().join(name);
    for (from, to) in [("start.json", "a.json"), ("order.csv", "b.csv")] {
        fs_err::rename(path(from), path(to)).unwrap();
    }
    rewind(&app, "moved", 1);
    let resume = ["train", "--resume", "moved"];
    let moved = ["--init=a.json", "--batch-order=b.csv"];
    app.on_cpu(&[&resume[..], &moved].concat());
    assert_same_runs(&app, "whole", "moved");
    // Its pictures find the weights in their new place.
    app.on_cpu(&["plot", "weights", "moved", "--output=w.svg"]);
    assert!(!app.file("w.svg").contains("without its initial weights"));
    // What is gone is not needed any more.
    rewind(&app, "gone", 1);
    app.on_cpu(&["train", "--resume", "gone"]);
    assert_same_runs(&app, "whole", "gone");

    // A run as initial weights.
    let [init, run] = ["--init=start", "from-run"];
    app.train(run, &[&settings[..6], &[init]].concat());
    app.train("whole-from-run", &[&settings[..6], &[init]].concat());
    fs_err::rename(path("start"), path("elsewhere")).unwrap();
    rewind(&app, run, 1);
    app.on_cpu(&["train", "--resume", run, "--init=elsewhere"]);
    assert_same_runs(&app, "whole-from-run", run);
}

#[test]
fn initial_weights_or_an_order_with_other_content_are_refused() {
    let app = App::new();
    let settings = write_start(&app);
    app.train("run", &settings);
    rewind(&app, "run", 1);
    let resume = ["train", "--resume", "run"];
    let [weights, order] = ["start.json", "order.csv"].map(|name| app.file(name));
    let write = |name: &str, text: &str| fs_err::write(app.path().join(name), text).unwrap();
    let other_weights = weights.replacen("0.", "1.", 1);
    assert_ne!(other_weights, weights);
    let other_order = order.replacen("39,38", "38,39", 1);
    assert_ne!(other_order, order);
    for (name, flag, text, original, names) in [
        (
            "start.json",
            "--init=other",
            &other_weights,
            &weights,
            ["other content than the initial weights", "--init run"],
        ),
        (
            "order.csv",
            "--batch-order=other",
            &other_order,
            &order,
            [
                "other content than the batch order",
                "--batch-order run/batch_order.csv",
            ],
        ),
    ] {
        write(name, text);
        let output = app.refused(&resume, &names);
        output.stderr_has(name);
        write(name, original);
        write("other", text);
        app.refused(&[&resume[..], &[flag]].concat(), &names);
    }
    app.on_cpu(&[&resume[..], &["--batch-order=run/batch_order.csv"]].concat());
    // A picture does not compare with weights that the run did not start with.
    write("start.json", &other_weights);
    app.on_cpu(&["plot", "weights", "run", "--output=w.svg"]);
    let svg = app.file("w.svg");
    assert!(svg.contains("without its initial weights"), "{svg}");
}

/// A run of an older version has no checksum of its initial weights.
#[test]
fn the_initial_weights_of_an_older_run_are_compared_by_their_path() {
    let app = App::new();
    let settings = write_start(&app);
    app.train("run", &settings);
    rewind(&app, "run", 1);
    for epoch in [0, 1] {
        let path = app
            .path()
            .join(format!("run/checkpoint/epoch-{epoch}.toml"));
        if path.is_file() {
            let text = fs_err::read_to_string(&path).unwrap();
            let (_, state) = text.split_once('\n').unwrap();
            // That of the settings is a path.
            let is_newer = |line: &&str| line.starts_with("init = ") && !line.contains(".json");
            let line = state.lines().find(is_newer).unwrap();
            let older = state.replacen(&format!("{line}\n"), "", 1);
            assert_ne!(older, state);
            fs_err::write(&path, with_checksum(&older)).unwrap();
        }
    }
    let copy = app.path().join("a.json");
    fs_err::copy(app.path().join("start.json"), copy).unwrap();
    let resume = ["train", "--resume", "run"];
    let moved = [&resume[..], &["--init=a.json"]].concat();
    app.refused(&moved, &["trained with other settings: init (was "]);
    app.on_cpu(&resume);
}
