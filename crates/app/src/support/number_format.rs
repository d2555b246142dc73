//! How durations are printed.

use std::time::Duration;

/// Formats a duration in seconds: milliseconds are only shown below one second.
#[must_use]
pub(crate) fn format_seconds(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{seconds:.3} s")
    } else {
        format!("{seconds:.2} s")
    }
}

/// Formats an estimated duration: `45 s`, `12 min`, `3 h 05 min`.
#[must_use]
pub(crate) fn format_estimate(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let minutes = (seconds + 30) / 60;
    match minutes {
        _ if seconds < 100 => format!("{seconds} s"),
        ..100 => format!("{minutes} min"),
        _ => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_milliseconds_below_one_second() {
        for (seconds, expected) in [(0.0, "0.000 s"), (0.0604, "0.060 s"), (61.238, "61.24 s")] {
            assert_eq!(format_seconds(seconds), expected);
        }
    }

    #[test]
    fn an_estimate_has_the_precision_of_an_estimate() {
        for (seconds, expected) in [
            (0, "0 s"),
            (99, "99 s"),
            (100, "2 min"),
            (3_600, "60 min"),
            (11_100, "3 h 05 min"),
        ] {
            assert_eq!(format_estimate(Duration::from_secs(seconds)), expected);
        }
    }
}
