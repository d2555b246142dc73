//! How much the results of each combination differ between seeds and folds: one row for each combination.

pub(crate) mod rows;
mod texts;

use super::data::SpreadChart;
use super::value_marks::{MeanMark, beyond_remark, draw_dots};
use super::words::{caption, points_in_groups};
use crate::base::area::Area;
use crate::base::axes::BOTTOM_MARGIN;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading, paragraph};
use crate::base::legend::legend;
use crate::base::text::TextStyle;
use crate::charts::panel::missing;
use rows::{ROW_HEIGHT, Shown, WIDTH, draw_bands};

/// Draws the values of each of the first [`MAX_SPREAD_ROWS`](crate::MAX_SPREAD_ROWS) combinations as dots, and below them
/// their mean with its 95 % confidence interval, in rows from top to bottom. A cross marks combinations with values that are
/// not finite.
#[must_use]
pub fn seed_spread(title: &str, note: &str, chart: &SpreadChart) -> Figure {
    let width = WIDTH - 2.0 * MARGIN;
    let shown = Shown::of(chart);
    let mut canvas = Canvas::new();
    let sizes: Vec<usize> = chart
        .rows
        .iter()
        .map(|row| row.results.values.len())
        .collect();
    let note = caption(note, &points_in_groups(&sizes, "combination"));
    let mut top = heading(&mut canvas, title, &note, width);
    top += legend(&mut canvas, &shown.entries(), (MARGIN, top + 14.0), width) + 12.0;
    let area = Area {
        left: MARGIN,
        top,
        width,
        height: ROW_HEIGHT * real(shown.rows.len().max(3)),
    };
    if shown.values().next().is_none() {
        missing(&mut canvas, area, "no values");
        return canvas.finish(WIDTH, area.bottom() + MARGIN, title);
    }
    let axes = shown.axes(area);
    draw_bands(&mut canvas, &axes, shown.rows.len());
    axes.draw_x(&mut canvas, &chart.metric.axis_name());
    let marks: Vec<Option<MeanMark>> = (0..shown.rows.len())
        .map(|row| shown.mean_mark(&axes, row))
        .collect();
    draw_dots(&mut canvas, &shown.dots(&axes));
    for (index, mark) in marks.iter().enumerate() {
        shown.draw_row(&mut canvas, &axes, index, mark.as_ref());
        shown.draw_left_out(&mut canvas, &axes, index);
    }
    let mut bottom = axes.area.bottom() + BOTTOM_MARGIN;
    let marks: Vec<MeanMark> = marks.into_iter().flatten().collect();
    let remarks = shown
        .remarks(&chart.rows)
        .into_iter()
        .chain(beyond_remark(&marks));
    let remarks = remarks.collect::<Vec<_>>().join("\n");
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
    use super::rows::MEAN_BELOW;
    use super::*;
    use crate::charts::sweep::data::{SpreadRow, Standing};
    use crate::charts::sweep::fixtures::{DIFFICULT_NAMES, accuracy, loss, values};
    use crate::test_support::{
        assert_texts, count, find, group, groups, numbers, readable_texts, tips,
    };

    fn row(name: &str, of: &[f64], standing: Standing) -> SpreadRow {
        SpreadRow {
            name: name.to_owned(),
            results: values(of),
            standing,
        }
    }

    fn chart(rows: Vec<SpreadRow>) -> SpreadChart {
        SpreadChart {
            metric: accuracy(),
            rows,
        }
    }

    #[test]
    fn the_legend_has_the_marks_that_are_there() {
        let legend = |standing| {
            let rows = vec![
                row("best", &[0.9, 0.8], Standing::BestOrSame),
                row("other", &[0.7, 0.6], standing),
            ];
            let texts = readable_texts(&seed_spread("", "", &chart(rows)));
            let texts = texts.into_iter().map(|text| text.text);
            let marks = ["worse than the best", "dropped before the end"];
            texts
                .filter(|text| marks.contains(&text.as_str()))
                .collect::<Vec<_>>()
        };
        assert_eq!(legend(Standing::Worse), ["worse than the best"]);
        assert_eq!(legend(Standing::Dropped), ["dropped before the end"]);
        assert!(legend(Standing::BestOrSame).is_empty());
    }

    #[test]
    fn each_combination_is_a_row_with_its_values_and_its_mean() {
        let rows = vec![
            row("adam", &[0.98, 0.96, 0.97], Standing::BestOrSame),
            row("sgd", &[0.90, 0.92], Standing::Worse),
            row("once", &[0.85], Standing::Unknown),
        ];
        let figure = seed_spread("Optimizers", "", &chart(rows));
        assert_eq!(figure.note(), "6 points, 1 to 3 for each combination");
        let svg = figure.to_inline_svg();
        assert_eq!(group(&svg, "points").matches('M').count(), 6);
        assert_eq!(
            tips(&svg, "row"),
            [
                "adam: mean 97.00 %, n = 3",
                "sgd: mean 91.00 %, n = 2",
                "once: mean 85.00 %, n = 1"
            ]
        );
        let texts = readable_texts(&figure);
        for text in [
            "97.00 %",
            "(3)",
            "worse than the best",
            "validation accuracy",
        ] {
            find(&texts, text);
        }
        // The interval of sgd from 90 % to 92 %, at the height of its name.
        let sgd = groups(&svg, "row").nth(1).unwrap();
        let [from, to] = [numbers(sgd, "x1")[0], numbers(sgd, "x2")[0]];
        let (ninety, _) = find(&texts, "90 %").center();
        assert!(
            (from - ninety).abs() < 2.0 && to > from + 20.0,
            "{from} {to}"
        );
        let (_, y) = find(&texts, "sgd").center();
        assert!((numbers(sgd, "y1")[0] - y - MEAN_BELOW).abs() < 2.0);
        let hollow = groups(&svg, "row").map(|row| row.contains("fill=\"none\""));
        assert_eq!(hollow.collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn thirty_rows_are_shown_and_the_others_named() {
        let rows =
            (0..36).map(|index| row(&format!("setting {index}"), &[0.5, 0.6], Standing::Unknown));
        let figure = seed_spread("Settings", "", &chart(rows.collect()));
        assert_eq!(count(&figure, "row"), 30);
        assert_texts(
            &figure,
            &[
                "Not shown, the last 6 of 36: setting 30; setting 31; setting 32; setting 33; setting 34; setting 35.",
            ],
        );
    }

    #[test]
    fn combinations_with_values_that_are_not_finite_are_marked_where_the_metric_is_worst() {
        let rows = vec![
            row("fine", &[0.1, 0.2], Standing::BestOrSame),
            row("diverged", &[0.4, f64::NAN, f64::INFINITY], Standing::Worse),
        ];
        let of = |metric| SpreadChart {
            metric,
            rows: rows.clone(),
        };
        let figure = seed_spread("", "", &of(loss()));
        let svg = figure.to_inline_svg();
        let why = "not finite or not above 0";
        assert_eq!(
            tips(&svg, "left-out"),
            [format!("diverged: 2 of 3 {why}").as_str()]
        );
        assert_texts(&figure, &[&format!("has values that are {why}"), "–"]);
        let place = |figure: &str| numbers(group(figure, "left-out"), "d")[0];
        let lowest = seed_spread("", "", &of(accuracy())).to_inline_svg();
        assert!(place(&svg) > place(&lowest) + 300.0);
    }

    #[test]
    fn any_input_is_readable() {
        let difficult =
            DIFFICULT_NAMES.map(|name| row(name, &[0.5, f64::NAN, f64::INFINITY], Standing::Worse));
        for rows in [
            vec![],
            vec![row("none", &[], Standing::Unknown)],
            vec![row("one", &[0.5], Standing::BestOrSame)],
            vec![row("same", &[0.5; 1000], Standing::BestOrSame)],
            vec![row("extreme", &[f64::MIN, f64::MAX], Standing::Worse)],
            difficult.to_vec(),
        ] {
            for metric in [accuracy(), loss()] {
                let chart = SpreadChart {
                    metric,
                    rows: rows.clone(),
                };
                let figure = seed_spread("Title", "a note", &chart);
                readable_texts(&figure);
                figure.to_png().unwrap();
                let svg = figure.to_svg();
                assert!(!svg.contains("\"NaN") && !svg.contains("inf\""));
            }
        }
    }
}
