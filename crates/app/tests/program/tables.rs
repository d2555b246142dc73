//! Tables fit the terminal, and are complete where there is none.
#![cfg(target_os = "linux")]

use std::process::Command;

use crate::app::App;
use crate::running::Running;

/// What a command shows on a terminal of so many columns, which `script` creates.
fn on_terminal(app: &App, columns: usize, arguments: &str) -> Vec<String> {
    let program = env!("CARGO_BIN_EXE_app");
    let command = format!("stty cols {columns} rows 24; '{program}' {arguments}");
    let mut script = Command::new("script");
    script
        .args(["--quiet", "--command", &command, "/dev/null"])
        .env("SHELL", "/bin/sh")
        .current_dir(app.path());
    let output = Running::start(&mut script).end();
    assert_eq!(output.code, Some(0), "{}", output.shown());
    output.stdout.lines().map(str::to_owned).collect()
}

#[track_caller]
fn assert_fits(lines: &[String], columns: usize) {
    let text = lines.join("\n");
    for line in lines {
        assert!(line.chars().count() <= columns, "{line}\n{text}");
    }
}

/// The name of a run by default has 24 columns.
#[test]
fn the_list_of_runs_has_shorter_words_and_then_fewer_columns_on_a_narrow_terminal() {
    let app = App::new();
    app.train("runs/2026-11-27T09-13-00", &["--epochs=12"]);
    let whole = app.succeeds(&["runs"]).stdout;
    let piped: Vec<&str> = whole.lines().collect();
    assert!(piped[1].contains(" in epoch 12   "), "{whole}");
    assert!(piped[0].len() > 80, "{whole}");
    // A wide terminal shows what a pipe gets, but for the age.
    assert_eq!(on_terminal(&app, 120, "runs")[0], piped[0]);

    let at_80 = on_terminal(&app, 80, "runs");
    assert_fits(&at_80, 80);
    let words = |line: &str| {
        line.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&at_80[0]), ["RUN", "STATE", "EPOCHS", "BEST", "AGE"]);
    assert!(at_80[1].contains(", epoch 12  "), "{at_80:?}");
    let at_64 = on_terminal(&app, 64, "runs");
    assert_fits(&at_64, 64);
    assert_eq!(words(&at_64[0]), ["RUN", "STATE", "BEST"]);
    assert_eq!(at_64[2], "no room for EPOCHS and AGE; --json has all");
}

#[test]
fn the_ranking_of_a_sweep_of_five_settings_fits_80_columns() {
    let app = App::new();
    app.on_cpu(&[
        "sweep",
        "--epochs=2",
        "--seeds=0..1",
        "--vary=learning_rate=0.001,0.01",
        "--vary=early_stopping_patience=1,2",
        "--vary=plateau_min_learning_rate=0,0.0001",
        "--vary=plateau_patience=1",
        "--vary=global_clipnorm=1",
        "--sweep-dir=wide",
    ]);
    let whole = app.succeeds(&["sweep", "show", "wide"]).stdout;
    let heading = whole.lines().nth(2).unwrap();
    assert!(heading.len() > 120 && heading.contains("plateau_min_learning_rate"));
    let shown = on_terminal(&app, 80, "sweep show wide");
    assert_fits(&shown[1..], 80);
    let text = shown.join("\n");
    // The last parts of the names stand above the values.
    let heading = shown
        .iter()
        .find(|line| line.starts_with("   mean "))
        .unwrap();
    for part in [" patience", " clipnorm", " rate"] {
        assert!(heading.contains(part), "{text}");
    }
    assert!(
        text.contains("no room for std and n; app sweep show --csv has all"),
        "{text}"
    );
    assert!(!heading.contains(" std "), "{text}");
    // All eight rows, with the values of all settings.
    let row = shown.iter().find(|line| line.starts_with("8 ")).unwrap();
    assert_eq!(row.split_whitespace().count(), 9, "{text}");
    // The notice about intervals goes with their column.
    let narrow = on_terminal(&app, 60, "sweep show wide").join("\n");
    assert!(
        narrow.contains("no room for \u{b1}95 %, std and n"),
        "{narrow}"
    );
    assert!(!narrow.contains("interval of the mean"), "{narrow}");
}

#[test]
fn sweeps_and_two_runs_fit_a_narrow_terminal() {
    let app = App::new();
    let sweep = ["sweep", "--epochs=1", "--vary=learning_rate=0.001,0.01"];
    let dir = "--sweep-dir=sweeps/2026-11-27T09-13-00";
    let more = "--vary=early_stopping_patience=1,2";
    app.on_cpu(&[&sweep[..], &[more, dir]].concat());
    let piped = app.succeeds(&["sweep", "list"]).stdout;
    assert!(piped.contains("early_stopping_patience = "), "{piped}");
    assert!(piped.contains("learning_rate = 0.01"), "{piped}");
    for columns in [100, 80, 70] {
        let lines = on_terminal(&app, columns, "sweep list");
        assert_fits(&lines, columns);
        assert!(lines[1].contains("val_loss "), "{lines:?}");
    }
    for run in ["runs/2026-11-27T09-13-00", "runs/2026-11-27T09-14-00"] {
        app.train(run, &["--epochs=1", "--seed", &run[19..21]]);
    }
    let compare = "runs compare runs/2026-11-27T09-13-00 runs/2026-11-27T09-14-00";
    assert_eq!(
        on_terminal(&app, 80, compare).first().unwrap().trim(),
        "runs/2026-11-27T09-13-00  runs/2026-11-27T09-14-00"
    );
    let lines = on_terminal(&app, 50, compare);
    assert_fits(&lines, 50);
    let seed = lines.iter().position(|line| line == "seed").unwrap();
    assert!(
        lines[seed + 1].starts_with("  runs/2026-11-27T09-13-00  "),
        "{lines:?}"
    );
}
