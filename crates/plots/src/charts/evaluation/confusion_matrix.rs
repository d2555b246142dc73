//! The confusion matrix: images by label and prediction.

use super::data::EvaluationResults;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::count::fraction;
use crate::base::mark::Mark;
use crate::base::number_format::{images as image_count, percent, probability};
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};
use crate::charts::panel::panel;

/// The opacity of a cell with all images of its row: text is readable on it in light and dark mode.
const MAX_OPACITY: f64 = 0.5;

/// Between two cells.
const GAP: f64 = 4.0;

/// Draws the cells with their counts, shaded by their fraction of the row.
pub(super) fn draw(canvas: &mut Canvas, area: Area, heading: &str, results: &EvaluationResults) {
    let area = panel(canvas, area, heading, &remark(results), &[]);
    for label in [0, 1] {
        for prediction in [0, 1] {
            let cell = cell_area(area, label, prediction);
            draw_cell(canvas, cell, results, (label, prediction));
            if label == 0 {
                let name = format!("predicted {}", results.digits[prediction]);
                let at = (cell.center().0, area.bottom() + 20.0);
                canvas.text(&name, at, TextStyle::LABEL.anchored(Anchor::Middle));
            }
            if prediction == 0 {
                let name = format!("label {}", results.digits[label]);
                let at = (cell.left - 8.0, cell.center().1 + 4.5);
                canvas.text(&name, at, TextStyle::LABEL.anchored(Anchor::End));
            }
        }
    }
}

/// The area of a cell: labels from top to bottom, predictions from left to right.
fn cell_area(matrix: Area, label: usize, prediction: usize) -> Area {
    let (width, height) = (matrix.width / 2.0, matrix.height / 2.0);
    let offset = |index: usize, size: f64| if index == 0 { 0.0 } else { size + GAP / 2.0 };
    Area {
        left: matrix.left + offset(prediction, width),
        top: matrix.top + offset(label, height),
        width: width - GAP / 2.0,
        height: height - GAP / 2.0,
    }
}

fn draw_cell(
    canvas: &mut Canvas,
    area: Area,
    results: &EvaluationResults,
    (label, prediction): (usize, usize),
) {
    let images = results.confusion_matrix[label][prediction];
    let of_row = fraction(images, results.images_by_label()[label]);
    let tip = format!(
        "{} of digit {} predicted as {}",
        image_count(images),
        results.digits[label],
        results.digits[prediction]
    );
    let is_correct = label == prediction;
    let paint = if is_correct {
        Paint::Series(0)
    } else {
        Paint::Wrong
    };
    canvas.group_with_tip("confusion", &tip, |canvas| {
        canvas.rectangle(area, Paint::Panel);
        canvas.tint(area, paint, MAX_OPACITY * of_row.unwrap_or(0.0));
        if !is_correct && images > 0 {
            // Mistakes differ in more than their color.
            canvas.outline(area, Stroke::solid(Paint::Wrong, 1.0));
            let corner = (area.right() - 14.0, area.top + 14.0);
            canvas.mark(Mark::Cross, corner, 5.0, Paint::Wrong);
        }
        draw_count(canvas, area, images, of_row);
    });
}

fn draw_count(canvas: &mut Canvas, area: Area, images: usize, of_row: Option<f64>) {
    let text = images.to_string();
    let count = largest_style(&text, area);
    let (x, y) = area.center();
    let baseline = y + count.size * 0.2;
    canvas.text(&text, (x, baseline), count);
    let of_row = of_row.map_or("no images".to_owned(), percent);
    let style = TextStyle::LABEL.anchored(Anchor::Middle);
    let below = baseline + count.size * 0.25 + style.size + 1.0;
    canvas.text(&of_row, (x, below), style);
}

