//! Where two digits that touch each other may be divided.

use super::plane::Plane;

/// At most so many columns are proposed.
const MOST_CUTS: usize = 12;

/// The columns with less ink than those around them, those with the least first chosen; in order.
pub(crate) fn cuts(ink: &Plane) -> Vec<usize> {
    let (width, height) = (ink.width, ink.height);
    let columns = ink.transposed();
    let sums = columns.values.chunks_exact(height);
    let profile = Plane {
        width,
        height: 1,
        values: sums.map(|column| column.iter().sum()).collect(),
    };
    let profile = profile.blurred(height / 40).values;
    // Two cuts are at least a sixth of the height apart, and no digit is narrower.
    let reach = (height / 12).max(1);
    let is_least = |at: &usize| {
        let around = at.saturating_sub(reach)..(at + reach + 1).min(width);
        profile[around].iter().all(|sum| profile[*at] <= *sum)
    };
    let mut cuts: Vec<usize> = (2 * reach..width.saturating_sub(2 * reach))
        .filter(is_least)
        .collect();
    cuts.dedup_by(|next, before| *next - *before <= reach);
    cuts.sort_by(|a, b| profile[*a].total_cmp(&profile[*b]));
    cuts.truncate(MOST_CUTS);
    cuts.sort_unstable();
    cuts
}
