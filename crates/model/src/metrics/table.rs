//! The table of the metrics of an evaluation: names, units, directions, values, and how to print them.

use super::evaluation::Evaluation;
use super::number_format::format_metric;

/// A metric of an [`Evaluation`].
#[derive(Debug, Clone, Copy)]
pub struct EvaluationMetric {
    /// The field of [`Evaluation`] and key in JSON, such as `roc_auc`.
    pub key: &'static str,
    /// The name for people, such as `roc auc`.
    pub name: &'static str,
    /// The unit of the value.
    pub unit: Unit,
    /// Which of two values is better.
    pub better: Better,
    value: fn(&Evaluation) -> Option<f64>,
    interval: Option<fn(&Evaluation) -> [f64; 2]>,
    /// When the value is undefined.
    undefined: &'static str,
}

/// The unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A loss, from 0.
    Nats,
    /// A number in [0, 1], which may be printed as a percentage.
    Fraction,
}

/// Which of two values of a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The larger one.
    Higher,
    /// The smaller one.
    Lower,
}

/// All metrics, in the order in which they are printed.
pub const EVALUATION_METRICS: [EvaluationMetric; 9] = [
    lower("loss", "loss", Unit::Nats, |found| Some(found.loss)),
    EvaluationMetric {
        interval: Some(|found| found.accuracy_interval),
        ..higher("accuracy", "accuracy", |found| Some(found.accuracy))
    },
    EvaluationMetric {
        undefined: "no positive prediction",
        ..higher("precision", "precision", |found| found.precision)
    },
    EvaluationMetric {
        undefined: "no positive image",
        ..higher("recall", "recall", |found| found.recall)
    },
    EvaluationMetric {
        undefined: "neither a positive image nor a positive prediction",
        ..higher("f1", "f1", |found| found.f1)
    },
    EvaluationMetric {
        undefined: "only one class",
        ..higher("roc_auc", "roc auc", |found| found.roc_auc)
    },
    EvaluationMetric {
        undefined: "no positive image",
        ..higher("average_precision", "average precision", |found| {
            found.average_precision
        })
    },
    lower("brier_score", "brier score", Unit::Fraction, |found| {
        Some(found.brier_score)
    }),
    lower(
        "calibration_error",
        "calibration error",
        Unit::Fraction,
        |found| Some(found.calibration_error),
    ),
];

/// A metric in [0, 1] of which higher values are better.
const fn higher(
    key: &'static str,
    name: &'static str,
    value: fn(&Evaluation) -> Option<f64>,
) -> EvaluationMetric {
    EvaluationMetric {
        key,
        name,
        unit: Unit::Fraction,
        better: Better::Higher,
        value,
        interval: None,
        undefined: "no image",
    }
}

/// A metric of which lower values are better.
const fn lower(
    key: &'static str,
    name: &'static str,
    unit: Unit,
    value: fn(&Evaluation) -> Option<f64>,
) -> EvaluationMetric {
    EvaluationMetric {
        key,
        name,
        unit,
        better: Better::Lower,
        value,
        interval: None,
        undefined: "no image",
    }
}

impl EvaluationMetric {
    /// Returns the metric's value; `None` where it is undefined.
    #[must_use]
    pub fn value(&self, evaluation: &Evaluation) -> Option<f64> {
        (self.value)(evaluation)
    }

    /// Formats the value by [`format_metric`], and with its confidence interval if it has one; or says that, and why, it
    /// is undefined.
    #[must_use]
    pub fn format(&self, evaluation: &Evaluation) -> String {
        let Some(value) = self.value(evaluation) else {
            return format!("undefined, {}", self.undefined);
        };
        match self.interval {
            None => format_metric(value),
            Some(interval) => {
                let value = format_metric(value);
                let [low, high] = interval(evaluation).map(format_metric);
                format!("{value}  95 % interval {low} to {high}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate;

    /// All values differ from each other.
    const EXAMPLE: Evaluation = Evaluation {
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
        confusion_matrix: [[1, 2], [3, 4]],
    };

    #[test]
    fn the_table_has_every_metric_under_its_key_in_json() {
        let json = serde_json::to_value(&EXAMPLE).unwrap();
        for metric in EVALUATION_METRICS {
            let value = metric.value(&EXAMPLE);
            assert_eq!(json[metric.key].as_f64(), value, "{}", metric.key);
            assert_eq!(metric.name.replace(' ', "_"), metric.key);
        }
        // The other keys are counts and the interval.
        let others = ["examples", "accuracy_interval", "confusion_matrix"];
        let keys = json.as_object().unwrap().keys().map(String::as_str);
        let missing = keys.filter(|key| EVALUATION_METRICS.iter().all(|of| of.key != *key));
        assert_eq!(missing.count(), others.len());
        assert!(others.iter().all(|key| json.get(key).is_some()));
    }

    #[test]
    fn better_is_the_direction_in_which_a_better_network_moves() {
        let positive = [true, true, false, false];
        let good = evaluate(&[3.0, 2.0, -2.0, -3.0], &positive, 0.5);
        let bad = evaluate(&[1.0, -0.5, 0.5, -1.0], &positive, 0.5);
        for metric in EVALUATION_METRICS {
            let [good, bad] = [&good, &bad].map(|of| metric.value(of).unwrap());
            let found = if good > bad {
                Better::Higher
            } else {
                Better::Lower
            };
            assert_eq!(found, metric.better, "{}: {good} and {bad}", metric.key);
        }
    }

    #[test]
    fn values_are_printed_with_four_decimals_and_accuracy_with_its_interval() {
        let undefined = Evaluation {
            roc_auc: None,
            ..EXAMPLE
        };
        let texts = EVALUATION_METRICS.map(|metric| metric.format(&undefined));
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
        assert_eq!(texts, expected);
        let nothing = evaluate(&[-1.0], &[false], 0.5);
        let texts = EVALUATION_METRICS.map(|metric| metric.format(&nothing));
        assert_eq!(texts[2], "undefined, no positive prediction");
        assert_eq!(texts[3], "undefined, no positive image");
        assert!(texts[4].starts_with("undefined, neither"), "{}", texts[4]);
        assert_eq!(texts[6], "undefined, no positive image");
        let loss = EVALUATION_METRICS.map(|metric| metric.unit == Unit::Nats);
        assert_eq!(loss.iter().position(|is_nats| *is_nats), Some(0));
        assert_eq!(loss.iter().filter(|is_nats| **is_nats).count(), 1);
    }
}
