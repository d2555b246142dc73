//! A range test as text: some of its steps, and what they mean.

use std::io::Write;

use model::format_metric;

use crate::train::range_test::RangeTest;
use crate::train::range_test::rate_range::RateRange;

/// The most steps in the table.
const ROWS: usize = 15;

/// Prints some of the steps, and what they mean.
pub(super) fn print(
    found: &RangeTest,
    rates: RateRange,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    writeln!(out, "{:<13}  {:<8}  SMOOTHED", "LEARNING RATE", "LOSS")?;
    let every = found.steps.len().div_ceil(ROWS).max(1);
    for step in found.steps.iter().step_by(every) {
        let [loss, smoothed] = [step.loss, step.smoothed].map(format_metric);
        writeln!(
            out,
            "{:<13}  {loss:<8}  {smoothed}",
            rounded(step.learning_rate)
        )?;
    }
    match found.suggested {
        Some(rate) => writeln!(
            out,
            "suggested learning rate: {}, where the loss falls fastest",
            rounded(rate)
        )?,
        None => writeln!(out, "no learning rate is suggested: the loss never falls")?,
    }
    if let Some(rate) = found.lowest {
        writeln!(out, "the loss is lowest at {}", rounded(rate))?;
    }
    match found.diverges {
        Some(rate) => writeln!(out, "the loss diverges at {}", rounded(rate))?,
        None => writeln!(out, "the loss does not diverge up to {}", rounded(rates.to))?,
    }
    Ok(())
}

/// A rate with two digits, as it is written on a command line.
pub(super) fn rounded(rate: f64) -> String {
    let text = format!("{rate:.1e}").replace(".0e", "e");
    match text.parse::<f64>() {
        Ok(rounded) if (1e-4..1e4).contains(&rounded) => rounded.to_string(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn rates_have_two_digits() {
        let rates = [0.012_345, 0.1, 1.0, 12.34, 1e-6, 9.96e-5, 0.000_333].map(rounded);
        assert_eq!(
            rates,
            ["0.012", "0.1", "1", "12", "1e-6", "0.0001", "0.00033"]
        );
    }
}
