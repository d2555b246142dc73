//! The texts that charts of a sweep have in common.

use super::data::SettingValue;
use crate::base::count::real;
use crate::base::number_format::{grouped, without_trailing_zeros};

/// A number of trained networks: 1 point, 1,200 points.
pub(super) fn points(count: usize) -> String {
    counted(count, "point")
}

/// A number of things: 1 setting, 1,200 settings.
pub(super) fn counted(count: usize, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(count))
}

/// How many points there are in groups of these sizes: 12 points, 3 for each value; 12 points, if there is one group or
/// if each has one point.
pub(super) fn points_in_groups(sizes: &[usize], group: &str) -> String {
    let all = points(sizes.iter().sum());
    match (sizes.iter().min(), sizes.iter().max()) {
        (_, Some(1)) => all,
        _ if sizes.len() < 2 => all,
        (Some(least), Some(most)) if least == most => {
            format!("{all}, {} for each {group}", grouped(*most))
        }
        (Some(least), Some(most)) => {
            let [least, most] = [*least, *most].map(grouped);
            format!("{all}, {least} to {most} for each {group}")
        }
        _ => all,
    }
}

/// The caller's note, which may be empty, and what the chart adds to it.
pub(super) fn caption(note: &str, added: &str) -> String {
    let parts = [note, added].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("; ")
}

/// The value of a setting with at most four digits of a number.
pub(super) fn setting_value(value: &SettingValue) -> String {
    match value {
        SettingValue::Text(text) => text.clone(),
        SettingValue::Number(number) => short_number(*number),
    }
}

/// A number with at most four digits after the first zeros: 0.0032, 128, 1e−5, 1234567.
pub(super) fn short_number(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string();
    }
    let size = number.abs();
    let text = if number == 0.0 {
        "0".to_owned()
    } else if (1e-4..1e7).contains(&size) {
        let decimals = (4.0 - size.log10().floor() - 1.0).clamp(0.0, 8.0);
        let whole = (number - number.round()).abs() < f64::EPSILON * size;
        let decimals = (0..=8).find(|count| real(*count) >= decimals);
        let decimals = if whole { 0 } else { decimals.unwrap_or(8) };
        without_trailing_zeros(&format!("{number:.decimals$}")).to_owned()
    } else {
        let text = format!("{number:.3e}");
        let (factor, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        format!("{}e{exponent}", without_trailing_zeros(factor))
    };
    text.replace('-', "−")
}

/// What a chart does not show because its numbers have no place.
pub(super) fn left_out(count: usize, why: &str) -> Option<String> {
    (count > 0).then(|| format!("Not shown, because {why}: {}.", grouped(count)))
}

/// The names of what is left out, as many as a few lines hold.
pub(super) fn named(names: &[&str]) -> String {
    const MOST: usize = 12;
    const LONGEST: usize = 40;
    let shown = names.iter().take(MOST).map(|name| {
        if name.chars().count() > LONGEST {
            let start: String = name.chars().take(LONGEST - 1).collect();
            format!("{start}…")
        } else {
            (*name).to_owned()
        }
    });
    let shown = shown.collect::<Vec<_>>().join("; ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown}; and {} more", grouped(more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_at_most_four_digits_unless_they_are_whole() {
        for (number, expected) in [
            (0.003_162_277_66, "0.003162"),
            (0.5, "0.5"),
            (128.0, "128"),
            (1_234_567.0, "1234567"),
            (1e-5, "1e−5"),
            (-2.5e-7, "−2.5e−7"),
            (1e300, "1e300"),
            (12.3456, "12.35"),
            (0.0, "0"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(short_number(number), expected);
        }
    }

    #[test]
    fn points_are_counted_with_those_of_each_group() {
        let counted = |sizes| points_in_groups(sizes, "value");
        assert_eq!(counted(&[3, 3]), "6 points, 3 for each value");
        assert_eq!(counted(&[1]), "1 point");
        assert_eq!(counted(&[16]), "16 points");
        assert_eq!(counted(&[1, 1, 1]), "3 points");
        assert_eq!(
            counted(&[1, 1200]),
            "1,201 points, 1 to 1,200 for each value"
        );
        assert_eq!(counted(&[]), "0 points");
    }

    #[test]
    fn many_names_and_long_ones_are_shortened() {
        let long = "x".repeat(100);
        let names: Vec<&str> = (0..14).map(|_| long.as_str()).collect();
        let text = named(&names);
        assert!(text.ends_with("; and 2 more") && text.len() < 600, "{text}");
        assert_eq!(named(&["a", "b"]), "a; b");
    }
}
