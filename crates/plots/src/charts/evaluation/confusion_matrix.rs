//! The confusion matrix: images by label and prediction.

use super::class_data::ConfusionMatrix;
use super::data::EvaluationResults;
use crate::base::area::Area;
use crate::base::axes::LEFT_MARGIN;
use crate::base::canvas::Canvas;
use crate::base::count::{fraction, real};
use crate::base::mark::Mark;
use crate::base::number_format::{
    grouped, images as image_count, percent, probability, whole_percent,
};
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};
use crate::charts::panel::panel;

/// The opacity of a cell with all images of its row: text is readable on it in light and dark mode.
const MAX_OPACITY: f64 = 0.5;

/// The opacity of a cell with few mistakes among many classes.
const MIN_OPACITY: f64 = 0.08;

/// Draws the matrix of two digits, with the threshold.
pub(super) fn draw(canvas: &mut Canvas, area: Area, heading: &str, results: &EvaluationResults) {
    let matrix = ConfusionMatrix {
        digits: results.digits.to_vec(),
        counts: results.confusion_matrix.map(Vec::from).to_vec(),
    };
    let (all, correct) = matrix.totals();
    let threshold = probability(results.threshold);
    let remark = fraction(correct, all).map_or("no images".to_owned(), |accuracy| {
        let accuracy = percent(accuracy);
        format!("{correct} of {all} correct ({accuracy}), threshold {threshold}")
    });
    draw_matrix(canvas, area, heading, &remark, &matrix);
}

