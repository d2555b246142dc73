//! The axes side by side, and the lines between them.

use super::combinations::Shown;
use super::lines::without_repetitions;
use crate::base::area::{Area, Point};
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::heading::MARGIN;
use crate::base::mark::Mark;
use crate::base::scale::Scale;
use crate::base::style::{Paint, RAMP_STEPS, Stroke};
use crate::base::text::{Anchor, TextStyle};
use crate::charts::sweep::data::{ParallelLine, SettingValue};
use crate::charts::sweep::metric_axis::Shades;
use crate::charts::sweep::ramp;
use crate::charts::sweep::setting_axis::SettingPlaces;

pub(super) const WIDTH: f64 = 900.0;
const TICKS: usize = 6;

/// The space for the labels of the metric, right of its axis.
const METRIC_LABELS: f64 = 92.0;

/// The space for the labels of the first axis, left of it, and for half of its name.
const MAX_FIRST_LABELS: f64 = 150.0;
const FIRST_NAME: f64 = 30.0;
/// Between an axis and its labels.
const LABEL_GAP: f64 = 8.0;
const BAR_WIDTH: f64 = 12.0;
const AXIS: Stroke = Stroke::solid(Paint::Muted, 1.2);

/// The places of all values on the page.
pub(super) struct Places {
    pub(super) area: Area,
    pub(super) settings: Vec<SettingPlaces>,
    pub(super) metric: Scale,
}

impl Places {
    pub(super) fn of(shown: &Shown<'_>, top: f64, height: f64) -> Self {
        let settings = shown.axes.iter().map(|axis| {
            let values: Vec<SettingValue> =
                shown.lines.iter().map(|line| line.value(*axis)).collect();
            SettingPlaces::of(&shown.chart.settings[*axis], values.iter(), 0.0, TICKS)
        });
        let settings: Vec<SettingPlaces> = settings.collect();
        let metrics: Vec<f64> = shown.lines.iter().map(|line| line.metric).collect();
        let first_labels = first_labels_width(&settings);
        Self {
            area: Area {
                left: MARGIN + first_labels,
                top,
                width: WIDTH - 2.0 * MARGIN - first_labels - METRIC_LABELS,
                height,
            },
            settings,
            metric: shown.chart.metric.scale(&metrics, TICKS),
        }
    }

    /// Where an axis is; the last is that of the metric.
    pub(super) fn x(&self, axis: usize) -> f64 {
        if self.settings.is_empty() {
            return self.area.right();
        }
        self.area.left + real(axis) * self.distance()
    }

    pub(super) fn distance(&self) -> f64 {
        self.area.width / real(self.settings.len().max(1))
    }

    fn y(&self, fraction: f64) -> f64 {
        self.area.bottom() - fraction * self.area.height
    }

    fn points(&self, shown: &Shown<'_>, line: &ParallelLine) -> Vec<Point> {
        let settings = self.settings.iter().zip(&shown.axes).enumerate();
        let points = settings.map(|(index, (places, axis))| {
            let value = line.value(*axis);
            (self.x(index), self.y(places.of_value(&value)))
        });
        let metric = (
            self.x(self.settings.len()),
            self.y(self.metric.fraction(line.metric)),
        );
        points.chain([metric]).collect()
    }

    /// Draws the lines, the worst first.
    pub(super) fn draw_lines(&self, canvas: &mut Canvas, shown: &Shown<'_>, shades: &Shades<'_>) {
        const MANY: usize = 200;
        let width = if shown.lines.len() > MANY { 1.0 } else { 1.6 };
        for step in 0..RAMP_STEPS {
            let of_step = shown
                .lines
                .iter()
                .filter(|line| shades.step(line.metric) == step);
            let lines: Vec<Vec<Point>> = of_step.map(|line| self.points(shown, line)).collect();
            let lines = without_repetitions(&lines);
            if !lines.is_empty() {
                let stroke = Stroke::solid(Paint::Ramp(step), width);
                canvas.group("lines", |canvas| {
                    canvas.polylines(lines.iter().map(Vec::as_slice), stroke);
                });
            }
        }
    }

