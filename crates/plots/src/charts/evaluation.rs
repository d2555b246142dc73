//! How well a network predicts: five charts, on one page or each alone.

mod calibration;
mod class_calibration;
mod class_curves;
pub(crate) mod class_data;
mod class_lines;
pub(crate) mod classes;
mod confusion_cell;
mod confusion_matrix;
mod count_axis;
mod curve;
pub(crate) mod data;
mod enlarged;
#[cfg(test)]
mod fixtures;
mod precision_recall;
mod probabilities;
mod roc;

use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading};
use crate::charts::panel::{height_of_square, height_of_square_with_heading};
use data::EvaluationResults;

/// One of the charts of [`evaluation`] and [`class_evaluation`](crate::class_evaluation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationPart {
    /// Images by label and prediction.
    ConfusionMatrix,
    /// True against false positive rate at each threshold.
    Roc,
    /// Precision against recall at each threshold.
    PrecisionRecall,
    /// Reliability diagram: fractions of positive images against probabilities.
    Calibration,
    /// Histogram of the probabilities by digit.
    Probabilities,
}

impl EvaluationPart {
    /// The heading of the chart among others.
    fn heading(self) -> &'static str {
        match self {
            Self::ConfusionMatrix => "Confusion matrix",
            Self::Roc => "ROC curve",
            Self::PrecisionRecall => "Precision-recall curve",
            Self::Calibration => "Calibration",
            Self::Probabilities => "Probabilities",
        }
    }
}

/// Draws all charts of an evaluation on one page.
#[must_use]
pub fn evaluation(title: &str, note: &str, results: &EvaluationResults) -> Figure {
    const WIDTH: f64 = 1000.0;
    const GAP: f64 = 26.0;
    const COLUMN: f64 = (WIDTH - 2.0 * MARGIN - 2.0 * GAP) / 3.0;
    let height = height_of_square_with_heading(COLUMN);
    let mut canvas = Canvas::new();
    let upper = heading(&mut canvas, title, note, WIDTH - 2.0 * MARGIN);
    let lower = upper + height + GAP;
    let [first, second, third] = [0.0, 1.0, 2.0].map(|column| MARGIN + column * (COLUMN + GAP));
    let double = 2.0 * COLUMN + GAP;
    for (part, left, top, width) in [
        (EvaluationPart::ConfusionMatrix, first, upper, COLUMN),
        (EvaluationPart::Roc, second, upper, COLUMN),
        (EvaluationPart::PrecisionRecall, third, upper, COLUMN),
        (EvaluationPart::Calibration, first, lower, COLUMN),
        (EvaluationPart::Probabilities, second, lower, double),
    ] {
        let area = Area {
            left,
            top,
            width,
            height,
        };
        draw(&mut canvas, area, part.heading(), results, part);
    }
    canvas.finish(WIDTH, upper + 2.0 * height + GAP + MARGIN, title)
}

