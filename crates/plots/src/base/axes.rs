//! The two axes of a plot: from values to points on the page, with grid lines and labels.

use super::area::{Area, Point};
use super::canvas::Canvas;
use super::scale::Scale;
use super::style::{Paint, Stroke};
use super::text::{Anchor, TextStyle};

/// Space for the labels and the name of an axis beside the plot, in pixels.
pub(crate) const LEFT_MARGIN: f64 = 58.0;
pub(crate) const BOTTOM_MARGIN: f64 = 46.0;

/// Between a plot and its labels, two labels, and the labels and the name of the axis.
const LABEL_GAP: f64 = 8.0;

/// The height of an axis name above and below its baseline.
const NAME_HEIGHT: f64 = 14.0;
const NAME_DEPTH: f64 = 3.0;

/// Grid lines and tick marks.
const GRID: Stroke = Stroke::solid(Paint::Grid, 1.0);

/// The area of a plot with its two scales.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axes {
    pub(crate) area: Area,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

impl Axes {
    /// The point on the page for a pair of values.
    pub(crate) fn point(&self, x: f64, y: f64) -> Point {
        (
            self.area.left + self.x.fraction(x) * self.area.width,
            self.area.bottom() - self.y.fraction(y) * self.area.height,
        )
    }

    /// Draws grid lines, labels and the names of both axes.
    ///
    /// They need [`left_margin`] to the left of the area and [`BOTTOM_MARGIN`] below it. Labels that
    /// would overlap the previous one are left out.
    pub(crate) fn draw(&self, canvas: &mut Canvas, x_name: &str, y_name: &str) {
        canvas.group("axes", |canvas| {
            self.draw_y_ticks(canvas);
            self.draw_x_ticks(canvas);
            let area = self.area;
            let (left, bottom) = (area.left, area.bottom());
            let axis = Stroke::solid(Paint::Muted, 1.0);
            canvas.line((left, bottom), (area.right(), bottom), axis);
            let name = TextStyle::LABEL.anchored(Anchor::Middle);
            let (x, y) = area.center();
            canvas.text(x_name, (x, bottom + 38.0), name);
            canvas.text_upwards(y_name, (left - left_margin(&self.y) + NAME_HEIGHT, y), name);
        });
    }

    /// Draws the y axis alone, and the line of the x axis without ticks and name.
    pub(crate) fn draw_y(&self, canvas: &mut Canvas, y_name: &str) {
        canvas.group("axes", |canvas| {
            self.draw_y_ticks(canvas);
            let area = self.area;
            let bottom = area.bottom();
            let axis = Stroke::solid(Paint::Muted, 1.0);
            canvas.line((area.left, bottom), (area.right(), bottom), axis);
            let name = TextStyle::LABEL.anchored(Anchor::Middle);
            let at = (
                area.left - left_margin(&self.y) + NAME_HEIGHT,
                area.center().1,
            );
            canvas.text_upwards(&name.fitted(y_name, area.height), at, name);
        });
    }

    /// Draws the x axis alone, with grid lines upwards.
    pub(crate) fn draw_x(&self, canvas: &mut Canvas, x_name: &str) {
        canvas.group("axes", |canvas| {
            let area = self.area;
            let bottom = area.bottom();
            for (tick, _) in self.x.ticks() {
                let (x, _) = self.point(tick, 0.0);
                canvas.line((x, area.top), (x, bottom), GRID);
            }
            self.draw_x_ticks(canvas);
            let axis = Stroke::solid(Paint::Muted, 1.0);
            canvas.line((area.left, bottom), (area.right(), bottom), axis);
            let name = TextStyle::LABEL.anchored(Anchor::Middle);
            let fitted = name.fitted(x_name, area.width);
            canvas.text(&fitted, (area.center().0, bottom + 38.0), name);
        });
    }

    fn draw_y_ticks(&self, canvas: &mut Canvas) {
        let (left, right) = (self.area.left, self.area.right());
        let style = TextStyle::SMALL.anchored(Anchor::End);
        let mut free_above = f64::INFINITY;
        for (tick, text) in self.y.ticks() {
            let (_, y) = self.point(0.0, tick);
            canvas.line((left, y), (right, y), GRID);
            if y + style.size / 2.0 <= free_above {
                canvas.text(&text, (left - LABEL_GAP, y + 4.0), style);
                free_above = y - style.size / 2.0 - 2.0;
            }
        }
    }

    fn draw_x_ticks(&self, canvas: &mut Canvas) {
        let bottom = self.area.bottom();
        let style = TextStyle::SMALL.anchored(Anchor::Middle);
        let mut free_from = f64::NEG_INFINITY;
        for (tick, text) in self.x.ticks() {
            let (x, _) = self.point(tick, 0.0);
            canvas.line((x, bottom), (x, bottom + 4.0), GRID);
            let half = style.width(&text) / 2.0;
            if x - half >= free_from {
                canvas.text(&text, (x, bottom + 18.0), style);
                free_from = x + half + LABEL_GAP;
            }
        }
    }
}

/// The space for labels and name to the left of a plot, in pixels: [`LEFT_MARGIN`], or more if the
/// labels are wide.
pub(crate) fn left_margin(y: &Scale) -> f64 {
    let widths = y.ticks().map(|(_, label)| TextStyle::SMALL.width(&label));
    let widest = widths.fold(0.0, f64::max);
    let needed = LABEL_GAP + widest + LABEL_GAP + NAME_HEIGHT + NAME_DEPTH;
    needed.max(LEFT_MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{Written, find, readable_texts};

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

    #[test]
    fn values_rise_from_the_lower_left_corner() {
        let axes = Axes {
            area: area(10.0, 100.0),
            x: Scale::between(0.0, 1.0, 5),
            y: Scale::between(0.0, 2.0, 2),
        };
        assert_eq!(axes.point(0.0, 0.0), (10.0, 220.0));
        assert_eq!(axes.point(0.5, 2.0), (60.0, 20.0));
    }

    #[test]
    fn the_axis_name_is_left_of_the_labels_however_wide_they_are() {
        for (low, high) in [
            (0.0, 0.8),
            (0.712_345, 0.712_347),
            (-1e9, 1e9),
            (0.0, 2.3e-7),
        ] {
            let y = Scale::between(low, high, 5);
            let axes = Axes {
                area: area(left_margin(&y), 300.0),
                x: Scale::integers(1, 20, 5),
                y,
            };
            let texts = drawn(&axes);
            let name = find(&texts, "loss").area;
            let first = texts[0].area.left();
            assert!(name.right() <= first, "{name:?} {first}");
        }
        assert!(left_margin(&Scale::between(0.0, 0.8, 5)) <= LEFT_MARGIN);
        assert!(left_margin(&Scale::between(0.712_345, 0.712_347, 2)) > LEFT_MARGIN);
    }

    #[test]
    fn labels_that_would_overlap_are_left_out() {
        let axes = Axes {
            area: area(LEFT_MARGIN, 60.0),
            x: Scale::integers(1, 10_000, 5),
            y: Scale::between(0.0, 1.0, 50),
        };
        let texts = drawn(&axes);
        let epochs = texts.iter().filter(|text| !text.text.contains('.'));
        let epochs: Vec<&str> = epochs.map(|written| written.text.as_str()).collect();
        // A label of nearly 30 pixels every 12 pixels: after the 1, the fourth is the first that fits.
        assert_eq!(epochs, ["1", "6000", "epoch", "loss"]);
        let losses = texts.len() - epochs.len();
        assert!((10..16).contains(&losses), "200 pixels for {losses} labels");
        find(&texts, "0.00");
    }
}
