//! All settings and the metric side by side: one line for each combination of settings.

mod combinations;
mod lines;
mod names;
mod places;

use super::data::ParallelChart;
use super::metric_axis::Shades;
use super::words::caption;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading, paragraph};
use crate::base::legend::legend;
use crate::base::text::TextStyle;
use crate::charts::panel::missing;
use combinations::{Shown, entries};
use places::{Places, WIDTH};

const HEIGHT: f64 = 420.0;

/// Above the axes, where their names are, and below each whether the axis is logarithmic.
const NAMES_HEIGHT: f64 = 46.0;

/// Draws an axis for each setting with different values and one for the metric, and a line for each combination, whose
/// color is that of the metric. Better lines are above worse ones, and the best is thick.
#[must_use]
pub fn parallel_coordinates(title: &str, note: &str, chart: &ParallelChart) -> Figure {
    let width = WIDTH - 2.0 * MARGIN;
    let mut canvas = Canvas::new();
    let shown = Shown::of(chart);
    let mut top = heading(&mut canvas, title, &caption(note, &shown.counts()), width);
    top += legend(&mut canvas, &entries(), (MARGIN, top + 14.0), width) + 8.0;
    let metrics = shown.lines.iter().map(|line| line.metric);
    let Some(shades) = Shades::of(&chart.metric, metrics) else {
        let area = Area {
            left: MARGIN,
            top,
            width,
            height: 120.0,
        };
        missing(&mut canvas, area, "no values");
        return canvas.finish(WIDTH, area.bottom() + MARGIN, title);
    };
    let places = Places::of(&shown, top + NAMES_HEIGHT, HEIGHT);
    places.draw_lines(&mut canvas, &shown, &shades);
    places.draw_axis_lines(&mut canvas);
    places.draw_best(&mut canvas, &shown);
    places.draw_axes(&mut canvas, &shown, &shades);
    places.draw_names(&mut canvas, &shown);
    let mut bottom = places.area.bottom() + 14.0;
    let remarks = shown.remarks().join("\n");
    bottom += paragraph(
        &mut canvas,
        &remarks,
        (MARGIN, bottom),
        width,
        TextStyle::SMALL,
    );
    canvas.finish(WIDTH, bottom + MARGIN, title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::style::RAMP_STEPS;
    use crate::charts::sweep::data::{ParallelLine, SettingAxis, SettingValue};
    use crate::charts::sweep::fixtures::{DIFFICULT_NAMES, accuracy, loss, setting, text};
    use crate::test_support::{assert_texts, count, find, group, groups, numbers, readable_texts};

    fn chart(lines: Vec<(f64, &str, f64)>) -> ParallelChart {
        let lines = lines
            .into_iter()
            .map(|(rate, optimizer, metric)| ParallelLine {
                values: vec![
                    SettingValue::Number(rate),
                    text(optimizer),
                    SettingValue::Number(32.0),
                ],
                metric,
            });
        ParallelChart {
            settings: vec![
                setting("learning_rate", SettingAxis::Logarithmic),
                setting("optimizer", SettingAxis::Categories),
                setting("batch_size", SettingAxis::Linear),
            ],
            metric: accuracy(),
            lines: lines.collect(),
        }
    }

    #[test]
    fn each_combination_is_a_line_and_the_best_is_thick_and_named() {
        let chart = chart(vec![
            (0.001, "adam", 0.90),
            (0.01, "sgd", 0.80),
            (0.1, "adam", 0.98),
            (0.1, "sgd", f64::NAN),
        ]);
        let figure = parallel_coordinates("Sweep", "digits", &chart);
        assert_eq!(
            figure.note(),
            "digits; 4 combinations; best: 98.00 % with learning_rate 0.1, optimizer adam"
        );
        assert_texts(
            &figure,
            &[
                "optimizer",
                "validation accuracy",
                "adam",
                "sgd",
                "0.001",
                "The same in all lines: batch_size 32.",
                "Not shown, because validation accuracy is not finite: 1.",
            ],
        );
        let svg = figure.to_inline_svg();
        let colors: Vec<bool> = groups(&svg, "lines")
            .zip([0, 5, 8])
            .map(|(lines, step)| lines.contains(&format!("stroke-ramp{step}\"")))
            .collect();
        assert_eq!(colors, [true; 3]);
        // The best line is at its labels, and does not cross that of the first axis.
        let best = numbers(group(&svg, "best"), "points");
        let texts = readable_texts(&figure);
        for (index, label) in ["0.1", "adam"].iter().enumerate() {
            let (x, y) = find(&texts, label).center();
            assert_eq!(x < best[2 * index], index == 0, "{label}");
            assert!((best[2 * index + 1] - y).abs() < 2.0, "{label}");
        }
        let (_, all) = find(&texts, "100 %").center();
        let (_, ninety) = find(&texts, "90 %").center();
        let expected = all + (ninety - all) * 0.2;
        assert!((best[5] - expected).abs() < 2.0, "{} {expected}", best[5]);
    }

    #[test]
    fn a_grid_of_thousands_is_a_small_file_and_so_is_a_random_search() {
        let numbers = |index: u32, base: u32, count: usize| -> Vec<SettingValue> {
            let digits = (0..count).scan(index, |rest, _| {
                let digit = *rest % base;
                *rest /= base;
                Some(SettingValue::Number(f64::from(digit)))
            });
            digits.collect()
        };
        let of = |lines: Vec<ParallelLine>| ParallelChart {
            settings: (0..5)
                .map(|index| setting(&format!("setting_{index}"), SettingAxis::Linear))
                .collect(),
            metric: loss(),
            lines,
        };
        let grid = (0..3125_u32).map(|index| ParallelLine {
            values: numbers(index, 5, 5),
            metric: 0.1 + f64::from(index * 7919 % 1009),
        });
        let figure = parallel_coordinates("Grid", "", &of(grid.collect()));
        readable_texts(&figure);
        let size = figure.to_inline_svg().len();
        assert!(size < 120_000, "{size}");
        let random = (0..5000_u32).map(|index| ParallelLine {
            values: numbers(index.wrapping_mul(2_654_435_761), 83, 5),
            metric: 0.1 + f64::from(index * 7919 % 1009),
        });
        let size = parallel_coordinates("Random", "", &of(random.collect()))
            .to_inline_svg()
            .len();
        assert!(size < 600_000, "{size}");
    }

    #[test]
    fn more_axes_than_fit_are_counted() {
        let chart = ParallelChart {
            settings: (0..14)
                .map(|index| setting(&format!("a_long_setting_{index}"), SettingAxis::Linear))
                .collect(),
            metric: accuracy(),
            lines: (0..3)
                .map(|line| ParallelLine {
                    values: (0..14)
                        .map(|axis| SettingValue::Number(f64::from(line * 31 % 7 + axis)))
                        .collect(),
                    metric: f64::from(line) / 3.0,
                })
                .collect(),
        };
        let figure = parallel_coordinates("Many", "", &chart);
        assert_texts(
            &figure,
            &["Not shown, because there is no room: the last 3 settings."],
        );
    }

    #[test]
    fn any_input_is_readable() {
        let difficult = DIFFICULT_NAMES.map(|name| (0.0, name, 0.5));
        let mut named = chart(difficult.to_vec());
        for (setting, name) in named.settings.iter_mut().zip(DIFFICULT_NAMES) {
            setting.name = name.to_owned();
        }
        named.lines[1].values.clear();
        for chart in [
            chart(vec![]),
            chart(vec![(0.1, "only", 0.5)]),
            chart(vec![(0.1, "none", f64::NAN); 3]),
            chart(vec![(0.1, "same", 0.5); 1000]),
            chart(vec![
                (f64::MIN, "a", f64::MIN),
                (f64::MAX, "b", f64::MAX),
                (f64::NAN, "c", 0.0),
            ]),
            named,
        ] {
            for metric in [accuracy(), loss()] {
                let chart = ParallelChart {
                    metric,
                    ..chart.clone()
                };
                let figure = parallel_coordinates("Title", "", &chart);
                readable_texts(&figure);
                figure.to_png().unwrap();
                assert!(count(&figure, "lines") <= RAMP_STEPS);
            }
        }
    }
}
