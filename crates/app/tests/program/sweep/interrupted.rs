//! A sweep that was interrupted goes on without training a point twice.

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{networks, points};
use crate::app::App;
use crate::data_sets::{embedded, images_npy, labels_npy, write};
use crate::fixtures::csv_column;

const SWEEP: [&str; 6] = [
    "--backend=ndarray",
    "sweep",
    "--epochs=15",
    "--vary=learning_rate=0.001,0.003",
    "--seeds=0..29",
    "--halving=2",
];

fn lines(app: &App, sweep: &str) -> usize {
    let path = app.path().join(sweep).join("points.csv");
    // Without the heading.
    fs_err::read_to_string(path).map_or(0, |text| text.lines().count().saturating_sub(1))
}

#[test]
fn a_sweep_that_is_killed_many_times_trains_each_point_once_and_ends_with_the_same_networks() {
    let app = App::new();
    app.succeeds(&[&SWEEP[..], &["--sweep-dir=whole"]].concat());
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut process = app.start(&[&SWEEP[..], &["--sweep-dir=killed"]].concat());
    let mut kills = 0;
    while lines(&app, "killed") < 80 && kills < 100 {
        let before = lines(&app, "killed");
        process.wait_for("a point is trained", |_| {
            (lines(&app, "killed") > before).then_some(())
        });
        // The sleep is intended: the kill must come at a random time.
        std::thread::sleep(Duration::from_micros(u64::from(random.next_u32()) % 30_000));
        process.kill();
        kills += 1;
        process = app.start(&["--backend=ndarray", "sweep", "--resume", "killed"]);
    }
    let output = process.end();
    assert_eq!(output.code, Some(0), "{}", output.shown());
    assert!(kills >= 5, "{kills} kills");
    assert_eq!(points(&app, "killed"), points(&app, "whole"));
    assert!(networks(&app, "killed") == networks(&app, "whole"));
    // 60 points in the first round and 30 in the second.
    assert_eq!(
        ["whole", "killed"].map(|sweep| lines(&app, sweep)),
        [90, 90]
    );
}

