//! The combinations of settings that are drawn, and the texts about them.

use crate::base::legend::Entry;
use crate::base::mark::Mark;
use crate::base::style::{Paint, RAMP_STEPS, Stroke};
use crate::charts::sweep::data::{ParallelChart, ParallelLine, SettingValue};
use crate::charts::sweep::setting_axis::distinct;
use crate::charts::sweep::words::{counted, left_out, setting_value};

/// More axes have no room for their labels.
const MAX_AXES: usize = 11;

/// What is drawn.
pub(super) struct Shown<'a> {
    pub(super) chart: &'a ParallelChart,
    /// The indices of the settings with an axis.
    pub(super) axes: Vec<usize>,
    /// The settings with the same value in all lines.
    constant: Vec<String>,
    hidden_axes: usize,
    pub(super) lines: Vec<&'a ParallelLine>,
    pub(super) best: Option<&'a ParallelLine>,
}

impl<'a> Shown<'a> {
    pub(super) fn of(chart: &'a ParallelChart) -> Self {
        let lines: Vec<&ParallelLine> = chart
            .lines
            .iter()
            .filter(|line| chart.metric.shows(line.metric))
            .collect();
        let (mut axes, mut constant) = (Vec::new(), Vec::new());
        for (index, setting) in chart.settings.iter().enumerate() {
            let values: Vec<SettingValue> =
                chart.lines.iter().map(|line| line.value(index)).collect();
            match &distinct(values.iter())[..] {
                [] => {}
                [value] => constant.push(format!("{} {}", setting.name, setting_value(value))),
                _ => axes.push(index),
            }
        }
        let hidden_axes = axes.len().saturating_sub(MAX_AXES);
        axes.truncate(MAX_AXES);
        let best = chart
            .metric
            .best_of(lines.iter().map(|line| Some(line.metric)));
        Self {
            chart,
            axes,
            constant,
            hidden_axes,
            best: best.map(|best| lines[best]),
            lines,
        }
    }

    /// The number of combinations and the best one.
    pub(super) fn counts(&self) -> String {
        let counts = counted(self.chart.lines.len(), "combination");
        let Some(best) = self.best else { return counts };
        let value = |axis: &usize| {
            let name = &self.chart.settings[*axis].name;
            format!("{name} {}", setting_value(&best.value(*axis)))
        };
        let values: Vec<String> = self.axes.iter().map(value).collect();
        let with = if values.is_empty() { "" } else { " with " };
        let written = self.chart.metric.written(best.metric);
        format!("{counts}; best: {written}{with}{}", values.join(", "))
    }

    pub(super) fn remarks(&self) -> Vec<String> {
        let metric = &self.chart.metric;
        let mut remarks = Vec::new();
        if !self.constant.is_empty() {
            remarks.push(format!(
                "The same in all lines: {}.",
                self.constant.join(", ")
            ));
        }
        if self.hidden_axes > 0 {
            let hidden = counted(self.hidden_axes, "setting");
            remarks.push(format!(
                "Not shown, because there is no room: the last {hidden}."
            ));
        }
        let missing = self.chart.lines.len() - self.lines.len();
        let why = format!("{} is {}", metric.name, metric.why_left_out());
        remarks.extend(left_out(missing, &why));
        remarks
    }
}

impl ParallelLine {
    pub(super) fn value(&self, setting: usize) -> SettingValue {
        let not_set = || SettingValue::Text("not set".to_owned());
        self.values.get(setting).cloned().unwrap_or_else(not_set)
    }
}

/// The legend.
pub(super) fn entries() -> [Entry; 2] {
    [
        Entry::line(
            Stroke::solid(Paint::Ramp(RAMP_STEPS - 3), 1.5),
            "one combination of settings",
        ),
        Entry {
            line: Some(Stroke::solid(Paint::Ink, 3.5)),
            mark: Some((Mark::Circle, Paint::Ink)),
            name: "the best".to_owned(),
        },
    ]
}
