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
    assert!(sizes.into_iter().all(|size| size == 16.0 || size == 32.0));
}