    pub(super) fn draw_axis_lines(&self, canvas: &mut Canvas) {
        let axes = 0..self.settings.len();
        let metric = self.x(self.settings.len()) + BAR_WIDTH;
        for x in axes.map(|axis| self.x(axis)).chain([metric]) {
            canvas.line((x, self.area.top), (x, self.area.bottom()), AXIS);
        }
    }

    pub(super) fn draw_best(&self, canvas: &mut Canvas, shown: &Shown<'_>) {
        let Some(best) = shown.best else { return };
        let points = self.points(shown, best);
        canvas.group_with_tip("best", &shown.counts(), |canvas| {
            canvas.polyline(&points, Stroke::solid(Paint::Paper, 7.0));
            canvas.polyline(&points, Stroke::solid(Paint::Ink, 3.5));
            canvas.marks(Mark::Circle, points, 5.0, Paint::Ink, 1.0);
        });
    }

    pub(super) fn draw_axes(&self, canvas: &mut Canvas, shown: &Shown<'_>, shades: &Shades<'_>) {
        canvas.group("axes", |canvas| {
            for (index, places) in self.settings.iter().enumerate() {
                let x = self.x(index);
                let labels = match index {
                    // No line is left of the first axis.
                    0 => (Anchor::End, MAX_FIRST_LABELS),
                    _ => (Anchor::Start, self.distance() - 22.0),
                };
                self.draw_axis(canvas, x, &places.labels, labels);
            }
            let last = self.settings.len();
            let ticks: Vec<(f64, String)> = self.metric.ticks().collect();
            let ticks = ticks
                .into_iter()
                .map(|(value, label)| (self.metric.fraction(value), label));
            let x = self.x(last) + BAR_WIDTH;
            self.draw_axis(
                canvas,
                x,
                &ticks.collect::<Vec<_>>(),
                (Anchor::Start, METRIC_LABELS - BAR_WIDTH - 10.0),
            );
            let [low, high] =
                [shades.low, shades.high].map(|value| self.y(self.metric.fraction(value)));
            let bar = Area::between((self.x(last), high), (x, low.max(high + 1.0)));
            ramp::draw_steps(canvas, bar, shown.chart.metric.best);
        });
    }

    /// Draws an axis with labels that start to its right, or end to its left, on a background that covers the lines.
    fn draw_axis(
        &self,
        canvas: &mut Canvas,
        x: f64,
        labels: &[(f64, String)],
        (anchor, max_width): (Anchor, f64),
    ) {
        const BACKGROUND_OPACITY: f64 = 0.8;
        const PADDING: f64 = 2.0;
        let style = TextStyle::SMALL.painted(Paint::Ink).anchored(anchor);
        let mut labels: Vec<&(f64, String)> = labels.iter().collect();
        labels.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut free_above = f64::INFINITY;
        for (place, label) in labels {
            let y = self.y(*place);
            canvas.line((x - 3.0, y), (x + 3.0, y), AXIS);
            if y + style.size / 2.0 > free_above {
                continue;
            }
            free_above = y - style.size / 2.0 - 3.0;
            let label = style.fitted(label, max_width);
            let width = style.width(&label);
            let (start, left) = match anchor {
                Anchor::End => (x - LABEL_GAP, x - LABEL_GAP - width),
                Anchor::Start | Anchor::Middle => (x + LABEL_GAP, x + LABEL_GAP),
            };
            let background = Area {
                left: left - PADDING,
                top: y - style.size * 0.65,
                width: width + 2.0 * PADDING,
                height: style.size * 1.3,
            };
            canvas.tint(background, Paint::Paper, BACKGROUND_OPACITY);
            canvas.text(&label, (start, y + 4.0), style);
        }
    }
}

/// The space left of the first axis.
fn first_labels_width(settings: &[SettingPlaces]) -> f64 {
    let labels = settings.first().into_iter().flat_map(|first| &first.labels);
    let widths = labels.map(|(_, label)| TextStyle::SMALL.width(label));
    let widest = widths.fold(0.0, f64::max).min(MAX_FIRST_LABELS);
    (widest + LABEL_GAP).max(FIRST_NAME)
}
