//! One metric of an evaluation: its name, unit, direction and value, and how to print it.

use super::evaluation::Evaluation;
use super::number_format::format_metric;

/// A metric of an [`Evaluation`].
#[derive(Debug, Clone, Copy)]
pub struct EvaluationMetric {
    /// The key in the JSON of [`EvaluationJson`](crate::EvaluationJson), such as `roc_auc`; `weighted.f1` is the key `f1` of
    /// the object `weighted`.
    pub key: &'static str,
    /// The name for people, such as `roc auc`.
    pub name: &'static str,
    /// The unit of the value.
    pub unit: Unit,
    /// Which of two values is better.
    pub better: Better,
    pub(super) value: fn(&Evaluation) -> Option<f64>,
    pub(super) interval: Option<fn(&Evaluation) -> [f64; 2]>,
    /// When the value is undefined.
    pub(super) undefined: &'static str,
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

/// A metric in [0, 1] of which higher values are better.
pub(super) const fn higher(
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
pub(super) const fn lower(
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

/// The average of a metric over the classes, which is undefined if it is in all of them.
pub(super) const fn average(
    name: &'static str,
    undefined: &'static str,
    metric: EvaluationMetric,
) -> EvaluationMetric {
    EvaluationMetric {
        name,
        undefined,
        ..metric
    }
}
