//! Caption, legend, tips and remarks of a chart of one setting.

use super::groups::Shown;
use crate::base::legend::Entry;
use crate::base::mark::Mark;
use crate::base::style::Paint;
use crate::charts::sweep::data::{SettingChart, SettingGroup};
use crate::charts::sweep::value_marks::{dot_entry, left_out_entry, mean_entry};
use crate::charts::sweep::words::{caption, counted, left_out, points_in_groups, setting_value};

impl Shown<'_> {
    /// The caller's note, the number of points, and the best value.
    pub(super) fn caption(&self, chart: &SettingChart, note: &str) -> String {
        let sizes: Vec<usize> = chart
            .groups
            .iter()
            .map(|group| group.results.values.len())
            .collect();
        let counts = points_in_groups(&sizes, &format!("value of {}", chart.setting.name));
        caption(&caption(note, &counts), &self.best().unwrap_or_default())
    }

    /// The best mean and its value.
    fn best(&self) -> Option<String> {
        let means = || self.groups.iter().map(|group| group.mean(self.metric));
        let group = self.groups[self.metric.best_of(means())?];
        let mean = self.metric.written(group.mean(self.metric)?);
        let of = if means().flatten().count() > 1 {
            "best mean"
        } else {
            "mean"
        };
        Some(format!("{of}: {mean} at {}", setting_value(&group.value)))
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        let mut entries = vec![dot_entry()];
        if self
            .groups
            .iter()
            .any(|group| group.mean(self.metric).is_some())
        {
            let has_interval = |group: &&SettingGroup| group.results.interval.is_some();
            entries.push(if self.groups.iter().any(has_interval) {
                mean_entry(Mark::Diamond, "mean with 95 % interval")
            } else {
                Entry::mark(Mark::Diamond, Paint::Ink, "mean")
            });
        }
        let left_out = |group: &&SettingGroup| self.metric.count_left_out(&group.results.values);
        if self.groups.iter().any(|group| left_out(group) > 0) {
            entries.push(left_out_entry(self.metric.why_left_out()));
        }
        entries
    }

    pub(super) fn tip(&self, chart: &SettingChart, group: &SettingGroup) -> String {
        let mean = group
            .mean(self.metric)
            .map(|mean| format!(": mean {}", self.metric.written(mean)));
        let interval = group.results.interval.map(|interval| {
            let [low, high] = interval.map(|end| self.metric.written(end));
            format!(", 95 % interval {low} to {high}")
        });
        format!(
            "{} {}{}{}, n = {}",
            chart.setting.name,
            setting_value(&group.value),
            mean.unwrap_or_default(),
            interval.unwrap_or_default(),
            group.results.values.len()
        )
    }

    pub(super) fn remarks(&self, chart: &SettingChart) -> Vec<String> {
        let values = || self.groups.iter().flat_map(|group| &group.results.values);
        let all: Vec<f64> = values().copied().collect();
        let count = self.metric.count_left_out(&all);
        let mut remarks: Vec<String> = left_out(count, self.metric.why_left_out())
            .into_iter()
            .collect();
        if values().any(|value| !value.is_finite()) {
            remarks.push(
                "A value of the setting with values that are not finite has no mean.".to_owned(),
            );
        }
        if self.hidden > 0 {
            let hidden = counted(self.hidden, "value");
            remarks.push(format!(
                "Not shown, because there is no room: the last {hidden} of {}.",
                chart.setting.name
            ));
        }
        remarks
    }
}
