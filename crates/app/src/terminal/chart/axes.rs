//! The axes of a chart and the numbers along them.
//!
//! This module writes the numbers itself, because ratatui's labels are evenly spaced and not at the
//! positions of their values.

use plots::Scale;
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::Style;
use ratatui_widgets::chart::Axis;
use unicode_width::UnicodeWidthStr;

use crate::terminal::chart::series::{Point, Spacing};
use crate::terminal::truncate::truncate;

/// Lines per tick of the y axis.
const LINES_PER_TICK: u16 = 2;

/// Columns per tick of the x axis.
const COLUMNS_PER_TICK: u16 = 10;

/// The name of the x axis, to the left of its numbers.
const X_NAME: &str = "epoch";

/// The scales of both axes and the area between them.
pub(crate) struct Axes {
    /// Where the curves are drawn: right of the y axis and above the x axis.
    graph: Rect,
    x: Scale,
    y: Scale,
    spacing: Spacing,
}

impl Axes {
    /// Fits axes to points, as they are drawn, and to an area at the left edge of the buffer.
    pub(crate) fn new(area: Rect, points: &[Point], spacing: Spacing) -> Self {
        // The last two lines are the x axis and its numbers.
        let height = area.height - 2;
        let values = points.iter().map(|(_, y)| *y);
        let ticks = tick_count(height, LINES_PER_TICK);
        let y = match spacing {
            Spacing::Linear => Scale::around(values, ticks),
            Spacing::Logarithmic => Scale::logarithmic(values.map(f64::exp), ticks),
        };
        let label_widths = y.ticks().map(|(_, label)| label.width());
        let margin = label_widths.chain([X_NAME.width()]).max().unwrap_or(0);
        // ratatui's chart limits its labels to a third of the area.
        let margin = u16::try_from(margin)
            .unwrap_or(u16::MAX)
            .min(area.width / 3);
        let graph = Rect {
            x: margin + 1,
            width: area.width - margin - 1,
            height,
            ..area
        };
        let x = epoch_scale(points, tick_count(graph.width, COLUMNS_PER_TICK));
        Self {
            graph,
            x,
            y,
            spacing,
        }
    }

    /// The x axis for ratatui's chart.
    pub(crate) fn x_axis(&self) -> Axis<'static> {
        // ratatui draws an axis only if it has labels.
        axis(self.x.ends()).labels([" ", " "])
    }

    /// The y axis for ratatui's chart, with blank labels that are as wide as the numbers.
    pub(crate) fn y_axis(&self) -> Axis<'static> {
        let blank = " ".repeat(self.label_columns());
        let (start, end) = self.y.ends();
        let ends = match self.spacing {
            Spacing::Linear => (start, end),
            Spacing::Logarithmic => (start.ln(), end.ln()),
        };
        axis(ends).labels([blank.clone(), blank])
    }

    /// Writes the numbers along both axes, over the axes that ratatui has drawn.
    pub(crate) fn write_numbers(&self, buffer: &mut Buffer) {
        self.write_y_numbers(buffer);
        self.write_x_numbers(buffer);
    }

    fn write_y_numbers(&self, buffer: &mut Buffer) {
        let graph = self.graph;
        let columns = self.label_columns();
        for (value, label) in self.y.ticks() {
            let line = graph.y + cell_index(1.0 - self.y.fraction(value), graph.height, 4);
            let label = truncate(&label, columns);
            let padding = " ".repeat(columns.saturating_sub(label.width()));
            buffer.set_string(0, line, padding + &label + "┤", Style::new());
        }
    }

    /// Writes the name of the x axis and as many of its numbers as there is room for.
    fn write_x_numbers(&self, buffer: &mut Buffer) {
        let graph = self.graph;
        let axis = graph.bottom();
        buffer.set_stringn(0, axis + 1, X_NAME, self.label_columns(), Style::new());
        let mut next_free = graph.x;
        for (value, label) in self.x.ticks() {
            let tick = graph.x + cell_index(self.x.fraction(value), graph.width, 2);
            let width = u16::try_from(label.width()).unwrap_or(u16::MAX);
            let last_start = graph.right().saturating_sub(width);
            let start = (tick - width.min(tick) / 2).max(graph.x).min(last_start);
            if start >= next_free {
                buffer.set_string(start, axis + 1, label, Style::new());
                buffer[(tick, axis)].set_symbol("┬");
                next_free = start + width + 1;
            }
        }
    }

    /// Columns to the left of the y axis.
    fn label_columns(&self) -> usize {
        usize::from(self.graph.x) - 1
    }
}

/// Integers from the first epoch to the last.
fn epoch_scale(points: &[Point], max_ticks: usize) -> Scale {
    let epochs = || points.iter().map(|(epoch, _)| *epoch);
    let first = epochs().fold(f64::INFINITY, f64::min);
    let last = epochs().fold(0.0, f64::max);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "epochs are small whole numbers"
    )]
    let (first, last) = (first.floor() as usize, last.ceil() as usize);
    Scale::integers(first, last, max_ticks)
}

/// The number of ticks that fit on an axis.
fn tick_count(cells: u16, cells_per_tick: u16) -> usize {
    usize::from(cells / cells_per_tick).max(1)
}

fn axis((start, end): (f64, f64)) -> Axis<'static> {
    // ratatui omits points outside the bounds, and rounding can put a point at an end outside.
    let tolerance = (end - start) * 1e-9;
    Axis::default().bounds([start - tolerance, end + tolerance])
}

/// The cell at a fraction of the way along an axis, with the rounding of ratatui's canvas: each
/// cell has `dots_per_cell` dots (braille: 2 across, 4 down).
fn cell_index(fraction: f64, cells: u16, dots_per_cell: u16) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "fractions of a few thousand dots"
    )]
    let dot = (fraction * (f64::from(cells) * f64::from(dots_per_cell) - 1.0)).round() as u32;
    u16::try_from(dot / u32::from(dots_per_cell)).map_or(0, |cell| cell.min(cells - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::chart::test_support::{characters, tick_columns};

    #[test]
    fn numbers_below_the_x_axis_do_not_overlap() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 16, 8));
        let axes = Axes::new(
            buffer.area,
            &[(12345.0, 0.0), (12350.0, 1.0)],
            Spacing::Linear,
        );
        axes.write_numbers(&mut buffer);
        let lines = characters(&buffer);
        assert_eq!(lines[7].iter().collect::<String>(), "epoch 12345");
        assert_eq!(tick_columns(&lines), [6]);
    }
}
