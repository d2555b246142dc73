//! The table of the metrics by digit, as text.

use super::evaluation::Evaluation;
use super::number_format::format_metric;
use super::one_vs_rest::class_of_output;

/// The headings of [`rows_by_digit`].
pub const COLUMNS_BY_DIGIT: [&str; 8] = [
    "digit",
    "images",
    "precision",
    "recall",
    "f1",
    "roc auc",
    "average precision",
    "calibration error",
];

/// What stands for an undefined value.
const UNDEFINED: &str = "-";

/// Formats the metrics of each class, with the `digits` of the classes in their order; of a network with one output
/// those of the positive digit alone. The columns are [`COLUMNS_BY_DIGIT`]; an undefined value is `-`.
///
/// # Panics
///
/// Panics if there is not one digit for each class.
#[must_use]
pub fn rows_by_digit(evaluation: &Evaluation, digits: &[u8]) -> Vec<[String; 8]> {
    let classes = evaluation.confusion_matrix.len();
    assert_eq!(digits.len(), classes, "one digit for each class");
    let outputs = evaluation.classes.len();
    let defined = |value: Option<f64>| value.map_or_else(|| UNDEFINED.to_owned(), format_metric);
    let metrics = evaluation.classes.iter().enumerate();
    let rows = metrics.map(|(output, metrics)| {
        [
            digits[class_of_output(output, outputs)].to_string(),
            metrics.support.to_string(),
            defined(metrics.precision),
            defined(metrics.recall),
            defined(metrics.f1),
            defined(metrics.roc_auc),
            defined(metrics.average_precision),
            format_metric(metrics.calibration_error),
        ]
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decision, evaluate};

    #[test]
    fn each_digit_has_a_row_and_undefined_values_are_dashes() {
        // By hand: sigmoid(0) = 1/2 and sigmoid(-200) = 0; both images are predicted as 1.
        let logits = [0.0, -200.0, -200.0, 0.0, -200.0, -200.0];
        let found = evaluate(&logits, &[0, 1], 3, Decision::default());
        let expected = [
            [
                "1", "1", "0.5000", "1.0000", "0.6667", "0.5000", "0.5000", "0.0000",
            ],
            [
                "7", "1", "-", "0.0000", "0.0000", "0.5000", "0.5000", "0.5000",
            ],
            ["9", "0", "-", "-", "-", "-", "-", "1.4e-87"],
        ];
        assert_eq!(rows_by_digit(&found, &[1, 7, 9]), expected);
    }

    #[test]
    fn of_two_digits_the_row_is_that_of_the_positive_one() {
        let found = evaluate(&[1.0, -1.0], &[1, 0], 1, Decision::default());
        let rows = rows_by_digit(&found, &[3, 8]);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0][..3], ["8", "1", "1.0000"]);
    }
}
