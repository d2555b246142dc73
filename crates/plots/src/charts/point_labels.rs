//! Labels next to points, where there is space for them.

use crate::base::area::{Area, Point};
use crate::base::canvas::Canvas;
use crate::base::style::Paint;
use crate::base::text::TextStyle;

/// On which sides of a mark its label may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sides {
    /// On any side; to the right if there is space.
    Any,
    /// Above or below, which separates the labels of marks in a row.
    AboveOrBelow,
}

/// The area for labels, and what part of it is occupied.
pub(crate) struct PointLabels {
    inside: Area,
    sides: Sides,
    occupied: Vec<Area>,
}

impl PointLabels {
    /// Labels stay inside an area.
    pub(crate) fn new(inside: Area, sides: Sides) -> Self {
        Self {
            inside,
            sides,
            occupied: Vec::new(),
        }
    }

    /// Keeps labels off a mark of this radius, including its own label.
    pub(crate) fn keep_free(&mut self, center: Point, radius: f64) {
        self.occupied.push(Area::around(center, radius));
    }

    /// Writes a label, shortened in the middle if it is long, next to a mark of this radius, where it covers the fewest of `points`; nothing
    /// if there is no space.
    pub(crate) fn place(
        &mut self,
        canvas: &mut Canvas,
        label: &str,
        center: Point,
        radius: f64,
        points: &[Point],
    ) {
        const GAP: f64 = 1.0;
        const PADDING: f64 = 3.0;
        const BACKGROUND_OPACITY: f64 = 0.75;
        const MAX_WIDTH: f64 = 150.0;
        let style = TextStyle::SMALL.painted(Paint::Ink);
        let label = &style.fitted(label, MAX_WIDTH);
        let size = (style.width(label) + 2.0 * PADDING, style.size * 1.25);
        if size.0 > self.inside.width || size.1 > self.inside.height {
            return;
        }
        let free = self
            .candidates(center, radius + GAP, size)
            .filter(|area| !self.occupied.iter().any(|occupied| occupied.overlaps(area)));
        let covered = |area: &Area| points.iter().filter(|point| area.contains(**point)).count();
        let Some(area) = free.min_by_key(covered) else {
            return;
        };
        canvas.tint(area, Paint::Paper, BACKGROUND_OPACITY);
        let baseline = area.top + style.size;
        canvas.text(label, (area.left + PADDING, baseline), style);
        self.occupied.push(area);
    }

    /// Areas around a point at this distance, the best ones first, moved inside if necessary.
    fn candidates(
        &self,
        (x, y): Point,
        distance: f64,
        (width, height): (f64, f64),
    ) -> impl Iterator<Item = Area> {
        let (left, right) = (x - distance - width, x + distance);
        let (above, below) = (y - distance - height, y + distance);
        let (beside, centered) = (y - height / 2.0, x - width / 2.0);
        let candidates = match self.sides {
            Sides::AboveOrBelow => vec![(centered, above), (centered, below)],
            Sides::Any => vec![
                (right, beside),
                (left, beside),
                (centered, above),
                (centered, below),
                (right, above),
                (right, below),
                (left, above),
                (left, below),
            ],
        };
        let inside = self.inside;
        candidates.into_iter().map(move |(left, top)| Area {
            left: left.min(inside.right() - width).max(inside.left),
            top: top.min(inside.bottom() - height).max(inside.top),
            width,
            height,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::readable_texts;

    const PAGE: Area = Area {
        left: 0.0,
        top: 0.0,
        width: 200.0,
        height: 100.0,
    };

    /// Writes labels next to points; returns what was written, and the center of each text.
    fn written(labels: &[(&str, Point)], points: &[Point]) -> Vec<(String, Point)> {
        let mut canvas = Canvas::new();
        let mut placed = PointLabels::new(PAGE, Sides::Any);
        for (label, point) in labels {
            placed.keep_free(*point, 7.0);
            placed.place(&mut canvas, label, *point, 7.0, points);
        }
        let figure = canvas.finish(PAGE.width, PAGE.height, "labels");
        let texts = readable_texts(&figure).into_iter();
        texts
            .map(|written| (written.text.clone(), written.center()))
            .collect()
    }

    #[test]
    fn a_label_is_to_the_right_or_where_there_is_space() {
        let texts = written(&[("row 5: 1", (100.0, 50.0))], &[]);
        let (x, y) = texts[0].1;
        assert!(x > 108.0 && (y - 50.0).abs() < 3.0, "{texts:?}");
        let texts = written(&[("row 5: 1", (195.0, 50.0))], &[]);
        assert!(texts[0].1.0 < 187.0, "{texts:?}");
        // In a corner, with its left side occupied, it stays inside.
        let corner = [("row 4: 1", (150.0, 2.0)), ("row 5: 1", (198.0, 2.0))];
        let texts = written(&corner, &[]);
        assert!(texts[1].1.0 > 150.0 && texts[1].1.1 > 9.0, "{texts:?}");
    }

    #[test]
    fn a_label_covers_few_points() {
        let points: Vec<Point> = (0..30).map(|x| (105.0 + f64::from(x), 50.0)).collect();
        let texts = written(&[("row 5: 1", (100.0, 50.0))], &points);
        assert!(texts[0].1.0 < 92.0, "{texts:?}");
    }

    #[test]
    fn labels_above_or_below_are_never_beside() {
        let mut canvas = Canvas::new();
        let mut labels = PointLabels::new(PAGE, Sides::AboveOrBelow);
        for y in [2.0, 50.0, 98.0] {
            labels.place(&mut canvas, "12", (100.0, y), 5.0, &[]);
        }
        let figure = canvas.finish(PAGE.width, PAGE.height, "labels");
        let texts = readable_texts(&figure);
        assert_eq!(texts.len(), 3);
        for text in texts {
            assert!((text.center().0 - 100.0).abs() < 1.0, "{text:?}");
        }
    }

    #[test]
    fn labels_that_would_overlap_are_left_out() {
        let point = (100.0, 50.0);
        let labels: Vec<(&str, Point)> = (0..20).map(|_| ("row 512: 1", point)).collect();
        // `readable_texts` fails if they overlap.
        let texts = written(&labels, &[]);
        assert!(texts.len() > 1 && texts.len() <= 8, "{texts:?}");
        let shortened = written(&[(&"wide".repeat(20), (10.0, 50.0))], &[]);
        assert!(shortened[0].0.contains('…'), "{shortened:?}");
    }
}
