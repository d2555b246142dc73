//! Images whose label is likely wrong, from probabilities by networks that were not trained on them.
//!
//! C. G. Northcutt, L. Jiang and I. L. Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of
//! Artificial Intelligence Research 70, 2021, rank images by such probabilities of the label (self-confidence), and propose
//! those that reach the mean probability of another class. Here the whole loss ranks them, and fixed limits propose them:
//! of wrong labels planted in the built-in digits, the first 50 then have more, and fewer of the others are left.

/// The least probability of another class in an image that is proposed.
pub const LEAST_OF_OTHER: f64 = 0.5;

/// The probability that the label has less than in an image that is proposed.
pub const MOST_OF_LABEL: f64 = 0.1;

/// An image whose label is likely wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelError {
    /// The index of the image.
    pub index: usize,
    /// The most probable other class.
    pub class: usize,
    /// The probability of that class, in [0, 1].
    pub probability: f64,
    /// The probability of the label, in [0, 1].
    pub of_label: f64,
    /// The loss for the label, in nats: the cross-entropy of each output, summed over the outputs.
    pub loss: f64,
}

/// Finds the images in which another class has at least [`LEAST_OF_OTHER`] and the label less than [`MOST_OF_LABEL`], the
/// largest loss first.
///
/// `probabilities` is `[n, classes]`, each in [0, 1], by networks that were not trained on the image; `labels` is `[n]`.
///
/// # Panics
///
/// When there are not as many probabilities as labels and classes need, or a label is not less than `classes`.
#[must_use]
pub fn find_label_errors(probabilities: &[f64], labels: &[u8], classes: usize) -> Vec<LabelError> {
    assert_eq!(probabilities.len(), labels.len() * classes);
    let images = probabilities.chunks_exact(classes.max(1)).zip(labels);
    let errors = images
        .enumerate()
        .filter_map(|(index, (of_image, &label))| {
            let label = usize::from(label);
            let others = (0..classes).filter(|&class| class != label);
            let class = others.max_by(|&a, &b| of_image[a].total_cmp(&of_image[b]))?;
            let (probability, of_label) = (of_image[class], of_image[label]);
            (probability >= LEAST_OF_OTHER && of_label < MOST_OF_LABEL).then(|| LabelError {
                index,
                class,
                probability,
                of_label,
                loss: loss(of_image, label),
            })
        });
    let mut errors: Vec<LabelError> = errors.collect();
    errors.sort_by(|a, b| b.loss.total_cmp(&a.loss));
    errors
}

/// The loss of one image. Two classes are those of one output.
fn loss(probabilities: &[f64], label: usize) -> f64 {
    let of_label = -probabilities[label].ln();
    if probabilities.len() == 2 {
        return of_label;
    }
    let others = probabilities.iter().enumerate();
    let others = others.filter(|(class, _)| *class != label);
    others.fold(of_label, |sum, (_, other)| sum - (1.0 - other).ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_of_another_class_with_an_improbable_label_is_found_the_largest_loss_first() {
        let images = [
            // Another class is likelier, but the label is possible.
            [0.2, 0.9, 0.1],
            // ln 0.05, ln(1 - 0.9) and ln(1 - 0.1): 2.9957 + 2.3026 + 0.1054.
            [0.05, 0.9, 0.1],
            // ln 0.09, ln(1 - 0.99) and ln(1 - 0.2): 2.4079 + 4.6052 + 0.2231.
            [0.2, 0.99, 0.09],
            // No class is likely.
            [0.01, 0.4, 0.1],
        ];
        let found = find_label_errors(&images.concat(), &[0, 0, 2, 0], 3);
        let of = |at: usize| (found[at].index, found[at].class, found[at].probability);
        assert_eq!((found.len(), of(0), of(1)), (2, (2, 1, 0.99), (1, 1, 0.9)));
        assert!((found[0].loss - 7.2362).abs() < 1e-4, "{found:?}");
        assert!((found[1].loss - 5.4037).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn two_classes_have_the_loss_of_one_output() {
        let found = find_label_errors(&[0.05, 0.95, 0.95, 0.05], &[0, 0], 2);
        assert_eq!(found.len(), 1);
        // -ln 0.05.
        assert!((found[0].loss - 2.9957).abs() < 1e-4, "{found:?}");
        assert!(find_label_errors(&[], &[], 2).is_empty());
    }
}
