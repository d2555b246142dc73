//! The metrics of networks with several outputs against scikit-learn and others.

use model::{Decision, Evaluation, evaluate};

use crate::sklearn::{ClassCase, class_cases};

fn evaluation(case: &ClassCase) -> Evaluation {
    let decision = Decision {
        reject: case.reject,
        ..Decision::default()
    };
    evaluate(&case.logits, &case.targets, case.classes, decision)
}

#[track_caller]
fn assert_close<const N: usize>(name: &str, found: [Option<f64>; N], expected: [Option<f64>; N]) {
    for (place, (found, expected)) in found.into_iter().zip(expected).enumerate() {
        let agrees = match (found, expected) {
            (Some(found), Some(expected)) => (found - expected).abs() < 1e-12,
            (found, expected) => found == expected,
        };
        assert!(agrees, "{name}, {place}: {found:?}, expected {expected:?}");
    }
}

#[test]
fn the_metrics_of_all_images_agree_with_scikit_learn() {
    for case in class_cases() {
        let (found, expected, name) = (evaluation(&case), &case.expected, &case.name);
        let several = found.several.as_ref().unwrap();
        let [low, high] = found.accuracy_interval;
        let metrics = [
            found.loss,
            several.log_loss,
            found.accuracy,
            low,
            high,
            several.top_2_accuracy,
        ];
        let [low, high] = expected.accuracy_interval;
        let wanted = [
            expected.loss,
            expected.log_loss,
            expected.accuracy,
            low,
            high,
            expected.top_2_accuracy,
        ];
        assert_close(name, metrics.map(Some), wanted.map(Some));
        assert_close(
            name,
            [found.accuracy_of_answered],
            [expected.accuracy_of_answered],
        );
        assert_eq!(found.examples, case.targets.len(), "{name}");
        assert_eq!(found.confusion_matrix, expected.confusion_matrix, "{name}");
        assert_eq!(found.rejected_by_label, expected.rejected, "{name}");
    }
}

#[test]
fn averages_over_the_classes_agree_with_scikit_learn() {
    for case in class_cases() {
        let (found, expected, name) = (evaluation(&case), &case.expected, &case.name);
        let averages = [
            found.precision,
            found.recall,
            found.f1,
            found.roc_auc,
            found.average_precision,
            Some(found.brier_score),
            Some(found.calibration_error),
        ];
        assert_close(name, averages, expected.macro_averages);
        let weighted = &found.several.as_ref().unwrap().weighted;
        let weighted = [weighted.precision, weighted.recall, weighted.f1];
        assert_close(name, weighted, expected.weighted);
    }
}

#[test]
fn the_metrics_of_each_class_agree_with_scikit_learn() {
    for case in class_cases() {
        let (found, expected, name) = (evaluation(&case), &case.expected, &case.name);
        assert_eq!(found.classes.len(), expected.by_class.len(), "{name}");
        for (class, (found, wanted)) in found.classes.iter().zip(&expected.by_class).enumerate() {
            let name = format!("{name}: class {class}");
            assert_eq!(found.support, expected.support[class], "{name}");
            let metrics = [
                found.precision,
                found.recall,
                found.f1,
                found.roc_auc,
                found.average_precision,
                Some(found.brier_score),
                Some(found.calibration_error),
            ];
            assert_close(&name, metrics, *wanted);
        }
    }
}