/// The largest style in which a text fits in a cell.
fn largest_style(text: &str, cell: Area) -> TextStyle {
    let size = (cell.height * 0.22).min(36.0);
    let style = TextStyle {
        size,
        ..TextStyle::TITLE.anchored(Anchor::Middle)
    };
    let fitting = size * (cell.width - 12.0) / style.width(text);
    TextStyle {
        size: size.min(fitting).round(),
        ..style
    }
}

fn remark(results: &EvaluationResults) -> String {
    let [[tn, _], [_, tp]] = results.confusion_matrix;
    let [negatives, positives] = results.images_by_label();
    let correct = tn.saturating_add(tp);
    let all = negatives.saturating_add(positives);
    let threshold = probability(results.threshold);
    fraction(correct, all).map_or("no images".to_owned(), |accuracy| {
        let accuracy = percent(accuracy);
        format!("{correct} of {all} correct ({accuracy}), threshold {threshold}")
    })
}

#[cfg(test)]
mod tests {
    use crate::charts::evaluation::data::six_images;
    use crate::charts::evaluation::{EvaluationPart, evaluation_part};
    use crate::test_support::{
        area, assert_near, assert_texts, find, groups, readable_texts, tips,
    };

    #[test]
    fn cells_are_shaded_by_their_fraction_and_mistakes_are_marked() {
        let mut results = six_images();
        results.confusion_matrix = [[3, 1], [2, 0]];
        let svg =
            evaluation_part("", "", &results, EvaluationPart::ConfusionMatrix).to_inline_svg();
        assert_eq!(
            tips(&svg, "confusion"),
            [
                "3 images of digit 3 predicted as 3",
                "1 image of digit 3 predicted as 8",
                "2 images of digit 8 predicted as 3",
                "0 images of digit 8 predicted as 8",
            ]
        );
        // Half of 3 / 4, 1 / 4, 2 / 2 and 0.
        let expected = [(false, "0.38"), (true, "0.13"), (true, "0.5"), (false, "0")];
        for (cell, (wrong, opacity)) in groups(&svg, "confusion").zip(expected) {
            let opacity = format!("fill-opacity=\"{opacity}\"");
            assert!(cell.contains(&opacity), "{cell}");
            assert_eq!(cell.contains("stroke-wrong"), wrong, "{cell}");
        }
    }

    #[test]
    fn a_cell_without_mistakes_is_not_marked_as_wrong() {
        let mut results = six_images();
        results.confusion_matrix = [[3, 0], [1, 2]];
        let svg =
            evaluation_part("", "", &results, EvaluationPart::ConfusionMatrix).to_inline_svg();
        let marked = groups(&svg, "confusion").map(|cell| cell.contains("stroke-wrong"));
        assert_eq!(marked.collect::<Vec<_>>(), [false, false, true, false]);
    }

    #[test]
    fn labels_are_rows_and_predictions_are_columns() {
        let mut results = six_images();
        results.confusion_matrix = [[3, 1], [2, 0]];
        let figure = evaluation_part("", "", &results, EvaluationPart::ConfusionMatrix);
        let svg = figure.to_inline_svg();
        let cells: Vec<[f64; 4]> = groups(&svg, "confusion").map(area).collect();
        let [left, top, width, height] = cells[0];
        let (right, bottom) = (left + width + 4.0, top + height + 4.0);
        assert_near(&cells[1], &[right, top, width, height]);
        assert_near(&cells[2], &[left, bottom, width, height]);
        assert_near(&cells[3], &[right, bottom, width, height]);
        let texts = readable_texts(&figure);
        let center = |text| find(&texts, text).center();
        assert!((center("predicted 3").0 - (left + width / 2.0)).abs() < 1.0);
        assert!((center("predicted 8").0 - (right + width / 2.0)).abs() < 1.0);
        assert!((center("label 3").1 - (top + height / 2.0)).abs() < 2.0);
        assert!((center("label 8").1 - (bottom + height / 2.0)).abs() < 2.0);
        assert_texts(&figure, &["3 of 6 correct (50 %), threshold 0.5"]);
    }
}
