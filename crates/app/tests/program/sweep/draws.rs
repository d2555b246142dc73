//! Combinations that are drawn at random.

use std::collections::BTreeSet;

use crate::app::App;

#[test]
fn samples_are_drawn_from_lists_and_ranges_and_the_same_each_time() {
    let app = App::new();
    let plan = || {
        let sweep = [
            "sweep",
            "--vary=learning_rate=1e-4..1e-2",
            "--vary=batch_size=16,32",
            "--samples=6",
            "--dry-run",
        ];
        app.on_cpu(&sweep).stdout
    };
    let printed = plan();
    assert_eq!(printed, plan());
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[6], "6 combinations x 1 seed = 6 points", "{printed}");
    let value = |line: &str, key: &str| {
        let (_, rest) = line.split_once(&format!("{key} = ")).unwrap();
        let number = rest.split([',', ' ']).next().unwrap();
        number.parse::<f64>().unwrap()
    };
    let rates = lines[..6].iter().map(|line| value(line, "learning_rate"));
    let rates: Vec<f64> = rates.collect();
    assert!(rates.iter().all(|rate| (1e-4..=1e-2).contains(rate)));
    // Not those of a grid, of which neighbours would be equal.
    let different: BTreeSet<u64> = rates.iter().map(|rate| rate.to_bits()).collect();
    assert_eq!(different.len(), 6, "{printed}");
    let sizes = lines[..6].iter().map(|line| value(line, "batch_size"));
    assert!(sizes.into_iter().all(|size| [16.0, 32.0].contains(&size)));
}

/// Half of the logarithmic draws are below the geometric mean of the ends, 0.001, where a linear range has 1 of 1,000.
#[test]
fn distributions_are_drawn_by_name_on_the_command_line_and_in_a_file() {
    let app = App::new();
    let file = "[sweep]\nrandom = 200\nvary.learning_rate = \"log-uniform(1e-6, 1)\"\n";
    fs_err::write(app.path().join("random.toml"), file).unwrap();
    let drawn = |arguments: &[&str]| {
        let plan = app.on_cpu(&[&["sweep", "--dry-run"], arguments].concat());
        let rates = plan.stdout.lines().filter_map(|line| {
            let (_, rate) = line.split_once("learning_rate = ")?;
            rate.parse().ok()
        });
        rates.collect::<Vec<f64>>()
    };
    let log = drawn(&["--vary=learning_rate=log-uniform(1e-6,1)", "--random=200"]);
    assert_eq!(log.len(), 200);
    assert_eq!(log, drawn(&["--config=random.toml"]));
    let linear = drawn(&["--vary=learning_rate=uniform(1e-6,1)", "--samples=200"]);
    let below = |rates: &[f64]| rates.iter().filter(|rate| **rate < 1e-3).count();
    assert!((70..130).contains(&below(&log)), "{log:?}");
    assert!(below(&linear) < 6, "{linear:?}");
    app.refused(
        &["sweep", "--vary=batch_size=log-uniform(0,8)", "--random=2"],
        &["a logarithmic scale starts above 0"],
    );
    app.refused(
        &["sweep", "--vary=batch_size=normal(0,8)"],
        &["batch_size", "normal(0"],
    );
}
