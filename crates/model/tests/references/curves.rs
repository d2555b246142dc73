//! Curves against scikit-learn's.

use model::{calibration_curve, evaluate, precision_recall_curve, roc_curve};

use crate::sklearn::cases;

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
fn areas_and_the_calibration_error_agree_with_evaluate() {
    for case in cases() {
        let (logits, positive, name) = (&case.logits, &case.positive(), &case.name);
        let metrics = evaluate(logits, positive, 0.5);
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
