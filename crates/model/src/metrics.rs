//! Numbers computed from logits and targets, on the host and in f64.

/// How well a network answers on a data set.
///
/// Ratios whose denominator is zero are 0, as scikit-learn's `zero_division=0` gives them.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evaluation {
    /// Images looked at.
    pub examples: usize,
    /// Mean binary cross-entropy, in nats.
    pub loss: f64,
    /// Share of right answers, in [0, 1].
    pub accuracy: f64,
    /// Of the images called positive, the share that is: tp / (tp + fp).
    pub precision: f64,
    /// Of the positive images, the share called so: tp / (tp + fn).
    pub recall: f64,
    /// Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn).
    pub f1: f64,
    /// Area under the ROC curve, in [0, 1]; none if only one class is present.
    pub auc: Option<f64>,
    /// `[[tn, fp], [fn, tp]]`, as scikit-learn's `confusion_matrix` orders it.
    pub confusion_matrix: [[usize; 2]; 2],
}

/// Evaluates the answers that `logits` give, where a probability of at least `threshold` means
/// the positive digit.
///
/// `positive` says for each logit whether its image is the positive digit.
///
/// # Panics
///
/// Panics if the two differ in length.
#[must_use]
pub fn evaluate(logits: &[f32], positive: &[bool], threshold: f64) -> Evaluation {
    assert_eq!(logits.len(), positive.len(), "one target for each logit");
    let mut counts = [[0; 2]; 2];
    let mut loss = 0.0;
    for (&logit, &positive) in logits.iter().zip(positive) {
        let logit = f64::from(logit);
        let answer = sigmoid(logit) >= threshold;
        counts[usize::from(positive)][usize::from(answer)] += 1;
        let margin = if positive { logit } else { -logit };
        loss += softplus(-margin);
    }
    let [[tn, fp], [fn_, tp]] = counts;
    Evaluation {
        examples: logits.len(),
        loss: ratio(loss, logits.len()),
        accuracy: share(tn + tp, logits.len()),
        precision: share(tp, tp + fp),
        recall: share(tp, tp + fn_),
        f1: share(2 * tp, 2 * tp + fp + fn_),
        auc: area_under_roc(logits, positive),
        confusion_matrix: counts,
    }
}

/// Computes 1 / (1 + exp(-x)), the probability that belongs to a logit.
#[must_use]
pub fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// Computes ln(1 + exp(x)) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The chance that a positive image gets a larger logit than a negative one, ties counting half:
/// the Mann-Whitney form of the area (Hanley and McNeil, Radiology 143, 1982).
fn area_under_roc(logits: &[f32], positive: &[bool]) -> Option<f64> {
    let positives = positive.iter().filter(|&&positive| positive).count();
    let negatives = positive.len() - positives;
    if positives == 0 || negatives == 0 {
        return None;
    }
    let mut ranked: Vec<(f32, bool)> = logits
        .iter()
        .copied()
        .zip(positive.iter().copied())
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Pairs won by the positive image, counted twice so that a tie is a whole number.
    let mut twice_won = 0;
    let mut negatives_below = 0;
    #[expect(clippy::float_cmp, reason = "a tie is the same number")]
    for ties in ranked.chunk_by(|a, b| a.0 == b.0) {
        let tied_positives = ties.iter().filter(|(_, positive)| *positive).count();
        let tied_negatives = ties.len() - tied_positives;
        twice_won += tied_positives * (2 * negatives_below + tied_negatives);
        negatives_below += tied_negatives;
    }
    Some(share(twice_won, 2 * positives * negatives))
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    ratio(part as f64, whole)
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn ratio(sum: f64, count: usize) -> f64 {
    if count == 0 { 0.0 } else { sum / count as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: scikit-learn 1.x's log_loss, accuracy_score, precision_score,
    // recall_score, f1_score, roc_auc_score and confusion_matrix on sigmoid of these logits.
    const LOGITS: [f32; 10] = [-2.0, -1.0, -0.5, 0.0, 0.0, 0.5, 0.5, 1.0, 3.0, -3.0];
    const POSITIVE: [bool; 10] = [
        false, false, true, false, true, true, false, true, true, false,
    ];

    fn close(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-12
    }

    #[test]
    fn agrees_with_scikit_learn_where_logits_tie() {
        let found = evaluate(&LOGITS, &POSITIVE, 0.5);
        assert_eq!(found.examples, 10);
        assert!(close(found.loss, 0.465_915_140_288_711_34));
        assert!(close(found.accuracy, 0.7));
        assert!(close(found.precision, 2.0 / 3.0));
        assert!(close(found.recall, 0.8));
        assert!(close(found.f1, 0.727_272_727_272_727_2));
        assert!(close(found.auc.unwrap(), 0.84));
        assert_eq!(found.confusion_matrix, [[3, 2], [1, 4]]);
    }

    #[test]
    fn the_threshold_moves_the_answers_but_not_loss_and_area() {
        let found = evaluate(&LOGITS, &POSITIVE, 0.7);
        assert!(close(found.precision, 1.0));
        assert!(close(found.recall, 0.4));
        assert!(close(found.f1, 0.571_428_571_428_571_4));
        assert_eq!(found.confusion_matrix, [[5, 0], [3, 2]]);
        assert!(close(found.loss, 0.465_915_140_288_711_34));
        assert!(close(found.auc.unwrap(), 0.84));
    }

    #[test]
    fn one_class_has_no_area_and_ratios_of_nothing_are_zero() {
        let found = evaluate(&[-1.0, -2.0, -3.0], &[true; 3], 0.5);
        assert_eq!(found.auc, None);
        assert!(close(found.precision, 0.0) && close(found.recall, 0.0) && close(found.f1, 0.0));
        assert_eq!(evaluate(&[], &[], 0.5).examples, 0);
    }

    #[test]
    fn a_logit_of_200_on_the_wrong_side_costs_200() {
        let found = evaluate(&[200.0, -200.0], &[false, true], 0.5);
        assert!(close(found.loss, 200.0));
    }
}
