//! The data of a chart: the values of one metric by epoch.

use crate::support::split::Split;

/// An epoch and the value of a metric after it.
pub(crate) type Point = (f64, f64);

/// An axis of values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ValueAxis<'a> {
    /// The name of the values.
    pub(crate) name: &'a str,
    pub(crate) spacing: Spacing,
}

/// What has equal distances along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spacing {
    /// Equal differences.
    Linear,
    /// Equal ratios; there is no place for zero and below.
    Logarithmic,
}

/// The values of one metric for one run, in the order of epochs.
pub(crate) struct Series {
    pub(crate) name: String,
    /// Points that are not finite interrupt the curve.
    pub(crate) points: Vec<Point>,
    pub(crate) split: Split,
}

impl Series {
    /// The series as it is drawn: with the logarithms of its values on a logarithmic axis, where
    /// values that have none interrupt the curve.
    pub(crate) fn drawn(&self, spacing: Spacing) -> Self {
        let points = self.points.iter().map(|(epoch, value)| match spacing {
            Spacing::Linear => (*epoch, *value),
            Spacing::Logarithmic if *value > 0.0 => (*epoch, value.ln()),
            Spacing::Logarithmic => (*epoch, f64::NAN),
        });
        Self {
            name: self.name.clone(),
            points: points.collect(),
            split: self.split,
        }
    }
}
