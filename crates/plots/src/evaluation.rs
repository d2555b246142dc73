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
