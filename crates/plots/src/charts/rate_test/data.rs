//! The input of the chart of a learning-rate range test.

/// The input of [`learning_rate_test`](crate::learning_rate_test).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RateTestChart {
    /// The steps in the order of training, at rising learning rates.
    pub steps: Vec<RateTestStep>,
    /// The suggested learning rate, such as that where the smoothed loss falls fastest.
    pub suggested: Option<f64>,
    /// The learning rate from which on the loss diverges.
    pub diverges: Option<f64>,
}

/// A step of a learning-rate range test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateTestStep {
    /// Learning rate of the step, above 0.
    pub learning_rate: f64,
    /// Loss of its batch.
    pub loss: f64,
    /// The same, smoothed.
    pub smoothed: f64,
}

impl RateTestStep {
    pub(super) fn has_place(&self) -> bool {
        self.learning_rate.is_finite() && self.learning_rate > 0.0
    }
}
