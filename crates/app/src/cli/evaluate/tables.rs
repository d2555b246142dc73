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
    let headings = COLUMNS_BY_DIGIT.map(on_two_lines);
    let lines = [0, 1].map(|line| headings.map(|heading| heading[line].to_owned()));
    for row in lines.into_iter().chain(rows_by_digit(evaluation, digits)) {
        let cells = row.iter().zip(headings);
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

/// The two lines of a heading: a long one is broken, so that the table fits a terminal.
fn on_two_lines(heading: &str) -> [&str; 2] {
    const LONGEST: usize = 9;
    let broken = heading.split_once(' ').filter(|_| heading.len() > LONGEST);
    broken.map_or(["", heading], |(first, second)| [first, second])
}

/// The width of a column: that of its heading, or of 100,000 images.
fn width(heading: [&str; 2]) -> usize {
    const IMAGES: usize = 6;
    heading.map(str::len).into_iter().fold(IMAGES, usize::max)
}

/// Prints the confusion matrix, a row for each label; rejected images, if there are any, in a last column.
pub(crate) fn print_confusion(
    evaluation: &Evaluation,
    digits: &[u8],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let is_wide = digits.len() > 2;
    let heading = |digit: &u8| {
        if is_wide {
            digit.to_string()
        } else {
            format!("predicted {digit}")
        }
    };
    let mut headings: Vec<String> = digits.iter().map(heading).collect();
    let mut rows = evaluation.confusion_matrix.clone();
    if evaluation.rejected() > 0 {
        headings.push("none".to_owned());
        for (row, rejected) in rows.iter_mut().zip(&evaluation.rejected_by_label) {
            row.push(*rejected);
        }
    }
    let counts: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|count| grouped(*count)).collect())
        .collect();
    let corner = if is_wide { "predicted" } else { "       " };
    let (labels, room) = (corner.len(), TERMINAL - corner.len());
    let cells = counts.iter().flatten().chain(&headings);
    let longest = cells.map(String::len).max().unwrap_or_default();
    let width = cell_width(room, headings.len(), longest);
    // Columns that do not fit side by side follow below.
    let at_once = (room / width).max(1);
    for start in (0..headings.len()).step_by(at_once) {
        if start > 0 {
            writeln!(out)?;
        }
        let line = |label: &str, cells: &[String]| {
            let cells = cells.iter().skip(start).take(at_once);
            let cells: Vec<String> = cells.map(|cell| format!("{cell:>width$}")).collect();
            format!("{label:<labels$}{}", cells.concat())
        };
        writeln!(out, "{}", line(corner, &headings))?;
        for (counts, digit) in counts.iter().zip(digits) {
            writeln!(out, "{}", line(&format!("label {digit}"), counts))?;
        }
    }
    Ok(())
}

/// The width of a terminal.
const TERMINAL: usize = 80;

/// The width of a column of a confusion matrix: two spaces before its longest cell, or one if there is too
/// little room for all columns.
fn cell_width(room: usize, columns: usize, longest: usize) -> usize {
    const COUNT: usize = 6;
    let width = room / columns.max(1);
    width.min(longest.max(COUNT) + 2).max(longest + 1)
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
        let expected = [
            "                                                      average  calibration",
            " digit  images  precision  recall      f1  roc auc  precision        error",
        ];
        assert_eq!(lines[..2], expected, "{digits}");
        assert!(
            lines[2].starts_with("     1       2     1.0000  0.5000"),
            "{digits}"
        );
    }

    /// So many images of each of ten digits, half of them rejected.
    fn of_ten(images: usize) -> Evaluation {
        let logits: Vec<f32> = (0..20 * 10)
            .map(|index| {
                if index < 10 * 10 && index % 11 == 0 {
                    3.0
                } else {
                    -3.0
                }
            })
            .collect();
        let classes: Vec<u8> = (0..20).map(|image| image % 10).collect();
        let decision = Decision {
            reject: 0.5,
            ..Decision::default()
        };
        let mut found = evaluate(&logits, &classes, 10, decision);
        for count in found.confusion_matrix.iter_mut().flatten() {
            *count *= images / 2;
        }
        found.rejected_by_label.fill(images / 2);
        found
    }

    #[test]
    fn no_line_of_ten_digits_is_wider_than_a_terminal() {
        let digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        for images in [200, 20_000, 2_000_000, 2_000_000_000] {
            let found = of_ten(images);
            for print in [print_confusion, print_digits] {
                let text = printed(print, &found, &digits);
                let widest = text.lines().max_by_key(|line| line.len()).unwrap();
                assert!(widest.len() <= 80, "{}: {widest}", widest.len());
            }
            let matrix = printed(print_confusion, &found, &digits);
            let words: Vec<&str> = matrix.split_whitespace().collect();
            let count = grouped(images / 2);
            // On the diagonal, and in the column of rejected images.
            assert_eq!(words.iter().filter(|word| **word == count).count(), 20);
            assert_eq!(words.iter().filter(|word| **word == "none").count(), 1);
        }
    }

    #[test]
    fn columns_that_do_not_fit_follow_below() {
        let digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        let lines = |images| {
            let matrix = printed(print_confusion, &of_ten(images), &digits);
            matrix.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let narrow = lines(200);
        assert_eq!(narrow.len(), 11);
        let expected =
            "predicted     0     1     2     3     4     5     6     7     8     9  none";
        assert_eq!(narrow[0], expected);
        assert_eq!(narrow[1].split_whitespace().last(), Some("100"));
        let wide = lines(2_000_000);
        assert_eq!(wide.len(), 11 + 1 + 11);
        assert_eq!(
            wide[0],
            "predicted         0         1         2         3         4         5         6"
        );
        assert_eq!(
            wide[12],
            "predicted         7         8         9      none"
        );
        assert_eq!(
            wide[13],
            "label 0           0         0         0 1,000,000"
        );
    }
}
