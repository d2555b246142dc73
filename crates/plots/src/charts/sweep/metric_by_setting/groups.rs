//! The values of a setting with the metric's values of each, and where they are drawn.

use crate::base::area::{Area, Point};
use crate::base::axes::{Axes, left_margin};
use crate::base::mark::Mark;
use crate::base::scale::Scale;
use crate::charts::sweep::data::{SettingChart, SettingGroup, SettingValue, SweepMetric};
use crate::charts::sweep::setting_axis::{SettingPlaces, distinct, same};
use crate::charts::sweep::value_marks::{IntervalEnd, MeanMark, MetricDirection, jitter};

const X_TICKS: usize = 8;
const Y_TICKS: usize = 6;

/// More categories have no room for their labels.
const MAX_CATEGORIES: usize = 45;

/// The groups that are drawn, in the order of their places.
pub(super) struct Shown<'a> {
    pub(super) groups: Vec<&'a SettingGroup>,
    pub(super) places: SettingPlaces,
    pub(super) metric: &'a SweepMetric,
    /// Categories without room.
    pub(super) hidden: usize,
}

impl SettingGroup {
    /// The mean of more than one value, if it has a place: that of a single one is its dot.
    pub(super) fn mean(&self, metric: &SweepMetric) -> Option<f64> {
        let mean = self.results.mean().filter(|mean| metric.shows(*mean));
        mean.filter(|_| self.results.values.len() > 1)
    }
}

impl<'a> Shown<'a> {
    pub(super) fn of(chart: &'a SettingChart) -> Self {
        let values = chart.groups.iter().map(|group| &group.value);
        let places_of = |groups: &[&SettingGroup]| {
            let values: Vec<SettingValue> =
                groups.iter().map(|group| group.value.clone()).collect();
            SettingPlaces::of(&chart.setting, values.iter(), 0.04, X_TICKS)
        };
        let mut groups: Vec<&SettingGroup> = chart.groups.iter().collect();
        let mut places = places_of(&groups);
        let mut hidden = 0;
        let categories = distinct(values);
        if places.is_categories() && categories.len() > MAX_CATEGORIES {
            hidden = categories.len() - MAX_CATEGORIES;
            let kept = &categories[..MAX_CATEGORIES];
            groups.retain(|group| kept.iter().any(|value| same(value, &group.value)));
            places = places_of(&groups);
        }
        groups.sort_by(|one, other| {
            let [one, other] = [one, other].map(|group| places.of_value(&group.value));
            one.total_cmp(&other)
        });
        Self {
            groups,
            places,
            metric: &chart.metric,
            hidden,
        }
    }

    /// The values of the metric that have a place.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let values = self.groups.iter().flat_map(|group| &group.results.values);
        values.copied().filter(|value| self.metric.shows(*value))
    }

    pub(super) fn axes(&self, chart: &SettingChart, area: Area) -> Axes {
        let values: Vec<f64> = self.values().collect();
        let intervals = self
            .groups
            .iter()
            .filter(|group| group.mean(self.metric).is_some());
        let intervals: Vec<[f64; 2]> = intervals
            .filter_map(|group| group.results.interval)
            .collect();
        let y = chart
            .metric
            .scale_with_intervals(&values, &intervals, Y_TICKS);
        let margin = left_margin(&y);
        Axes {
            area: Area {
                left: area.left + margin,
                width: area.width - margin,
                ..area
            },
            x: Scale::around([0.0, 1.0], 1),
            y,
        }
    }

    pub(super) fn point(&self, axes: &Axes, group: &SettingGroup, value: f64) -> Point {
        axes.point(self.places.of_value(&group.value), value)
    }

    /// Where the dots of a group with a mark are: left of it, so that it hides none, and closer to it than to the group
    /// before.
    fn dot_lane(&self, axes: &Axes) -> DotLane {
        let gap = self.least_gap(axes);
        DotLane {
            left_of_mark: (0.35 * gap).min(16.0),
            half_width: (0.15 * gap).min(8.0),
        }
    }

    /// The distance of the closest groups on the page; infinite for a single one.
    fn least_gap(&self, axes: &Axes) -> f64 {
        let places = self
            .groups
            .iter()
            .map(|group| self.point(axes, group, 1.0).0);
        let places: Vec<f64> = places.collect();
        let gaps = places.windows(2).map(|pair| pair[1] - pair[0]);
        gaps.filter(|gap| *gap > 0.01).fold(f64::INFINITY, f64::min)
    }

    pub(super) fn dots(&self, axes: &Axes) -> Vec<Point> {
        let lane = self.dot_lane(axes);
        let mut dots = Vec::new();
        for group in &self.groups {
            let values = &group.results.values;
            let has_mark =
                group.mean(self.metric).is_some() || self.metric.count_left_out(values) > 0;
            let middle = if has_mark { -lane.left_of_mark } else { 0.0 };
            for (index, value) in values.iter().enumerate() {
                if self.metric.shows(*value) {
                    let (x, y) = self.point(axes, group, *value);
                    let across = jitter(index, values.len(), lane.half_width);
                    dots.push((x + middle + across, y));
                }
            }
        }
        dots
    }

    pub(super) fn mean_marks(&self, axes: &Axes) -> Vec<MeanMark> {
        let ends = [axes.area.top, axes.area.bottom()];
        let mark = |group: &&SettingGroup| {
            let (other, mean) = self.point(axes, group, group.mean(self.metric)?);
            let end = |value| {
                // A logarithmic axis has no place for an end at 0 or below.
                let (_, place) = self.point(axes, group, value);
                let place = if place.is_nan() { f64::INFINITY } else { place };
                IntervalEnd::within(place, ends)
            };
            Some(MeanMark {
                mean,
                interval: group.results.interval.map(|interval| interval.map(end)),
                other,
                direction: MetricDirection::Up,
                mark: Mark::Diamond,
            })
        };
        self.groups.iter().filter_map(mark).collect()
    }
}

/// The strip of a group's dots, in pixels.
struct DotLane {
    left_of_mark: f64,
    half_width: f64,
}
