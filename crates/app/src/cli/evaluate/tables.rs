//! The tables of an evaluation: metrics by digit, the confusion matrix, and the most confused digits.

use std::io::Write;

use model::{COLUMNS_BY_DIGIT, Confusion, Evaluation, rows_by_digit};
use plots::grouped;

use crate::support::plural::counted;

/// The most pairs of confused digits that are listed.
const MOST_PAIRS: usize = 5;

/// Prints the metrics of each digit, and which digits are confused most often.
pub(crate) fn print_digits(
    evaluation: &Evaluation,
    digits: &[u8],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let headings = COLUMNS_BY_DIGIT.map(str::to_owned);
    for row in std::iter::once(headings).chain(rows_by_digit(evaluation, digits)) {
        let cells = row.iter().zip(COLUMNS_BY_DIGIT);
        let cells = cells.map(|(cell, heading)| format!("{cell:>width$}", width = width(heading)));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  "))?;
    }
    writeln!(out)?;
    let confused = most_confused(evaluation, digits);
    for line in &confused {
        writeln!(out, "{line}")?;
    }
    if !confused.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// Says which digits are taken for which others, the most frequent pairs first, and how many other pairs there are.
pub(crate) fn most_confused(evaluation: &Evaluation, digits: &[u8]) -> Vec<String> {
    let confused = evaluation.most_confused();
    let pairs = confused.iter().take(MOST_PAIRS);
    let line = |pair: &Confusion| {
        let (label, predicted) = (digits[pair.label], digits[pair.predicted]);
        format!("{label} taken for {predicted}: {}", grouped(pair.images))
    };
    let others = confused.len().saturating_sub(MOST_PAIRS);
    let others = (others > 0).then(|| format!("and {}", counted(others, "other pair")));
    pairs.map(line).chain(others).collect()
}

/// The width of a column: that of its heading, or of 1,000,000 images.
fn width(heading: &str) -> usize {
    heading.len().max(6)
}

/// Prints the confusion matrix, a row for each label; rejected images, if there are any, in a last column.
pub(crate) fn print_confusion(
    evaluation: &Evaluation,
    digits: &[u8],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let is_wide = digits.len() > 2;
    let width = if is_wide { 6 } else { 11 };
    let heading = |digit: &u8| {
        if is_wide {
            format!("{digit:>width$}")
        } else {
            format!("predicted {digit}")
        }
    };
    let mut headings: Vec<String> = digits.iter().map(heading).collect();
    let has_rejected = evaluation.rejected() > 0;
    if has_rejected {
        headings.push(format!("{:>width$}", "none"));
    }
    let corner = if is_wide { "predicted" } else { "       " };
    writeln!(out, "{corner}  {}", headings.join("  "))?;
    let rows = evaluation.confusion_matrix.iter().zip(digits);
    for ((row, digit), rejected) in rows.zip(&evaluation.rejected_by_label) {
        let counts = row.iter().chain(has_rejected.then_some(rejected));
        let counts = counts.map(|&count| format!("{:>width$}", grouped(count)));
        let counts = counts.collect::<Vec<_>>().join("  ");
        let label = format!("label {digit}");
        writeln!(out, "{label:<space$}  {counts}", space = corner.len())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::{Decision, evaluate};

    use super::*;

    fn printed(
        print: fn(&Evaluation, &[u8], &mut dyn Write) -> anyhow::Result<()>,
        evaluation: &Evaluation,
        digits: &[u8],
    ) -> String {
        let mut out = Vec::new();
        print(evaluation, digits, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn two_digits_have_their_matrix() {
        let found = evaluate(&[1.0, -1.0, -1.0], &[1, 0, 1], 1, Decision::default());
        let expected = "         predicted 3  predicted 8
label 3            1            0
label 8            1            1
";
        assert_eq!(printed(print_confusion, &found, &[3, 8]), expected);
    }

    #[test]
    fn several_digits_have_theirs_with_rejected_images_in_the_last_column() {
        // Predicted: 4, 1, 7 and, rejected, 1; the labels are 1, 1, 7 and 4.
        let logits = [
            [0.0, 2.0, -1.0],
            [1.0, 0.0, -1.0],
            [0.0, 0.0, 3.0],
            [-1.0, -2.0, -3.0],
        ];
        let decision = Decision {
            reject: 0.5,
            ..Decision::default()
        };
        let found = evaluate(logits.as_flattened(), &[0, 0, 2, 1], 3, decision);
        let expected = "predicted       1       4       7    none
label 1         1       1       0       0
label 4         0       0       0       1
label 7         0       0       1       0
";
        assert_eq!(printed(print_confusion, &found, &[1, 4, 7]), expected);
        let digits = printed(print_digits, &found, &[1, 4, 7]);
        assert!(digits.ends_with("\n1 taken for 4: 1\n\n"), "{digits}");
        let lines: Vec<&str> = digits.lines().collect();
        assert!(
            lines[0].starts_with(" digit  images  precision  recall"),
            "{digits}"
        );
        assert!(
            lines[1].starts_with("     1       2     1.0000  0.5000"),
            "{digits}"
        );
    }
}
