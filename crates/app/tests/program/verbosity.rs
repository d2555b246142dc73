//! `--quiet` and `--verbose`.

use crate::app::{App, without_drivers};
use crate::running::{Output, Running};

fn without_a_gpu(app: &App, arguments: &[&str]) -> Output {
    Running::start(without_drivers(&mut app.command(arguments))).end()
}

#[test]
fn quiet_prints_results_and_errors_only() {
    let app = App::new();
    let train = ["train", "--epochs=2", "--alpha=0.5", "--run-dir=run"];
    for quiet in ["-q", "--quiet"] {
        let output = without_a_gpu(&app, &[train.as_slice(), &[quiet]].concat());
        assert_eq!(output.code, Some(0), "{}", output.shown());
        assert_eq!(output.stderr, "");
        output.stdout_has("trained 10,431 parameters");
        assert!(!output.stdout.contains("next: "), "{}", output.shown());
        fs_err::remove_dir_all(app.path().join("run")).unwrap();
    }
    let crossval = ["-q", "crossval", "--epochs=1", "--folds=2"];
    assert_eq!(app.on_cpu(&crossval).stderr, "");
    app.refused(&["-q", "evaluate", "none"], &["error: none"]);
}

#[test]
fn verbose_says_which_device_network_and_data_are_used() {
    let app = App::new();
    let output = app.train("run", &["--epochs=110", "-v"]);
    output.stderr_has("data: the built-in digits");
    // All epochs, not only the first, every fifth and the last.
    for epoch in 1..=110 {
        output.stderr_has(&format!("epoch {epoch:>3}/110  loss "));
    }
    let plain = app.on_cpu(&["evaluate", "run"]);
    assert_eq!(plain.stderr, "");
    let verbose = app.on_cpu(&["evaluate", "run", "--verbose"]);
    assert_eq!(verbose.stdout, plain.stdout);
    for line in ["device: ndarray (CPU)", "network: ", "data: the built-in"] {
        verbose.stderr_has(line);
    }
}

#[test]
fn a_training_says_that_there_is_no_gpu_and_other_commands_only_if_asked() {
    let app = App::new();
    let says = |arguments: &[&str]| {
        let output = without_a_gpu(&app, arguments);
        assert_eq!(output.code, Some(0), "{}", output.shown());
        output.stderr.contains("no GPU found; using ndarray (CPU)")
    };
    assert!(says(&["train", "--epochs=1", "--run-dir=run"]));
    assert!(says(&["crossval", "--epochs=1", "--folds=2"]));
    for command in [
        &["evaluate", "run"][..],
        &["predict", "run", "--index=0"],
        &["plot", "predictions", "run", "-o", "drawn.svg"],
    ] {
        assert!(!says(command), "{command:?}");
        assert!(says(&[command, &["-v"]].concat()), "{command:?}");
    }
}

#[test]
fn every_command_that_reads_a_network_or_a_data_set_names_it_when_asked() {
    let app = App::trained(&["--epochs=1"]);
    app.on_cpu(&["sweep", "--epochs=1", "--seeds=0..1", "--sweep-dir=s"]);
    let (network, data) = ("network: ", "data: the built-in digits");
    for (command, names) in [
        (&["evaluate", "run"][..], &[network, data][..]),
        (&["evaluate", "s"], &[network, data]),
        (&["predict", "run", "--index=0"], &[network, data]),
        (
            &["plot", "predictions", "run", "-o", "p.svg"],
            &[network, data],
        ),
        (&["plot", "weights", "run", "-o", "p.svg"], &[network]),
        (&["plot", "data", "-o", "p.svg"], &[data]),
        (&["weights", "run"], &[network]),
        (&["report", "run", "--output=r.html"], &[network, data]),
        (
            &["sweep", "--epochs=1", "--seeds=0..1", "--sweep-dir=v"],
            &[data],
        ),
        (&["sweep", "--range-test"], &[data]),
        (
            &["crossval", "--epochs=1", "--folds=2", "--sweep-dir=c"],
            &[data],
        ),
    ] {
        let output = app.on_cpu(&[command, &["-v"]].concat());
        for name in names {
            output.stderr_has(name);
        }
        for sweep in ["v", "c"] {
            let _ = fs_err::remove_dir_all(app.path().join(sweep));
        }
        let output = app.on_cpu(&[command, &["-q"]].concat());
        assert_eq!(output.stderr, "", "{command:?}");
        assert_ne!(output.stdout, "", "{command:?}");
    }
}
