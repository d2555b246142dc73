//! The JSON of an evaluation.

use serde::Serialize;

use super::class_metrics::ClassMetrics;
use super::evaluation::Evaluation;
use super::one_vs_rest::class_of_output;
use super::several_classes::SeveralClasses;

/// An [`Evaluation`] as it is written in JSON, with digits instead of classes.
///
/// The keys are the fields of [`Evaluation`], from `examples` to `confusion_matrix`. A network with several outputs has
/// these besides: the fields of [`SeveralClasses`]; `classes`, for each the `digit`, the fields of [`ClassMetrics`] and
/// how many images were `rejected`; and `most_confused`, all pairs of a `label` and another digit `predicted`, with the
/// number of `images`, the most frequent first. `rejected`, a number of images, and `accuracy_of_answered` are there with
/// several outputs, or if the decision rejects.
#[derive(Debug, Serialize)]
pub struct EvaluationJson<'a> {
    examples: usize,
    loss: f64,
    accuracy: f64,
    accuracy_interval: [f64; 2],
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    roc_auc: Option<f64>,
    average_precision: Option<f64>,
    brier_score: f64,
    calibration_error: f64,
    confusion_matrix: &'a [Vec<usize>],
    #[serde(flatten)]
    rejection: Option<Rejection>,
    #[serde(flatten)]
    several: Option<Several<'a>>,
}

#[derive(Debug, Serialize)]
struct Rejection {
    rejected: usize,
    accuracy_of_answered: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Several<'a> {
    #[serde(flatten)]
    metrics: &'a SeveralClasses,
    classes: Vec<OfDigit<'a>>,
    most_confused: Vec<OfPair>,
}

#[derive(Debug, Serialize)]
struct OfDigit<'a> {
    digit: u8,
    #[serde(flatten)]
    metrics: &'a ClassMetrics,
    rejected: usize,
}

#[derive(Debug, Serialize)]
struct OfPair {
    label: u8,
    predicted: u8,
    images: usize,
}

impl<'a> EvaluationJson<'a> {
    /// Gives an evaluation the `digits` of its classes, in their order.
    ///
    /// # Panics
    ///
    /// Panics if there is not one digit for each class.
    #[must_use]
    pub fn new(evaluation: &'a Evaluation, digits: &[u8]) -> Self {
        let classes = evaluation.confusion_matrix.len();
        assert_eq!(digits.len(), classes, "one digit for each class");
        let several = evaluation.several.as_ref();
        let has_rejection = several.is_some() || evaluation.decision.reject > 0.0;
        Self {
            examples: evaluation.examples,
            loss: evaluation.loss,
            accuracy: evaluation.accuracy,
            accuracy_interval: evaluation.accuracy_interval,
            precision: evaluation.precision,
            recall: evaluation.recall,
            f1: evaluation.f1,
            roc_auc: evaluation.roc_auc,
            average_precision: evaluation.average_precision,
            brier_score: evaluation.brier_score,
            calibration_error: evaluation.calibration_error,
            confusion_matrix: &evaluation.confusion_matrix,
            rejection: has_rejection.then(|| Rejection {
                rejected: evaluation.rejected(),
                accuracy_of_answered: evaluation.accuracy_of_answered,
            }),
            several: several.map(|metrics| Several {
                metrics,
                classes: by_digit(evaluation, digits),
                most_confused: most_confused(evaluation, digits),
            }),
        }
    }
}

fn by_digit<'a>(evaluation: &'a Evaluation, digits: &[u8]) -> Vec<OfDigit<'a>> {
    let outputs = evaluation.classes.len();
    let metrics = evaluation.classes.iter().enumerate();
    let of_digit = |(output, metrics)| {
        let class = class_of_output(output, outputs);
        OfDigit {
            digit: digits[class],
            metrics,
            rejected: evaluation.rejected_by_label[class],
        }
    };
    metrics.map(of_digit).collect()
}

fn most_confused(evaluation: &Evaluation, digits: &[u8]) -> Vec<OfPair> {
    let pairs = evaluation.most_confused().into_iter();
    let of_pair = pairs.map(|pair| OfPair {
        label: digits[pair.label],
        predicted: digits[pair.predicted],
        images: pair.images,
    });
    of_pair.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decision, evaluate};

    fn json(evaluation: &Evaluation, digits: &[u8]) -> String {
        serde_json::to_string(&EvaluationJson::new(evaluation, digits)).unwrap()
    }

    // tests/references/json.rs compares the JSON of two digits with recorded lines.

    #[test]
    fn of_two_digits_rejection_is_shown_only_if_it_was_asked_for() {
        let decision = Decision {
            reject: 0.7,
            ..Decision::default()
        };
        // Probabilities of the prediction: 0.62, 0.88, 0.73, 0.88. The first is rejected, the last one wrong.
        let logits = [0.5, 2.0, -1.0, -2.0];
        let found = json(&evaluate(&logits, &[1, 1, 0, 1], 1, decision), &[3, 8]);
        let end = r#""confusion_matrix":[[1,0],[1,1]],"rejected":1,"accuracy_of_answered":0.6666666666666666}"#;
        assert!(found.ends_with(end), "{found}");
    }

    #[test]
    fn several_classes_are_named_by_their_digits() {
        // Predictions, by hand: 1, 0, 0 and 2, of which the second is rejected: sigmoid(-1) = 0.27.
        let logits = [
            [-1.0, 2.0, 0.0],
            [-1.0, -2.0, -3.0],
            [1.0, 0.5, 0.0],
            [0.0, 1.0, 2.0],
        ];
        let decision = Decision {
            reject: 0.5,
            ..Decision::default()
        };
        let found = evaluate(logits.as_flattened(), &[1, 1, 2, 2], 3, decision);
        let found: serde_json::Value = serde_json::from_str(&json(&found, &[1, 7, 9])).unwrap();
        let matrix = serde_json::json!([[0, 0, 0], [0, 1, 0], [1, 0, 1]]);
        assert_eq!(found["confusion_matrix"], matrix);
        assert_eq!(found["rejected"], 1);
        assert_eq!(found["accuracy"], 0.5);
        assert_eq!(found["accuracy_of_answered"], 2.0 / 3.0);
        let confused = serde_json::json!([{"label": 9, "predicted": 1, "images": 1}]);
        assert_eq!(found["most_confused"], confused);
        // The second of the four has 7 as the runner-up, the third, a 9, is only in third place.
        assert_eq!(found["top_2_accuracy"], 0.75);
        let classes = found["classes"].as_array().unwrap();
        let of = |key: &str| {
            classes
                .iter()
                .map(|class| class[key].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(of("digit"), [1, 7, 9]);
        assert_eq!(of("support"), [0, 2, 2]);
        assert_eq!(of("rejected"), [0, 1, 0]);
        assert_eq!(of("precision"), [0.0, 1.0, 1.0]);
        assert!(classes[0]["recall"].is_null());
        // The macro average leaves out the recall of 1, which has no images.
        assert_eq!(found["recall"], 0.5);
        assert_eq!(found["weighted"]["precision"], 1.0);
        assert_eq!(found["precision"], 2.0 / 3.0);
    }
}
