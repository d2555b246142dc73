//! Two axes around a plot: from values to places on the page, with ticks at round numbers.

use crate::canvas::{Anchor, Area, Canvas, Point, TextStyle};
use crate::style::{Mark, Paint, Stroke};

pub(crate) use crate::scale::{Scale, number};

/// Room that the numbers and the name of an axis need beside the plot, in pixels.
pub(crate) const LEFT_MARGIN: f64 = 58.0;
pub(crate) const BOTTOM_MARGIN: f64 = 46.0;

/// Between a plot and its numbers, two numbers, and the numbers and the axis's name.
const NUMBER_GAP: f64 = 8.0;

/// What letters of an axis's name need above and below their base line.
const NAME_HEIGHT: f64 = 14.0;
const NAME_DEPTH: f64 = 3.0;

/// A plot's area with the two scales around it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axes {
    pub(crate) area: Area,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

impl Axes {
    /// Where a pair of values lies on the page.
    pub(crate) fn point(&self, x: f64, y: f64) -> Point {
        (
            self.area.left + self.x.share(x) * self.area.width,
            self.area.bottom() - self.y.share(y) * self.area.height,
        )
    }

    /// Draws grid, numbers and the names of both axes, which say the unit too; left of the area
    /// and below it, within [`left_margin`] and [`BOTTOM_MARGIN`]. Numbers without room beside the
    /// one before are left out.
    pub(crate) fn draw(&self, canvas: &mut Canvas, x_name: &str, y_name: &str) {
        let area = self.area;
        let (left, bottom) = (area.left, area.bottom());
        canvas.group("axes", |canvas| {
            let grid = Stroke::solid(Paint::Grid, 1.0);
            let label = TextStyle::SMALL.anchored(Anchor::End);
            let mut free = f64::INFINITY;
            for (tick, text) in self.y.ticks() {
                let (_, y) = self.point(0.0, tick);
                canvas.line((left, y), (area.right(), y), grid);
                if y + label.size / 2.0 <= free {
                    canvas.text(&text, (left - NUMBER_GAP, y + 4.0), label);
                    free = y - label.size / 2.0 - 2.0;
                }
            }
            let label = TextStyle::SMALL.anchored(Anchor::Middle);
            let mut free = f64::NEG_INFINITY;
            for (tick, text) in self.x.ticks() {
                let (x, _) = self.point(tick, 0.0);
                canvas.line((x, bottom), (x, bottom + 4.0), grid);
                let half = label.width(&text) / 2.0;
                if x - half >= free {
                    canvas.text(&text, (x, bottom + 18.0), label);
                    free = x + half + NUMBER_GAP;
                }
            }
            let axis = Stroke::solid(Paint::Muted, 1.0);
            canvas.line((left, bottom), (area.right(), bottom), axis);
            let name = TextStyle::LABEL.anchored(Anchor::Middle);
            let (x, y) = area.center();
            canvas.text(x_name, (x, bottom + 38.0), name);
            canvas.text_upwards(y_name, (left - left_margin(&self.y) + NAME_HEIGHT, y), name);
        });
    }
}

/// The room that numbers and name need left of a plot, in pixels: [`LEFT_MARGIN`], or more if the
/// numbers are wide.
pub(crate) fn left_margin(y: &Scale) -> f64 {
    let needed = NUMBER_GAP + y.label_width() + NUMBER_GAP + NAME_HEIGHT + NAME_DEPTH;
    needed.max(LEFT_MARGIN)
}

/// A legend's entry: how the series is drawn, and its name.
pub(crate) struct Entry {
    pub(crate) line: Option<Stroke>,
    pub(crate) mark: Option<(Mark, Paint)>,
    pub(crate) name: String,
}

