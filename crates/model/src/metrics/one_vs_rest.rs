//! One output of a network against the images of its class: what the metrics and curves of that class are computed from.

/// The class whose probability is computed by an output: with one output the positive digit, which is class 1; with
/// several, output k is class k.
pub(super) fn class_of_output(output: usize, outputs: usize) -> usize {
    if outputs == 1 { 1 } else { output }
}

/// The number of classes that a network with so many outputs tells apart.
pub(super) fn classes_of(outputs: usize) -> usize {
    outputs.max(2)
}

/// Takes the logits of one output, `[n]`, and says for each image whether it belongs to the output's class.
///
/// This is the input of [`roc_curve`](crate::roc_curve), [`precision_recall_curve`](crate::precision_recall_curve) and
/// [`calibration_curve`](crate::calibration_curve). `logits` are `[n, outputs]` row by row, and `classes` the class of each
/// image, as for [`evaluate`](crate::evaluate).
///
/// # Panics
///
/// Panics if `logits` has not one row for each of the `classes`, or if there is no such output.
#[must_use]
pub fn one_vs_rest(
    logits: &[f32],
    classes: &[u8],
    outputs: usize,
    output: usize,
) -> (Vec<f32>, Vec<bool>) {
    assert_rows(logits, classes, outputs);
    assert!(output < outputs, "output {output} of {outputs}");
    let own = class_of_output(output, outputs);
    let of_output = logits.iter().skip(output).step_by(outputs).copied();
    let is_own = classes.iter().map(|&class| usize::from(class) == own);
    (of_output.collect(), is_own.collect())
}

/// Panics if `logits` has not one row for each of the `classes`.
pub(super) fn assert_rows(logits: &[f32], classes: &[u8], outputs: usize) {
    let [found, wanted] = [logits.len(), classes.len() * outputs];
    assert_eq!(found, wanted, "one row of logits for each image");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_a_column_and_its_images_are_those_of_its_class() {
        let logits = [0.0, 1.0, 2.0, 10.0, 11.0, 12.0];
        let found = one_vs_rest(&logits, &[2, 1], 3, 2);
        assert_eq!(found, (vec![2.0, 12.0], vec![true, false]));
        let found = one_vs_rest(&logits, &[2, 1], 3, 0);
        assert_eq!(found, (vec![0.0, 10.0], vec![false, false]));
        // With one output the positive digit is class 1.
        let found = one_vs_rest(&[5.0, -5.0], &[1, 0], 1, 0);
        assert_eq!(found, (vec![5.0, -5.0], vec![true, false]));
    }
}
