//! How each series is drawn: training metrics as lines, validation metrics as a marker per epoch.

use ratatui_core::style::Color;
use ratatui_core::symbols::Marker;
use ratatui_widgets::chart::{Dataset, GraphType};

use crate::support::split::Split;
use crate::terminal::chart::series::{Point, Series};

/// The colours of the SVG charts, as the nearest of the 256 indexed colours.
const COLORS: [u8; 7] = [32, 166, 36, 133, 136, 74, 245];

/// The marker of each run's validation metric.
const MARKERS: [char; 7] = ['•', 'x', '+', 'o', '*', '#', '%'];

/// The number on each run's training line.
const RUN_NUMBERS: [char; 7] = ['1', '2', '3', '4', '5', '6', '7'];

/// A series and its style.
pub(crate) struct Curve<'a> {
    pub(crate) series: &'a Series,
    /// The points between gaps: at least one segment, none of them empty.
    pub(crate) segments: Vec<&'a [Point]>,
    pub(crate) color: Color,
    /// Used for validation metrics.
    marker: char,
    /// On the training line, if there are several runs.
    run_number: Option<RunNumber<'a>>,
}

struct RunNumber<'a> {
    symbol: char,
    /// A slice of one point, because a dataset borrows a slice.
    position: &'a [Point],
}

/// Chooses the style of each series; series without finite points are omitted.
pub(crate) fn curves(series: &[Series]) -> Vec<Curve<'_>> {
    let is_training = |series: &Series| series.split == Split::Training;
    let runs = series.iter().filter(|series| is_training(series)).count();
    let mut runs_so_far: usize = 0;
    let mut curves = Vec::new();
    for (index, series) in series.iter().enumerate() {
        runs_so_far += usize::from(is_training(series));
        let run = runs_so_far.saturating_sub(1);
        let segments = finite_segments(&series.points);
        if segments.is_empty() {
            continue;
        }
        let color = if runs > 1 { run } else { index };
        let run_number = match series.split {
            Split::Training if runs > 1 => run_number(&segments, run, runs),
            _ => None,
        };
        curves.push(Curve {
            series,
            segments,
            color: Color::Indexed(COLORS[color % COLORS.len()]),
            marker: MARKERS[run % MARKERS.len()],
            run_number,
        });
    }
    curves
}

fn finite_segments(points: &[Point]) -> Vec<&[Point]> {
    let segments = points.split(|(x, y)| !(x.is_finite() && y.is_finite()));
    segments.filter(|segment| !segment.is_empty()).collect()
}

/// Places the number of a run on its line. Each run's number is at a different epoch, so that
/// numbers do not cover each other where lines meet.
fn run_number<'a>(segments: &[&'a [Point]], run: usize, runs: usize) -> Option<RunNumber<'a>> {
    let points: usize = segments.iter().map(|segment| segment.len()).sum();
    let index = points * (2 * run + 1) / (2 * runs);
    let mut positions = segments.iter().flat_map(|segment| segment.chunks(1));
    Some(RunNumber {
        symbol: RUN_NUMBERS[run % RUN_NUMBERS.len()],
        position: positions.nth(index)?,
    })
}

impl<'a> Curve<'a> {
    /// The symbol of this curve in the legend.
    pub(crate) fn legend_key(&self) -> String {
        match (self.series.split, &self.run_number) {
            (Split::Validation, _) => self.marker.to_string(),
            (Split::Training, Some(number)) => format!("⠤{}⠤", number.symbol),
            (Split::Training, None) => "⠤⠤".to_owned(),
        }
    }

    /// The segments of this curve as datasets for ratatui's chart.
    pub(crate) fn datasets(&self) -> impl Iterator<Item = Dataset<'a>> {
        self.segments.iter().map(|points| {
            let dataset = self.dataset(points);
            match (self.series.split, points.len()) {
                (Split::Validation, _) => dataset.marker(Marker::Custom(self.marker)),
                // A line through a single point would be one dot, which is hardly visible.
                (Split::Training, 1) => dataset.marker(Marker::Custom('⠶')),
                (Split::Training, _) => dataset.marker(Marker::Braille).graph_type(GraphType::Line),
            }
        })
    }

    /// The run's number as a dataset of one point.
    pub(crate) fn run_number_dataset(&self) -> Option<Dataset<'a>> {
        let number = self.run_number.as_ref()?;
        let dataset = self.dataset(number.position);
        Some(dataset.marker(Marker::Custom(number.symbol)))
    }

    fn dataset(&self, points: &'a [Point]) -> Dataset<'a> {
        Dataset::default().data(points).style(self.color)
    }
}
