//! The axes of the embedding chart: the ranges of both components, and their names.

use super::data::EmbeddedImage;
use crate::base::area::Area;
use crate::base::axes::{Axes, left_margin};
use crate::base::number_format::{fixed, whole_percent};
use crate::base::scale::Scale;

/// The names of both axes, with the fraction of the variance that each component explains, and a remark for
/// the one that is drawn much longer.
pub(super) fn names(axes: &Axes, explained: [f64; 2]) -> [String; 2] {
    let stretch = stretch(axes);
    [0, 1].map(|axis| {
        let name = name(axis + 1, explained[axis]);
        format!("{name}{}", stretched(stretch[axis]))
    })
}

fn name(component: usize, explained: f64) -> String {
    if explained.is_finite() {
        let explained = whole_percent(explained);
        format!("component {component} ({explained} of the variance)")
    } else {
        format!("component {component}")
    }
}

/// How many times longer a difference of one component is drawn than that of the other.
fn stretch(axes: &Axes) -> [f64; 2] {
    let length = |scale: &Scale, pixels: f64| {
        let (from, to) = scale.ends();
        pixels / (to - from)
    };
    let (x, y) = (
        length(&axes.x, axes.area.width),
        length(&axes.y, axes.area.height),
    );
    [x / y, y / x]
}

/// A remark for the axis that is drawn much longer.
fn stretched(times: f64) -> String {
    const LEAST: f64 = 2.0;
    if times < LEAST {
        return String::new();
    }
    let decimals = usize::from(times < 9.95);
    format!(", stretched {} times", fixed(times, decimals))
}

pub(super) fn axes(area: Area, points: &[&EmbeddedImage]) -> Axes {
    const X_TICKS: usize = 10;
    const Y_TICKS: usize = 8;
    // The last label of the x axis is centered on its end.
    const RIGHT_MARGIN: f64 = 12.0;
    let [(x_from, x_to), (y_from, y_to)] = ranges(points);
    let y = Scale::between(y_from, y_to, Y_TICKS);
    let margin = left_margin(&y);
    Axes {
        area: Area {
            left: area.left + margin,
            width: area.width - margin - RIGHT_MARGIN,
            ..area
        },
        x: Scale::between(x_from, x_to, X_TICKS),
        y,
    }
}

/// The ranges of both components, with some space around the points.
///
/// The range of a component that hardly varies compared with the other stays wider than its values:
/// otherwise a line would look like a cloud.
fn ranges(points: &[&EmbeddedImage]) -> [(f64, f64); 2] {
    const SPACE: f64 = 0.03;
    const NARROWEST: f64 = 0.05;
    let ends = [0, 1].map(|axis| {
        let values = points.iter().map(|point| point.at[axis]);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    });
    let widest = (ends[0].1 - ends[0].0).max(ends[1].1 - ends[1].0);
    ends.map(|(low, high)| {
        let middle = f64::midpoint(low, high);
        let width = (high - low).max(NARROWEST * widest);
        let half = width * (0.5 + SPACE);
        (middle - half, middle + half)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::embedding::fixtures::{contains, drawn, marks, point};
    use crate::test_support::readable_texts;

    #[test]
    fn a_component_that_hardly_varies_is_drawn_as_a_line() {
        let points: Vec<EmbeddedImage> = (0..100)
            .map(|row| point(f64::from(row), 1e-6 * f64::from(row % 7)))
            .collect();
        let heights: Vec<f64> = marks(&drawn(&points)).iter().map(|mark| mark.1).collect();
        let (low, high) = (
            heights.iter().copied().fold(f64::MAX, f64::min),
            heights.iter().copied().fold(0.0, f64::max),
        );
        assert!(high - low < 1.0, "{low} {high}");
    }

    #[test]
    fn an_axis_that_is_stretched_says_so() {
        // The scales are −1 to 11 and −0.1 to 1.1, and 780 and 520 pixels long: 10 times 2 / 3.
        let points = [point(0.0, 0.0), point(10.0, 1.0)];
        let texts = readable_texts(&drawn(&points));
        let name = texts.iter().find_map(|text| {
            text.text
                .strip_prefix("component 2 (5 % of the variance), ")
        });
        let times = name
            .unwrap()
            .strip_prefix("stretched ")
            .unwrap()
            .strip_suffix(" times")
            .unwrap();
        assert!((times.parse::<f64>().unwrap() - 6.6).abs() < 0.4, "{times}");
        assert!(contains(&texts, "component 1 (93 % of the variance)"));
        let texts = readable_texts(&drawn(&[point(0.0, 0.0), point(10.0, 8.0)]));
        assert!(!texts.iter().any(|text| text.text.contains("stretched")));
    }
}
