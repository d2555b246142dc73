//! Names beside points, where there is room for them.

use crate::canvas::{Area, Canvas, Point, TextStyle};
use crate::style::Paint;

/// On which sides of a mark its name may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sides {
    /// On any, to the right if there is room.
    Any,
    /// Above it or below: marks in a row keep their names apart so.
    AboveOrBelow,
}

/// Where names may stand, and what of it is taken.
pub(crate) struct Labels {
    inside: Area,
    sides: Sides,
    taken: Vec<Area>,
}

impl Labels {
    /// Names are to stay inside an area.
    pub(crate) fn new(inside: Area, sides: Sides) -> Self {
        Self {
            inside,
            sides,
            taken: Vec::new(),
        }
    }

    /// Keeps names off a mark of this radius; its own name too, where it would have to be moved
    /// onto it to stay inside.
    pub(crate) fn keep_free(&mut self, middle: Point, radius: f64) {
        self.taken.push(square(middle, radius));
    }

    /// Writes a name beside a mark of this radius, where the fewest of `crowd` lie; says whether
    /// there was room.
    pub(crate) fn place(
        &mut self,
        canvas: &mut Canvas,
        name: &str,
        (x, y): Point,
        radius: f64,
        crowd: &[Point],
    ) -> bool {
        const GAP: f64 = 1.0;
        const GROUND: f64 = 0.75;
        let distance = radius + GAP;
        let style = TextStyle::SMALL.painted(Paint::Ink);
        let (width, height) = (style.width(name) + 6.0, style.size * 1.25);
        if width > self.inside.width || height > self.inside.height {
            return false;
        }
        let (left, right) = (x - distance - width, x + distance);
        let (above, below) = (y - distance - height, y + distance);
        let (beside, over) = (y - height / 2.0, x - width / 2.0);
        let upright = [(over, above), (over, below)];
        let others = [
            (right, beside),
            (left, beside),
            (right, above),
            (right, below),
            (left, above),
            (left, below),
        ];
        let places = match self.sides {
            Sides::AboveOrBelow => upright.to_vec(),
            Sides::Any => [&others[..2], &upright, &others[2..]].concat(),
        };
        let free = places
            .into_iter()
            .map(|(left, top)| Area {
                left: left.min(self.inside.right() - width).max(self.inside.left),
                top: top.min(self.inside.bottom() - height).max(self.inside.top),
                width,
                height,
            })
            .filter(|place| !self.taken.iter().any(|taken| overlap(taken, place)));
        let crowded = |place: &Area| {
            let lies_in = |(x, y): &&Point| {
                (place.left..place.right()).contains(x) && (place.top..place.bottom()).contains(y)
            };
            crowd.iter().filter(lies_in).count()
        };
        let Some(place) = free.min_by_key(crowded) else {
            return false;
        };
        canvas.tint(place, Paint::Paper, GROUND);
        let base_line = place.top + style.size;
        canvas.text(name, (place.left + 3.0, base_line), style);
        self.taken.push(place);
        true
    }
}

fn square((x, y): Point, radius: f64) -> Area {
    Area {
        left: x - radius,
        top: y - radius,
        width: 2.0 * radius,
        height: 2.0 * radius,
    }
}

fn overlap(one: &Area, other: &Area) -> bool {
    one.left < other.right()
        && other.left < one.right()
        && one.top < other.bottom()
        && other.top < one.bottom()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::readable_texts;

    const PAGE: Area = Area {
        left: 0.0,
        top: 0.0,
        width: 200.0,
        height: 100.0,
    };

    /// Writes names beside points; gives what was written, and the middle of each text.
    fn written(names: &[(&str, Point)], crowd: &[Point]) -> Vec<(String, Point)> {
        let mut canvas = Canvas::new();
        let mut labels = Labels::new(PAGE, Sides::Any);
        for (name, point) in names {
            labels.keep_free(*point, 7.0);
            labels.place(&mut canvas, name, *point, 7.0, crowd);
        }
        let figure = canvas.finish(PAGE.width, PAGE.height, "names");
        let middle = |area: resvg::usvg::Rect| {
            let (x, y) = (area.left() + area.right(), area.top() + area.bottom());
            (f64::from(x) / 2.0, f64::from(y) / 2.0)
        };
        let texts = readable_texts(&figure).into_iter();
        texts
            .map(|written| (written.text, middle(written.area)))
            .collect()
    }

    #[test]
    fn a_name_stands_to_the_right_or_where_there_is_room() {
        let texts = written(&[("row 5: 1", (100.0, 50.0))], &[]);
        let (x, y) = texts[0].1;
        assert!(x > 108.0 && (y - 50.0).abs() < 3.0, "{texts:?}");
        let texts = written(&[("row 5: 1", (195.0, 50.0))], &[]);
        assert!(texts[0].1.0 < 187.0, "{texts:?}");
        // In a corner, with the place to its left taken, it stays inside.
        let corner = [("row 4: 1", (150.0, 2.0)), ("row 5: 1", (198.0, 2.0))];
        let texts = written(&corner, &[]);
        assert!(texts[1].1.0 > 150.0 && texts[1].1.1 > 9.0, "{texts:?}");
    }

    #[test]
    fn a_name_avoids_the_crowd() {
        let crowd: Vec<Point> = (0..30).map(|x| (105.0 + f64::from(x), 50.0)).collect();
        let texts = written(&[("row 5: 1", (100.0, 50.0))], &crowd);
        assert!(texts[0].1.0 < 92.0, "{texts:?}");
    }

    #[test]
    fn names_above_or_below_are_never_beside() {
        let mut canvas = Canvas::new();
        let mut labels = Labels::new(PAGE, Sides::AboveOrBelow);
        for y in [2.0, 50.0, 98.0] {
            assert!(labels.place(&mut canvas, "12", (100.0, y), 5.0, &[]));
        }
        let figure = canvas.finish(PAGE.width, PAGE.height, "names");
        for text in readable_texts(&figure) {
            let middle = f64::midpoint(text.area.left().into(), text.area.right().into());
            assert!((middle - 100.0).abs() < 1.0, "{text:?}");
        }
    }

    #[test]
    fn names_that_would_collide_are_left_out() {
        let point = (100.0, 50.0);
        let names: Vec<(&str, Point)> = (0..20).map(|_| ("row 512: 1", point)).collect();
        // They would be refused by `readable_texts` if they lay on one another.
        let texts = written(&names, &[]);
        assert!(texts.len() > 1 && texts.len() <= 8, "{texts:?}");
        assert_eq!(written(&[(&"wide".repeat(20), point)], &[]).len(), 0);
    }
}
