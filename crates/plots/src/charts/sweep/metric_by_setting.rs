//! A metric against the values of one setting.

mod groups;
mod texts;
mod x_axis;

use super::data::{Best, SettingChart};
use super::value_marks::{MeanMark, beyond_remark, draw_dots, draw_left_out};
use super::words::setting_value;
use crate::base::area::{Area, Point};
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading, paragraph};
use crate::base::legend::legend;
use crate::base::number_format::grouped;
use crate::base::style::{Paint, Stroke};
use crate::base::text::TextStyle;
use crate::charts::panel::missing;
use groups::Shown;
use x_axis::draw_x;

/// The width of the page, and the height of the plot.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 380.0;

/// Draws a dot for each seed and fold, and for each value of the setting with several of them the mean and its 95 %
/// confidence interval. Dots are a little to the left of their mean, so that it hides none; a cross marks values of the
/// setting with results that are not finite.
///
/// The caption has the number of points, the value with the best mean, and what is not shown.
#[must_use]
pub fn metric_by_setting(title: &str, note: &str, chart: &SettingChart) -> Figure {
    let width = WIDTH - 2.0 * MARGIN;
    let mut canvas = Canvas::new();
    let shown = Shown::of(chart);
    let mut top = heading(&mut canvas, title, &shown.caption(chart, note), width);
    top += legend(&mut canvas, &shown.entries(), (MARGIN, top + 14.0), width) + 12.0;
    let area = Area {
        left: MARGIN,
        top,
        width,
        height: HEIGHT,
    };
    if shown.values().next().is_none() {
        missing(&mut canvas, area, "no values");
        return canvas.finish(WIDTH, area.bottom() + MARGIN, title);
    }
    let axes = shown.axes(chart, area);
    axes.draw_y(&mut canvas, &chart.metric.axis_name());
    let mut bottom = area.bottom() + draw_x(&mut canvas, &axes, chart, &shown);
    let marks = shown.mean_marks(&axes);
    draw_connection(&mut canvas, &shown, &marks);
    draw_dots(&mut canvas, &shown.dots(&axes));
    for (group, mark) in shown
        .groups
        .iter()
        .filter(|group| group.mean(&chart.metric).is_some())
        .zip(&marks)
    {
        canvas.group_with_tip("mean", &shown.tip(chart, group), |canvas| mark.draw(canvas));
    }
    draw_crosses(&mut canvas, &axes, chart, &shown);
    let remarks: Vec<String> = shown
        .remarks(chart)
        .into_iter()
        .chain(beyond_remark(&marks))
        .collect();
    let remarks = remarks.join("\n");
    bottom += paragraph(
        &mut canvas,
        &remarks,
        (MARGIN, bottom),
        width,
        TextStyle::SMALL,
    );
    canvas.finish(WIDTH, bottom + MARGIN, title)
}

/// Draws a thin line through the means of numbers, which shows their course.
fn draw_connection(canvas: &mut Canvas, shown: &Shown<'_>, marks: &[MeanMark]) {
    if shown.places.is_categories() || marks.len() < 2 {
        return;
    }
    let points: Vec<Point> = marks.iter().map(|mark| (mark.other, mark.mean)).collect();
    let stroke = Stroke::solid(Paint::Muted, 1.0);
    canvas.group("course", |canvas| canvas.polyline(&points, stroke));
}

