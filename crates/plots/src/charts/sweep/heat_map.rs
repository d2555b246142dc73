//! The mean of a metric for each pair of values of two settings.

mod bins;
mod cells;
mod grid;
mod labels;

use super::data::HeatMapChart;
use super::metric_axis::Shades;
use super::ramp;
use super::words::caption;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading, paragraph};
use crate::base::legend::legend;
use crate::base::text::TextStyle;
use crate::charts::panel::missing;
use grid::Grid;

/// Draws a cell for each pair of values, shaded by the mean of the metric, with its value where that fits. The best
/// one has a frame; cells without points and with values that are not finite are marked.
///
/// Of more than 20 different numbers, ranges are combined.
#[must_use]
pub fn heat_map(title: &str, note: &str, chart: &HeatMapChart) -> Figure {
    let grid = Grid::of(chart);
    let page = grid.page_width();
    let width = page - 2.0 * MARGIN;
    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, &caption(note, &grid.counts()), width);
    top += legend(&mut canvas, &grid.entries(), (MARGIN, top + 14.0), width) + 8.0;
    let Some(shades) = Shades::of(&chart.metric, grid.means().into_iter().flatten()) else {
        let area = Area {
            left: MARGIN,
            top,
            width,
            height: 120.0,
        };
        missing(&mut canvas, area, "no values");
        return canvas.finish(page, area.bottom() + MARGIN, title);
    };
    let area = grid.area(top);
    grid.draw_cells(&mut canvas, area, &shades);
    let mut bottom = grid.draw_labels(&mut canvas, area);
    let bar = Area {
        left: area.right() + 22.0,
        top: area.top,
        width: 14.0,
        height: area.height.clamp(60.0, 240.0),
    };
    let bar_bottom = ramp::draw_labelled(&mut canvas, bar, &chart.metric, &shades);
    bottom = bottom.max(bar_bottom + 12.0);
    let [x, y] = &chart.settings;
    let remarks = [grid.columns.remark(&x.name), grid.rows.remark(&y.name)];
    let remarks: Vec<String> = remarks.into_iter().flatten().collect();
    bottom += paragraph(
        &mut canvas,
        &remarks.join("\n"),
        (MARGIN, bottom),
        width,
        TextStyle::SMALL,
    );
    canvas.finish(page, bottom + MARGIN, title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sweep::data::{HeatMapResult, SettingAxis, SettingValue};
    use crate::charts::sweep::fixtures::{DIFFICULT_NAMES, accuracy, loss, setting, text};
    use crate::test_support::{
        area, assert_near, assert_texts, count, group, groups, numbers, readable_texts, tips,
    };

    fn chart(axis: SettingAxis, results: Vec<([SettingValue; 2], Vec<f64>)>) -> HeatMapChart {
        let results = results
            .into_iter()
            .map(|(at, values)| HeatMapResult { at, values });
        HeatMapChart {
            settings: [setting("learning_rate", axis), setting("optimizer", axis)],
            metric: accuracy(),
            results: results.collect(),
        }
    }

    fn at(rate: f64, optimizer: &str) -> [SettingValue; 2] {
        [SettingValue::Number(rate), text(optimizer)]
    }

    #[test]
    fn cells_have_the_mean_of_their_points_and_empty_ones_are_marked() {
        let results = vec![
            (at(0.1, "sgd"), vec![0.80, 0.82]),
            (at(0.01, "sgd"), vec![0.90]),
            (at(0.01, "adam"), vec![0.97, f64::NAN]),
            (at(0.01, "sgd"), vec![0.94, 0.92]),
        ];
        let figure = heat_map("Rates", "digits", &chart(SettingAxis::Categories, results));
        assert_eq!(figure.note(), "digits; 7 points, 2 to 3 for each cell");
        let svg = figure.to_inline_svg();
        assert_eq!(
            tips(&svg, "cell"),
            [
                "learning_rate 0.01, optimizer sgd: mean 92.00 %, n = 3",
                "learning_rate 0.1, optimizer sgd: mean 81.00 %, n = 2",
                "learning_rate 0.01, optimizer adam: not finite, n = 2",
                "learning_rate 0.1, optimizer adam: no points, n = 0",
            ]
        );
        assert_texts(
            &figure,
            &[
                "92.00 %",
                "81.00 %",
                "no points",
                "not finite",
                "0.1",
                "adam",
            ],
        );
        let cells: Vec<&str> = groups(&svg, "cell").collect();
        assert!(cells[0].contains("fill-ramp8") && cells[1].contains("fill-ramp0"));
        assert!(cells[2].contains("stroke-wrong") && cells[3].contains("stroke-muted"));
        // The best cell is framed: 2 pixels around it.
        let [left, top, width, height] = area(cells[0]);
        let frame = group(&svg, "best");
        let frame = area(frame);
        let around = [left - 1.0, top - 1.0, width + 2.0, height + 2.0];
        assert_near(&frame, &around);
    }

    #[test]
    fn lower_is_better_for_a_loss() {
        let mut chart = chart(
            SettingAxis::Categories,
            vec![(at(0.1, "a"), vec![0.5]), (at(0.2, "a"), vec![0.1])],
        );
        chart.metric = loss();
        let svg = heat_map("", "", &chart).to_inline_svg();
        let cells: Vec<&str> = groups(&svg, "cell").collect();
        assert!(cells[0].contains("fill-ramp0") && cells[1].contains("fill-ramp8"));
    }

    #[test]
    fn the_colors_have_three_labels_and_say_that_they_are_logarithmic() {
        let results = vec![(at(0.1, "a"), vec![0.01]), (at(0.2, "a"), vec![0.25])];
        let linear = chart(SettingAxis::Categories, results);
        let texts = |chart: &HeatMapChart| -> Vec<String> {
            let texts = readable_texts(&heat_map("", "", chart)).into_iter();
            texts.map(|text| text.text).collect()
        };
        let in_percent = texts(&linear);
        assert!(in_percent.contains(&"13.00 %".to_owned()), "{in_percent:?}");
        assert!(!in_percent.contains(&"logarithmic".to_owned()));
        let logarithmic = texts(&HeatMapChart {
            metric: loss(),
            ..linear
        });
        // The geometric mean of 0.01 and 0.25.
        for text in ["0.0500", "logarithmic"] {
            assert!(logarithmic.contains(&text.to_owned()), "{logarithmic:?}");
        }
    }

    #[test]
    fn the_page_is_as_wide_as_its_cells() {
        let width = |columns: u32| {
            let results = (0..columns).map(|at| {
                let at = [SettingValue::Number(f64::from(at)), text("a")];
                (at, vec![0.5])
            });
            let figure = heat_map("", "", &chart(SettingAxis::Categories, results.collect()));
            numbers(&figure.to_svg(), "width")[0]
        };
        assert!(width(2) < 600.0, "{}", width(2));
        assert!((width(20) - 900.0).abs() < 1e-9, "{}", width(20));
    }

    #[test]
    fn many_cells_are_readable_and_many_numbers_are_combined() {
        let grid = |side: u32| {
            let pairs = (0..side).flat_map(|x| (0..side).map(move |y| (x, y)));
            let results = pairs.map(|(x, y)| {
                let at = [x, y].map(|number| SettingValue::Number(f64::from(number)));
                (at, vec![f64::from(x * y) / f64::from(side * side)])
            });
            chart(SettingAxis::Linear, results.collect())
        };
        let figure = heat_map("", "", &grid(20));
        readable_texts(&figure);
        assert_eq!(count(&figure, "cell"), 400);
        let figure = heat_map("", "", &grid(40));
        assert_eq!(count(&figure, "cell"), 144);
        assert_texts(
            &figure,
            &["The values of optimizer are combined in 12 ranges."],
        );
    }

    #[test]
    fn any_input_is_readable() {
        let names = DIFFICULT_NAMES.map(|name| ([text(name), text(name)], vec![0.5]));
        let mut difficult = chart(SettingAxis::Linear, names.to_vec());
        difficult.settings[0].name = DIFFICULT_NAMES.concat();
        difficult.settings[1].name = DIFFICULT_NAMES.concat();
        for chart in [
            chart(SettingAxis::Linear, vec![]),
            chart(SettingAxis::Linear, vec![(at(1.0, "a"), vec![])]),
            chart(
                SettingAxis::Linear,
                vec![(at(f64::NAN, "a"), vec![f64::NAN])],
            ),
            chart(SettingAxis::Linear, vec![(at(1.0, "a"), vec![0.5; 1000])]),
            chart(
                SettingAxis::Linear,
                vec![
                    (at(1.0, "a"), vec![f64::MAX]),
                    (at(2.0, "a"), vec![f64::MIN]),
                ],
            ),
            difficult,
        ] {
            let figure = heat_map("Title", "a note", &chart);
            readable_texts(&figure);
            figure.to_png().unwrap();
        }
    }
}
