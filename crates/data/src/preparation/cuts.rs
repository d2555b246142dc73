//! Where two digits that touch each other may be divided.

use super::plane::Plane;

/// At most so many columns are proposed.
const MOST_CUTS: usize = 12;
/// The most ink of a column at which two digits may touch, as a share of the column with most ink. A hyphen has as much
/// in all.
const MOST_INK: f32 = 0.75;

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
    let limit = MOST_INK * profile.iter().copied().fold(0.0, f32::max);
    let is_least = |at: &usize| {
        let around = at.saturating_sub(reach)..(at + reach + 1).min(width);
        profile[*at] <= limit && profile[around].iter().all(|sum| profile[*at] <= *sum)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::{distance, shape};

    #[test]
    fn two_discs_that_touch_are_divided_where_they_touch() {
        let ink = shape(79, 40, |x, y| {
            distance(x, y, [20.0, 20.0]) <= 20.0 || distance(x, y, [59.0, 20.0]) <= 20.0
        });
        let found = cuts(&ink);
        assert!(found.iter().any(|cut| cut.abs_diff(39) <= 2), "{found:?}");
        assert!(found.is_sorted() && found.len() <= 12, "{found:?}");
    }

    #[test]
    fn a_hyphen_is_not_divided() {
        assert!(cuts(&shape(28, 7, |_, _| true)).is_empty());
        let bar = shape(120, 20, |x, y| y > x % 3);
        assert!(cuts(&bar).is_empty());
    }

    #[test]
    fn what_is_too_narrow_is_not_divided() {
        assert!(cuts(&shape(8, 40, |_, _| true)).is_empty());
    }
}
