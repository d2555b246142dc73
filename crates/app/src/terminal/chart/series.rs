//! The data of a chart: the values of one metric by epoch.

use crate::support::split::Split;

/// An epoch and the value of a metric after it.
pub(crate) type Point = (f64, f64);

/// The values of one metric for one run, in the order of epochs.
pub(crate) struct Series {
    pub(crate) name: String,
    /// Points that are not finite interrupt the curve.
    pub(crate) points: Vec<Point>,
    pub(crate) split: Split,
}
