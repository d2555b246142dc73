//! The confusion matrix: images by label and prediction.

use super::class_data::ConfusionMatrix;
use super::confusion_cell;
use super::data::EvaluationResults;
use crate::base::area::Area;
use crate::base::axes::LEFT_MARGIN;
use crate::base::canvas::Canvas;
use crate::base::count::{fraction, real};
use crate::base::number_format::{grouped, percent, probability};
use crate::base::text::{Anchor, TextStyle};
use crate::charts::panel::panel;

/// Draws the matrix of two digits, with the threshold.
pub(super) fn draw(canvas: &mut Canvas, area: Area, heading: &str, results: &EvaluationResults) {
    let matrix = ConfusionMatrix {
        digits: results.digits.to_vec(),
        counts: results.confusion_matrix.map(Vec::from).to_vec(),
        rejected: results.rejected,
    };
    let threshold = format!(", threshold {}", probability(results.threshold));
    let remark = remark(&matrix, &threshold);
    draw_matrix(canvas, area, heading, &remark, &matrix);
}

/// Draws the matrix of several classes.
pub(super) fn draw_classes(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    matrix: &ConfusionMatrix,
) {
    let shades = match (matrix.classes(), matrix.rejected) {
        (0..=2, _) => "",
        (_, 0) => "; mistakes shaded by the logarithm of their number",
        // There is less room.
        _ => "; mistakes shaded by logarithm",
    };
    let remark = remark(matrix, shades);
    draw_matrix(canvas, area, heading, &remark, matrix);
}

/// How many images in the matrix are predicted correctly, more about it, and how many are not in it.
fn remark(matrix: &ConfusionMatrix, more: &str) -> String {
    let (all, correct) = matrix.totals();
    let rejected = match matrix.rejected {
        0 => String::new(),
        rejected => format!(", {} rejected", grouped(rejected)),
    };
    match fraction(correct, all) {
        Some(accuracy) => {
            let (correct, all, accuracy) = (grouped(correct), grouped(all), percent(accuracy));
            format!("{correct} of {all} correct ({accuracy}){rejected}{more}")
        }
        None if matrix.rejected > 0 => format!("no predictions{rejected}"),
        None => "no images".to_owned(),
    }
}

/// Draws the cells with their counts. Correct predictions are shaded by their fraction of the row, and
/// so are mistakes between two classes; between more, by the logarithm of their number, so that one
/// among thousands of images is visible.
fn draw_matrix(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    remark: &str,
    matrix: &ConfusionMatrix,
) {
    let area = panel(canvas, area, heading, remark, &[]);
    let classes = matrix.classes();
    let words = Words::of(area, matrix);
    let style = TextStyle::LABEL.anchored(Anchor::Middle);
    for (label, row) in matrix.digits.iter().enumerate() {
        for (prediction, column) in matrix.digits.iter().enumerate() {
            let cell = cell_area(area, classes, label, prediction);
            confusion_cell::draw(canvas, cell, matrix, (label, prediction));
            if label == 0 {
                let below = (cell.center().0, area.bottom() + 20.0);
                canvas.text(&words.name("predicted", *column), below, style);
            }
            if prediction == 0 {
                let beside = (cell.left - 8.0, cell.center().1 + 4.5);
                let name = words.name("label", *row);
                canvas.text(&name, beside, style.anchored(Anchor::End));
            }
        }
    }
    if words == Words::OfAxes {
        let (x, y) = area.center();
        canvas.text("predicted", (x, area.bottom() + 40.0), style);
        canvas.text_upwards("label", (area.left - LEFT_MARGIN + 14.0, y), style);
    }
}

/// Where the words "label" and "predicted" are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// Before each digit.
    OfDigits,
    /// At the axes, where columns are too narrow for words.
    OfAxes,
}

impl Words {
    fn of(area: Area, matrix: &ConfusionMatrix) -> Self {
        let width = |digit| TextStyle::LABEL.width(&Self::OfDigits.name("predicted", digit));
        let widest = matrix.digits.iter().copied().map(width).fold(0.0, f64::max);
        if widest + 4.0 <= cell_area(area, matrix.classes(), 0, 0).width {
            Self::OfDigits
        } else {
            Self::OfAxes
        }
    }

