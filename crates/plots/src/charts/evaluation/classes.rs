//! How well a network with one output for each class predicts: the five charts of [`super::evaluation`]
//! for three classes or more.

use super::class_data::ClassEvaluation;
use super::{EvaluationPart, class_calibration, class_curves, confusion_matrix, probabilities};
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading};
use crate::charts::panel::{height_of_square, height_of_square_with_heading};

/// Draws all charts of an evaluation of several classes on one page.
///
/// - The confusion matrix, in which few mistakes among thousands of images are visible.
/// - ROC and precision-recall curves of each class against all others, the best first.
/// - A histogram of the largest output of correct and of wrong predictions.
/// - A reliability diagram for each class.
#[must_use]
pub fn class_evaluation(title: &str, note: &str, results: &ClassEvaluation) -> Figure {
    const WIDTH: f64 = 1000.0;
    const GAP: f64 = 26.0;
    const INSIDE: f64 = WIDTH - 2.0 * MARGIN;
    const COLUMN: f64 = (INSIDE - GAP) / 2.0;
    let classes = results.classes.len();
    let heights = [
        height_of_square_with_heading(COLUMN),
        height_of_square_with_heading(COLUMN) + more_legend(COLUMN, classes),
        class_calibration::height(INSIDE, classes) + 18.0,
    ];
    let mut canvas = Canvas::new();
    let first = heading(&mut canvas, title, note, INSIDE);
    let second = first + heights[0] + GAP;
    let third = second + heights[1] + GAP;
    let right = MARGIN + COLUMN + GAP;
    for (part, left, top, width, height) in [
        (
            EvaluationPart::ConfusionMatrix,
            MARGIN,
            first,
            COLUMN,
            heights[0],
        ),
        (
            EvaluationPart::Probabilities,
            right,
            first,
            COLUMN,
            heights[0],
        ),
        (EvaluationPart::Roc, MARGIN, second, COLUMN, heights[1]),
        (
            EvaluationPart::PrecisionRecall,
            right,
            second,
            COLUMN,
            heights[1],
        ),
        (
            EvaluationPart::Calibration,
            MARGIN,
            third,
            INSIDE,
            heights[2],
        ),
    ] {
        let area = Area {
            left,
            top,
            width,
            height,
        };
        draw(&mut canvas, area, part.heading(), results, part);
    }
    canvas.finish(WIDTH, third + heights[2] + MARGIN, title)
}

/// Draws one chart of an evaluation of several classes alone, and larger. The title is its heading.
#[must_use]
pub fn class_evaluation_part(
    title: &str,
    note: &str,
    results: &ClassEvaluation,
    part: EvaluationPart,
) -> Figure {
    const SQUARE: f64 = 580.0;
    const WIDE: f64 = 960.0;
    let classes = results.classes.len();
    let (width, height) = match part {
        EvaluationPart::ConfusionMatrix => (SQUARE, height_of_square(SQUARE)),
        EvaluationPart::Roc | EvaluationPart::PrecisionRecall => (
            SQUARE,
            height_of_square(SQUARE) + more_legend(SQUARE, classes),
        ),
        EvaluationPart::Calibration => (WIDE, class_calibration::height(WIDE, classes)),
        EvaluationPart::Probabilities => (720.0, 572.0),
    };
    let mut canvas = Canvas::new();
    let area = Area {
        left: MARGIN,
        top: heading(&mut canvas, title, note, width),
        width,
        height,
    };
    draw(&mut canvas, area, "", results, part);
    canvas.finish(width + 2.0 * MARGIN, area.bottom() + MARGIN, title)
}

/// The height of the lines of a legend of so many classes after its first one.
fn more_legend(width: f64, classes: usize) -> f64 {
    /// The width of an entry with a score of four decimals, and the height of a line.
    const ENTRY: f64 = 112.0;
    const LINE: f64 = 20.0;
    let entries = crate::base::count::real(classes + 1);
    let lines = (entries / (width / ENTRY).floor()).ceil();
    LINE * (lines - 1.0).max(0.0)
}

fn draw(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    results: &ClassEvaluation,
    part: EvaluationPart,
) {
    let draw = match part {
        EvaluationPart::ConfusionMatrix => {
            let matrix = &results.confusion_matrix;
            return confusion_matrix::draw_classes(canvas, area, heading, matrix);
        }
        EvaluationPart::Roc => class_curves::draw_roc,
        EvaluationPart::PrecisionRecall => class_curves::draw_precision_recall,
        EvaluationPart::Calibration => class_calibration::draw,
        EvaluationPart::Probabilities => probabilities::draw_classes,
    };
    draw(canvas, area, heading, results);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::evaluation::class_data::{ClassResults, ConfusionMatrix, classes};
    use crate::test_support::{assert_texts, count, readable_texts, texts, tips};

    const PARTS: [EvaluationPart; 5] = [
        EvaluationPart::ConfusionMatrix,
        EvaluationPart::Roc,
        EvaluationPart::PrecisionRecall,
        EvaluationPart::Calibration,
        EvaluationPart::Probabilities,
    ];

    #[test]
    fn a_page_has_all_parts() {
        let page = class_evaluation("Ten digits", "by hand", &classes(10));
        let counts = [
            ("confusion", 100),
            ("roc", 10),
            ("precision-recall", 10),
            ("class", 10),
            ("bar", 3),
            ("missing", 0),
        ];
        for (class, expected) in counts {
            assert_eq!(count(&page, class), expected, "{class}");
        }
        let expected = ["Ten digits", "by hand", "Confusion matrix", "Calibration"];
        assert_texts(&page, &expected);
        assert!(page.to_png().is_ok());
    }

    #[test]
    fn wrong_predictions_go_down_and_correct_ones_up() {
        let part = EvaluationPart::Probabilities;
        let figure = class_evaluation_part("", "", &classes(10), part);
        let svg = figure.to_inline_svg();
        assert_eq!(
            tips(&svg, "bar"),
            [
                "1 image predicted wrongly from 0.40 to 0.45",
                "1 image predicted wrongly from 0.60 to 0.65",
                "8 images predicted correctly from 0.95 to 1.00",
            ]
        );
        let expected = ["correct, upwards", "wrong, downwards", "largest output"];
        assert_texts(&figure, &expected);
        assert_eq!(count(&figure, "threshold"), 0);
    }

    /// Numbers as no network gives them.
    fn odd(count: u8) -> ClassEvaluation {
        let class = ClassResults {
            roc: vec![[f64::NAN; 2], [0.0, 1.0]],
            roc_auc: Some(f64::NAN),
            precision_recall: Vec::new(),
            average_precision: None,
            calibration: Vec::new(),
            calibration_error: Some(f64::NAN),
        };
        ClassEvaluation {
            confusion_matrix: ConfusionMatrix {
                digits: (0..count).map(|digit| 255 - digit).collect(),
                counts: vec![vec![usize::MAX; 3]; 2],
                rejected: usize::MAX,
            },
            classes: vec![class; usize::from(count)],
            largest_outputs: [vec![f64::NAN; 3], Vec::new()],
            reject: f64::NAN,
        }
    }

    #[test]
    fn any_results_give_a_readable_page() {
        for count in [0, 2, 7, 12] {
            for results in [classes(count.max(1)), odd(count)] {
                let note = "runs/2026-11-24T02-15-23, epoch 20; 200 images held out ".repeat(5);
                readable_texts(&class_evaluation("Evaluation", &note, &results));
                for part in PARTS {
                    let figure = class_evaluation_part("Evaluation", &note, &results, part);
                    assert!(texts(&figure).len() > 2, "{part:?}");
                }
            }
        }
    }
}
