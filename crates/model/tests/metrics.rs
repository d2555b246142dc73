//! Every figure of `evaluate` against scikit-learn and others: `sklearn/make_fixtures.py` says how.

use model::evaluate;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixtures {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    logits: Vec<f32>,
    targets: Vec<u8>,
    threshold: f64,
    expected: Expected,
}

#[derive(Deserialize)]
struct Expected {
    loss: f64,
    accuracy: f64,
    accuracy_interval: [f64; 2],
    precision: f64,
    recall: f64,
    f1: f64,
    roc_auc: Option<f64>,
    average_precision: Option<f64>,
    brier_score: f64,
    calibration_error: f64,
    confusion_matrix: [[usize; 2]; 2],
}

#[test]
fn every_figure_agrees_with_scikit_learn() {
    let fixtures: Fixtures = serde_json::from_str(include_str!("sklearn/fixtures.json")).unwrap();
    assert_eq!(fixtures.cases.len(), 16);
    for case in fixtures.cases {
        let name = &case.name;
        let positive: Vec<bool> = case.targets.iter().map(|&target| target == 1).collect();
        let found = evaluate(&case.logits, &positive, case.threshold);
        let expected = case.expected;
        assert_eq!(found.examples, case.logits.len(), "{name}");
        assert_eq!(found.confusion_matrix, expected.confusion_matrix, "{name}");
        let [from, to] = found.accuracy_interval;
        let [expected_from, expected_to] = expected.accuracy_interval;
        let figures = [
            ("loss", Some(found.loss), Some(expected.loss)),
            ("accuracy", Some(found.accuracy), Some(expected.accuracy)),
            ("accuracy from", Some(from), Some(expected_from)),
            ("accuracy to", Some(to), Some(expected_to)),
            ("precision", Some(found.precision), Some(expected.precision)),
            ("recall", Some(found.recall), Some(expected.recall)),
            ("f1", Some(found.f1), Some(expected.f1)),
            ("roc_auc", found.roc_auc, expected.roc_auc),
            (
                "average_precision",
                found.average_precision,
                expected.average_precision,
            ),
            (
                "brier_score",
                Some(found.brier_score),
                Some(expected.brier_score),
            ),
            (
                "calibration_error",
                Some(found.calibration_error),
                Some(expected.calibration_error),
            ),
        ];
        for (figure, found, expected) in figures {
            let agrees = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-12,
                (found, expected) => found == expected,
            };
            assert!(agrees, "{name}: {figure} {found:?}, expected {expected:?}");
        }
    }
}