/// Draws the matrix of several classes.
pub(super) fn draw_classes(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    matrix: &ConfusionMatrix,
) {
    let (all, correct) = matrix.totals();
    let remark = fraction(correct, all).map_or("no images".to_owned(), |accuracy| {
        let (correct, all, accuracy) = (grouped(correct), grouped(all), percent(accuracy));
        let shades = match matrix.classes() {
            0..=2 => "",
            _ => "; mistakes shaded by the logarithm of their number",
        };
        format!("{correct} of {all} correct ({accuracy}){shades}")
    });
    draw_matrix(canvas, area, heading, &remark, matrix);
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
            draw_cell(canvas, cell, matrix, (label, prediction));
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

fn draw_cell(
    canvas: &mut Canvas,
    area: Area,
    matrix: &ConfusionMatrix,
    (label, prediction): (usize, usize),
) {
    let images = matrix.images(label, prediction);
    let tip = format!(
        "{} of digit {} predicted as {}",
        image_count(images),
        matrix.digits[label],
        matrix.digits[prediction]
    );
    let is_correct = label == prediction;
    let paint = if is_correct {
        Paint::Series(0)
    } else {
        Paint::Wrong
    };
    canvas.group_with_tip("confusion", &tip, |canvas| {
        canvas.rectangle(area, Paint::Panel);
        canvas.tint(area, paint, opacity(matrix, (label, prediction)));
        let of_row = fraction(images, matrix.images_of(label));
        // Mistakes differ from correct predictions in more than their color.
        if matrix.classes() > 2 {
            if is_correct {
                canvas.outline(area, Stroke::solid(Paint::Ink, 1.0));
            }
            draw_small_count(canvas, area, images, of_row);
            return;
        }
        if !is_correct && images > 0 {
            canvas.outline(area, Stroke::solid(Paint::Wrong, 1.0));
            let corner = (area.right() - 14.0, area.top + 14.0);
            canvas.mark(Mark::Cross, corner, 5.0, Paint::Wrong);
        }
        draw_count(canvas, area, images, of_row);
    });
}

fn opacity(matrix: &ConfusionMatrix, (label, prediction): (usize, usize)) -> f64 {
    let images = matrix.images(label, prediction);
    if matrix.classes() <= 2 || label == prediction {
        let of_row = fraction(images, matrix.images_of(label));
        return MAX_OPACITY * of_row.unwrap_or(0.0);
    }
    if images == 0 {
        return 0.0;
    }
    // From one mistake to the largest number of them; a single one is not shaded as the largest.
    let largest = real(matrix.largest_mistake().max(10));
    MIN_OPACITY + (MAX_OPACITY - MIN_OPACITY) * real(images).ln() / largest.ln()
}

fn draw_count(canvas: &mut Canvas, area: Area, images: usize, of_row: Option<f64>) {
    let text = images.to_string();
    let count = largest_style(&text, area, (area.height * 0.22).min(36.0), 12.0);
    let (x, y) = area.center();
    let baseline = y + count.size * 0.2;
    canvas.text(&text, (x, baseline), count);
    let of_row = of_row.map_or("no images".to_owned(), percent);
    let style = TextStyle::LABEL.anchored(Anchor::Middle);
    let below = baseline + count.size * 0.25 + style.size + 1.0;
    canvas.text(&of_row, (x, below), style);
}

/// Writes the count of one of many cells, and below it its part of the row where that fits.
fn draw_small_count(canvas: &mut Canvas, area: Area, images: usize, of_row: Option<f64>) {
    let text = images.to_string();
    let (x, y) = area.center();
    let share = TextStyle::SMALL
        .painted(Paint::Ink)
        .anchored(Anchor::Middle);
    let count = largest_style(&text, area, (area.height * 0.3).clamp(9.0, 30.0), 6.0);
    if images == 0 {
        let style = TextStyle {
            size: count.size.min(share.size),
            ..share.painted(Paint::Muted)
        };
        canvas.text(&text, (x, y + 4.0), style);
        return;
    }
    let shares = of_row.map(|of_row| [percent(of_row), whole_percent(of_row)]);
    let fits = |text: &String| share.width(text) <= area.width - 4.0;
    let has_space = count.size + share.size + 12.0 <= area.height;
    let of_row = shares.filter(|_| has_space);
    let of_row = of_row.and_then(|shares| shares.into_iter().find(fits));
    let Some(of_row) = of_row else {
        canvas.text(&text, (x, y + count.size * 0.36), count);
        return;
    };
    let line = share.size + count.size * 0.25;
    // Digits are about 0.73 of their size high.
    let baseline = y - (count.size * 0.73 + line) / 2.0 + count.size * 0.73;
    canvas.text(&text, (x, baseline), count);
    canvas.text(&of_row, (x, baseline + line), share);
}

/// The largest style up to a size in which a text fits in a cell with this space around it.
fn largest_style(text: &str, cell: Area, size: f64, space: f64) -> TextStyle {
    let style = TextStyle {
        size,
        ..TextStyle::TITLE.anchored(Anchor::Middle)
    };
    let fitting = size * (cell.width - space) / style.width(text);
    TextStyle {
        size: size.min(fitting).round(),
        ..style
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::evaluation::class_data::classes;
    use crate::charts::evaluation::classes::{class_evaluation, class_evaluation_part};
    use crate::charts::evaluation::data::six_images;
    use crate::charts::evaluation::{EvaluationPart, evaluation_part};
    use crate::test_support::{
        area, assert_near, assert_texts, find, groups, numbers, readable_texts, tips,
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

    /// The opacities of the cells, row by row.
    fn opacities(svg: &str) -> Vec<f64> {
        let cells = groups(svg, "confusion");
        cells.map(|cell| numbers(cell, "fill-opacity")[0]).collect()
    }

    #[test]
    fn few_mistakes_among_thousands_are_shaded_by_their_logarithm() {
        let matrix = ConfusionMatrix {
            digits: vec![0, 4, 9],
            counts: vec![vec![5000, 0, 0], vec![1, 4899, 100], vec![0, 10, 4990]],
        };
        let results = crate::ClassEvaluation {
            confusion_matrix: matrix,
            ..classes(3)
        };
        let part = EvaluationPart::ConfusionMatrix;
        let svg = class_evaluation_part("", "", &results, part).to_inline_svg();
        let found = opacities(&svg);
        // 0.5 times the fraction of the row; 0.08, 0.5, and half between them for 1, 100 and 10.
        let expected = [0.5, 0.0, 0.0, 0.08, 0.49, 0.5, 0.0, 0.29, 0.5];
        assert_eq!(found, expected);
        let framed = groups(&svg, "confusion").map(|cell| cell.contains("stroke-ink"));
        assert!(
            framed
                .enumerate()
                .all(|(at, framed)| framed == (at % 4 == 0))
        );
        assert_eq!(
            tips(&svg, "confusion")[5],
            "100 images of digit 4 predicted as 9"
        );
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
    fn parts_of_a_row_are_written_where_there_is_space() {
        let part = EvaluationPart::ConfusionMatrix;
        for count in [3, 10] {
            let figure = class_evaluation_part("", "", &classes(count), part);
            // Two of the ten images with the label 2 are predicted as 3, or as 0.
            assert_texts(&figure, &["80 %", "20 %"]);
        }
    }

    #[test]
    fn two_classes_are_drawn_as_two_digits_are() {
        let results = six_images();
        let matrix = ConfusionMatrix {
            digits: vec![3, 8],
            counts: vec![vec![2, 1], vec![1, 2]],
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
    fn a_matrix_with_missing_rows_counts_them_as_0() {
        let results = crate::ClassEvaluation {
            confusion_matrix: ConfusionMatrix {
                digits: vec![1, 2, 3],
                counts: vec![vec![4], vec![]],
            },
            ..classes(3)
        };
        let figure = class_evaluation_part("", "", &results, EvaluationPart::ConfusionMatrix);
        assert_texts(&figure, &["4", "100 %", "0"]);
    }
}
