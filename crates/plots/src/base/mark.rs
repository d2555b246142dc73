//! The shapes that mark a point.

use super::area::Point;
use super::style::{CLASS_COUNT, SERIES_COUNT};

/// The shape of a mark, so that series can be distinguished in black and white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Plus,
    /// A triangle that points down.
    Wedge,
    /// The outline of a circle.
    Ring,
    /// The outline of a square.
    Frame,
    /// A tall rectangle.
    Pillar,
    /// A wide rectangle.
    Beam,
}

impl Mark {
    /// The mark of a series; there is one for each series color.
    pub(crate) fn of_series(index: usize) -> Self {
        const MARKS: [Mark; SERIES_COUNT] = [
            Mark::Circle,
            Mark::Square,
            Mark::Triangle,
            Mark::Diamond,
            Mark::Cross,
            Mark::Wedge,
            Mark::Plus,
        ];
        MARKS[index % MARKS.len()]
    }

    /// The mark of a class; there is one for each class color.
    pub(crate) fn of_class(index: usize) -> Self {
        const MARKS: [Mark; CLASS_COUNT] = [
            Mark::Circle,
            Mark::Triangle,
            Mark::Square,
            Mark::Cross,
            Mark::Diamond,
            Mark::Pillar,
            Mark::Wedge,
            Mark::Plus,
            Mark::Frame,
            Mark::Beam,
        ];
        MARKS[index % MARKS.len()]
    }

    /// The shape with this radius; all shapes look equally large at the same radius.
    pub(crate) fn outline(self, radius: f64) -> Outline {
        let filled = |start, steps| Outline {
            start,
            steps,
            line: None,
        };
        let drawn = |start, steps, line| Outline {
            line: Some(line),
            ..filled(start, steps)
        };
        let long = |radii: f64| rounded(radii * radius);
        let circle = |radii: f64| {
            let (r, across) = (long(radii), long(2.0 * radii));
            format!("a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0z")
        };
        match self {
            Self::Circle => filled((-1.0, 0.0), circle(1.0)),
            Self::Square => filled((-0.9, -0.9), format!("h{0}v{0}h-{0}z", long(1.8))),
            Self::Triangle => {
                let steps = format!("l{} {}h-{}z", long(1.1), long(2.0), long(2.2));
                filled((0.0, -1.15), steps)
            }
            Self::Diamond => {
                let steps = format!("l{0} {0}l-{0} {0}l-{0}-{0}z", long(1.25));
                filled((0.0, -1.25), steps)
            }
            Self::Cross => {
                let steps = format!("l{0} {0}m0-{0}l-{0} {0}", long(1.7));
                drawn((-0.85, -0.85), steps, 0.55)
            }
            Self::Plus => {
                let steps = format!("h{0}m-{1}-{1}v{0}", long(2.3), long(1.15));
                drawn((-1.15, 0.0), steps, 0.55)
            }
            Self::Wedge => {
                let steps = format!("h{2}l-{0} {1}z", long(1.1), long(2.0), long(2.2));
                filled((-1.1, -0.85), steps)
            }
            Self::Ring => drawn((-0.85, 0.0), circle(0.85), 0.45),
            Self::Frame => {
                let steps = format!("h{0}v{0}h-{0}z", long(1.6));
                drawn((-0.8, -0.8), steps, 0.45)
            }
            Self::Pillar => {
                let steps = format!("h{0}v{1}h-{0}z", long(0.9), long(2.5));
                filled((-0.45, -1.25), steps)
            }
            Self::Beam => {
                let steps = format!("h{0}v{1}h-{0}z", long(2.5), long(0.9));
                filled((-1.25, -0.45), steps)
            }
        }
    }
}

/// The shape of a mark as the steps of an SVG path.
pub(crate) struct Outline {
    /// The start of the path relative to the mark's center, in radii.
    pub(crate) start: Point,
    /// The rest of the path, relative to the start.
    pub(crate) steps: String,
    /// Line width in radii; `None` if the shape is filled.
    pub(crate) line: Option<f64>,
}

/// Rounds to a hundredth of a pixel, which is finer than visible and keeps files small.
pub(crate) fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::canvas::Canvas;
    use crate::base::style::Paint;
    use resvg::usvg;

    #[test]
    fn marks_are_centered_on_their_points() {
        let marks = [
            Mark::Circle,
            Mark::Square,
            Mark::Triangle,
            Mark::Diamond,
            Mark::Cross,
            Mark::Plus,
            Mark::Wedge,
            Mark::Ring,
            Mark::Frame,
            Mark::Pillar,
            Mark::Beam,
        ];
        for mark in marks {
            let mut canvas = Canvas::new();
            canvas.marks(mark, [(20.0, 30.0), (80.0, 30.0)], 4.0, Paint::Ink, 0.5);
            canvas.marks(mark, [], 4.0, Paint::Ink, 1.0);
            let svg = canvas.finish(100.0, 60.0, "marks").to_inline_svg();
            let tree = usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
            let area = tree.root().abs_stroke_bounding_box();
            // 60 from center to center, and less than 1.4 radii on each side.
            assert!((63.0..=71.2).contains(&area.width()), "{mark:?}: {area:?}");
            assert!((3.0..=11.2).contains(&area.height()), "{mark:?}: {area:?}");
            let (x, y) = (area.left() + area.right(), area.top() + area.bottom());
            assert!((x / 2.0 - 50.0).abs() < 0.1 && (y / 2.0 - 30.0).abs() < 0.7);
        }
    }

    #[test]
    fn each_series_has_a_mark_of_its_own() {
        for index in 0..SERIES_COUNT {
            for other in 0..index {
                assert_ne!(Mark::of_series(index), Mark::of_series(other));
            }
        }
        for index in 0..CLASS_COUNT {
            for other in 0..index {
                assert_ne!(Mark::of_class(index), Mark::of_class(other));
            }
        }
    }
}
