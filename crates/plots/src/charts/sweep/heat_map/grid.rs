//! The results in rows and columns, and the texts about them.

use super::bins::Bins;
use crate::base::legend::Entry;
use crate::base::mark::Mark;
use crate::base::number_format::grouped;
use crate::base::style::Paint;
use crate::charts::sweep::data::{HeatMapChart, mean};
use crate::charts::sweep::words::points_in_groups;

/// The results in rows and columns.
pub(super) struct Grid<'a> {
    pub(super) chart: &'a HeatMapChart,
    pub(super) columns: Bins,
    pub(super) rows: Bins,
    /// The values of each cell, row by row.
    pub(super) cells: Vec<Vec<f64>>,
}

impl<'a> Grid<'a> {
    pub(super) fn of(chart: &'a HeatMapChart) -> Self {
        let bins = |axis: usize| {
            let values = chart.results.iter().map(|result| &result.at[axis]);
            Bins::of(&chart.settings[axis], values)
        };
        let (columns, rows) = (bins(0), bins(1));
        let mut cells = vec![Vec::new(); columns.labels.len() * rows.labels.len()];
        for result in &chart.results {
            let [column, row] = [columns.index(&result.at[0]), rows.index(&result.at[1])];
            if let (Some(column), Some(row)) = (column, row) {
                cells[row * columns.labels.len() + column].extend(&result.values);
            }
        }
        Self {
            chart,
            columns,
            rows,
            cells,
        }
    }

    /// The mean of each cell that can be shaded.
    pub(super) fn means(&self) -> Vec<Option<f64>> {
        let shown = |mean: &f64| self.chart.metric.shows(*mean);
        self.cells
            .iter()
            .map(|values| mean(values).filter(shown))
            .collect()
    }

    pub(super) fn counts(&self) -> String {
        let sizes = self.cells.iter().map(Vec::len).filter(|size| *size > 0);
        points_in_groups(&sizes.collect::<Vec<_>>(), "cell")
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![Entry::text(format!(
            "mean {}, the best in a frame",
            self.chart.metric.name
        ))];
        if self.cells.iter().any(Vec::is_empty) {
            entries.push(Entry::mark(Mark::Frame, Paint::Muted, "no points"));
        }
        let broken =
            |(values, mean): (&Vec<f64>, &Option<f64>)| !values.is_empty() && mean.is_none();
        if self.cells.iter().zip(&self.means()).any(broken) {
            entries.push(Entry::mark(
                Mark::Cross,
                Paint::Wrong,
                self.chart.metric.why_left_out(),
            ));
        }
        entries
    }

    pub(super) fn tip(&self, index: usize, values: &[f64], mean: Option<f64>) -> String {
        let columns = self.columns.labels.len();
        let [x, y] = &self.chart.settings;
        let (column, row) = (
            &self.columns.labels[index % columns],
            &self.rows.labels[index / columns],
        );
        let mean = match mean {
            Some(mean) => format!("mean {}", self.chart.metric.written(mean)),
            None if values.is_empty() => "no points".to_owned(),
            None => self.chart.metric.why_left_out().to_owned(),
        };
        format!(
            "{} {column}, {} {row}: {mean}, n = {}",
            x.name,
            y.name,
            grouped(values.len())
        )
    }
}
