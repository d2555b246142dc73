//! Numbers computed from logits and targets, on the host and in f64.

use crate::ranking::Ranking;

/// How well a network answers on a data set.
///
/// Ratios whose denominator is zero are 0, as scikit-learn's `zero_division=0` gives them; so are
/// the means of no images.
///
/// A logit that is NaN counts as an answer of the negative digit, since no comparison with the
/// threshold holds. It has no probability and no rank, so that `loss`, `roc_auc`,
/// `average_precision`, `brier_score` and `calibration_error` are then NaN.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evaluation {
    /// Images looked at.
    pub examples: usize,
    /// Mean binary cross-entropy, in nats: scikit-learn's `log_loss`.
    ///
    /// Computed from the logits, so that it keeps growing where `log_loss` clips probabilities
    /// and an image costs at most 36.
    pub loss: f64,
    /// Share of right answers, in [0, 1].
    pub accuracy: f64,
    /// Where the accuracy on many more such images lies, with 95 % confidence: from and to, both
    /// in [0, 1]; [0, 1] if there are no images.
    ///
    /// The score interval of Wilson, Journal of the American Statistical Association 22, 1927.
    pub accuracy_interval: [f64; 2],
    /// Of the images called positive, the share that is: tp / (tp + fp).
    pub precision: f64,
    /// Of the positive images, the share called so: tp / (tp + fn).
    pub recall: f64,
    /// Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn).
    pub f1: f64,
    /// Area under the ROC curve, in [0, 1]; none if only one class is present.
    pub roc_auc: Option<f64>,
    /// Precision at each threshold, weighted by the recall gained there, in [0, 1]; none if no
    /// image is positive.
    ///
    /// Steps of the precision-recall curve, not interpolated: scikit-learn's
    /// `average_precision_score`.
    pub average_precision: Option<f64>,
    /// Mean squared difference of probability and target, in [0, 1] (Brier, Monthly Weather
    /// Review 78, 1950).
    pub brier_score: f64,
    /// Expected calibration error, in [0, 1] (Naeini, Cooper and Hauskrecht, AAAI 2015).
    ///
    /// Images go into ten bins of equal width by their probability of the positive digit,
    /// [0, 0.1) to [0.9, 1]. Each bin's |share of positive images - mean probability| is weighted
    /// by its share of all images. Others bin the probability of the digit answered (Guo et al.,
    /// ICML 2017), which gives other numbers.
    pub calibration_error: f64,
    /// `[[tn, fp], [fn, tp]]`, as scikit-learn's `confusion_matrix` orders it.
    pub confusion_matrix: [[usize; 2]; 2],
}

/// Evaluates the answers that `logits` give, where a probability of at least `threshold` means
/// the positive digit.
///
/// `positive` says for each logit whether its image is the positive digit. Takes time in
/// proportion to n log n.
///
/// # Panics
///
/// Panics if the two differ in length.
#[must_use]
pub fn evaluate(logits: &[f32], positive: &[bool], threshold: f64) -> Evaluation {
    assert_eq!(logits.len(), positive.len(), "one target for each logit");
    let mut counts = [[0; 2]; 2];
    let mut loss = 0.0;
    let mut squared_error = 0.0;
    // A bin's weight times its difference of means is the sum of its differences over n.
    let mut bins = [0.0; CALIBRATION_BINS];
    for (&logit, &positive) in logits.iter().zip(positive) {
        let logit = f64::from(logit);
        let probability = sigmoid(logit);
        let error = probability - f64::from(u8::from(positive));
        let answer = probability >= threshold;
        counts[usize::from(positive)][usize::from(answer)] += 1;
        let margin = if positive { logit } else { -logit };
        loss += softplus(-margin);
        squared_error += error * error;
        bins[calibration_bin(probability)] += error;
    }
    let examples = logits.len();
    let miscalibrated: f64 = bins.iter().map(|sum| sum.abs()).sum();
    let [[tn, fp], [fn_, tp]] = counts;
    let ranking = Ranking::new(logits, positive);
    Evaluation {
        examples,
        loss: ratio(loss, examples),
        accuracy: share(tn + tp, examples),
        accuracy_interval: wilson_interval(tn + tp, examples),
        precision: share(tp, tp + fp),
        recall: share(tp, tp + fn_),
        f1: share(2 * tp, 2 * tp + fp + fn_),
        roc_auc: ranking.area_under_roc(),
        average_precision: ranking.average_precision(),
        brier_score: ratio(squared_error, examples),
        calibration_error: ratio(miscalibrated, examples),
        confusion_matrix: counts,
    }
}

