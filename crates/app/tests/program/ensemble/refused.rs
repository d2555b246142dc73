//! Runs that cannot predict together.

use crate::app::App;

/// The commands that take several runs.
const COMMANDS: [&[&str]; 4] = [
    &["evaluate"],
    &["predict", "--index=0"],
    &["plot", "predictions"],
    &["plot", "evaluation"],
];

#[test]
fn networks_must_tell_the_same_digits_apart_in_the_same_order() {
    let app = App::new();
    for (run, digits) in [("a", "0,1"), ("b", "1,0"), ("c", "3..5"), ("d", "4,5,7")] {
        app.train(run, &["--epochs=1", "--digits", digits]);
    }
    for (runs, expected) in [
        (["a", "b"], "a tells 0 and 1 apart, and b 1 and 0: "),
        (["a", "c"], "a tells 0 and 1 apart, and c 3 to 5: "),
        (["c", "d"], "c tells 3 to 5 apart, and d 4, 5 and 7: "),
    ] {
        for command in COMMANDS {
            app.refused(&[command, &runs].concat(), &[expected]);
        }
    }
}

#[test]
fn a_network_counts_once() {
    let app = App::new();
    app.train("a", &["--epochs=1"]);
    app.train("b", &["--epochs=1", "--seed=1"]);
    app.train("again", &["--epochs=1"]);
    for (runs, expected) in [
        (
            &["a", "b", "a"][..],
            "a is named twice, and would count twice; name it once",
        ),
        (&["a", "./a"], "a and ./a have the same weights"),
        (&["b", "a", "again"], "a and again have the same weights"),
    ] {
        for command in COMMANDS {
            app.refused(&[command, runs].concat(), &[expected]);
        }
    }
}

#[test]
fn what_shows_one_network_refuses_a_second_run() {
    let app = App::new();
    for (run, seed) in [("a", "1"), ("b", "2")] {
        app.train(run, &["--epochs=1", "--seed", seed]);
    }
    for command in [
        &["plot", "weights"][..],
        &["plot", "embedding"],
        &["plot", "model"],
        &["plot", "activations", "--index=0"],
        &["report"],
        &["weights"],
    ] {
        let expected = "b: this command shows one network; evaluate, predict";
        app.refused(&[command, &["a", "b"]].concat(), &[expected]);
    }
    assert!(!app.path().join("a/plots").exists());
}
