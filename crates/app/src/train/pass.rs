//! How a pass over images ended.

use crate::train::epoch_metrics::RunningMetrics;
use crate::train::job::Ended;

/// How a pass over images ended.
pub(crate) enum Pass {
    /// Over all images.
    Complete(RunningMetrics),
    /// Before its last batch.
    Stopped(Ended),
}
