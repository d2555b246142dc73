//! Every metric of `evaluate` against scikit-learn and others.

use crate::sklearn::cases;

#[test]
fn every_metric_agrees_with_scikit_learn() {
    for case in cases() {
        let name = &case.name;
        let found = case.evaluate();
        let expected = case.expected;
        assert_eq!(found.examples, case.logits.len(), "{name}");
        assert_eq!(found.confusion_matrix, expected.confusion_matrix, "{name}");
        // scikit-learn was asked for 0 where it warns that a ratio is undefined; here it is None.
        let [[_, fp], [fn_, tp]] = expected.confusion_matrix;
        let of = |value: f64, denominator: usize| (denominator > 0).then_some(value);
        let [low, high] = found.accuracy_interval;
        let [expected_low, expected_high] = expected.accuracy_interval;
        let metrics = [
            ("loss", Some(found.loss), Some(expected.loss)),
            ("accuracy", Some(found.accuracy), Some(expected.accuracy)),
            ("lower end", Some(low), Some(expected_low)),
            ("upper end", Some(high), Some(expected_high)),
            (
                "precision",
                found.precision,
                of(expected.precision, tp + fp),
            ),
            ("recall", found.recall, of(expected.recall, tp + fn_)),
            ("f1", found.f1, of(expected.f1, tp + fp + fn_)),
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
        for (metric, found, expected) in metrics {
            let agrees = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-12,
                (found, expected) => found == expected,
            };
            assert!(agrees, "{name}: {metric} {found:?}, expected {expected:?}");
        }
    }
}
