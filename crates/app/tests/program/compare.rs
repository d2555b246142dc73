//! Comparisons that name the first thing that differs, with both values.

use serde_json::Value;

use crate::app::App;

/// All weights of a run, and its history without the times.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    run: String,
    /// By place, such as `layer1.weight[3, 7]`.
    weights: Vec<(String, f64)>,
    /// By place, such as `epoch 3, val_loss`; as text, so that no digit is lost.
    history: Vec<(String, String)>,
}

pub(crate) fn outcome(app: &App, run: &str) -> Outcome {
    let weights = app.on_cpu(&["weights", run, "--json"]).stdout;
    let weights: Value = serde_json::from_str(&weights).unwrap();
    let history = app.file(&format!("{run}/history.csv"));
    Outcome {
        run: run.to_owned(),
        weights: weights_by_place(&weights),
        history: history_by_place(&history),
    }
}

/// Every number of a network's JSON.
pub(crate) fn weights_by_place(weights: &Value) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    for (name, values) in weights.as_object().unwrap() {
        for (input, row) in values.as_array().unwrap().iter().enumerate() {
            match row {
                Value::Array(row) => {
                    for (unit, value) in row.iter().enumerate() {
                        let place = format!("{name}[{input}, {unit}]");
                        found.push((place, value.as_f64().unwrap()));
                    }
                }
                value => found.push((format!("{name}[{input}]"), value.as_f64().unwrap())),
            }
        }
    }
    found
}

fn history_by_place(history: &str) -> Vec<(String, String)> {
    let mut lines = history.lines().map(|line| line.split(','));
    let names: Vec<&str> = lines.next().unwrap().collect();
    let mut found = Vec::new();
    for (line, cells) in lines.enumerate() {
        let cells = names.iter().zip(cells);
        for (name, cell) in cells.filter(|(name, _)| **name != "seconds") {
            found.push((format!("epoch {}, {name}", line + 1), cell.to_owned()));
        }
    }
    found
}

impl Outcome {
    /// Returns the first difference of two runs and the number of differences; none if they are
    /// equal bit for bit.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let same_bits = |a: &f64, b: &f64| a.to_bits() == b.to_bits();
        let history = first_difference(&self.history, &other.history, String::eq);
        let weights = first_difference(&self.weights, &other.weights, same_bits);
        let found: Vec<String> = history.into_iter().chain(weights).collect();
        let runs = format!("{} and {} differ", self.run, other.run);
        (!found.is_empty()).then(|| format!("{runs}: {}", found.join("; ")))
    }
}

fn first_difference<T: std::fmt::Display>(
    a: &[(String, T)],
    b: &[(String, T)],
    same: impl Fn(&T, &T) -> bool,
) -> Option<String> {
    let differ = |(a, b): &(&(String, T), &(String, T))| a.0 != b.0 || !same(&a.1, &b.1);
    let count = a.iter().zip(b).filter(differ).count();
    if let Some(((place, a), (other, b))) = a.iter().zip(b).find(differ) {
        let other = if place == other {
            String::new()
        } else {
            format!(" at {other}")
        };
        return Some(format!("{place}: {a} and {b}{other} ({count} differ)"));
    }
    (a.len() != b.len()).then(|| format!("{} and {} numbers", a.len(), b.len()))
}

/// Expects every weight and every line of the history to be equal bit for bit.
#[track_caller]
pub(crate) fn assert_same_outcome(a: &Outcome, b: &Outcome) {
    if let Some(difference) = a.difference(b) {
        panic!("{difference}");
    }
}

/// The same for two runs in an app's directory.
#[track_caller]
pub(crate) fn assert_same_runs(app: &App, a: &str, b: &str) {
    assert_same_outcome(&outcome(app, a), &outcome(app, b));
}

/// How much two numbers may differ.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Within {
    /// This fraction of the expected number.
    Relative(f64),
    Absolute(f64),
}

impl Within {
    pub(crate) fn holds(self, found: f64, expected: f64) -> bool {
        let difference = (found - expected).abs();
        match self {
            Self::Relative(share) => difference <= share * expected.abs(),
            Self::Absolute(most) => difference <= most,
        }
    }
}

/// Expects two metrics to agree in each epoch, and names the first epoch where they do not.
#[track_caller]
pub(crate) fn assert_epochs_agree(what: &str, found: &[f64], expected: &[f64], within: Within) {
    assert_eq!(found.len(), expected.len(), "{what}: number of epochs");
    for (epoch, (&found, &expected)) in (1..).zip(found.iter().zip(expected)) {
        assert!(
            within.holds(found, expected),
            "{what}, epoch {epoch}: {found}, expected {expected} ({within:?})"
        );
    }
}

#[test]
fn the_first_difference_of_two_runs_is_named_with_both_values() {
    let of = |run: &str, weights: &str, history: &str| Outcome {
        run: run.to_owned(),
        weights: weights_by_place(&serde_json::from_str(weights).unwrap()),
        history: history_by_place(history),
    };
    let history = "epoch,loss,seconds\n1,0.5,9\n2,0.25,8\n";
    let a = of(
        "a",
        r#"{"w": [[1.0, 2.0], [3.0, 4.0]], "b": [0.0]}"#,
        history,
    );
    assert_eq!(a.weights.len(), 5);
    let slower = history.replace(",9", ",7");
    let b = of(
        "b",
        r#"{"w": [[1.0, 2.0], [3.0, 4.0]], "b": [0.0]}"#,
        &slower,
    );
    assert_eq!(a.difference(&b), None);
    let b = of(
        "b",
        r#"{"w": [[1.0, 2.5], [3.5, 4.0]], "b": [0.0]}"#,
        history,
    );
    let expected = "a and b differ: w[0, 1]: 2 and 2.5 (2 differ)";
    assert_eq!(a.difference(&b).as_deref(), Some(expected));
    let b = of(
        "b",
        r#"{"w": [[1.0, 2.0], [3.0, 4.0]], "b": [-0.0]}"#,
        history,
    );
    assert!(a.difference(&b).unwrap().contains("b[0]: 0 and -0"));
    let worse = history.replace("0.25", "0.26");
    let b = of(
        "b",
        r#"{"w": [[1.0, 2.0], [3.0, 4.0]], "b": [0.0]}"#,
        &worse,
    );
    let expected = "a and b differ: epoch 2, loss: 0.25 and 0.26 (1 differ)";
    assert_eq!(a.difference(&b).as_deref(), Some(expected));
    let shorter = of(
        "b",
        r#"{"w": [[1.0, 2.0], [3.0, 4.0]], "b": [0.0]}"#,
        "epoch,loss\n1,0.5\n",
    );
    assert!(a.difference(&shorter).unwrap().contains("4 and 2 numbers"));
}
