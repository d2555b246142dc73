//! The metrics that only a network with several outputs has.

use super::averages::weighted_average;
use super::class_metrics::ClassMetrics;
use super::cross_entropy::normalized_cross_entropy;
use super::ratio::mean;

/// The metrics of a network with several outputs that one with one output does not have.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SeveralClasses {
    /// Mean of -ln of the right class's share in the sum of the probabilities of an image, in nats: scikit-learn's
    /// `log_loss` of the probabilities divided by their sum, as its `OneVsRestClassifier` returns them.
    ///
    /// A softmax network of the same classes can be compared by it. It is not what is trained.
    pub log_loss: f64,
    /// Share of images whose class is one of the two most probable, rejected or not, in [0, 1]. Of equal logits those of
    /// the first classes count, and a NaN never.
    pub top_2_accuracy: f64,
    /// Averages over the classes, each weighted by its number of images.
    pub weighted: WeightedAverages,
}

/// Averages over the classes, each weighted by its number of images: scikit-learn's `weighted` average.
///
/// Classes for which a metric is undefined are left out.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct WeightedAverages {
    /// Of [`ClassMetrics::precision`].
    pub precision: Option<f64>,
    /// Of [`ClassMetrics::recall`]; this is the accuracy.
    pub recall: Option<f64>,
    /// Of [`ClassMetrics::f1`].
    pub f1: Option<f64>,
}

/// Computes [`SeveralClasses::log_loss`] of logits `[n, outputs]`.
pub(super) fn log_loss(logits: &[f32], classes: &[u8], outputs: usize) -> f64 {
    let images = logits.chunks_exact(outputs).zip(classes);
    let losses = images.map(|(logits, &class)| normalized_cross_entropy(logits, class.into()));
    mean(losses.sum(), classes.len())
}

impl WeightedAverages {
    pub(super) fn new(classes: &[ClassMetrics]) -> Self {
        let average = |of: fn(&ClassMetrics) -> Option<f64>| {
            weighted_average(classes.iter().map(|class| (of(class), class.support)))
        };
        Self {
            precision: average(|class| class.precision),
            recall: average(|class| class.recall),
            f1: average(|class| class.f1),
        }
    }
}