/// Draws one chart of an evaluation alone, and larger. The title is its heading.
#[must_use]
pub fn evaluation_part(
    title: &str,
    note: &str,
    results: &EvaluationResults,
    part: EvaluationPart,
) -> Figure {
    const SQUARE: f64 = 580.0;
    let (width, height) = match part {
        EvaluationPart::Probabilities => (720.0, 572.0),
        _ => (SQUARE, height_of_square(SQUARE)),
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

fn draw(
    canvas: &mut Canvas,
    area: Area,
    heading: &str,
    results: &EvaluationResults,
    part: EvaluationPart,
) {
    let draw = match part {
        EvaluationPart::ConfusionMatrix => confusion_matrix::draw,
        EvaluationPart::Roc => roc::draw,
        EvaluationPart::PrecisionRecall => precision_recall::draw,
        EvaluationPart::Calibration => calibration::draw,
        EvaluationPart::Probabilities => probabilities::draw,
    };
    draw(canvas, area, heading, results);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{assert_texts, count, find, readable_texts, texts};
    use data::{CalibrationBin, six_images};
    use fixtures::{empty, huge, single};

    const PARTS: [EvaluationPart; 5] = [
        EvaluationPart::ConfusionMatrix,
        EvaluationPart::Roc,
        EvaluationPart::PrecisionRecall,
        EvaluationPart::Calibration,
        EvaluationPart::Probabilities,
    ];

    #[test]
    fn a_page_has_all_parts_and_their_scores() {
        let page = evaluation("Six images", "by hand", &six_images());
        let expected = [
            "Six images",
            "by hand",
            "label 3",
            "predicted 8",
            "66.7 %",
            "33.3 %",
            "4 of 6 correct (66.7 %), threshold 0.5",
            "AUC 0.7778",
            "average precision 0.8667",
            "base rate 0.5",
            "expected calibration error 0.3417",
            "fraction of positives",
            "3 images of digit 3, 3 images of digit 8",
        ];
        assert_texts(&page, &expected);
        let counts = [
            ("confusion", 4),
            ("roc", 1),
            ("precision-recall", 1),
            ("point", 6),
            ("bar", 6),
            ("threshold", 3),
            ("enlarged", 0),
            ("missing", 0),
        ];
        for (class, expected) in counts {
            assert_eq!(count(&page, class), expected, "{class}");
        }
        assert!(page.to_png().is_ok());
    }

    #[test]
    fn a_part_is_drawn_alone() {
        let part = |part| evaluation_part("Six images", "", &six_images(), part);
        for one in PARTS {
            let figure = part(one);
            let expected = |of, number| if one == of { number } else { 0 };
            let counts = [
                ("confusion", expected(EvaluationPart::ConfusionMatrix, 4)),
                ("roc", expected(EvaluationPart::Roc, 1)),
                (
                    "precision-recall",
                    expected(EvaluationPart::PrecisionRecall, 1),
                ),
                ("point", expected(EvaluationPart::Calibration, 6)),
                ("bar", expected(EvaluationPart::Probabilities, 6)),
            ];
            for (class, number) in counts {
                assert_eq!(count(&figure, class), number, "{one:?}: {class}");
            }
            assert_eq!(figure.title(), "Six images");
            let texts = texts(&figure);
            assert!(!texts.iter().any(|text| text == one.heading()), "{texts:?}");
        }
    }

    #[test]
    fn missing_plots_say_why() {
        let none = evaluation("", "", &empty());
        assert_eq!(count(&none, "missing"), 4);
        let one = evaluation("", "", &single());
        assert_eq!(count(&one, "missing"), 2);
        let expected = [
            "needs images of both digits",
            "needs images of digit 8",
            "100 %",
        ];
        assert_texts(&one, &expected);
    }

    #[test]
    fn nan_probabilities_are_mentioned() {
        let nan = EvaluationResults {
            confusion_matrix: [[2, 0], [1, 0]],
            calibration: vec![CalibrationBin {
                mean_probability: f64::NAN,
                positive_fraction: 0.5,
                images: 2,
            }],
            calibration_error: Some(f64::NAN),
            roc_auc: Some(f64::NAN),
            probabilities: [vec![f64::NAN, 0.5], vec![f64::NAN]],
            ..empty()
        };
        let expected = [
            "some probabilities are NaN",
            "AUC NaN",
            "2 images of digit 3, 1 image of digit 8; 2 with NaN probability",
        ];
        assert_texts(&evaluation("", "", &nan), &expected);
        let without = EvaluationResults {
            probabilities: [vec![f64::NAN], Vec::new()],
            calibration: vec![CalibrationBin {
                mean_probability: f64::NAN,
                positive_fraction: 0.0,
                images: 1,
            }],
            ..single()
        };
        let said = texts(&evaluation("", "", &without)).into_iter();
        let said = said.filter(|text| text == "some probabilities are NaN");
        assert_eq!(said.count(), 2);
    }

    #[test]
    fn any_results_give_a_readable_page() {
        let only_positive = EvaluationResults {
            confusion_matrix: [[0, 0], [4, 8]],
            roc: Vec::new(),
            roc_auc: None,
            precision_recall: vec![[0.0, 1.0], [1.0, 1.0]],
            average_precision: Some(1.0),
            probabilities: [Vec::new(), vec![0.99; 12]],
            ..six_images()
        };
        let note = "runs/2026-11-24T02-15-23, epoch 20; 200 images held out ".repeat(5);
        for results in [six_images(), empty(), single(), only_positive, huge()] {
            readable_texts(&evaluation("EvaluationResults", &note, &results));
            for part in PARTS {
                readable_texts(&evaluation_part("EvaluationResults", &note, &results, part));
            }
        }
    }

    #[test]
    fn many_images_make_no_large_file() {
        let svg = evaluation("", "", &huge()).to_inline_svg();
        assert!(svg.len() < 200_000, "{}", svg.len());
    }

    #[test]
    fn a_page_has_two_rows_of_charts() {
        let texts = readable_texts(&evaluation("", "", &six_images()));
        let corner = |text| {
            let area = find(&texts, text).area;
            (area.left(), area.top())
        };
        let left = corner("Confusion matrix").0;
        let (middle, right) = (corner("ROC curve").0, corner("Precision-recall curve").0);
        assert!(left < middle && middle < right);
        assert!((corner("Calibration").0 - left).abs() < 1.0);
        assert!((corner("Probabilities").0 - middle).abs() < 1.0);
        assert!(corner("Calibration").1 > corner("Confusion matrix").1 + 300.0);
    }
}
