//! The table of the metrics of an evaluation, of one output and of several.

use super::metric::{EvaluationMetric, Unit, average, higher, lower};

/// Returns all metrics of a network with so many outputs, in the order in which they are printed.
#[must_use]
pub fn evaluation_metrics(outputs: usize) -> &'static [EvaluationMetric] {
    if outputs == 1 {
        &OF_ONE_OUTPUT
    } else {
        &OF_SEVERAL_OUTPUTS
    }
}

static OF_ONE_OUTPUT: [EvaluationMetric; 9] = [
    LOSS,
    ACCURACY,
    PRECISION,
    RECALL,
    F1,
    ROC_AUC,
    AVERAGE_PRECISION,
    BRIER_SCORE,
    CALIBRATION_ERROR,
];

static OF_SEVERAL_OUTPUTS: [EvaluationMetric; 14] = [
    LOSS,
    lower("log_loss", "log loss", Unit::Nats, |found| {
        found.several.as_ref().map(|several| several.log_loss)
    }),
    ACCURACY,
    higher("top_2_accuracy", "top-2 accuracy", |found| {
        found.several.as_ref().map(|several| several.top_2_accuracy)
    }),
    average("precision (macro)", "no prediction", PRECISION),
    average("recall (macro)", "no image", RECALL),
    average("f1 (macro)", "no image", F1),
    EvaluationMetric {
        undefined: "no prediction",
        ..higher("weighted.precision", "precision (weighted)", |found| {
            found.several.as_ref()?.weighted.precision
        })
    },
    higher("weighted.recall", "recall (weighted)", |found| {
        found.several.as_ref()?.weighted.recall
    }),
    higher("weighted.f1", "f1 (weighted)", |found| {
        found.several.as_ref()?.weighted.f1
    }),
    average("roc auc (macro)", "only one class", ROC_AUC),
    average("average precision (macro)", "no image", AVERAGE_PRECISION),
    average("brier score (macro)", "no image", BRIER_SCORE),
    average("calibration error (macro)", "no image", CALIBRATION_ERROR),
];

const LOSS: EvaluationMetric = lower("loss", "loss", Unit::Nats, |found| Some(found.loss));

const ACCURACY: EvaluationMetric = EvaluationMetric {
    interval: Some(|found| found.accuracy_interval),
    ..higher("accuracy", "accuracy", |found| Some(found.accuracy))
};

const PRECISION: EvaluationMetric = EvaluationMetric {
    undefined: "no positive prediction",
    ..higher("precision", "precision", |found| found.precision)
};

const RECALL: EvaluationMetric = EvaluationMetric {
    undefined: "no positive image",
    ..higher("recall", "recall", |found| found.recall)
};

const F1: EvaluationMetric = EvaluationMetric {
    undefined: "neither a positive image nor a positive prediction",
    ..higher("f1", "f1", |found| found.f1)
};

const ROC_AUC: EvaluationMetric = EvaluationMetric {
    undefined: "only one class",
    ..higher("roc_auc", "roc auc", |found| found.roc_auc)
};

const AVERAGE_PRECISION: EvaluationMetric = EvaluationMetric {
    undefined: "no positive image",
    ..higher("average_precision", "average precision", |found| {
        found.average_precision
    })
};

const BRIER_SCORE: EvaluationMetric =
    lower("brier_score", "brier score", Unit::Fraction, |found| {
        Some(found.brier_score)
    });

