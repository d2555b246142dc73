//! The rows of a chart of the spread over seeds.

use crate::base::area::{Area, Point};
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::heading::MARGIN;
use crate::base::mark::Mark;
use crate::base::number_format::grouped;
use crate::base::scale::Scale;
use crate::base::style::Paint;
use crate::base::text::{Anchor, TextStyle};
use crate::charts::sweep::data::{Best, SpreadChart, SpreadRow, Standing, SweepMetric};
use crate::charts::sweep::value_marks::{
    IntervalEnd, MeanMark, MetricDirection, draw_left_out, jitter,
};

/// The maximum number of rows of [`seed_spread`](crate::seed_spread); the names of further combinations are in a remark.
pub const MAX_SPREAD_ROWS: usize = 30;
pub(super) const WIDTH: f64 = 900.0;
pub(super) const ROW_HEIGHT: f64 = 24.0;

/// From the middle of a row up to that of its dots, and down to its mean, which hides none of them.
const DOTS_ABOVE: f64 = 4.5;
pub(super) const MEAN_BELOW: f64 = 5.0;

/// The width of the names and of the means beside the plot.
const MAX_NAME_WIDTH: f64 = 280.0;
const MEANS_WIDTH: f64 = 122.0;
const X_TICKS: usize = 6;

/// Shades every other row.
pub(super) fn draw_bands(canvas: &mut Canvas, axes: &Axes, rows: usize) {
    for row in (1..rows).step_by(2) {
        let band = Area {
            left: MARGIN,
            top: axes.area.top + real(row) * ROW_HEIGHT,
            width: WIDTH - 2.0 * MARGIN,
            height: ROW_HEIGHT,
        };
        canvas.rectangle(band, Paint::Panel);
    }
}

pub(super) struct Shown<'a> {
    pub(super) rows: &'a [SpreadRow],
    pub(super) metric: &'a SweepMetric,
}

impl<'a> Shown<'a> {
    pub(super) fn of(chart: &'a SpreadChart) -> Self {
        Self {
            rows: &chart.rows[..chart.rows.len().min(MAX_SPREAD_ROWS)],
            metric: &chart.metric,
        }
    }

    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let values = self.rows.iter().flat_map(|row| &row.results.values);
        values.copied().filter(|value| self.metric.shows(*value))
    }

    /// The plot between names and means.
    pub(super) fn axes(&self, area: Area) -> Axes {
        const GAP: f64 = 14.0;
        let style = TextStyle::SMALL;
        let widths = self.rows.iter().map(|row| style.width(&row.name));
        let names = widths.fold(60.0, f64::max).min(MAX_NAME_WIDTH) + GAP;
        let values: Vec<f64> = self.values().collect();
        let intervals: Vec<[f64; 2]> = self
            .rows
            .iter()
            .filter_map(|row| row.results.interval)
            .collect();
        Axes {
            area: Area {
                left: area.left + names,
                width: area.width - names - MEANS_WIDTH,
                ..area
            },
            x: self
                .metric
                .scale_with_intervals(&values, &intervals, X_TICKS),
            y: Scale::around([0.0, 1.0], 1),
        }
    }

    /// The middle of a row.
    fn row_middle(axes: &Axes, row: usize) -> f64 {
        axes.area.top + (real(row) + 0.5) * ROW_HEIGHT
    }

    pub(super) fn dots(&self, axes: &Axes) -> Vec<Point> {
        const JITTER: f64 = 3.0;
        let mut dots = Vec::new();
        for (row, of) in self.rows.iter().enumerate() {
            let values = &of.results.values;
            for (index, value) in values.iter().enumerate() {
                if self.metric.shows(*value) {
                    let (x, _) = axes.point(*value, 0.0);
                    let middle = Self::row_middle(axes, row) - DOTS_ABOVE;
                    dots.push((x, middle + jitter(index, values.len(), JITTER)));
                }
            }
        }
        dots
    }

    pub(super) fn mean_mark(&self, axes: &Axes, index: usize) -> Option<MeanMark> {
        let row = &self.rows[index];
        let mean = row.results.mean().filter(|mean| self.metric.shows(*mean))?;
        if row.results.values.len() < 2 {
            return None;
        }
        let place = |value| axes.point(value, 0.0).0;
        let end = |value| {
            // A logarithmic axis has no place for an end at 0 or below.
            let at = place(value);
            let at = if at.is_nan() { f64::NEG_INFINITY } else { at };
            IntervalEnd::within(at, [axes.area.left, axes.area.right()])
        };
        Some(MeanMark {
            mean: place(mean),
            interval: row.results.interval.map(|interval| interval.map(end)),
            other: Self::row_middle(axes, index) + MEAN_BELOW,
            direction: MetricDirection::Across,
            mark: Self::mark(row),
        })
    }

    /// The mark of the mean: filled for the best combinations, hollow for those that are worse or dropped.
    fn mark(row: &SpreadRow) -> Mark {
        match row.standing {
            Standing::BestOrSame | Standing::Unknown => Mark::Diamond,
            Standing::Worse => Mark::Ring,
            Standing::Dropped => Mark::Frame,
        }
    }

    /// Draws name, mean and number of points of a row.
    pub(super) fn draw_row(
        &self,
        canvas: &mut Canvas,
        axes: &Axes,
        index: usize,
        mark: Option<&MeanMark>,
    ) {
        let row = &self.rows[index];
        let (left, right) = (axes.area.left, axes.area.right());
        let baseline = Self::row_middle(axes, index) + 4.0;
        let style = TextStyle::SMALL.painted(Paint::Ink);
        let name = style.fitted(&row.name, MAX_NAME_WIDTH);
        let mean = row
            .results
            .mean()
            .map_or("–".to_owned(), |mean| self.metric.written(mean));
        let count = row.results.values.len();
        canvas.group_with_tip(
            "row",
            &format!("{}: mean {mean}, n = {}", row.name, grouped(count)),
            |canvas| {
                canvas.text(&name, (left - 12.0, baseline), style.anchored(Anchor::End));
                canvas.text(&mean, (right + 72.0, baseline), style.anchored(Anchor::End));
                let count = format!("({})", grouped(count));
                canvas.text(
                    &count,
                    (right + MEANS_WIDTH, baseline),
                    TextStyle::SMALL.anchored(Anchor::End),
                );
                if let Some(mark) = mark {
                    mark.draw(canvas);
                }
            },
        );
    }

    /// Marks a row with values that have no place, at the end of the axis where they are worst.
    pub(super) fn draw_left_out(&self, canvas: &mut Canvas, axes: &Axes, index: usize) {
        const INSIDE: f64 = 8.0;
        let row = &self.rows[index];
        let count = self.metric.count_left_out(&row.results.values);
        if count == 0 {
            return;
        }
        let x = match self.metric.best {
            Best::Highest => axes.area.left + INSIDE,
            Best::Lowest => axes.area.right() - INSIDE,
        };
        let (count, all) = (grouped(count), grouped(row.results.values.len()));
        let tip = format!(
            "{}: {count} of {all} {}",
            row.name,
            self.metric.why_left_out()
        );
        draw_left_out(canvas, (x, Self::row_middle(axes, index)), &tip);
    }
}
