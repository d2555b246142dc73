//! How well a network answers: five plots, on one page or each alone.

use crate::Figure;
use crate::canvas::{Area, Canvas};
use crate::heading::{MARGIN, heading};
use crate::{calibration, confusion_matrix, precision_recall, probabilities, roc};

/// What a network answered to images whose labels are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The negative and the positive digit.
    pub digits: [u8; 2],
    /// Probability, in [0, 1], from which the answer is the positive digit.
    pub threshold: f64,
    /// Images by label and then answer, the negative digit first: `[[tn, fp], [fn, tp]]`.
    pub confusion_matrix: [[u64; 2]; 2],
    /// False and true positive rate, both in [0, 1], from the largest threshold, `[0, 0]`, to the
    /// smallest, `[1, 1]`; empty if one digit is missing or a probability is NaN.
    pub roc: Vec<[f64; 2]>,
    /// Area under `roc`, in [0, 1]; none if one digit is missing.
    pub roc_auc: Option<f64>,
    /// Recall and precision, both in [0, 1], a point for each threshold, the largest first, so that
    /// recall rises; empty if no image is positive or a probability is NaN.
    pub precision_recall: Vec<[f64; 2]>,
    /// Sum of the precisions, weighted by the recall gained at each, in [0, 1]; none if no image
    /// is positive.
    pub average_precision: Option<f64>,
    /// Images by probability; bins without images may be there or not.
    pub calibration: Vec<CalibrationBin>,
    /// Expected calibration error, in [0, 1]; none without images.
    pub calibration_error: Option<f64>,
    /// Probabilities of the positive digit, in [0, 1], of the images of the negative and of the
    /// positive digit. NaN where the network gave none.
    pub probabilities: [Vec<f64>; 2],
}

/// Images with a similar probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Mean probability of the positive digit, in [0, 1].
    pub mean_probability: f64,
    /// Share that are the positive digit, in [0, 1].
    pub positive_share: f64,
    /// How many images.
    pub images: u64,
}

/// One of the plots of [`evaluation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationPart {
    /// Labels against answers.
    ConfusionMatrix,
    /// True against false positives at each threshold.
    Roc,
    /// Precision against recall at each threshold.
    PrecisionRecall,
    /// Whether probabilities mean what they say.
    Calibration,
    /// Histogram of the probabilities by digit.
    Probabilities,
}

/// Draws all parts of an evaluation on one page.
#[must_use]
pub fn evaluation(title: &str, note: &str, answers: &Answers) -> Figure {
    const WIDTH: f64 = 1000.0;
    const GAP: f64 = 26.0;
    const HEIGHT: f64 = 362.0;
    const COLUMN: f64 = (WIDTH - 2.0 * MARGIN - 2.0 * GAP) / 3.0;
    let mut canvas = Canvas::new();
    let top = heading(&mut canvas, title, note, WIDTH - 2.0 * MARGIN);
    let places = [
        (EvaluationPart::ConfusionMatrix, 0, 0, 1),
        (EvaluationPart::Roc, 0, 1, 1),
        (EvaluationPart::PrecisionRecall, 0, 2, 1),
        (EvaluationPart::Calibration, 1, 0, 1),
        (EvaluationPart::Probabilities, 1, 1, 2),
    ];
    for (part, row, column, columns) in places {
        let room = Area {
            left: MARGIN + f64::from(column) * (COLUMN + GAP),
            top: top + f64::from(row) * (HEIGHT + GAP),
            width: f64::from(columns) * (COLUMN + GAP) - GAP,
            height: HEIGHT,
        };
        draw(&mut canvas, room, answers, part);
    }
    canvas.finish(WIDTH, top + 2.0 * HEIGHT + GAP + MARGIN, title)
}

/// Draws one part of an evaluation alone, and larger.
#[must_use]
pub fn evaluation_part(title: &str, note: &str, answers: &Answers, part: EvaluationPart) -> Figure {
    const WIDTH: f64 = 760.0;
    const HEIGHT: f64 = 590.0;
    let mut canvas = Canvas::new();
    let room = Area {
        left: MARGIN,
        top: heading(&mut canvas, title, note, WIDTH - 2.0 * MARGIN),
        width: WIDTH - 2.0 * MARGIN,
        height: HEIGHT,
    };
    draw(&mut canvas, room, answers, part);
    canvas.finish(WIDTH, room.bottom() + MARGIN, title)
}