const CALIBRATION_ERROR: EvaluationMetric = lower(
    "calibration_error",
    "calibration error",
    Unit::Fraction,
    |found| Some(found.calibration_error),
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Better, Decision, Evaluation, EvaluationJson, evaluate};

    /// All values differ from each other.
    fn example() -> Evaluation {
        let nothing = evaluate(&[], &[], 1, Decision::default());
        Evaluation {
            examples: 7,
            loss: 1.25,
            accuracy: 0.5,
            accuracy_interval: [0.25, 0.75],
            precision: Some(0.125),
            recall: Some(0.375),
            f1: Some(0.625),
            roc_auc: Some(0.875),
            average_precision: Some(0.062_56),
            brier_score: 0.1875,
            calibration_error: 0.3125,
            confusion_matrix: vec![vec![1, 2], vec![3, 4]],
            ..nothing
        }
    }

    /// Two of each of three classes; the last image is wrong, and all values are defined.
    fn of_three() -> Evaluation {
        let logits = [
            [3.0, -2.0, -1.0],
            [1.0, 0.0, -1.0],
            [-1.0, 2.0, 0.5],
            [-2.0, 3.0, -1.0],
            [-3.0, -1.0, 1.0],
            [1.0, -4.0, 0.0],
        ];
        let classes = [0, 0, 1, 1, 2, 2];
        evaluate(logits.as_flattened(), &classes, 3, Decision::default())
    }

    #[test]
    fn the_table_has_every_metric_under_its_key_in_json() {
        let counts = ["examples", "accuracy_interval", "confusion_matrix"];
        let parts = [
            "rejected",
            "accuracy_of_answered",
            "weighted",
            "classes",
            "most_confused",
        ];
        for (evaluation, digits, others) in [
            (example(), vec![3, 8], counts.to_vec()),
            (of_three(), vec![1, 7, 9], [&counts[..], &parts].concat()),
        ] {
            let json = serde_json::to_value(EvaluationJson::new(&evaluation, &digits)).unwrap();
            let metrics = evaluation_metrics(evaluation.classes.len());
            for metric in metrics {
                let key = format!("/{}", metric.key.replace('.', "/"));
                let value = metric.value(&evaluation);
                let found = json.pointer(&key).unwrap().as_f64();
                assert_eq!(found, value, "{key}");
                assert!(value.is_some(), "{key}");
            }
            let keys = json.as_object().unwrap().keys().map(String::as_str);
            let missing = keys.filter(|key| metrics.iter().all(|of| of.key != *key));
            assert_eq!(missing.count(), others.len());
            assert!(others.iter().all(|key| json.get(key).is_some()));
        }
    }

    #[test]
    fn names_are_the_keys_in_words_and_say_which_average_it_is() {
        for metric in evaluation_metrics(1) {
            assert_eq!(metric.name.replace(' ', "_"), metric.key);
        }
        let names = evaluation_metrics(10).iter().map(|metric| metric.name);
        let expected = [
            "loss",
            "log loss",
            "accuracy",
            "top-2 accuracy",
            "precision (macro)",
            "recall (macro)",
            "f1 (macro)",
            "precision (weighted)",
            "recall (weighted)",
            "f1 (weighted)",
            "roc auc (macro)",
            "average precision (macro)",
            "brier score (macro)",
            "calibration error (macro)",
        ];
        assert!(names.eq(expected));
    }

    #[test]
    fn better_is_the_direction_in_which_a_better_network_moves() {
        let of_two = |logits: &[f32]| evaluate(logits, &[1, 1, 0, 0], 1, Decision::default());
        let (good, bad) = (
            of_two(&[3.0, 2.0, -2.0, -3.0]),
            of_two(&[1.0, -0.5, 0.5, -1.0]),
        );
        let of_three = |logits: [[f32; 3]; 3]| {
            evaluate(logits.as_flattened(), &[0, 1, 2], 3, Decision::default())
        };
        let (right, wrong) = (
            of_three([[3.0, -2.0, -3.0], [-2.0, 3.0, -3.0], [-3.0, -2.0, 3.0]]),
            of_three([[1.0, -2.0, -1.0], [1.0, -1.0, 0.0], [0.5, -3.0, 0.0]]),
        );
        for (good, bad) in [(good, bad), (right, wrong)] {
            for metric in evaluation_metrics(good.classes.len()) {
                let [good, bad] = [&good, &bad].map(|of| metric.value(of).unwrap());
                let found = if good > bad {
                    Better::Higher
                } else {
                    Better::Lower
                };
                assert_eq!(found, metric.better, "{}: {good} and {bad}", metric.key);
            }
        }
    }

    fn texts(evaluation: &Evaluation) -> Vec<String> {
        let metrics = evaluation_metrics(evaluation.classes.len()).iter();
        metrics.map(|metric| metric.format(evaluation)).collect()
    }

    #[test]
    fn values_are_printed_with_four_decimals_and_accuracy_with_its_interval() {
        let undefined = Evaluation {
            roc_auc: None,
            ..example()
        };
        let expected = [
            "1.2500",
            "0.5000  95 % interval 0.2500 to 0.7500",
            "0.1250",
            "0.3750",
            "0.6250",
            "undefined, only one class",
            "0.0626",
            "0.1875",
            "0.3125",
        ];
        assert_eq!(texts(&undefined), expected);
        let nothing = texts(&evaluate(&[-1.0], &[0], 1, Decision::default()));
        assert_eq!(nothing[2], "undefined, no positive prediction");
        assert_eq!(nothing[3], "undefined, no positive image");
        assert!(
            nothing[4].starts_with("undefined, neither"),
            "{}",
            nothing[4]
        );
        assert_eq!(nothing[6], "undefined, no positive image");
        let metrics = evaluation_metrics(1).iter();
        let loss: Vec<bool> = metrics.map(|metric| metric.unit == Unit::Nats).collect();
        assert_eq!(loss.iter().position(|is_nats| *is_nats), Some(0));
        assert_eq!(loss.iter().filter(|is_nats| **is_nats).count(), 1);
    }

    #[test]
    fn an_average_is_undefined_if_no_class_has_a_value() {
        let all_rejected = Decision {
            reject: 1.0,
            ..Decision::default()
        };
        let found = texts(&evaluate(&[1.0, 0.0, 0.0], &[1], 3, all_rejected));
        assert_eq!(found[4], "undefined, no prediction");
        assert_eq!(found[5], "0.0000");
        assert_eq!(found[7], "undefined, no prediction");
        assert_eq!(found[10], "undefined, only one class");
        let nothing = texts(&evaluate(&[], &[], 3, Decision::default()));
        for index in [5, 6, 8, 9, 11] {
            assert_eq!(nothing[index], "undefined, no image", "{index}");
        }
    }
}