/// Marks the groups with values that have no place, at the end of the axis where they are worst.
fn draw_crosses(canvas: &mut Canvas, axes: &Axes, chart: &SettingChart, shown: &Shown<'_>) {
    const INSIDE: f64 = 8.0;
    let y = match shown.metric.best {
        Best::Highest => axes.area.bottom() - INSIDE,
        Best::Lowest => axes.area.top + INSIDE,
    };
    for group in &shown.groups {
        let count = shown.metric.count_left_out(&group.results.values);
        if count > 0 {
            let (x, _) = shown.point(axes, group, 1.0);
            let tip = format!(
                "{} {}: {} of {} {}",
                chart.setting.name,
                setting_value(&group.value),
                grouped(count),
                grouped(group.results.values.len()),
                shown.metric.why_left_out()
            );
            draw_left_out(canvas, (x, y), &tip);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sweep::data::{SettingAxis, SettingGroup, SettingValue, SweepMetric};
    use crate::charts::sweep::fixtures::{DIFFICULT_NAMES, accuracy, loss, setting, text, values};
    use crate::test_support::{
        assert_texts, count, find, group, groups, numbers, readable_texts, texts, tips,
    };

    fn chart(axis: SettingAxis, groups: Vec<(SettingValue, &[f64])>) -> SettingChart {
        let groups = groups.into_iter().map(|(value, of)| SettingGroup {
            value,
            results: values(of),
        });
        SettingChart {
            setting: setting("learning_rate", axis),
            metric: accuracy(),
            groups: groups.collect(),
        }
    }

    fn rates() -> SettingChart {
        chart(
            SettingAxis::Logarithmic,
            vec![
                (SettingValue::Number(0.1), &[0.90, 0.96]),
                (SettingValue::Number(0.001), &[0.80, 0.84]),
                (SettingValue::Number(0.01), &[0.97, 0.95]),
            ],
        )
    }

    #[test]
    fn each_value_has_its_dots_its_mean_and_its_interval() {
        let figure = metric_by_setting("Learning rate", "digits", &rates());
        assert_eq!(
            figure.note(),
            "digits; 6 points, 2 for each value of learning_rate; best mean: 96.00 % at 0.01"
        );
        let svg = figure.to_inline_svg();
        assert_eq!(group(&svg, "points").matches('M').count(), 6);
        assert_eq!(
            tips(&svg, "mean"),
            [
                "learning_rate 0.001: mean 82.00 %, 95 % interval 80.00 % to 84.00 %, n = 2",
                "learning_rate 0.01: mean 96.00 %, 95 % interval 95.00 % to 97.00 %, n = 2",
                "learning_rate 0.1: mean 93.00 %, 95 % interval 90.00 % to 96.00 %, n = 2",
            ]
        );
        assert_texts(
            &figure,
            &["learning_rate, logarithmic", "validation accuracy"],
        );
        // The interval from 90 % to 96 % is above its label and as long as between those of the axis.
        let texts = readable_texts(&figure);
        let third = groups(&svg, "mean").nth(2).unwrap();
        let ends = [numbers(third, "y1")[0], numbers(third, "y2")[0]];
        let (_, low) = find(&texts, "90 %").center();
        let (_, lower) = find(&texts, "85 %").center();
        assert!((ends[0] - low).abs() < 2.0, "{ends:?} {low}");
        assert!(
            (ends[0] - ends[1] - (lower - low) * 1.2).abs() < 1.0,
            "{ends:?}"
        );
        let (x, _) = find(&texts, "0.1").center();
        assert!((numbers(third, "x1")[0] - x).abs() < 2.0);
        assert_eq!(count(&figure, "course"), 1);
    }

    #[test]
    fn categories_have_turned_labels_where_they_have_no_room() {
        let names = |count: usize| -> SettingChart {
            let groups = (0..count)
                .map(|index| (text(&format!("optimizer number {index}")), &[0.5, 0.6][..]));
            chart(SettingAxis::Categories, groups.collect())
        };
        for categories in [1, 5, 20, 45] {
            let figure = metric_by_setting("Optimizers", "", &names(categories));
            assert_texts(&figure, &["optimizer number 0"]);
            let svg = figure.to_inline_svg();
            assert_eq!(group(&svg, "points").matches('M').count(), 2 * categories);
            // Only the name of the metric is turned with few.
            assert_eq!(
                svg.matches("rotate(").count(),
                if categories < 20 { 1 } else { categories + 1 }
            );
        }
        let figure = metric_by_setting("Optimizers", "", &names(50));
        assert_texts(
            &figure,
            &["Not shown, because there is no room: the last 5 values of learning_rate."],
        );
    }

    #[test]
    fn values_that_are_not_finite_are_counted_and_leave_no_mean() {
        let mut chart = rates();
        chart.groups[0].results.values[1] = f64::NAN;
        chart.groups[1].results.values[1] = f64::INFINITY;
        let figure = metric_by_setting("", "", &chart);
        assert_eq!(count(&figure, "mean"), 1);
        assert_texts(
            &figure,
            &[
                "Not shown, because not finite: 2.",
                "has values that are not finite",
            ],
        );
        // At the bottom, where an accuracy is worst.
        let svg = figure.to_inline_svg();
        assert_eq!(
            tips(&svg, "left-out"),
            [
                "learning_rate 0.001: 1 of 2 not finite",
                "learning_rate 0.1: 1 of 2 not finite"
            ]
        );
        chart.metric = loss();
        chart.groups[0].results.values = vec![0.0, 0.5];
        let figure = metric_by_setting("", "", &chart);
        assert_texts(
            &figure,
            &["Not shown, because not finite or not above 0: 2."],
        );
    }

    #[test]
    fn any_input_is_readable() {
        let single = chart(
            SettingAxis::Linear,
            vec![(SettingValue::Number(3.0), &[0.5])],
        );
        let same = chart(
            SettingAxis::Linear,
            vec![(SettingValue::Number(3.0), &[0.5; 1000])],
        );
        let extreme = chart(
            SettingAxis::Linear,
            vec![
                (SettingValue::Number(f64::MIN), &[f64::MIN, 1.0]),
                (SettingValue::Number(f64::MAX), &[f64::MAX, 2.0]),
            ],
        );
        let nothing = chart(SettingAxis::Linear, vec![]);
        let names = DIFFICULT_NAMES.map(|name| (text(name), &[0.5, 0.7][..]));
        let mut difficult = chart(SettingAxis::Linear, names.to_vec());
        difficult.setting.name = DIFFICULT_NAMES.concat();
        difficult.metric.name = DIFFICULT_NAMES.concat();
        for (chart, metric) in [single, same, extreme, nothing, difficult]
            .iter()
            .flat_map(|chart| [(chart, accuracy()), (chart, loss())])
        {
            let name = chart.metric.name.clone();
            let chart = SettingChart {
                metric: SweepMetric { name, ..metric },
                ..chart.clone()
            };
            let figure = metric_by_setting("Title", "", &chart);
            assert!(!texts(&figure).is_empty());
            figure.to_png().unwrap();
            let svg = figure.to_inline_svg();
            assert!(!svg.contains("NaN") && !svg.contains("inf\""));
        }
    }

    #[test]
    fn a_thousand_random_rates_are_a_small_file() {
        let groups = (0..1000_u32).map(|index| SettingGroup {
            value: SettingValue::Number(1e-4 * 1.01_f64.powi(i32::try_from(index).unwrap())),
            results: values(&[f64::from(index * 7919 % 1000) / 1000.0]),
        });
        let chart = SettingChart {
            groups: groups.collect(),
            ..chart(SettingAxis::Logarithmic, vec![])
        };
        let figure = metric_by_setting("Random search", "", &chart);
        readable_texts(&figure);
        assert!(figure.to_inline_svg().len() < 100_000);
    }
}
