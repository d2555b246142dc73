//! Labels above the boxes of digits, none of which covers another label or box.

use super::scaled::BOX;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};

const STYLE: TextStyle = TextStyle {
    anchor: Anchor::Middle,
    ..TextStyle::HEADING
};

/// The height of a label, and from its lower edge to its baseline.
const HEIGHT: f64 = 18.0;
const BASELINE: f64 = 4.5;

/// Between a label and what is left, right and below it.
const GAP: f64 = 4.0;

/// A wider label is shortened in the middle.
const MAX_WIDTH: f64 = 300.0;

/// A label and where it is.
pub(super) struct Label {
    text: String,
    pub(super) area: Area,
    target: Area,
}

impl Label {
    /// The labels of boxes, each above its box: directly, or as many lines higher as it needs. They may end above the
    /// picture. Empty ones are left out.
    pub(super) fn all(labels: &[&str], boxes: &[Area], page: (f64, f64)) -> Vec<Self> {
        let mut placed: Vec<Self> = Vec::new();
        for (text, target) in labels.iter().zip(boxes) {
            if text.is_empty() {
                continue;
            }
            let mut label = Self::above(text, *target, page);
            let is_free = |area: Area| {
                let others = boxes.iter().filter(|other| *other != target);
                let labels = placed.iter().map(|label| &label.area);
                !others.chain(labels).any(|other| other.overlaps(&area))
            };
            while !is_free(label.area) {
                label.area.top -= HEIGHT + GAP / 2.0;
            }
            placed.push(label);
        }
        placed
    }

    /// The label directly above a box, between the left and right end of a page.
    fn above(text: &str, target: Area, (left, right): (f64, f64)) -> Self {
        let text = STYLE.fitted(text, MAX_WIDTH.min(right - left - 2.0 * GAP));
        let width = STYLE.width(&text) + 2.0 * GAP;
        let centered = target.center().0 - width / 2.0;
        let area = Area {
            left: centered.min(right - width).max(left),
            top: target.top - GAP - HEIGHT,
            width,
            height: HEIGHT,
        };
        Self { text, area, target }
    }

    /// Draws the line from a label to its box if there is something between them.
    pub(super) fn draw_line(&self, canvas: &mut Canvas) {
        if self.target.top - self.area.bottom() < HEIGHT {
            return;
        }
        let x = self.target.center().0;
        for (paint, width) in [(Paint::Paper, 3.0), (BOX, 1.2)] {
            let stroke = Stroke::solid(paint, width);
            canvas.line((x, self.area.bottom()), (x, self.target.top), stroke);
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        canvas.group("label", |canvas| {
            canvas.tint(self.area, Paint::Paper, 0.85);
            let baseline = self.area.bottom() - BASELINE;
            canvas.text(&self.text, (self.area.center().0, baseline), STYLE);
        });
    }
}
