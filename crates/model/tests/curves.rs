//! Curves against scikit-learn's: `sklearn/make_fixtures.py` says how.

use model::{calibration_curve, evaluate, precision_recall_curve, roc_curve};
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
    curves: Curves,
}

#[derive(Deserialize)]
struct Curves {
    roc: Option<Vec<[f64; 2]>>,
    precision_recall: Option<Vec<[f64; 2]>>,
    /// Mean probability, share of positive images and their number.
    calibration: Vec<(f64, f64, usize)>,
}

fn cases() -> Vec<Case> {
    let json = include_str!("sklearn/fixtures.json");
    let fixtures: Fixtures = serde_json::from_str(json).expect("fixtures of this form");
    assert_eq!(fixtures.cases.len(), 16);
    fixtures.cases
}

impl Case {
    fn positive(&self) -> Vec<bool> {
        self.targets.iter().map(|&target| target == 1).collect()
    }
}

#[track_caller]
fn assert_same(name: &str, found: Option<Vec<[f64; 2]>>, expected: Option<&Vec<[f64; 2]>>) {
    assert_eq!(found.is_some(), expected.is_some(), "{name}");
    let (found, expected) = (
        found.unwrap_or_default(),
        expected.cloned().unwrap_or_default(),
    );
    assert_eq!(found.len(), expected.len(), "{name}");
    for (found, expected) in found.into_iter().zip(expected) {
        let differs = (0..2).any(|axis| (found[axis] - expected[axis]).abs() > 1e-12);
        assert!(!differs, "{name}: {found:?}, expected {expected:?}");
    }
}

#[test]
fn roc_curves_have_scikit_learn_s_points() {
    for case in cases() {
        let found = roc_curve(&case.logits, &case.positive());
        assert_same(&case.name, found, case.curves.roc.as_ref());
    }
}

#[test]
fn precision_recall_curves_have_scikit_learn_s_points() {
    for case in cases() {
        let found = precision_recall_curve(&case.logits, &case.positive());
        assert_same(&case.name, found, case.curves.precision_recall.as_ref());
    }
}

#[test]
fn calibration_curves_have_scikit_learn_s_bins() {
    for case in cases() {
        let found = calibration_curve(&case.logits, &case.positive());
        let name = &case.name;
        assert_eq!(found.len(), case.curves.calibration.len(), "{name}");
        for (found, (mean, share, images)) in found.into_iter().zip(case.curves.calibration) {
            assert!(
                (found.mean_probability - mean).abs() < 1e-12,
                "{name}: {found:?}"
            );
            assert!(
                (found.positive_share - share).abs() < 1e-12,
                "{name}: {found:?}"
            );
            assert_eq!(found.images, images, "{name}");
        }
    }
}

#[test]
fn areas_and_the_calibration_error_are_those_of_evaluate() {
    for case in cases() {
        let (logits, positive, name) = (&case.logits, &case.positive(), &case.name);
        let figures = evaluate(logits, positive, 0.5);
        let under_lines = |curve: Vec<[f64; 2]>| -> f64 {
            let pairs = curve.windows(2);
            pairs
                .map(|pair| (pair[1][0] - pair[0][0]) * (pair[1][1] + pair[0][1]) / 2.0)
                .sum()
        };
        let under_steps = |curve: Vec<[f64; 2]>| -> f64 {
            let pairs = curve.windows(2);
            pairs
                .map(|pair| (pair[1][0] - pair[0][0]) * pair[1][1])
                .sum()
        };
        let areas = [
            (
                roc_curve(logits, positive).map(under_lines),
                figures.roc_auc,
            ),
            (
                precision_recall_curve(logits, positive).map(under_steps),
                figures.average_precision,
            ),
        ];
        for (found, expected) in areas {
            assert_eq!(found.is_some(), expected.is_some(), "{name}");
            let difference = found.unwrap_or_default() - expected.unwrap_or_default();
            assert!(
                difference.abs() < 1e-12,
                "{name}: {found:?}, expected {expected:?}"
            );
        }
        #[expect(clippy::cast_precision_loss, reason = "few images")]
        let gap: f64 = calibration_curve(logits, positive)
            .iter()
            .map(|bin| bin.images as f64 * (bin.positive_share - bin.mean_probability).abs())
            .sum::<f64>()
            / logits.len() as f64;
        assert!(
            (gap - figures.calibration_error).abs() < 1e-12,
            "{name}: {gap}"
        );
    }
}
