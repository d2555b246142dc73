//! Which runs are listed, in which order.

use crate::app::{App, json_lines, rewind};

/// The names of the listed runs, without their folder.
#[track_caller]
fn names(app: &App, arguments: &[&str]) -> Vec<String> {
    let list = [&["runs", "--json"], arguments].concat();
    let rows = json_lines(&app.succeeds(&list).stdout);
    let names = rows.iter().map(|row| row["run"].as_str().unwrap());
    names.map(|name| name.replace("runs/", "")).collect()
}

/// Four runs, the oldest first; the losses fall with the learning rate and the number of epochs.
fn trained() -> App {
    let app = App::new();
    for (run, settings) in [
        ("runs/slow", ["--epochs=2", "--learning-rate=1e-5"]),
        ("runs/cut", ["--epochs=4", "--learning-rate=0.001"]),
        ("runs/accurate", ["--epochs=1", "--monitor=val_accuracy"]),
        ("runs/best", ["--epochs=8", "--learning-rate=0.01"]),
    ] {
        app.train(run, &[&settings[..], &["--keep-last=9"]].concat());
    }
    rewind(&app, "runs/cut", 3);
    app
}

#[test]
fn runs_are_sorted_by_what_is_asked_for_in_both_directions() {
    let app = trained();
    // No finished epoch, and so no best value.
    app.train("runs/none", &["--epochs=1", "--keep-last=9"]);
    rewind(&app, "runs/none", 0);
    let oldest_first = ["slow", "cut", "accurate", "best", "none"];
    assert_eq!(names(&app, &[]), oldest_first);
    let newest_first: Vec<&str> = oldest_first.into_iter().rev().collect();
    assert_eq!(names(&app, &["--reverse"]), newest_first);
    for (key, usual, reversed) in [
        (
            "name",
            ["accurate", "best", "cut", "none", "slow"],
            ["slow", "none", "cut", "best", "accurate"],
        ),
        (
            "epochs",
            ["best", "cut", "slow", "accurate", "none"],
            ["none", "accurate", "slow", "cut", "best"],
        ),
        // Losses before accuracies, and nothing last.
        (
            "best",
            ["best", "cut", "slow", "accurate", "none"],
            ["accurate", "slow", "cut", "best", "none"],
        ),
    ] {
        assert_eq!(names(&app, &["--sort", key]), usual, "{key}");
        assert_eq!(
            names(&app, &["--sort", key, "--reverse"]),
            reversed,
            "{key}"
        );
    }
    let output = app.succeeds(&["runs", "--sort=best"]);
    output.stderr_has("note: the runs have different metrics in --monitor");
    let losses = ["runs", "--sort=best", "--where=monitor=val_loss"];
    assert_eq!(app.succeeds(&losses).stderr, "");
    // The table has the same order.
    let table = app.succeeds(&["runs", "--sort=name"]).stdout;
    let rows = table.lines().skip(1).map(|line| line.split(' ').next());
    let rows: Vec<&str> = rows.map(Option::unwrap).collect();
    assert_eq!(rows[0], "runs/accurate", "{table}");
    assert_eq!(rows.len(), 5, "{table}");

    let old = std::time::SystemTime::now() - std::time::Duration::from_hours(5);
    for file in ["config.toml", "history.csv"] {
        let file = app.path().join("runs/best").join(file);
        let file = fs_err::OpenOptions::new().write(true).open(file).unwrap();
        file.file().set_modified(old).unwrap();
    }
    assert_eq!(names(&app, &["--sort=age"]).last().unwrap(), "best");
    assert_eq!(names(&app, &["--sort=age", "--reverse"])[0], "best");
}

#[test]
fn runs_are_filtered_by_state_and_by_settings() {
    let app = trained();
    for (filters, expected) in [
        (&["--state=finished"][..], &["slow", "accurate", "best"][..]),
        (&["--state=unfinished"], &["cut"]),
        (&["--where=learning_rate=0.001"], &["cut", "accurate"]),
        (&["--where", "learning-rate=1e-2"], &["best"]),
        (&["--where=monitor=val_accuracy"], &["accurate"]),
        (&["--where=monitor=val_loss"], &["slow", "cut", "best"]),
        (
            &["--where=learning_rate=0.001", "--where=epochs=4"],
            &["cut"],
        ),
        (
            &["--where=learning_rate=0.001", "--state=finished"],
            &["accurate"],
        ),
        (&["--where=digits=3,8"], &[]),
        (
            &["--where=learning_rate<0.01"],
            &["slow", "cut", "accurate"],
        ),
        (&["--where=epochs>=2", "--where=epochs<8"], &["slow", "cut"]),
        (&["--where=learning_rate!=0.001"], &["slow", "best"]),
    ] {
        assert_eq!(names(&app, filters), expected, "{filters:?}");
    }
    let none = app.succeeds(&["runs", "--where=digits=3,8"]);
    assert_eq!(none.stdout, "no such run in runs\n");
    app.refused(
        &["runs", "--where=learnin_rate=1"],
        &["no such setting; a similar one exists: learning_rate"],
    );
    let many = ["runs", "--where=epochs=many"];
    app.refused(&many, &["expected a whole number, such as 20"]);
    app.refused(
        &["runs", "--where=epochs"],
        &["such as learning_rate=0.001"],
    );
    app.refused(
        &["runs", "--where=digits>0,1"],
        &["digits: only numbers can be compared"],
    );
    app.refused(&["runs", "--sort=size"], &["best, age, name, epochs"]);
    // A filter belongs to the list.
    app.refused(
        &["runs", "--state=finished", "compare", "a", "b"],
        &["cannot be used with", "--state"],
    );
}
