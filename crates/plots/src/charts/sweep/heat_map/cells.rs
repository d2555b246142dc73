//! The cells of a heat map.

use super::grid::Grid;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::heading::MARGIN;
use crate::base::mark::Mark;
use crate::base::number_format::{compact, fixed};
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};
use crate::charts::sweep::data::{MetricAxis, SweepMetric};
use crate::charts::sweep::metric_axis::Shades;

/// The size of cells, if there is room.
const CELL_WIDTH: f64 = 140.0;
const CELL_HEIGHT: f64 = 40.0;
const MIN_CELL_HEIGHT: f64 = 20.0;

/// The width of a page, of which a narrow one has room for title and legend.
const WIDTH: f64 = 900.0;
const MIN_WIDTH: f64 = 520.0;

/// The space for the labels of rows, and for those of columns if they are turned.
pub(super) const MAX_LABEL_WIDTH: f64 = 150.0;

/// The space for the legend bar and its labels.
const BAR_SPACE: f64 = 110.0;

/// The space for the name of the rows, which is turned.
pub(super) const NAME_WIDTH: f64 = 26.0;
const GAP: f64 = 2.0;

/// Writes a value of a metric.
type Write = fn(&SweepMetric, f64) -> String;

impl Grid<'_> {
    /// The width of the page: that of the cells and what is beside them, with room for a heading.
    pub(super) fn page_width(&self) -> f64 {
        let content = self.area(0.0).right() + BAR_SPACE + MARGIN;
        content.clamp(MIN_WIDTH, WIDTH)
    }

    /// The area of the cells.
    pub(super) fn area(&self, top: f64) -> Area {
        let style = TextStyle::SMALL;
        let labels = self.rows.labels.iter().map(|label| style.width(label));
        let left = MARGIN + NAME_WIDTH + labels.fold(0.0, f64::max).min(MAX_LABEL_WIDTH) + 8.0;
        let room = WIDTH - MARGIN - BAR_SPACE - left;
        let [columns, rows] =
            [&self.columns, &self.rows].map(|bins| real(bins.labels.len().max(1)));
        let height = (480.0 / rows).clamp(MIN_CELL_HEIGHT, CELL_HEIGHT);
        Area {
            left,
            top,
            width: (room / columns).min(CELL_WIDTH) * columns,
            height: height * rows,
        }
    }

    /// The area of a cell: columns from left to right, rows from bottom to top.
    pub(super) fn cell(&self, area: Area, column: usize, row: usize) -> Area {
        let width = area.width / real(self.columns.labels.len());
        let height = area.height / real(self.rows.labels.len());
        Area {
            left: area.left + real(column) * width,
            top: area.bottom() - real(row + 1) * height,
            width: width - GAP,
            height: height - GAP,
        }
    }

    pub(super) fn draw_cells(&self, canvas: &mut Canvas, area: Area, shades: &Shades<'_>) {
        let metric = &self.chart.metric;
        let means = self.means();
        let columns = self.columns.labels.len();
        let write = self.format(area, &means);
        for (index, (values, mean)) in self.cells.iter().zip(&means).enumerate() {
            let cell = self.cell(area, index % columns, index / columns);
            canvas.group_with_tip(
                "cell",
                &self.tip(index, values, *mean),
                |canvas| match mean {
                    None if values.is_empty() => {
                        canvas.outline(cell.grown(-1.0), Stroke::dotted(Paint::Muted, 1.0));
                    }
                    None => {
                        canvas.rectangle(cell, Paint::Panel);
                        canvas.mark(Mark::Cross, cell.center(), 5.0, Paint::Wrong);
                    }
                    Some(mean) => {
                        let step = shades.step(*mean);
                        canvas.rectangle(cell, Paint::Ramp(step));
                        if let Some(write) = write {
                            let (x, y) = cell.center();
                            let style = TextStyle::SMALL.painted(Paint::on_ramp(step)).bold();
                            canvas.text(
                                &write(metric, *mean),
                                (x, y + 4.0),
                                style.anchored(Anchor::Middle),
                            );
                        }
                    }
                },
            );
        }
        if let Some(best) = metric.best_of(means) {
            let cell = self.cell(area, best % columns, best / columns);
            canvas.group("best", |canvas| {
                canvas.outline(cell.grown(1.0), Stroke::solid(Paint::Paper, 3.0));
                canvas.outline(cell.grown(2.0), Stroke::solid(Paint::Ink, 2.2));
            });
        }
    }

    /// The longest of the formats with which all values fit into their cells; `None` if none does.
    fn format(&self, area: Area, means: &[Option<f64>]) -> Option<Write> {
        let formats: [Write; 3] = [
            |metric, value| metric.written(value),
            |metric, value| match metric.axis {
                MetricAxis::Percent => fixed(100.0 * value, 1),
                MetricAxis::Linear | MetricAxis::Logarithmic => compact(value),
            },
            |metric, value| match metric.axis {
                MetricAxis::Percent => fixed(100.0 * value, 0),
                MetricAxis::Linear | MetricAxis::Logarithmic => compact(value),
            },
        ];
        let width = self.cell(area, 0, 0).width - 6.0;
        let style = TextStyle::SMALL.bold();
        let fits = |write: &Write| {
            let means = means.iter().flatten();
            means
                .into_iter()
                .all(|mean| style.width(&write(&self.chart.metric, *mean)) <= width)
        };
        formats.into_iter().find(fits)
    }
}
