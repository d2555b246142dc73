//! Curves against scikit-learn's.

use model::{CalibrationBin, calibration_curve, one_vs_rest, precision_recall_curve, roc_curve};

use crate::sklearn::{Curves, cases, class_cases};

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
        assert_same_bins(&case.name, found, &case.curves);
    }
}

#[test]
fn the_curves_of_each_class_against_the_rest_are_scikit_learn_s() {
    for case in class_cases() {
        for (class, expected) in case.curves.iter().enumerate() {
            let name = format!("{}: class {class}", case.name);
            let (logits, is_own) = one_vs_rest(&case.logits, &case.targets, case.classes, class);
            let roc = roc_curve(&logits, &is_own);
            assert_same(&name, roc, expected.roc.as_ref());
            let precision_recall = precision_recall_curve(&logits, &is_own);
            assert_same(&name, precision_recall, expected.precision_recall.as_ref());
            assert_same_bins(&name, calibration_curve(&logits, &is_own), expected);
        }
    }
}

#[track_caller]
fn assert_same_bins(name: &str, found: Vec<CalibrationBin>, expected: &Curves) {
    assert_eq!(found.len(), expected.calibration.len(), "{name}");
    for (found, (mean, share, images)) in found.into_iter().zip(&expected.calibration) {
        assert!(
            (found.mean_probability - mean).abs() < 1e-12,
            "{name}: {found:?}"
        );
        assert!(
            (found.positive_share - share).abs() < 1e-12,
            "{name}: {found:?}"
        );
        assert_eq!(found.images, *images, "{name}");
    }
}

#[test]
fn areas_and_the_calibration_error_agree_with_evaluate() {
    for case in cases() {
        let (logits, positive, name) = (&case.logits, &case.positive(), &case.name);
        let metrics = case.evaluate();
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
                metrics.roc_auc,
            ),
            (
                precision_recall_curve(logits, positive).map(under_steps),
                metrics.average_precision,
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
            (gap - metrics.calibration_error).abs() < 1e-12,
            "{name}: {gap}"
        );
    }
}
