//! Settings in the order of their results, and which differences are more than noise.

use std::collections::BTreeMap;

use super::confidence::{
    ERROR_RATE, MeanInterval, PairedDifference, Samples, mean_interval, paired_difference,
};
use super::holm::holm_adjusted;
use super::metric::Better;
use super::ratio::mean;

/// The values of a metric of one setting, by seed and fold; fold 0 where there are no folds.
pub type SettingValues = BTreeMap<(u64, usize), f64>;

/// A setting in a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedSetting {
    /// The index of the setting in the input.
    pub index: usize,
    /// The number of values.
    pub n: usize,
    /// How many of them are NaN or infinite, for example because the training diverged.
    pub non_finite: usize,
    /// The mean of all values; `None` if there are none, or if one is not finite.
    pub mean: Option<f64>,
    /// The mean's confidence interval; `None` of fewer than two values, or if one is not finite.
    pub interval: Option<MeanInterval>,
    /// The comparison with the best setting. `None` for the best itself, and where they have fewer than two seeds and
    /// folds in common, or values that are not finite.
    pub comparison: Option<Comparison>,
}

/// A setting compared with the best one, by the seeds and folds that they have in common.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Comparison {
    /// This setting minus the best one; the p-value is that of this comparison alone.
    pub paired: PairedDifference,
    /// The p-value by Holm's correction for the number of comparisons.
    pub adjusted_p_value: f64,
    /// Whether the difference is more than noise: the adjusted p-value is at most 5 %.
    pub distinguishable: bool,
}

/// Orders settings by the mean of their values, the best first, and compares each with the best one by a paired t-test,
/// with Holm's correction for the number of comparisons.
///
/// Settings without mean come last, and those with the same mean stay in their order. With folds of one data set
/// `samples` must be [`Samples::Folds`]: they are not independent, and otherwise too many differences would count as
/// more than noise.
///
/// The best setting is the best by the same values with which the others are compared, so that its mean is somewhat
/// too good. Train it again with other seeds, and evaluate it with images that were not used for the choice, before
/// its result is reported.
#[must_use]
pub fn rank_settings(
    settings: &[SettingValues],
    better: Better,
    samples: Samples,
) -> Vec<RankedSetting> {
    let mut ranked: Vec<RankedSetting> = settings
        .iter()
        .enumerate()
        .map(|(index, values)| ranked(index, values, samples))
        .collect();
    // A stable sort, with infinity in place of a missing mean.
    ranked.sort_by(|one, other| {
        let [one, other] = [one, other].map(|setting| worth(setting.mean, better));
        other.total_cmp(&one)
    });
    let Some(best) = ranked.first().filter(|first| first.mean.is_some()) else {
        return ranked;
    };
    let best = &settings[best.index];
    for setting in ranked.iter_mut().skip(1) {
        let pairs = common_pairs(&settings[setting.index], best);
        setting.comparison = paired_difference(&pairs, samples).map(|paired| Comparison {
            paired,
            adjusted_p_value: paired.p_value,
            distinguishable: false,
        });
    }
    correct_for_number(&mut ranked);
    ranked
}

fn ranked(index: usize, values: &SettingValues, samples: Samples) -> RankedSetting {
    let values: Vec<f64> = values.values().copied().collect();
    let average = mean(values.iter().sum(), values.len());
    let is_defined = !values.is_empty() && average.is_finite();
    RankedSetting {
        index,
        n: values.len(),
        non_finite: values.iter().filter(|value| !value.is_finite()).count(),
        mean: is_defined.then_some(average),
        interval: mean_interval(&values, samples),
        comparison: None,
    }
}

/// A number that is larger for better means.
fn worth(mean: Option<f64>, better: Better) -> f64 {
    match (mean, better) {
        (None, _) => f64::NEG_INFINITY,
        (Some(mean), Better::Higher) => mean,
        (Some(mean), Better::Lower) => -mean,
    }
}

/// The values of both settings for the seeds and folds that both have.
fn common_pairs(one: &SettingValues, other: &SettingValues) -> Vec<[f64; 2]> {
    let pairs = one.iter();
    pairs
        .filter_map(|(key, value)| Some([*value, *other.get(key)?]))
        .collect()
}

