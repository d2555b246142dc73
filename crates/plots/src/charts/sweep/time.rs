//! Training time against quality, with the Pareto front.

mod front;
mod numbers;

use super::data::{TimeChart, TimePoint};
use super::value_marks::{DOT_PAINT, draw_dots};
use super::words::{caption, counted, left_out};
use crate::base::area::{Area, Point};
use crate::base::axes::{Axes, BOTTOM_MARGIN, left_margin};
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading, paragraph};
use crate::base::legend::{Entry, legend};
use crate::base::mark::Mark;
use crate::base::scale::Scale;
use crate::base::style::Stroke;
use crate::base::text::TextStyle;
use crate::charts::panel::missing;
use front::{pareto_front, steps};
use numbers::{FRONT_PAINT, draw_marks, listed};

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 440.0;
const X_TICKS: usize = 8;
const Y_TICKS: usize = 7;
const FRONT_LINE: Stroke = Stroke::solid(FRONT_PAINT, 2.0);

/// Draws a dot for each point, and the Pareto front: the points that no other point beats in time without being worse,
/// and that no other beats in quality without being slower. They have numbers, which a list below the plot explains.
#[must_use]
pub fn time_and_metric(title: &str, note: &str, chart: &TimeChart) -> Figure {
    let width = WIDTH - 2.0 * MARGIN;
    let mut canvas = Canvas::new();
    let shown: Vec<&TimePoint> = chart
        .points
        .iter()
        .filter(|point| is_shown(chart, point))
        .collect();
    let front = pareto_front(&chart.metric, &shown);
    let counts = format!(
        "{}, {} on the Pareto front",
        counted(chart.points.len(), "combination"),
        front.len()
    );
    let mut top = heading(&mut canvas, title, &caption(note, &counts), width);
    top += legend(&mut canvas, &entries(), (MARGIN, top + 14.0), width) + 8.0;
    let area = Area {
        left: MARGIN,
        top,
        width,
        height: HEIGHT,
    };
    if shown.is_empty() {
        missing(&mut canvas, area, "no values");
        return canvas.finish(WIDTH, area.bottom() + MARGIN, title);
    }
    let axes = axes(chart, &shown, area);
    let x_name = if has_wide_times(&shown) {
        "training time in seconds, logarithmic"
    } else {
        "training time in seconds"
    };
    axes.draw(&mut canvas, x_name, &chart.metric.axis_name());
    let place = |point: &TimePoint| axes.point(point.seconds, point.value);
    let dots: Vec<Point> = shown.iter().map(|point| place(point)).collect();
    let steps = steps(&front.iter().map(|point| place(point)).collect::<Vec<_>>());
    if steps.len() > 1 {
        canvas.group("front", |canvas| canvas.polyline(&steps, FRONT_LINE));
    }
    draw_dots(&mut canvas, &dots);
    draw_marks(&mut canvas, &axes, chart, &front, (&dots, &steps));
    let mut bottom = area.bottom() + BOTTOM_MARGIN;
    let why = format!("{} or without time", chart.metric.why_left_out());
    let mut lines = listed(chart, &front);
    lines.extend(left_out(chart.points.len() - shown.len(), &why));
    bottom += paragraph(
        &mut canvas,
        &lines.join("\n"),
        (MARGIN, bottom),
        width,
        TextStyle::SMALL,
    );
    canvas.finish(WIDTH, bottom + MARGIN, title)
}

fn is_shown(chart: &TimeChart, point: &TimePoint) -> bool {
    point.seconds.is_finite() && point.seconds > 0.0 && chart.metric.shows(point.value)
}

fn entries() -> [Entry; 2] {
    [
        Entry::mark(Mark::Circle, DOT_PAINT, "one combination"),
        Entry {
            line: Some(FRONT_LINE),
            mark: Some((Mark::Diamond, FRONT_PAINT)),
            name: "Pareto front: none is both faster and as good".to_owned(),
        },
    ]
}

/// Whether times differ so much that their axis is logarithmic.
fn has_wide_times(shown: &[&TimePoint]) -> bool {
    const WIDE: f64 = 10.0;
    let seconds = || shown.iter().map(|point| point.seconds);
    let longest = seconds().fold(0.0, f64::max);
    seconds().any(|seconds| longest / WIDE >= seconds)
}