/// Computes 1 / (1 + exp(-x)), the probability that belongs to a logit.
#[must_use]
pub fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// Where the same figure of several runs lies, in the figure's unit.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Spread {
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation, with n - 1 in the denominator; 0 for a single value.
    pub std: f64,
}

/// Computes mean and sample standard deviation, as of the folds of a cross-validation; none of
/// no values.
#[must_use]
pub fn spread(values: &[f64]) -> Option<Spread> {
    if values.is_empty() {
        return None;
    }
    let mean = ratio(values.iter().sum(), values.len());
    let squares = values.iter().map(|value| (value - mean).powi(2)).sum();
    let std = ratio(squares, values.len() - 1).sqrt();
    Some(Spread { mean, std })
}

/// Computes ln(1 + exp(x)) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Bins of [`Evaluation::calibration_error`].
pub(crate) const CALIBRATION_BINS: usize = 10;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the bin is the whole part of a number from 0 to 10; NaN counts in the first bin"
)]
pub(crate) fn calibration_bin(probability: f64) -> usize {
    // A probability of 1 belongs to the last bin.
    ((probability * real(CALIBRATION_BINS)) as usize).min(CALIBRATION_BINS - 1)
}

/// Inverts the score test at a level of 5 %: Wilson's formula, multiplied by n.
fn wilson_interval(right: usize, examples: usize) -> [f64; 2] {
    // The 97.5 % quantile of the standard normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    if examples == 0 {
        return [0.0, 1.0];
    }
    let (right, wrong, n) = (real(right), real(examples - right), real(examples));
    let reach = Z * (right * wrong / n + Z * Z / 4.0).sqrt();
    let from = |count: f64| (count + Z * Z / 2.0 - reach) / (n + Z * Z);
    // The upper end is the lower one of the wrong answers, and so exactly 1 if there are none.
    [from(right), 1.0 - from(wrong)]
}

fn share(part: usize, whole: usize) -> f64 {
    ratio(real(part), whole)
}

