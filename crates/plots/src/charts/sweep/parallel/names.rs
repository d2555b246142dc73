//! The names above the axes.

use super::combinations::Shown;
use super::places::{Places, WIDTH};
use crate::base::canvas::Canvas;
use crate::base::heading::MARGIN;
use crate::base::text::{Anchor, TextStyle};
use crate::charts::sweep::data::MetricAxis;

impl Places {
    /// Writes the name of each axis above it, and below the name that the axis is logarithmic.
    pub(super) fn draw_names(&self, canvas: &mut Canvas, shown: &Shown<'_>) {
        let settings = self.settings.iter().zip(&shown.axes);
        let settings = settings.map(|(places, axis)| {
            let name = shown.chart.settings[*axis].name.as_str();
            (name, places.is_logarithmic())
        });
        let metric = &shown.chart.metric;
        let logarithmic = metric.axis == MetricAxis::Logarithmic;
        let names: Vec<(&str, bool)> = settings
            .chain([(metric.name.as_str(), logarithmic)])
            .collect();
        for (axis, (name, logarithmic)) in names.iter().enumerate() {
            let (x, anchor, room) = self.name_place(axis, &names);
            let name = TextStyle::LABEL.fitted(name, room);
            // A name stays on the page.
            let half = TextStyle::LABEL.width(&name) / 2.0;
            let x = x.max(MARGIN + half);
            let style = TextStyle::LABEL.anchored(anchor);
            canvas.text(&name, (x, self.area.top - 30.0), style);
            if *logarithmic {
                let text = TextStyle::SMALL.fitted("logarithmic", room);
                let style = TextStyle::SMALL.anchored(anchor);
                canvas.text(&text, (x, self.area.top - 16.0), style);
            }
        }
    }

    /// Where the name of an axis is, and its room. The names at the ends stay on the page and have what those next to
    /// them leave.
    fn name_place(&self, axis: usize, names: &[(&str, bool)]) -> (f64, Anchor, f64) {
        const GAP: f64 = 12.0;
        let last = self.settings.len();
        let middle_room = self.distance() - GAP;
        let half = |axis: usize| TextStyle::LABEL.width(names[axis].0).min(middle_room) / 2.0;
        let (left, right) = (MARGIN, WIDTH - MARGIN);
        match (axis, last) {
            (0, 0) => (right, Anchor::End, right - left),
            (0, 1) => (self.x(0), Anchor::Middle, (right - left - GAP) / 2.0),
            (1, 1) => (right, Anchor::End, (right - left - GAP) / 2.0),
            (0, _) => (self.x(0), Anchor::Middle, self.x(1) - half(1) - GAP - left),
            _ if axis == last => {
                let before = self.x(last - 1) + half(last - 1);
                (right, Anchor::End, right - GAP - before)
            }
            _ => (self.x(axis), Anchor::Middle, middle_room),
        }
    }
}
