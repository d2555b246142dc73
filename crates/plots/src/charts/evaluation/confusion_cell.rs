//! A cell of the confusion matrix: its shade and its count.

use super::class_data::ConfusionMatrix;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::count::{fraction, real};
use crate::base::mark::Mark;
use crate::base::number_format::{images as image_count, percent, whole_percent};
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};

/// The opacity of a cell with all images of its row: text is readable on it in light and dark mode.
const MAX_OPACITY: f64 = 0.5;

/// The opacity of a cell with few mistakes among many classes.
const MIN_OPACITY: f64 = 0.08;

/// Draws a cell with its count.
pub(super) fn draw(
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
    let height = count.size * 0.73;
    let baseline = y + height - f64::midpoint(height, line);
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
    use crate::charts::evaluation::classes::class_evaluation_part;
    use crate::charts::evaluation::data::six_images;
    use crate::charts::evaluation::{EvaluationPart, evaluation_part};
    use crate::test_support::{assert_texts, groups, numbers, tips};

    /// The opacities of the cells, row by row.
    fn opacities(svg: &str) -> Vec<f64> {
        let cells = groups(svg, "confusion");
        cells.map(|cell| numbers(cell, "fill-opacity")[0]).collect()
    }

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
    fn few_mistakes_among_thousands_are_shaded_by_their_logarithm() {
        let matrix = ConfusionMatrix {
            digits: vec![0, 4, 9],
            counts: vec![vec![5000, 0, 0], vec![1, 4899, 100], vec![0, 10, 4990]],
            rejected: 0,
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
    fn parts_of_a_row_are_written_where_there_is_space() {
        let part = EvaluationPart::ConfusionMatrix;
        for count in [3, 10] {
            let figure = class_evaluation_part("", "", &classes(count), part);
            // Two of the ten images with the label 2 are predicted as 3, or as 0.
            assert_texts(&figure, &["80 %", "20 %"]);
        }
    }
}
