//! How much each setting matters.

use plots::SettingValue;

use crate::cli::sweep::pictures::Results;
use crate::cli::sweep::pictures::settings::value_in;

/// Of more different numbers, ranges are formed.
const MAX_VALUES: usize = 6;
/// The number of ranges, each with as many combinations.
const RANGES: usize = 4;

/// The two settings that explain most of the ranking, the first one as named first; the two named if there are two.
pub(super) fn most_influential<'a>(results: &Results<'_>, keys: &[&'a str]) -> [&'a str; 2] {
    let mut by_influence: Vec<(usize, f64)> = keys
        .iter()
        .map(|key| influence(&groups(results, key)))
        .enumerate()
        .collect();
    by_influence.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let mut chosen = [by_influence[0].0, by_influence[1].0];
    chosen.sort_unstable();
    chosen.map(|index| keys[index])
}

/// For each combination in the order of the ranking, which of its values a setting has, or which range of values.
fn groups(results: &Results<'_>, key: &str) -> Vec<usize> {
    let combinations = &results.plan.combinations;
    let values: Vec<SettingValue> = results
        .ranking
        .iter()
        .map(|of| value_in(&combinations[of.combination], key))
        .collect();
    let mut known: Vec<&SettingValue> = Vec::new();
    let mut groups = Vec::new();
    for value in &values {
        let group = known.iter().position(|other| *other == value);
        groups.push(group.unwrap_or_else(|| {
            known.push(value);
            known.len() - 1
        }));
    }
    if known.len() <= MAX_VALUES {
        return groups;
    }
    let numbers = values.iter().map(|value| match value {
        SettingValue::Number(number) => Some(*number),
        SettingValue::Text(_) => None,
    });
    match numbers.collect::<Option<Vec<f64>>>() {
        Some(numbers) => ranges(&numbers),
        None => groups,
    }
}

/// Which range each number is in.
fn ranges(numbers: &[f64]) -> Vec<usize> {
    let below = |number: &f64| numbers.iter().filter(|other| *other < number).count();
    let range = |number| below(number) * RANGES / numbers.len();
    numbers.iter().map(range).collect()
}

/// The part of the variance of ranks that groups explain, adjusted for the number of groups: about 0 for a setting
/// without influence. Ranks instead of values, so that trainings that failed count, too.
fn influence(groups: &[usize]) -> f64 {
    let ranks: Vec<(usize, f64)> = groups.iter().copied().zip((0..).map(f64::from)).collect();
    let squares = |members: &[f64]| -> f64 {
        let mean = members.iter().sum::<f64>() / real(members.len());
        members.iter().map(|rank| (rank - mean).powi(2)).sum()
    };
    let all: Vec<f64> = ranks.iter().map(|(_, rank)| *rank).collect();
    let mut count = 0;
    let mut within = 0.0;
    for group in 0..groups.len() {
        let of_group = ranks.iter().filter(|(of, _)| *of == group);
        let members: Vec<f64> = of_group.map(|(_, rank)| *rank).collect();
        if !members.is_empty() {
            count += 1;
            within += squares(&members);
        }
    }
    if count < 2 || count == all.len() {
        // Nothing can be said of a single group, or of groups of one combination.
        return 0.0;
    }
    let per_degree = within / real(all.len() - count);
    1.0 - per_degree / (squares(&all) / real(all.len() - 1))
}

#[expect(clippy::cast_precision_loss, reason = "at most 1,000,000 combinations")]
fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_sorts_the_ranking_explains_most_of_it() {
        // Adjusted R² of ranks 0 to 5, by hand: squares within 4 of 17.5, with 4 and 5 degrees of freedom.
        assert!((influence(&[0, 0, 0, 1, 1, 1]) - (1.0 - 1.0 / 3.5)).abs() < 1e-12);
        assert!(influence(&[0, 1, 0, 1, 0, 1]) < 0.1);
        assert!(influence(&[0, 0, 0, 0]).abs() < 1e-12);
        assert!(influence(&[0, 1, 2, 3]).abs() < 1e-12);
    }

    #[test]
    fn ranges_have_as_many_numbers_each() {
        let numbers = [0.8, 0.1, 0.2, 0.7, 0.3, 0.6, 0.4, 0.5];
        assert_eq!(ranges(&numbers), [3, 0, 0, 3, 1, 2, 1, 2]);
    }
}
