//! Numbers as words: counts, and shares that are never rounded to none or all when they are neither.

/// Decimals beyond which a share is as good as none or all.
const MOST_DECIMALS: usize = 9;

/// A number in [0, 1]: 0.9987, 0.5, 1.
pub(crate) fn unit(value: f64) -> String {
    between_ends(value, 1.0, 4)
}

/// A share in [0, 1] as a percentage: 99.6 %, 50 %.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", between_ends(100.0 * share, 100.0, 1))
}

/// The same without decimals, unless it would be 0 % or 100 %: 93 %.
pub(crate) fn whole_percent(share: f64) -> String {
    format!("{} %", between_ends(100.0 * share, 100.0, 0))
}

/// A count of images: 1 image, 12 images.
pub(crate) fn images(count: u64) -> String {
    format!("{count} image{}", if count == 1 { "" } else { "s" })
}

/// A part of a whole in [0, 1]; none of nothing.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share is seen to a few digits"
)]
pub(crate) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A number from 0 to `end`, to as many decimals as tell it from both, without zeros at its end.
fn between_ends(value: f64, end: f64, decimals: usize) -> String {
    if value.is_nan() {
        return "not a number".to_owned();
    }
    let value = value.clamp(0.0, end);
    let is_end = |value: f64| value <= 0.0 || value >= end;
    let true_to_ends = |text: &String| is_end(value) || !text.parse().is_ok_and(is_end);
    let text = (decimals..=MOST_DECIMALS)
        .map(|decimals| format!("{:.decimals$}", value.abs()))
        .find(true_to_ends)
        .unwrap_or_else(|| format!("{value:.0}"));
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_rounded_but_never_to_certainty() {
        assert_eq!(unit(0.5), "0.5");
        assert_eq!(unit(0.998_74), "0.9987");
        assert_eq!(unit(0.999_98), "0.99998");
        assert_eq!(unit(0.000_004), "0.000004");
        assert_eq!(unit(1e-30), "0");
        assert_eq!([unit(0.0), unit(-0.0), unit(1.0)], ["0", "0", "1"]);
        assert_eq!(unit(f64::NAN), "not a number");
    }

    #[test]
    fn one_mistake_in_ten_thousand_is_not_a_hundred_percent() {
        assert_eq!(percent(share(9_999, 10_000).unwrap()), "99.99 %");
        assert_eq!(percent(share(996, 1000).unwrap()), "99.6 %");
        assert_eq!(percent(share(1, 3).unwrap()), "33.3 %");
        assert_eq!(percent(share(7, 7).unwrap()), "100 %");
        assert_eq!(whole_percent(0.934), "93 %");
        assert_eq!(whole_percent(0.9996), "99.96 %");
        assert_eq!(share(0, 0), None);
        assert_eq!([images(1), images(20)], ["1 image", "20 images"]);
    }
}