    fn name(self, word: &str, digit: u8) -> String {
        match self {
            Self::OfDigits => format!("{word} {digit}"),
            Self::OfAxes => digit.to_string(),
        }
    }
}

/// The area of a cell: labels from top to bottom, predictions from left to right.
fn cell_area(matrix: Area, classes: usize, label: usize, prediction: usize) -> Area {
    let gap = if classes > 2 { 2.0 } else { 4.0 };
    let size = |whole: f64| (whole - gap * (real(classes) - 1.0)) / real(classes);
    let (width, height) = (size(matrix.width), size(matrix.height));
    Area {
        left: matrix.left + real(prediction) * (width + gap),
        top: matrix.top + real(label) * (height + gap),
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::evaluation::class_data::classes;
    use crate::charts::evaluation::classes::{class_evaluation, class_evaluation_part};
    use crate::charts::evaluation::data::six_images;
    use crate::charts::evaluation::{EvaluationPart, evaluation_part};
    use crate::test_support::{area, assert_near, assert_texts, find, groups, readable_texts};

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

    #[test]
    fn from_three_to_ten_classes_each_cell_has_its_count_and_each_axis_its_name() {
        for count in [3, 6, 10] {
            let results = classes(count);
            for figure in [
                class_evaluation_part("", "", &results, EvaluationPart::ConfusionMatrix),
                class_evaluation("", "", &results),
            ] {
                let svg = figure.to_inline_svg();
                let cells: Vec<&str> = groups(&svg, "confusion").collect();
                assert_eq!(cells.len(), usize::from(count) * usize::from(count));
                for (at, cell) in cells.iter().enumerate() {
                    let (label, prediction) = (at / usize::from(count), at % usize::from(count));
                    let images = results.confusion_matrix.counts[label][prediction];
                    assert!(cell.contains(&format!(">\n{images}\n<")), "{cell}");
                }
                let texts = readable_texts(&figure);
                let has = |text: &str| texts.iter().any(|written| written.text == text);
                assert!(has("label 0") || has("label"), "{texts:?}");
                assert!(has("predicted 0") || has("predicted"), "{texts:?}");
            }
        }
    }

    #[test]
    fn two_classes_are_drawn_as_two_digits_are() {
        let results = six_images();
        let matrix = ConfusionMatrix {
            digits: vec![3, 8],
            counts: vec![vec![2, 1], vec![1, 2]],
            rejected: 0,
        };
        let two = crate::ClassEvaluation {
            confusion_matrix: matrix,
            ..classes(2)
        };
        let part = EvaluationPart::ConfusionMatrix;
        let [expected, found] = [
            evaluation_part("", "", &results, part),
            class_evaluation_part("", "", &two, part),
        ]
        .map(|figure| figure.to_inline_svg().replace(", threshold 0.5", ""));
        assert_eq!(found, expected);
    }

    #[test]
    fn rejected_images_are_counted_beside_the_matrix() {
        let mut results = six_images();
        results.rejected = 1_200;
        let of = |results: &EvaluationResults| {
            evaluation_part("", "", results, EvaluationPart::ConfusionMatrix)
        };
        let expected = "4 of 6 correct (66.7 %), 1,200 rejected, threshold 0.5";
        assert_texts(&of(&results), &[expected]);
        results.confusion_matrix = [[0; 2]; 2];
        assert_texts(&of(&results), &["no predictions, 1,200 rejected"]);
        let mut results = classes(3);
        results.confusion_matrix.rejected = 7;
        let figure = class_evaluation_part("", "", &results, EvaluationPart::ConfusionMatrix);
        let expected = "27 of 30 correct (90 %), 7 rejected; mistakes shaded by logarithm";
        assert_texts(&figure, &[expected]);
    }

    #[test]
    fn a_matrix_with_missing_rows_counts_them_as_0() {
        let results = crate::ClassEvaluation {
            confusion_matrix: ConfusionMatrix {
                digits: vec![1, 2, 3],
                counts: vec![vec![4], vec![]],
                rejected: 0,
            },
            ..classes(3)
        };
        let figure = class_evaluation_part("", "", &results, EvaluationPart::ConfusionMatrix);
        assert_texts(&figure, &["4", "100 %", "0"]);
    }
}