fn axes(chart: &TimeChart, shown: &[&TimePoint], area: Area) -> Axes {
    // The last label is centered on the end of the axis.
    const RIGHT_MARGIN: f64 = 16.0;
    let values: Vec<f64> = shown.iter().map(|point| point.value).collect();
    let y = chart.metric.scale(&values, Y_TICKS);
    let seconds = shown.iter().map(|point| point.seconds);
    let margin = left_margin(&y);
    Axes {
        area: Area {
            left: area.left + margin,
            width: area.width - margin - RIGHT_MARGIN,
            ..area
        },
        x: if has_wide_times(shown) {
            Scale::logarithmic(seconds, X_TICKS)
        } else {
            Scale::around(seconds, X_TICKS)
        },
        y,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sweep::fixtures::{DIFFICULT_NAMES, accuracy, loss};
    use crate::test_support::{
        Written, assert_texts, find, group, groups, numbers, readable_texts, tips,
    };

    fn chart(points: &[(&str, f64, f64)]) -> TimeChart {
        let points = points.iter().map(|(name, seconds, value)| TimePoint {
            name: (*name).to_owned(),
            seconds: *seconds,
            value: *value,
        });
        TimeChart {
            metric: accuracy(),
            points: points.collect(),
        }
    }

    #[test]
    fn the_front_has_the_points_that_no_other_beats() {
        let chart = chart(&[
            ("slow", 100.0, 0.96),
            ("fast", 1.0, 0.80),
            ("as fast, worse", 1.0, 0.79),
            ("middle", 10.0, 0.95),
            ("slower, as good", 20.0, 0.95),
            ("diverged", 5.0, f64::NAN),
            ("no time", 0.0, 0.99),
        ]);
        let figure = time_and_metric("Time", "", &chart);
        assert_eq!(figure.note(), "7 combinations, 3 on the Pareto front");
        let svg = figure.to_inline_svg();
        assert_eq!(
            tips(&svg, "best"),
            [
                "fast: 1 s, 80.00 %",
                "middle: 10 s, 95.00 %",
                "slow: 100 s, 96.00 %"
            ]
        );
        assert_texts(
            &figure,
            &[
                "(1) fast: 1 s, 80.00 %",
                "(2) middle: 10 s, 95.00 %",
                "(3) slow: 100 s, 96.00 %",
                "Not shown, because not finite or without time: 2.",
            ],
        );
        assert_eq!(group(&svg, "points").matches('M').count(), 5);
        // Steps from 80 % at 1 s to 10 s, up to 95 %, to 100 s, up to 96 %.
        let front = numbers(group(&svg, "front"), "points");
        let texts = readable_texts(&figure);
        // The number of a point is next to its mark.
        let marks: Vec<&str> = groups(&svg, "best").collect();
        for (number, mark) in ["1", "2", "3"].iter().zip(marks) {
            // A diamond starts at its upper corner.
            let at = numbers(mark, "d");
            let label = texts.iter().filter(|text| text.text == *number);
            let distance = |text: &Written| {
                let (x, y) = text.center();
                (x - at[0]).hypot(y - at[1])
            };
            let nearest = label.map(distance).fold(f64::INFINITY, f64::min);
            assert!(nearest < 20.0, "{number} {nearest} {mark}");
        }
        let (ten, _) = find(&texts, "10").center();
        let (_, eighty) = find(&texts, "80 %").center();
        assert_eq!(front.len(), 10);
        assert!(
            (front[2] - ten).abs() < 1.0 && (front[3] - eighty).abs() < 2.0,
            "{front:?}"
        );
    }

    #[test]
    fn of_a_long_front_the_fastest_the_best_and_some_between_are_numbered() {
        let points: Vec<(&str, f64, f64)> = (1..=46)
            .map(|at| ("a", f64::from(at), f64::from(at) / 100.0))
            .collect();
        let figure = time_and_metric("", "", &chart(&points));
        assert_texts(
            &figure,
            &[
                "(1) a: 1 s, 1.00 %",
                "(2) a: 4 s, 4.00 %",
                "(16) a: 46 s, 46.00 %",
                "16 of the 46 points on the front are numbered.",
            ],
        );
    }

    #[test]
    fn times_are_on_a_logarithmic_axis_if_they_are_far_apart() {
        let name = |longest| {
            let chart = chart(&[("a", 1.0, 0.5), ("b", 5.0, 0.6), ("c", longest, 0.7)]);
            let texts = readable_texts(&time_and_metric("", "", &chart));
            let mut texts = texts.into_iter().map(|text| text.text);
            texts
                .find(|text| text.starts_with("training time"))
                .unwrap()
        };
        assert_eq!(name(9.0), "training time in seconds");
        assert_eq!(name(100.0), "training time in seconds, logarithmic");
    }

    #[test]
    fn lower_is_better_for_a_loss() {
        let mut chart = chart(&[("a", 1.0, 0.5), ("b", 2.0, 0.6), ("c", 3.0, 0.1)]);
        chart.metric = loss();
        let svg = time_and_metric("", "", &chart).to_inline_svg();
        assert_eq!(tips(&svg, "best"), ["a: 1 s, 0.5000", "c: 3 s, 0.1000"]);
    }

    #[test]
    fn any_input_is_readable() {
        let names = DIFFICULT_NAMES.into_iter().zip(1..);
        let difficult: Vec<(&str, f64, f64)> = names
            .map(|(name, at)| (name, f64::from(at), f64::from(at) / 10.0))
            .collect();
        let thousand: Vec<(&str, f64, f64)> = (1..=1000)
            .map(|index| {
                (
                    "a setting with a name",
                    f64::from(index),
                    f64::from(index) / 1000.0,
                )
            })
            .collect();
        for points in [
            &[][..],
            &[("one", 1.0, 0.5)],
            &[("same", 1.0, 0.5); 5],
            &[
                ("extreme", f64::MIN_POSITIVE, f64::MAX),
                ("other", f64::MAX, f64::MIN),
            ],
            &[("none", f64::NAN, f64::INFINITY)],
            &difficult,
            &thousand,
        ] {
            for metric in [accuracy(), loss()] {
                let figure = time_and_metric(
                    "Title",
                    "a note",
                    &TimeChart {
                        metric,
                        ..chart(points)
                    },
                );
                readable_texts(&figure);
                figure.to_png().unwrap();
                assert!(figure.to_inline_svg().len() < 500_000);
            }
        }
    }
}
