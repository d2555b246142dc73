//! How a pass over images ended.

use crate::train::epoch_metrics::RunningMetrics;
use crate::train::job::Ended;

/// How a pass over images ended.
pub(crate) enum Pass {
    /// All images were processed.
    Complete(RunningMetrics),
    /// Stopped before the last batch.
    Stopped(Ended),
}
