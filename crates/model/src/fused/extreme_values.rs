//! For tests: the training step on logits, pixels and weights at the limits of f32.

use data::PIXELS;

use super::test_support::{architectures, constant, examples, training, values, weights};

#[test]
fn logits_of_200_have_a_loss_of_200_or_0_and_everything_stays_finite() {
    let images = [0.5; PIXELS];
    for (path, architecture) in architectures() {
        for logit in [-200.0, 200.0] {
            for (class, positive) in [(0, false), (1, true)] {
                let mut training = training(architecture, constant(logit));
                let is_correct = (logit > 0.0) == positive;
                let metrics = training.step(&images, &[class], &[0], None, 0.001);
                let expected = if is_correct { 0.0 } else { 200.0 };
                assert!(
                    (metrics.loss_sum - expected).abs() < 1e-30,
                    "{path}: {metrics:?}"
                );
                assert_eq!(metrics.correct, usize::from(is_correct));
                let state = training.state();
                assert!(values(&state).all(f32::is_finite), "{path}");
                // The gradient of a wrong prediction is 1 or -1, and m is 0.1 times that.
                let moment = state.first_moments.biases[2][0];
                let expected = match (is_correct, positive) {
                    (true, _) => 0.0,
                    (false, false) => 0.1,
                    (false, true) => -0.1,
                };
                assert!((moment - expected).abs() < 1e-7, "{path}: {moment}");
            }
        }
    }
}

#[test]
fn tiny_pixels_leave_no_subnormal_numbers() {
    // The first image has pixels of 1, 0.71, 0.5, ..., 1e-37; the second has 0 there.
    let (mut images, classes) = examples(2, 1);
    for (pixel, value) in images[..250].iter_mut().enumerate() {
        *value = 0.71_f32.powi(i32::try_from(pixel).unwrap());
    }
    images[PIXELS..PIXELS + 250].fill(0.0);
    for (path, architecture) in architectures() {
        let mut training = training(architecture, weights([25, 15, 1], 3));
        training.step(&images, &classes, &[0], None, 0.001);
        // 0.1 times the smallest gradient that is not flushed to 0, 2^-58.
        let moments = training.state().first_moments;
        let moments = || moments.kernels[0].iter().map(|moment| moment.abs());
        assert!(moments().all(|moment| moment == 0.0 || moment >= 3.4e-19));
        assert!(moments().any(|moment| moment == 0.0));
        assert!(moments().any(|moment| moment > 0.0 && moment < 1e-18));
        for _ in 0..1000 {
            training.step(&images, &classes, &[1], None, 0.001);
        }
        let subnormal = values(&training.state()).find(|value| value.is_subnormal());
        assert_eq!(subnormal, None, "{path}");
    }
}

#[test]
fn a_nan_in_the_weights_reaches_the_loss() {
    let (images, classes) = examples(3, 1);
    for (path, architecture) in architectures() {
        let mut weights = weights([25, 15, 1], 3);
        weights.kernels[0][25 * 200 + 3] = f32::NAN;
        let mut training = training(architecture, weights);
        let metrics = training.step(&images, &classes, &[0, 1, 2], None, 0.001);
        assert!(metrics.loss_sum.is_nan(), "{path}");
        assert!(training.state().weights.kernels[0][3].is_nan());
    }
}
