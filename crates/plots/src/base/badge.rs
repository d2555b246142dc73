//! A digit in a ring, which names a curve or a group of points where they are.

use super::area::Point;
use super::canvas::Canvas;
use super::mark::Mark;
use super::style::{Paint, Stroke};
use super::text::{Anchor, TextStyle};

/// The radius of the ring.
pub(crate) const RADIUS: f64 = 8.0;

/// The badges of a plot, none of which covers another.
#[derive(Default)]
pub(crate) struct Badges {
    placed: Vec<Point>,
}

impl Badges {
    /// Draws a badge of this color; nothing where another badge is.
    pub(crate) fn place(&mut self, canvas: &mut Canvas, digit: u8, center: Point, paint: Paint) {
        let (x, y) = center;
        let covers = |other: &Point| (x - other.0).hypot(y - other.1) < 2.0 * RADIUS + 1.0;
        if self.placed.iter().any(covers) {
            return;
        }
        self.placed.push(center);
        canvas.group("badge", |canvas| {
            canvas.mark(Mark::Circle, center, RADIUS, Paint::Paper);
            canvas.ring(center, RADIUS, Stroke::solid(paint, 1.8));
            let style = TextStyle::SMALL.painted(Paint::Ink).bold();
            let digit = digit.to_string();
            canvas.text(&digit, (x, y + 4.0), style.anchored(Anchor::Middle));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{find, readable_texts};

    #[test]
    fn a_badge_has_its_digit_in_the_middle_and_covers_no_other() {
        let mut canvas = Canvas::new();
        let mut badges = Badges::default();
        let places = [(7, (30.0, 40.0)), (8, (40.0, 40.0)), (9, (30.0, 58.0))];
        for (digit, center) in places {
            badges.place(&mut canvas, digit, center, Paint::Class(digit.into()));
        }
        let texts = readable_texts(&canvas.finish(80.0, 80.0, "badges"));
        assert_eq!(texts.len(), 2);
        for (text, (x, y)) in [("7", places[0].1), ("9", places[2].1)] {
            let center = find(&texts, text).center();
            assert!((center.0 - x).abs() < 1.0 && (center.1 - y).abs() < 2.0);
        }
    }
}