fn ratio(sum: f64, count: usize) -> f64 {
    if count == 0 { 0.0 } else { sum / real(count) }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: scikit-learn 1.x's log_loss, accuracy_score, precision_score,
    // recall_score, f1_score, roc_auc_score and confusion_matrix on sigmoid of these logits.
    // tests/metrics.rs compares every figure on larger sets.
    const LOGITS: [f32; 10] = [-2.0, -1.0, -0.5, 0.0, 0.0, 0.5, 0.5, 1.0, 3.0, -3.0];
    const POSITIVE: [bool; 10] = [
        false, false, true, false, true, true, false, true, true, false,
    ];

    #[track_caller]
    fn assert_close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn agrees_with_scikit_learn_where_logits_tie() {
        let found = evaluate(&LOGITS, &POSITIVE, 0.5);
        assert_eq!(found.examples, 10);
        assert_close(found.loss, 0.465_915_140_288_711_34);
        assert_close(found.accuracy, 0.7);
        assert_close(found.precision, 2.0 / 3.0);
        assert_close(found.recall, 0.8);
        assert_close(found.f1, 0.727_272_727_272_727_2);
        assert_close(found.roc_auc.unwrap(), 0.84);
        assert_eq!(found.confusion_matrix, [[3, 2], [1, 4]]);
    }

    #[test]
    fn the_threshold_moves_the_answers_but_not_loss_and_ranks() {
        let found = evaluate(&LOGITS, &POSITIVE, 0.7);
        assert_close(found.precision, 1.0);
        assert_close(found.recall, 0.4);
        assert_close(found.f1, 0.571_428_571_428_571_4);
        assert_eq!(found.confusion_matrix, [[5, 0], [3, 2]]);
        let other = evaluate(&LOGITS, &POSITIVE, 0.5);
        assert_close(found.loss, 0.465_915_140_288_711_34);
        assert_close(found.roc_auc.unwrap(), 0.84);
        assert_eq!(found.average_precision, other.average_precision);
        assert_close(found.brier_score, other.brier_score);
        assert_close(found.calibration_error, other.calibration_error);
    }

    #[test]
    fn one_class_has_no_area_and_ratios_of_nothing_are_zero() {
        let found = evaluate(&[-1.0, -2.0, -3.0], &[true; 3], 0.5);
        assert_eq!(found.roc_auc, None);
        assert_eq!(found.average_precision, Some(1.0));
        assert_close(found.precision + found.recall + found.f1, 0.0);
        let found = evaluate(&[-1.0, -2.0, -3.0], &[false; 3], 0.5);
        assert_eq!((found.roc_auc, found.average_precision), (None, None));
    }

    #[test]
    fn no_images_have_figures_of_zero_and_an_accuracy_that_could_be_anything() {
        let nothing = Evaluation {
            examples: 0,
            loss: 0.0,
            accuracy: 0.0,
            accuracy_interval: [0.0, 1.0],
            precision: 0.0,
            recall: 0.0,
            f1: 0.0,
            roc_auc: None,
            average_precision: None,
            brier_score: 0.0,
            calibration_error: 0.0,
            confusion_matrix: [[0; 2]; 2],
        };
        assert_eq!(evaluate(&[], &[], 0.5), nothing);
    }

    #[test]
    fn a_logit_of_200_on_the_wrong_side_costs_200() {
        let found = evaluate(&[200.0, -200.0], &[false, true], 0.5);
        assert_close(found.loss, 200.0);
    }

    #[test]
    fn the_interval_of_the_accuracy_is_wilsons() {
        // scipy.stats.binomtest(k, n).proportion_ci(method="wilson"); by hand for 999 of 1000:
        // (999 + 1.920729 -+ 1.959964 sqrt(0.999 + 0.960365)) / (1000 + 3.841459).
        let [from, to] = wilson_interval(999, 1000);
        assert_close(from, 0.994_357_441_402_042_1);
        assert_close(to, 0.999_823_453_629_373_9);
        let [from, to] = wilson_interval(7, 10);
        assert_close(from, 0.396_778_147_461_145_26);
        assert_close(to, 0.892_208_732_593_699);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these ends are exact")]
    fn the_interval_ends_at_0_where_all_is_wrong_and_at_1_where_all_is_right() {
        for examples in 1..2000 {
            let [from, to] = wilson_interval(0, examples);
            assert!(from == 0.0 && 0.0 < to && to < 1.0, "{examples}");
            let [from, to] = wilson_interval(examples, examples);
            assert!(0.0 < from && from < 1.0 && to == 1.0, "{examples}");
        }
    }

    #[test]
    fn brier_score_and_calibration_error_agree_with_a_calculation_by_hand() {
        // Probabilities 1/5, 1/5, 3/4 and 1/2; the first two share a bin, of which half is
        // positive: 2/4 |1/2 - 1/5| + 1/4 |1 - 3/4| + 1/4 |0 - 1/2|.
        let logits = [0.25_f32.ln(), 0.25_f32.ln(), 3.0_f32.ln(), 0.0];
        let found = evaluate(&logits, &[true, false, true, false], 0.5);
        let brier = (0.64 + 0.04 + 0.0625 + 0.25) / 4.0;
        // The logits are rounded to f32.
        assert!((found.brier_score - brier).abs() < 1e-7);
        assert!((found.calibration_error - (0.15 + 0.0625 + 0.125)).abs() < 1e-7);
    }

    #[test]
    fn a_bin_holds_its_lower_edge_and_the_last_one_also_1() {
        let edges = [0.0, 0.099_999, 0.1, 0.5, 0.899_999, 0.9, 1.0];
        assert_eq!(edges.map(calibration_bin), [0, 0, 1, 5, 8, 9, 9]);
    }

    #[test]
    fn a_network_of_nan_answers_negative_and_has_neither_loss_nor_ranks() {
        let found = evaluate(&[f32::NAN, -f32::NAN, 1.0], &[true, false, true], 0.5);
        assert_eq!(found.confusion_matrix, [[1, 0], [1, 1]]);
        assert_close(found.accuracy, 2.0 / 3.0);
        assert!(found.loss.is_nan() && found.brier_score.is_nan());
        assert!(found.calibration_error.is_nan());
        assert!(found.roc_auc.unwrap().is_nan() && found.average_precision.unwrap().is_nan());
    }

    #[test]
    fn an_infinite_logit_costs_nothing_where_right_and_everything_where_wrong() {
        let logits = [f32::INFINITY, f32::NEG_INFINITY];
        let found = evaluate(&logits, &[true, false], 0.5);
        assert_close(found.loss, 0.0);
        assert_close(found.brier_score, 0.0);
        assert_eq!(found.confusion_matrix, [[1, 0], [0, 1]]);
        let found = evaluate(&logits, &[false, true], 0.5);
        assert!(found.loss.is_infinite());
        assert_close(found.brier_score, 1.0);
        assert_eq!(found.confusion_matrix, [[0, 1], [1, 0]]);
    }

    #[test]
    fn spread_is_mean_and_sample_standard_deviation() {
        // statistics.stdev([2, 4, 4, 4, 5, 5, 7, 9]) of Python: sqrt(32 / 7).
        let found = spread(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_close(found.mean, 5.0);
        assert_close(found.std, (32.0_f64 / 7.0).sqrt());
        let (mean, std) = (0.25, 0.0);
        assert_eq!(spread(&[0.25]), Some(Spread { mean, std }));
        assert_eq!(spread(&[]), None);
    }
}
