//! Legend and remarks of a chart of the spread over seeds.

use super::rows::Shown;
use crate::base::mark::Mark;
use crate::base::number_format::grouped;
use crate::charts::sweep::data::{SpreadRow, Standing};
use crate::charts::sweep::value_marks::{dot_entry, left_out_entry, mean_entry};
use crate::charts::sweep::words::{left_out, named};

impl Shown<'_> {
    pub(super) fn entries(&self) -> Vec<crate::base::legend::Entry> {
        let mut entries = vec![dot_entry()];
        let has = |standing| self.rows.iter().any(|row| row.standing == standing);
        let name = if has(Standing::Worse) || has(Standing::BestOrSame) {
            "mean with 95 % interval, perhaps as good as the best"
        } else {
            "mean with 95 % interval"
        };
        entries.push(mean_entry(Mark::Diamond, name));
        for (standing, mark, name) in [
            (Standing::Worse, Mark::Ring, "worse than the best"),
            (Standing::Dropped, Mark::Frame, "dropped before the end"),
        ] {
            if has(standing) {
                entries.push(mean_entry(mark, name));
            }
        }
        let left_out = |row: &SpreadRow| self.metric.count_left_out(&row.results.values);
        if self.rows.iter().any(|row| left_out(row) > 0) {
            entries.push(left_out_entry(self.metric.why_left_out()));
        }
        entries
    }

    pub(super) fn remarks(&self, all: &[SpreadRow]) -> Vec<String> {
        let values = self.rows.iter().flat_map(|row| &row.results.values);
        let values: Vec<f64> = values.copied().collect();
        let count = self.metric.count_left_out(&values);
        let mut remarks = vec!["Right of the plot: the mean, and the number of points.".to_owned()];
        remarks.extend(left_out(count, self.metric.why_left_out()));
        let rest: Vec<&str> = all[self.rows.len()..]
            .iter()
            .map(|row| row.name.as_str())
            .collect();
        if !rest.is_empty() {
            let (count, names) = (grouped(rest.len()), named(&rest));
            remarks.push(format!(
                "Not shown, the last {count} of {}: {names}.",
                grouped(all.len())
            ));
        }
        remarks
    }
}