/// Draws entries in lines from the left, as many as fit between `left` and `left + room`, the
/// first base line at `y`; gives the height that they take.
pub(crate) fn legend(canvas: &mut Canvas, entries: &[Entry], left: f64, y: f64, room: f64) -> f64 {
    const GAP: f64 = 22.0;
    const LINE: f64 = 20.0;
    let style = TextStyle::LABEL;
    let (mut x, mut line) = (left, 0.0);
    canvas.group("legend", |canvas| {
        for entry in entries {
            let key = match (entry.line, entry.mark) {
                (Some(_), _) => 26.0,
                (None, Some(_)) => 10.0,
                (None, None) => 0.0,
            };
            let indent = if key > 0.0 { key + 8.0 } else { 0.0 };
            let name = style.fitted(&entry.name, room - indent);
            let width = indent + style.width(&name);
            if x > left && x + width > left + room {
                (x, line) = (left, line + LINE);
            }
            let middle = y + line - 4.5;
            if let Some(stroke) = entry.line {
                canvas.line((x, middle), (x + key, middle), stroke);
            }
            if let Some((mark, paint)) = entry.mark {
                canvas.mark(mark, (x + key / 2.0, middle), 4.0, paint);
            }
            canvas.text(&name, (x + indent, y + line), style);
            x += width + GAP;
        }
    });
    line + LINE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::{Written, readable_texts};

    fn area(left: f64, width: f64) -> Area {
        Area {
            left,
            top: 20.0,
            width,
            height: 200.0,
        }
    }

    fn drawn(axes: &Axes) -> Vec<Written> {
        let mut canvas = Canvas::new();
        axes.draw(&mut canvas, "epoch", "loss");
        let (right, bottom) = (axes.area.right() + 20.0, axes.area.bottom() + BOTTOM_MARGIN);
        readable_texts(&canvas.finish(right, bottom, "Loss by epoch"))
    }

    fn place<'a>(texts: &'a [Written], text: &str) -> &'a Written {
        texts.iter().find(|written| written.text == text).unwrap()
    }

    #[test]
    fn values_are_placed_from_the_lower_left() {
        let axes = Axes {
            area: area(10.0, 100.0),
            x: Scale::between(0.0, 1.0, 5),
            y: Scale::between(0.0, 2.0, 2),
        };
        assert_eq!(axes.point(0.0, 0.0), (10.0, 220.0));
        assert_eq!(axes.point(0.5, 2.0), (60.0, 20.0));
    }

    #[test]
    fn the_name_stands_left_of_the_numbers_however_wide_they_are() {
        for (low, high) in [
            (0.0, 0.8),
            (0.712_345, 0.712_347),
            (-1e9, 1e9),
            (0.0, 2.3e-7),
        ] {
            let y = Scale::between(low, high, 5);
            let axes = Axes {
                area: area(left_margin(&y), 300.0),
                x: Scale::whole(1, 20, 5),
                y,
            };
            let texts = drawn(&axes);
            let name = place(&texts, "loss").area;
            let first = texts[0].area.left();
            assert!(name.right() <= first, "{name:?} {first}");
        }
        assert!(left_margin(&Scale::between(0.0, 0.8, 5)) <= LEFT_MARGIN);
        assert!(left_margin(&Scale::between(0.712_345, 0.712_347, 2)) > LEFT_MARGIN);
    }

    #[test]
    fn numbers_that_would_touch_are_left_out() {
        let axes = Axes {
            area: area(LEFT_MARGIN, 60.0),
            x: Scale::whole(1, 10_000, 5),
            y: Scale::between(0.0, 1.0, 50),
        };
        let texts = drawn(&axes);
        let epochs = texts.iter().filter(|text| !text.text.contains('.'));
        let epochs: Vec<&str> = epochs.map(|written| written.text.as_str()).collect();
        // Every 12 pixels a number of nearly 30: after the 1, the first with room is the fourth.
        assert_eq!(epochs, ["1", "6000", "epoch", "loss"]);
        let losses = texts.len() - epochs.len();
        assert!(
            (10..16).contains(&losses),
            "200 pixels for {losses} numbers"
        );
        place(&texts, "0.00");
    }

    #[test]
    fn entries_of_a_legend_stand_close_to_their_keys_and_stay_inside_the_room() {
        let paint = Paint::Series(0);
        let entries = [
            (Some(Stroke::solid(paint, 2.0)), None, "line"),
            (None, Some((Mark::Circle, paint)), "mark"),
            (None, None, "neither"),
            (
                None,
                Some((Mark::Ring, paint)),
                "a name that takes more room than there is in all",
            ),
        ];
        let entries = entries.map(|(line, mark, name)| Entry {
            line,
            mark,
            name: name.to_owned(),
        });
        let mut canvas = Canvas::new();
        let height = legend(&mut canvas, &entries, 20.0, 20.0, 200.0);
        assert!((height - 2.0 * 20.0).abs() < 1e-9);
        let texts = readable_texts(&canvas.finish(220.0, 60.0, "legend"));
        let left = |text| place(&texts, text).area.left();
        assert!((left("line") - (20.0 + 26.0 + 8.0)).abs() < 1.0);
        let gap_before_mark = left("mark") - place(&texts, "line").area.right();
        assert!(
            (gap_before_mark - (22.0 + 10.0 + 8.0)).abs() < 2.0,
            "{gap_before_mark}"
        );
        assert!((left("neither") - place(&texts, "mark").area.right() - 22.0).abs() < 2.0);
        let long = texts.last().unwrap();
        assert!(long.text.contains('…') && long.area.right() <= 221.0);
    }
}
