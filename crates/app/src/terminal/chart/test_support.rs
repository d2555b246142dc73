//! Series to draw in tests, and what was drawn.

use ratatui_core::buffer::Buffer;

use crate::support::split::Split;
use crate::terminal::buffer::to_text;
use crate::terminal::chart::series::{Point, Series};
use crate::terminal::color_mode::ColorMode;

/// A series whose name says whether it is a validation metric.
pub(crate) fn series(name: &str, points: &[Point]) -> Series {
    let split = if name.contains("val_") {
        Split::Validation
    } else {
        Split::Training
    };
    Series {
        name: name.to_owned(),
        points: points.to_vec(),
        split,
    }
}

/// Decreasing training and validation losses of several runs.
pub(crate) fn runs(runs: u32, epochs: u32) -> Vec<Series> {
    let points = |first: f64| {
        let epochs = (1..=epochs).map(f64::from);
        epochs.map(|epoch| (epoch, first / epoch)).collect()
    };
    (0..runs)
        .flat_map(|run| {
            let first = 0.5 + f64::from(run) / 10.0;
            let loss: Vec<Point> = points(first);
            let val_loss: Vec<Point> = points(first + 0.04);
            [
                series(&format!("run-{run} loss"), &loss),
                series(&format!("run-{run} val_loss"), &val_loss),
            ]
        })
        .collect()
}

/// The lines of a buffer without colours.
pub(crate) fn characters(buffer: &Buffer) -> Vec<Vec<char>> {
    let text = to_text(buffer, ColorMode::Plain);
    text.lines().map(|line| line.chars().collect()).collect()
}

/// The columns of the ticks of the x axis, which is the last line but one.
pub(crate) fn tick_columns(lines: &[Vec<char>]) -> Vec<usize> {
    let axis = lines[lines.len() - 2].iter().enumerate();
    axis.filter(|(_, c)| **c == '┬').map(|(x, _)| x).collect()
}

pub(crate) fn is_braille(c: char) -> bool {
    ('\u{2801}'..='\u{28ff}').contains(&c)
}
