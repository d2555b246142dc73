//! Counts as numbers to calculate with.

/// Converts a count; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

/// The fraction `part` of `whole`, in [0, 1]; `None` if `whole` is 0.
pub(crate) fn fraction(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| real(part) / real(whole))
}
