//! `sweep list` and `sweep delete`.

use std::path::Path;

use crate::app::{App, json_lines, metric_text};

const SEEDS: [&str; 4] = [
    "sweep",
    "--epochs=2",
    "--seeds=0..2",
    "--vary=learning_rate=0.0001,0.01",
];

fn names(folder: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn sweeps_are_listed_with_state_points_best_combination_and_age() {
    let app = App::new();
    let none = app.succeeds(&["sweep", "list"]);
    assert_eq!(
        none.stdout,
        "no sweep in sweeps; create one with `app sweep`\n"
    );
    for sweep in ["sweeps/whole", "sweeps/cut", "sweeps/failed"] {
        let init = if sweep == "sweeps/failed" {
            // Logits that overflow.
            app.on_cpu(&["sweep", "extract", "sweeps/whole", "1", "--run-dir=run"]);
            let weights = app.on_cpu(&["weights", "run", "--json"]).stdout;
            let mut weights: serde_json::Value = serde_json::from_str(&weights).unwrap();
            for row in weights["layer3.weight"].as_array_mut().unwrap() {
                row[0] = 1e38.into();
            }
            fs_err::write(app.path().join("large.json"), weights.to_string()).unwrap();
            vec!["--init=large.json"]
        } else {
            Vec::new()
        };
        let dir = format!("--sweep-dir={sweep}");
        app.run(&[&["--backend=ndarray"], &SEEDS[..], &init, &[&dir]].concat());
    }
    // As if it had been killed after four of six points.
    let points = app.file("sweeps/cut/points.csv");
    let kept: String = points.split_inclusive('\n').take(5).collect();
    fs_err::write(app.path().join("sweeps/cut/points.csv"), kept).unwrap();

    let best = &json_lines(
        &app.succeeds(&["sweep", "show", "sweeps/whole", "--json"])
            .stdout,
    )[0];
    let listed = app.succeeds(&["sweep", "list"]).stdout;
    let line = |name: &str| {
        let line = listed.lines().find(|line| line.starts_with(name)).unwrap();
        line.split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        line("SWEEP"),
        ["SWEEP", "STATE", "POINTS", "BEST", "AGE", "SETTINGS"]
    );
    let mean = metric_text(best["mean"].as_f64().unwrap());
    let expected = [
        "sweeps/whole",
        "finished",
        "6/6",
        &format!("val_loss {mean}"),
    ];
    assert_eq!(line("sweeps/whole")[..4], expected, "{listed}");
    assert_eq!(line("sweeps/whole")[5], "learning_rate = 0.01", "{listed}");
    assert_eq!(line("sweeps/cut")[1..3], ["interrupted", "4/6"], "{listed}");
    let failed = line("sweeps/failed");
    assert_eq!(failed[1..4], ["finished", "6/6, 6 failed", "-"]);

    let json = json_lines(&app.succeeds(&["sweep", "list", "--json"]).stdout);
    assert_eq!(json.len(), 3);
    assert_eq!(json[0]["best"], best["mean"]);
    assert_eq!(json[0]["settings"], best["settings"]);
    assert_eq!((&json[1]["points"], &json[1]["of"]), (&4.into(), &6.into()));
    assert_eq!(json[2]["failed"], 6);
    assert!(json.iter().all(|row| row["age_seconds"].is_u64()));
    let unfinished = app.succeeds(&["sweep", "list", "--state=unfinished", "--json"]);
    let unfinished = json_lines(&unfinished.stdout);
    assert_eq!(unfinished.len(), 1);
    assert_eq!(unfinished[0]["sweep"], "sweeps/cut");
    // One sweep, and a folder without any.
    let one = app.succeeds(&["sweep", "list", "sweeps/cut"]).stdout;
    assert_eq!(one.lines().count(), 2);
    app.succeeds(&["sweep", "list", "run"])
        .stdout_has("no sweep in run");
    app.refused(
        &["sweep", "list", "sweps"],
        &["sweps: no such sweep or folder of sweeps; a similar name exists: sweeps"],
    );
    // A damaged one does not hide the others.
    fs_err::write(app.path().join("sweeps/cut/sweep.toml"), "epochs = ").unwrap();
    let output = app.succeeds(&["sweep", "list"]);
    output.stderr_has("warning: sweeps/cut/sweep.toml");
    assert_eq!(output.stdout.lines().count(), 3);
}

#[test]
fn a_deleted_sweep_is_gone_and_what_is_not_of_it_stays() {
    let app = App::new();
    for sweep in ["a", "b", "c"] {
        let dir = format!("--sweep-dir=sweeps/{sweep}");
        app.on_cpu(&[&SEEDS[..], &[&dir]].concat());
    }
    for command in [
        &["sweep", "plot", "sweeps/a"][..],
        &["sweep", "report", "sweeps/a"],
        &["export", "sweeps/a", "--format=onnx"],
        &["plot", "predictions", "sweeps/a", "--top=2"],
    ] {
        app.on_cpu(command);
    }
    // What a point by Burn's steps leaves when it is killed.
    fs_err::create_dir_all(app.path().join("sweeps/a/.incomplete-1/run")).unwrap();
    let dry = app.succeeds(&["sweep", "delete", "sweeps/a", "sweeps/b", "--dry-run"]);
    dry.stdout_has("would delete sweeps/b: 6 points, 5 files\n");
    assert_eq!(names(&app.path().join("sweeps")), ["a", "b", "c"]);
    let output = app.succeeds(&[
        "sweep",
        "delete",
        "sweeps/a",
        "sweeps/b",
        "sweeps/a/",
        "--yes",
    ]);
    assert_eq!(output.stdout, "deleted sweeps/a\ndeleted sweeps/b\n");
    fs_err::write(app.path().join("sweeps/c/notes.txt"), "mine").unwrap();
    fs_err::create_dir(app.path().join("sweeps/c/plots")).unwrap();
    fs_err::write(app.path().join("sweeps/c/plots/mine.png"), "mine").unwrap();
    app.succeeds(&["sweep", "delete", "sweeps/c", "--yes"])
        .stdout_has("deleted sweeps/c; kept notes.txt, plots/mine.png, which this program");
    assert_eq!(names(&app.path().join("sweeps/c")), ["notes.txt", "plots"]);
    app.refused(&["sweep", "delete", "sweeps/c"], &["not a sweep"]);
}

#[test]
fn a_sweep_is_not_deleted_while_it_is_trained_or_without_a_confirmation() {
    let app = App::new();
    app.on_cpu(&[&SEEDS[..], &["--sweep-dir=done"]].concat());
    app.refused(
        &["sweep", "delete", "done"],
        &["nothing is deleted", "done would be deleted, with --yes"],
    );
    app.train("run", &["--epochs=1"]);
    let both = ["sweep", "delete", "done", "run", "--yes"];
    app.refused(&both, &["run: not a sweep (it has no sweep.toml)"]);
    let long = ["--backend=ndarray", "sweep", "--epochs=1000000"];
    let mut running = app.start(&[&long[..], &["--seeds=1,2", "--sweep-dir=long"]].concat());
    let plan = app.path().join("long/sweep.toml");
    running.wait_for("the sweep", |_| plan.exists().then_some(()));
    app.succeeds(&["sweep", "list", "long"])
        .stdout_has("long   running  ");
    let both = ["sweep", "delete", "done", "long", "--yes"];
    app.refused(&both, &["long: a process is training in it"]);
    assert!(app.path().join("done/networks.bin").exists());
    running.kill();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("done", app.path().join("link")).unwrap();
        app.refused(
            &["sweep", "delete", "link/", "--yes"],
            &["link: a symbolic link to a sweep; name the sweep itself"],
        );
    }
    app.succeeds(&both);
    assert!(!app.path().join("done").exists() && !app.path().join("long").exists());
}
