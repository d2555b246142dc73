//! Ruled and squared paper: long thin lines, which are removed so that digits written across them stay whole.

use super::plane::Plane;

/// Removes lines across the whole picture, of at least that share of its width or height.
const LEAST_LENGTH: f64 = 0.9;
/// A pixel above that is part of a line.
const LINE: f32 = 0.2;

/// The ink without the lines of paper.
pub(crate) fn without_lines(ink: Plane) -> Plane {
    if ink.side() < 40 {
        return ink;
    }
    let ink = without_rows(&ink).unwrap_or(ink);
    match without_rows(&ink.transposed()) {
        Some(turned) => turned.transposed(),
        None => ink,
    }
}

/// Removes lines that run from left to right, a little tilted or curved; `None` if there are none.
fn without_rows(ink: &Plane) -> Option<Plane> {
    let (width, height) = (ink.width, ink.height);
    let thickest = (ink.side() / 40).max(2);
    let mut is_line = vec![false; ink.values.len()];
    let mut y = 0;
    let starts = start_rows(ink, thickest);
    let mut found = false;
    for start in starts {
        if start < y {
            continue;
        }
        if let Some(line) = follow(ink, start, thickest) {
            found = true;
            y = start + thickest + 1;
            for (x, rows) in line.into_iter().enumerate() {
                let Some((top, bottom)) = rows else { continue };
                let is_ink =
                    |y: Option<usize>| y.is_some_and(|y| y < height && ink.at(x, y) > LINE);
                // A stroke crosses the line here.
                if bottom - top > thickest
                    || (is_ink(top.checked_sub(2)) && is_ink(Some(bottom + 1)))
                {
                    continue;
                }
                for y in top.saturating_sub(1)..(bottom + 1).min(height) {
                    is_line[y * width + x] = true;
                }
            }
        }
    }
    let values = ink.values.iter().zip(is_line);
    found.then(|| Plane {
        values: values
            .map(|(value, is_line)| if is_line { 0.0 } else { *value })
            .collect(),
        ..*ink
    })
}

/// The rows in which a line may begin: in one of the first columns there is ink, and it is thin.
fn start_rows(ink: &Plane, thickest: usize) -> Vec<usize> {
    let columns = [0, ink.width / 100, ink.width / 50, ink.width / 25];
    let mut rows = Vec::new();
    for column in columns {
        let mut y = 0;
        while y < ink.height {
            if ink.at(column, y) > LINE {
                let top = y;
                while y < ink.height && ink.at(column, y) > LINE {
                    y += 1;
                }
                if y - top <= thickest {
                    rows.push(usize::midpoint(top, y - 1));
                }
            }
            y += 1;
        }
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// Follows a line from left to right; for each column the rows of ink there, as long as the line is found in
/// [`LEAST_LENGTH`] of the columns.
fn follow(ink: &Plane, start: usize, thickest: usize) -> Option<Vec<Option<(usize, usize)>>> {
    let reach = 1 + thickest / 2;
    let mut middle = start as f32;
    let mut slope = 0.0_f32;
    let mut missing = 0;
    let most_missing = (ink.width as f64 * (1.0 - LEAST_LENGTH)) as usize;
    let mut line = Vec::with_capacity(ink.width);
    for x in 0..ink.width {
        let expected = middle + slope;
        let near = expected.round().max(0.0) as usize;
        let from = near.saturating_sub(reach);
        let to = (near + reach + 1).min(ink.height);
        let darkest = (from..to).max_by(|a, b| {
            let distance = |y: usize| (y as f32 - expected).abs() * 0.05;
            (ink.at(x, *a).min(1.0) - distance(*a))
                .total_cmp(&(ink.at(x, *b).min(1.0) - distance(*b)))
        })?;
        if ink.at(x, darkest) <= LINE {
            missing += 1;
            if missing > most_missing {
                return None;
            }
            line.push(None);
            middle = expected;
            continue;
        }
        let (mut top, mut bottom) = (darkest, darkest + 1);
        while top > 0 && ink.at(x, top - 1) > LINE {
            top -= 1;
        }
        while bottom < ink.height && ink.at(x, bottom) > LINE {
            bottom += 1;
        }
        if bottom - top <= thickest {
            let found = (top + bottom - 1) as f32 / 2.0;
            slope += 0.02 * (found - expected);
            slope = slope.clamp(-0.3, 0.3);
            middle = expected + 0.5 * (found - expected);
        } else {
            middle = expected;
        }
        line.push(Some((top, bottom)));
    }
    // Wide strokes on the way are no line: it has to be thin in most columns.
    let thin = line
        .iter()
        .flatten()
        .filter(|(top, bottom)| bottom - top <= thickest)
        .count();
    (thin as f64 > 0.5 * ink.width as f64).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preparation::drawn::shape;

    fn is_stroke(x: usize, y: usize) -> bool {
        (36..43).contains(&x) && (8..74).contains(&y)
    }

    #[test]
    fn ruled_lines_are_removed_and_a_stroke_that_crosses_them_stays() {
        let is_line = |y: usize| y % 20 == 12;
        let ink = shape(80, 80, |x, y| is_stroke(x, y) || is_line(y));
        assert_eq!(without_lines(ink), shape(80, 80, is_stroke));
    }

    #[test]
    fn the_lines_of_squared_paper_are_removed() {
        let is_line = |x: usize, y: usize| x % 20 == 10 || y % 20 == 12;
        let found = without_lines(shape(80, 80, |x, y| is_stroke(x, y) || is_line(x, y)));
        let left = found.values.iter().enumerate();
        let left = left.filter(|(at, value)| **value > 0.0 && !is_stroke(at % 80, at / 80));
        assert!(left.count() < 16);
        assert!((0..80).all(|y| found.at(39, y) > 0.0 || !is_stroke(39, y)));
    }

    #[test]
    fn a_line_that_does_not_cross_the_picture_is_a_stroke() {
        let dash = shape(80, 80, |x, y| (12..68).contains(&x) && y / 2 == 20);
        assert_eq!(without_lines(dash.clone()), dash);
    }
}
