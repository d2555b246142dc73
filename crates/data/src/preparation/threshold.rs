//! The threshold between two groups of values.

use super::extremes::{larger, smaller};

/// Two groups of values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Split {
    pub(crate) threshold: f32,
    /// The means of the values below and above it.
    pub(crate) means: [f32; 2],
    /// The share of the variance that lies between the groups, in [0, 1].
    pub(crate) separation: f32,
}

const BINS: usize = 256;

/// Divides values where the variance between the two groups is largest (N. Otsu, "A threshold selection method from
/// gray-level histograms", 1979); `None` if all are the same.
pub(crate) fn otsu(values: &[f32]) -> Option<Split> {
    let [least, most] = range(values);
    let range = most - least;
    if range.is_nan() || range <= 1e-6 {
        return None;
    }
    let scale = (BINS - 1) as f32 / range;
    let counts = histogram(values, least, scale);
    let all = values.len() as f64;
    let sum: f64 = (0..)
        .zip(counts)
        .map(|(bin, count)| f64::from(bin) * f64::from(count))
        .sum();
    let of_all = sum / all;
    let variance: f64 = (0..)
        .zip(counts)
        .map(|(bin, count)| (f64::from(bin) - of_all).powi(2) * f64::from(count))
        .sum();
    let (mut best, mut found) = (-1.0, (0, 0, [0.0; 2]));
    let (mut below, mut sum_below) = (0.0, 0.0);
    for (bin, count) in counts.iter().enumerate().take(BINS - 1) {
        below += f64::from(*count);
        sum_below += bin as f64 * f64::from(*count);
        let above = all - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let means = [sum_below / below, (sum - sum_below) / above];
        let between = below * above / all * (means[1] - means[0]).powi(2);
        if between > best * (1.0 + 1e-9) {
            (best, found) = (between, (bin, bin, means));
        } else if between >= best * (1.0 - 1e-9) {
            // Empty bins between the groups give the same variance: the threshold is in their middle.
            found.1 = bin;
        }
    }
    let (first, end, means) = found;
    let of_bin = |bin: f64| least + (bin as f32) / scale;
    Some(Split {
        threshold: of_bin((first + end) as f64 / 2.0 + 1.0),
        means: means.map(|mean| of_bin(mean + 0.5)),
        separation: (best / variance) as f32,
    })
}

/// The least and the largest value.
fn range(values: &[f32]) -> [f32; 2] {
    // Eight at once.
    let (eights, rest) = values.as_chunks::<8>();
    let (mut least, mut most) = ([f32::INFINITY; 8], [f32::NEG_INFINITY; 8]);
    for eight in eights {
        for ((least, most), value) in least.iter_mut().zip(&mut most).zip(eight) {
            *least = smaller(*value, *least);
            *most = larger(*value, *most);
        }
    }
    let least = least.iter().chain(rest).copied();
    let most = most.iter().chain(rest).copied();
    [
        least.fold(f32::INFINITY, f32::min),
        most.fold(f32::NEG_INFINITY, f32::max),
    ]
}

/// How many values there are in each bin.
fn histogram(values: &[f32], least: f32, scale: f32) -> [u32; BINS] {
    // Neighbours are often of one bin, and do not have to wait for each other in four histograms.
    let mut counts = [[0_u32; BINS]; 4];
    let bin = |value: f32| ((value - least) * scale) as usize;
    let (fours, rest) = values.as_chunks::<4>();
    for four in fours {
        for (counts, value) in counts.iter_mut().zip(four) {
            counts[bin(*value)] += 1;
        }
    }
    for value in rest {
        counts[0][bin(*value)] += 1;
    }
    std::array::from_fn(|bin| counts.iter().map(|counts| counts[bin]).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_groups_are_divided_in_the_middle_between_them() {
        let values = [vec![0.2; 30], vec![0.8; 10]].concat();
        let found = otsu(&values).unwrap();
        assert!((found.threshold - 0.5).abs() < 0.01, "{found:?}");
        for (mean, expected) in found.means.into_iter().zip([0.2, 0.8]) {
            assert!((mean - expected).abs() < 0.01, "{found:?}");
        }
        assert!((found.separation - 1.0).abs() < 1e-6, "{found:?}");
    }

    /// Of an even distribution, the two halves have three quarters of the variance between them.
    #[test]
    fn what_has_no_groups_is_divided_badly() {
        let values: Vec<f32> = (0..1000).map(|value| value as f32 / 999.0).collect();
        let found = otsu(&values).unwrap();
        assert!((found.separation - 0.75).abs() < 0.01, "{found:?}");
        assert!((found.threshold - 0.5).abs() < 0.02, "{found:?}");
    }

    #[test]
    fn equal_values_have_no_threshold() {
        assert!(otsu(&[0.4; 20]).is_none());
        assert!(otsu(&[]).is_none());
    }
}