fn draw(canvas: &mut Canvas, room: Area, answers: &Answers, part: EvaluationPart) {
    let draw = match part {
        EvaluationPart::ConfusionMatrix => confusion_matrix::draw,
        EvaluationPart::Roc => roc::draw,
        EvaluationPart::PrecisionRecall => precision_recall::draw,
        EvaluationPart::Calibration => calibration::draw,
        EvaluationPart::Probabilities => probabilities::draw,
    };
    draw(canvas, room, answers);
}

/// For tests: three images of the digit 3 with the probabilities 0.1, 0.4 and 0.6, three of the
/// digit 8 with 0.35, 0.8 and 0.9; curves and areas by hand.
#[cfg(test)]
pub(crate) fn six_images() -> Answers {
    let third = 1.0 / 3.0;
    let bin = |mean_probability, positive_share| CalibrationBin {
        mean_probability,
        positive_share,
        images: 1,
    };
    Answers {
        digits: [3, 8],
        threshold: 0.5,
        confusion_matrix: [[2, 1], [1, 2]],
        roc: vec![
            [0.0, 0.0],
            [0.0, third],
            [0.0, 2.0 * third],
            [third, 2.0 * third],
            [2.0 * third, 2.0 * third],
            [2.0 * third, 1.0],
            [1.0, 1.0],
        ],
        roc_auc: Some(7.0 / 9.0),
        precision_recall: vec![
            [0.0, 1.0],
            [third, 1.0],
            [2.0 * third, 1.0],
            [2.0 * third, 0.5],
            [1.0, 0.6],
            [1.0, 0.5],
        ],
        average_precision: Some(13.0 / 15.0),
        calibration: vec![
            bin(0.1, 0.0),
            bin(0.35, 1.0),
            bin(0.4, 0.0),
            bin(0.6, 0.0),
            bin(0.8, 1.0),
            bin(0.9, 1.0),
        ],
        calibration_error: Some(0.3417),
        probabilities: [vec![0.1, 0.4, 0.6], vec![0.35, 0.8, 0.9]],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::{count, readable_texts};

    const PARTS: [EvaluationPart; 5] = [
        EvaluationPart::ConfusionMatrix,
        EvaluationPart::Roc,
        EvaluationPart::PrecisionRecall,
        EvaluationPart::Calibration,
        EvaluationPart::Probabilities,
    ];

    /// No images.
    fn empty() -> Answers {
        Answers {
            confusion_matrix: [[0; 2]; 2],
            roc: Vec::new(),
            roc_auc: None,
            precision_recall: Vec::new(),
            average_precision: None,
            calibration: Vec::new(),
            calibration_error: None,
            probabilities: [Vec::new(), Vec::new()],
            ..six_images()
        }
    }

    /// A single image of the negative digit.
    fn single() -> Answers {
        Answers {
            confusion_matrix: [[1, 0], [0, 0]],
            calibration: vec![six_images().calibration[0]],
            calibration_error: Some(0.1),
            probabilities: [vec![0.1], Vec::new()],
            ..empty()
        }
    }

    /// Two hundred thousand images, and counts that no data set has.
    fn huge() -> Answers {
        let shares = || (0..=100_000).map(|step| f64::from(step) / 100_000.0);
        let bin = |tenth: u32| CalibrationBin {
            mean_probability: (f64::from(tenth) + 0.5) / 10.0,
            positive_share: f64::from(tenth % 2),
            images: u64::MAX / u64::from(1 + tenth),
        };
        Answers {
            digits: [0, 255],
            threshold: 0.123_456_789,
            confusion_matrix: [[u64::MAX, 12_345_678_901], [1, u64::MAX]],
            roc: shares().map(|x| [x, x.sqrt()]).collect(),
            roc_auc: Some(0.999_999_987_654),
            precision_recall: shares().map(|x| [x, 1.0 - x / 2.0]).collect(),
            average_precision: Some(1e-9),
            calibration: (0..10).map(bin).collect(),
            calibration_error: Some(0.5),
            probabilities: [shares().collect(), shares().map(|x| x * x).collect()],
        }
    }

    fn texts(figure: &Figure) -> Vec<String> {
        let texts = readable_texts(figure).into_iter();
        texts.map(|written| written.text).collect()
    }

    #[test]
    fn a_page_has_all_parts_and_their_figures() {
        let page = evaluation("Six images", "by hand", &six_images());
        let texts = texts(&page);
        for text in [
            "Six images",
            "by hand",
            "label 3",
            "answer 8",
            "66.7 %",
            "33.3 %",
            "4 of 6 right (66.7 %), threshold 0.5",
            "area 0.7778",
            "average precision 0.8667",
            "base rate 0.5",
            "calibration error 0.3417",
            "share of digit 8",
            "3 images of digit 3, 3 images of digit 8",
        ] {
            assert!(texts.iter().any(|found| found == text), "{text}: {texts:?}");
        }
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
    fn a_part_stands_alone() {
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
        }
    }

    #[test]
    fn curves_that_turn_in_the_corner_are_enlarged() {
        let answers = Answers {
            roc: vec![
                [0.0, 0.0],
                [0.0, 0.998],
                [0.002, 0.998],
                [0.002, 1.0],
                [1.0, 1.0],
            ],
            roc_auc: Some(0.999_996),
            precision_recall: vec![
                [0.0, 1.0],
                [0.998, 1.0],
                [0.998, 0.996],
                [1.0, 0.998],
                [1.0, 0.5],
            ],
            confusion_matrix: [[499, 1], [1, 499]],
            ..six_images()
        };
        let page = evaluation("", "", &answers);
        assert_eq!(count(&page, "enlarged"), 2);
        let texts = texts(&page);
        assert!(
            texts.iter().any(|text| text == "area 0.999996"),
            "{texts:?}"
        );
        assert!(texts.iter().any(|text| text == "0.99"), "{texts:?}");
    }

    #[test]
    fn what_is_missing_says_why() {
        let none = evaluation("", "", &empty());
        assert_eq!(count(&none, "missing"), 4);
        let one = evaluation("", "", &single());
        assert_eq!(count(&one, "missing"), 2);
        let texts_of_one = texts(&one);
        for text in [
            "needs images of both digits",
            "needs images of digit 8",
            "100 %",
        ] {
            assert!(texts_of_one.iter().any(|found| found == text), "{text}");
        }
    }

    #[test]
    fn probabilities_that_are_not_numbers_are_said_to_be_so() {
        let nan = Answers {
            confusion_matrix: [[2, 0], [1, 0]],
            calibration: vec![CalibrationBin {
                mean_probability: f64::NAN,
                positive_share: 0.5,
                images: 2,
            }],
            calibration_error: Some(f64::NAN),
            roc_auc: Some(f64::NAN),
            probabilities: [vec![f64::NAN, 0.5], vec![f64::NAN]],
            ..empty()
        };
        let texts_of_nan = texts(&evaluation("", "", &nan));
        for text in [
            "not all probabilities are numbers",
            "area not a number",
            "2 images of digit 3, 1 image of digit 8, 2 without a probability",
        ] {
            assert!(
                texts_of_nan.iter().any(|found| found == text),
                "{text}: {texts_of_nan:?}"
            );
        }
        let without = Answers {
            probabilities: [vec![f64::NAN], Vec::new()],
            calibration: vec![CalibrationBin {
                mean_probability: f64::NAN,
                positive_share: 0.0,
                images: 1,
            }],
            ..single()
        };
        let said = texts(&evaluation("", "", &without)).into_iter();
        let said = said.filter(|text| text == "not all probabilities are numbers");
        assert_eq!(said.count(), 2);
    }

    #[test]
    fn any_answers_can_be_read() {
        let only_positive = Answers {
            confusion_matrix: [[0, 0], [4, 8]],
            roc: Vec::new(),
            roc_auc: None,
            precision_recall: vec![[0.0, 1.0], [1.0, 1.0]],
            average_precision: Some(1.0),
            probabilities: [Vec::new(), vec![0.99; 12]],
            ..six_images()
        };
        let note = "runs/2026-11-24T02-15-23, epoch 20; 200 images held out ".repeat(5);
        for answers in [six_images(), empty(), single(), only_positive, huge()] {
            readable_texts(&evaluation("Answers", &note, &answers));
            for part in PARTS {
                readable_texts(&evaluation_part("Answers", &note, &answers, part));
            }
        }
    }

    #[test]
    fn many_images_make_no_large_file() {
        let svg = evaluation("", "", &huge()).to_inline_svg();
        assert!(svg.len() < 200_000, "{}", svg.len());
    }
}