/// Adjusts the p-values of all comparisons, and decides by them.
fn correct_for_number(ranked: &mut [RankedSetting]) {
    let comparisons = ranked.iter_mut();
    let comparisons: Vec<&mut Comparison> = comparisons
        .filter_map(|setting| setting.comparison.as_mut())
        .collect();
    let p_values = comparisons.iter().map(|it| it.paired.p_value);
    let adjusted = holm_adjusted(&p_values.collect::<Vec<f64>>());
    for (comparison, adjusted) in comparisons.into_iter().zip(adjusted) {
        comparison.adjusted_p_value = adjusted;
        comparison.distinguishable = adjusted <= ERROR_RATE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of one fold with the seeds 0, 1, 2, ...
    fn values(values: &[f64]) -> SettingValues {
        let seeds = 0..;
        seeds
            .zip(values)
            .map(|(seed, value)| ((seed, 0), *value))
            .collect()
    }

    fn ranking(settings: &[SettingValues], better: Better) -> Vec<RankedSetting> {
        rank_settings(settings, better, Samples::Independent)
    }

    fn order(ranked: &[RankedSetting]) -> Vec<usize> {
        ranked.iter().map(|setting| setting.index).collect()
    }

    #[test]
    fn the_best_mean_comes_first_in_either_direction() {
        let settings = [
            values(&[0.2, 0.4]),
            values(&[]),
            values(&[0.1, 0.1]),
            values(&[0.9, f64::NAN]),
            values(&[0.5]),
            values(&[f64::NEG_INFINITY; 2]),
        ];
        let lower = ranking(&settings, Better::Lower);
        assert_eq!(order(&lower), [2, 0, 4, 1, 3, 5]);
        assert_eq!(
            order(&ranking(&settings, Better::Higher)),
            [4, 0, 2, 1, 3, 5]
        );
        let counts = lower.iter().map(|setting| (setting.n, setting.non_finite));
        let expected = [(2, 0), (2, 0), (1, 0), (0, 0), (2, 1), (2, 2)];
        assert_eq!(counts.collect::<Vec<_>>(), expected);
        let means = lower.iter().map(|setting| setting.mean.is_some());
        assert_eq!(
            means.collect::<Vec<_>>(),
            [true, true, true, false, false, false]
        );
        // Only index 0 shares two finite pairs with the best.
        let compared = lower.iter().map(|setting| setting.comparison.is_some());
        assert_eq!(
            compared.collect::<Vec<_>>(),
            [false, true, false, false, false, false]
        );
    }

    #[test]
    fn each_setting_is_compared_with_the_best_and_corrected_for_the_number() {
        const CLEAR: f64 = 0.001_623_196_695_594_920_3;
        const SLIGHT: f64 = 0.013_846_832_988_859_32;
        // scipy.stats.ttest_rel(setting, best).pvalue, SciPy 1.17.1: CLEAR and SLIGHT. Alone both are below 0.05;
        // of two comparisons the smaller is doubled, and the larger stays.
        let settings = [
            values(&[0.95, 0.96, 0.94, 0.97]),
            values(&[0.90, 0.92, 0.88, 0.91]),
            values(&[0.94, 0.94, 0.93, 0.95]),
        ];
        let found = ranking(&settings, Better::Higher);
        assert_eq!(order(&found), [0, 2, 1]);
        assert_eq!(found[0].comparison, None);
        let [slight, clear] = [1, 2].map(|place: usize| found[place].comparison.unwrap());
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-12;
        assert!(near(clear.paired.p_value, CLEAR) && near(clear.adjusted_p_value, 2.0 * CLEAR));
        assert!(near(slight.paired.p_value, SLIGHT) && near(slight.adjusted_p_value, SLIGHT));
        assert!(clear.distinguishable && slight.distinguishable);
        assert!((clear.paired.difference.mean + 0.0525).abs() < 1e-12);
        assert!((slight.paired.difference.mean + 0.015).abs() < 1e-12);
    }

    #[test]
    fn what_is_clear_alone_may_be_noise_among_many() {
        let best = values(&[0.95, 0.96, 0.94, 0.97]);
        // A p-value of 0.0138 alone, and 20 times as much among 20 settings.
        let slight = values(&[0.94, 0.94, 0.93, 0.95]);
        let mut settings = vec![best, slight];
        assert!(
            ranking(&settings, Better::Higher)[1]
                .comparison
                .unwrap()
                .distinguishable
        );
        settings.extend((0..19).map(|_| values(&[0.93, 0.97, 0.94, 0.90])));
        let found = ranking(&settings, Better::Higher);
        let slight = found.iter().find(|setting| setting.index == 1).unwrap();
        let comparison = slight.comparison.unwrap();
        assert!(!comparison.distinguishable, "{comparison:?}");
        let expected = 20.0 * comparison.paired.p_value;
        assert!((comparison.adjusted_p_value - expected).abs() < 1e-12);
    }

    #[test]
    fn only_common_seeds_and_folds_are_compared() {
        let best = SettingValues::from([((1, 0), 0.9), ((1, 1), 0.8), ((2, 0), 0.7)]);
        let other = SettingValues::from([((1, 1), 0.5), ((2, 0), 0.6), ((3, 0), 0.1)]);
        let alone = SettingValues::from([((2, 0), 0.5), ((4, 0), 0.5)]);
        let found = ranking(&[best, other, alone], Better::Higher);
        assert_eq!(order(&found), [0, 2, 1]);
        assert_eq!(found[1].comparison, None);
        // 0.5 - 0.8 and 0.6 - 0.7.
        let paired = found[2].comparison.unwrap().paired.difference;
        assert_eq!(paired.n, 2);
        assert!((paired.mean + 0.2).abs() < 1e-12);
    }

    #[test]
    fn folds_are_corrected_for_their_overlap() {
        let settings = [
            values(&[0.95, 0.96, 0.94, 0.97]),
            values(&[0.94, 0.94, 0.935, 0.95]),
        ];
        // t = 0.01375 / 0.0075 / sqrt(1 / 4) = 3.67, and with 1 / 4 + 1 / 3 it is 2.40; the limit is 3.18.
        let folds = Samples::Folds {
            test_per_training: 1.0 / 3.0,
        };
        let of = |samples| {
            let found = rank_settings(&settings, Better::Higher, samples);
            found[1].comparison.unwrap()
        };
        assert!(of(Samples::Independent).distinguishable);
        assert!(!of(folds).distinguishable);
    }

    #[test]
    fn no_settings_have_no_ranking() {
        assert_eq!(ranking(&[], Better::Lower), []);
        let none = ranking(&[values(&[]), values(&[f64::NAN])], Better::Lower);
        assert_eq!(order(&none), [0, 1]);
    }
}
