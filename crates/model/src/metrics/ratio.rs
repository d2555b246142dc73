//! Counts as f64, and their ratios.

/// Converts a count.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(super) fn real(count: usize) -> f64 {
    count as f64
}

/// Divides a sum by a count; 0 if the count is 0.
pub(super) fn mean(sum: f64, count: usize) -> f64 {
    if count == 0 { 0.0 } else { sum / real(count) }
}

/// Divides two counts; 0 if the second is 0.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    mean(real(part), whole)
}

/// Divides two counts; `None` if the second is 0.
pub(super) fn defined_ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| ratio(part, whole))
}