#[test]
fn what_was_cut_short_is_trained_again() {
    let app = App::new();
    app.on_cpu(&["sweep", "--sweep-dir=s", "--epochs=2", "--seeds=0..4"]);
    let (expected, whole) = (points(&app, "s"), networks(&app, "s"));
    let file = |name: &str| app.path().join("s").join(name);
    let cut = |name: &str, bytes: usize| {
        let content = fs_err::read(file(name)).unwrap();
        fs_err::write(file(name), &content[..content.len() - bytes]).unwrap();
    };
    // The end of a line, and then a network whose line is there, as after a power failure.
    for (name, bytes) in [("points.csv", 7), ("networks.bin", 9)] {
        cut(name, bytes);
        let shown = app.succeeds(&["sweep", "show", "s"]);
        shown.stdout_has("s: 4 of 5 points");
        let output = app.on_cpu(&["sweep", "--resume", "s"]);
        output.stderr_has("4 points trained before");
        output.stderr_has("trained 1 point in");
        assert!(
            points(&app, "s") == expected && networks(&app, "s") == whole,
            "{name}"
        );
    }
    // A finished sweep has nothing left.
    let output = app.on_cpu(&["sweep", "--resume", "s"]);
    output.stderr_has("all 5 points were already trained\n");
    assert!(!output.stderr.contains("trained 1"), "{}", output.shown());
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_how_to_resume_and_exits_with_130() {
    let app = App::new();
    let mut process = app.start(&[
        "--backend=ndarray",
        "sweep",
        "--sweep-dir=a sweep",
        "--epochs=200",
        "--seeds=0..999",
    ]);
    process.wait_for("a point is trained", |_| {
        (lines(&app, "a sweep") > 2).then_some(())
    });
    process.send("-INT");
    let output = process.end();
    assert_eq!(output.code, Some(130), "{}", output.shown());
    output.stderr_has("of 1,000 points; resume with: app sweep --resume 'a sweep'");
    // The number in the message is that of the points that are stored.
    let stored = lines(&app, "a sweep");
    output.stderr_has(&format!("interrupted after {stored} of"));
}

#[test]
fn a_second_process_is_refused() {
    let app = App::new();
    let mut process = app.start(&[
        "--backend=ndarray",
        "sweep",
        "--sweep-dir=s",
        "--epochs=200",
        "--seeds=0..999",
    ]);
    process.wait_for("a point is trained", |_| {
        (lines(&app, "s") > 0).then_some(())
    });
    app.refused(
        &["--backend=ndarray", "sweep", "--resume", "s"],
        &["another process is training in it"],
    );
    process.kill();
}

#[test]
fn a_resumed_sweep_keeps_its_backend() {
    let app = App::new();
    app.succeeds(&[
        "--backend=flex",
        "sweep",
        "--sweep-dir=s",
        "--epochs=1",
        "--seeds=0..2",
    ]);
    let cut = || {
        let points = app.file("s/points.csv");
        fs_err::write(app.path().join("s/points.csv"), &points[..points.len() - 9]).unwrap();
    };
    cut();
    let output = app.succeeds(&["sweep", "--resume", "s"]);
    output.stderr_has("on flex (CPU)");
    assert!(
        !output.stderr.contains("rounds differently"),
        "{}",
        output.shown()
    );
    cut();
    app.on_cpu(&["sweep", "--resume", "s"])
        .stderr_has("so far trained on flex; ndarray rounds differently");
}

#[test]
fn a_halving_sweep_that_ended_in_a_later_round_is_found_and_trained_on() {
    let app = App::new();
    let halving = [
        "sweep",
        "--epochs=4",
        "--halving=2",
        "--vary=learning_rate=0.001,0.003,0.01,0.03",
        "--sweep-dir=sweeps/s",
    ];
    app.on_cpu(&halving);
    let rows = app.file("sweeps/s/points.csv");
    // Four points in the first round, two in the second, one in the third.
    assert_eq!(rows.lines().count(), 1 + 4 + 2 + 1);
    let mut names = rows.lines().next().unwrap().split(',');
    let column = names.position(|name| name == "seconds").unwrap();
    // As if each had taken a thousand seconds.
    let slow = |row: &str| {
        let mut cells: Vec<&str> = row.split(',').collect();
        if cells[column] != "seconds" {
            cells[column] = "1000.0";
        }
        cells.join(",")
    };
    let first_round: Vec<String> = rows.lines().take(5).map(slow).collect();
    fs_err::write(
        app.path().join("sweeps/s/points.csv"),
        first_round.join("\n") + "\n",
    )
    .unwrap();
    app.refused(&["sweep", "best"], &["no point is trained yet"]);
    app.on_cpu(&["sweep", "--resume"]);
    assert_eq!(app.file("sweeps/s/points.csv").lines().count(), 8);
    // The seconds of a point are those of all rounds.
    let seconds = csv_column(&app.file("sweeps/s/points.csv"), "seconds");
    assert!(
        seconds[4..].iter().all(|seconds| *seconds > 1000.0),
        "{seconds:?}"
    );
    app.refused(&["sweep", "--resume"], &["no unfinished sweep in sweeps/"]);
}

/// As if the process had been killed while the last point was written.
fn cut(app: &App, sweep: &str) {
    let name = format!("{sweep}/points.csv");
    let points = app.file(&name);
    fs_err::write(app.path().join(name), &points[..points.len() - 9]).unwrap();
}

#[test]
fn a_sweep_whose_data_were_moved_is_resumed_with_their_new_place() {
    let app = App::new();
    let (images, labels) = embedded((0..100).chain(500..600));
    write(&app, "X.npy", &images_npy(&images));
    write(&app, "y.npy", &labels_npy(&labels));
    let settings = ["--epochs=2", "--seeds=0..3", "--data", "X.npy", "y.npy"];
    app.on_cpu(&[&["sweep", "--sweep-dir=s"], &settings[..]].concat());
    let networks = super::networks(&app, "s");
    cut(&app, "s");
    fs_err::create_dir(app.path().join("new")).unwrap();
    for name in ["X.npy", "y.npy"] {
        fs_err::rename(app.path().join(name), app.path().join("new").join(name)).unwrap();
    }
    let resume = ["--backend=ndarray", "sweep", "--resume", "s"];
    app.refused(&resume, &["X.npy: no such file"]);
    // Others are refused, and nothing is changed.
    write(&app, "X.npy", &images_npy(&images[..400 * 150]));
    write(&app, "y.npy", &labels_npy(&labels[..150]));
    let before = app.file("s/sweep.toml");
    let others = [&resume[..], &["--data", "X.npy", "y.npy"]].concat();
    app.refused(&others, &["the images or labels differ", "--data PATH"]);
    app.refused(
        &[&others[..], &["--alpha=0.5"]].concat(),
        &["a resumed sweep keeps its settings"],
    );
    assert_eq!(app.file("s/sweep.toml"), before);
    app.succeeds(&[&resume[..], &["--data", "new"]].concat());
    assert_eq!(super::networks(&app, "s"), networks);
    // The new place is stored.
    cut(&app, "s");
    app.succeeds(&resume);
    app.on_cpu(&["evaluate", "s"]);
}

#[test]
fn a_point_that_an_unfinished_halving_sweep_has_paused_is_not_called_dropped() {
    let app = App::new();
    let halving = [
        "sweep",
        "--epochs=4",
        "--halving=2",
        "--vary=learning_rate=0.001,0.003,0.01,0.03",
    ];
    app.on_cpu(&[&halving[..], &["--sweep-dir=s"]].concat());
    let dropped = [
        "--backend=ndarray",
        "sweep",
        "extract",
        "s",
        "1",
        "--run-dir=r",
    ];
    app.refused(&dropped, &["point 1 was dropped by halving after 1 epoch"]);
    app.succeeds(&["sweep", "report", "s", "--output=finished.html"]);
    assert!(app.file("finished.html").contains("dropped</td>"));
    // The first round alone.
    let rows = app.file("s/points.csv");
    let first_round: Vec<&str> = rows.lines().take(5).collect();
    fs_err::write(
        app.path().join("s/points.csv"),
        first_round.join("\n") + "\n",
    )
    .unwrap();
    app.refused(
        &dropped,
        &["point 1 is paused after 1 epoch", "app sweep --resume s"],
    );
    app.succeeds(&["sweep", "report", "s", "--output=paused.html"]);
    let page = app.file("paused.html");
    assert!(page.contains("4 paused") && !page.contains("dropped</td>"));
}

#[test]
fn a_folder_of_a_sweep_that_was_killed_before_its_settings_were_written_is_used_again() {
    let app = App::new();
    let begun = app.path().join("parts");
    fs_err::create_dir(&begun).unwrap();
    for name in ["run.lock", "inputs.toml", ".incomplete-x1y2z3"] {
        fs_err::write(begun.join(name), "").unwrap();
    }
    let crossval = ["crossval", "--folds=2", "--epochs=1", "--sweep-dir=parts"];
    app.on_cpu(&crossval);
    app.succeeds(&["sweep", "show", "parts"]);
    // Any other file is left alone, and nobody is told to resume what is no sweep.
    fs_err::create_dir(app.path().join("other")).unwrap();
    fs_err::write(app.path().join("other/notes.txt"), "").unwrap();
    let sweep = [
        "--backend=ndarray",
        "sweep",
        "--epochs=1",
        "--sweep-dir=other",
    ];
    let output = app.refused(&sweep, &["other: already exists; choose a new or empty"]);
    assert!(!output.stderr.contains("--resume"), "{}", output.shown());
}
