//! Fewer points for lines that share parts.

use std::collections::BTreeSet;

use crate::base::area::Point;

/// Lines that look the same as these, in fewer points: each line once, or, if that is shorter, each part between two
/// axes once.
pub(super) fn without_repetitions(lines: &[Vec<Point>]) -> Vec<Vec<Point>> {
    let tenths = |(x, y): Point| -> [i64; 2] {
        #[expect(clippy::cast_possible_truncation, reason = "places on a page")]
        [x, y].map(|number| (number * 10.0).round() as i64)
    };
    #[expect(clippy::cast_precision_loss, reason = "places on a page")]
    let point = |[x, y]: [i64; 2]| (x as f64 / 10.0, y as f64 / 10.0);
    let whole: BTreeSet<Vec<[i64; 2]>> = lines
        .iter()
        .map(|line| line.iter().copied().map(tenths).collect())
        .collect();
    let parts: BTreeSet<Vec<[i64; 2]>> = whole
        .iter()
        .flat_map(|line| line.windows(2).map(<[_]>::to_vec))
        .collect();
    let points = |lines: &BTreeSet<Vec<[i64; 2]>>| lines.iter().map(Vec::len).sum::<usize>();
    let shorter = if !parts.is_empty() && points(&parts) < points(&whole) {
        parts
    } else {
        whole
    };
    shorter
        .into_iter()
        .map(|line| line.into_iter().map(point).collect())
        .collect()
}
