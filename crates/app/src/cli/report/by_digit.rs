//! The tables of a report that only several digits have: metrics by digit, and the most confused digits.

use maud::{Markup, html};
use model::{COLUMNS_BY_DIGIT, Evaluation, rows_by_digit};

use crate::cli::evaluate::tables::most_confused;
use crate::cli::report::title::title;

/// The metrics of each digit and the most confused pairs; nothing for two digits.
pub(crate) fn by_digit(evaluation: &Evaluation, digits: &[u8]) -> Markup {
    let confused = most_confused(evaluation, digits);
    html! {
        @if digits.len() > 2 {
            h3 { "By digit, each against the rest" }
            div.wide { table.numbers {
                thead { tr { @for heading in COLUMNS_BY_DIGIT { th { (title(heading)) } } } }
                tbody { @for row in rows_by_digit(evaluation, digits) {
                    tr { @for cell in row { td { (cell) } } }
                } }
            } }
            @if !confused.is_empty() {
                h3 { "Most confused digits" }
                ul { @for line in confused { li { (line) } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{Decision, evaluate};

    use super::*;

    #[test]
    fn several_digits_have_a_row_each_and_mistakes_are_listed_if_there_are_any() {
        // Predicted: 4, 1 and 7; the labels are 1, 1 and 7.
        let logits = [[0.0, 2.0, -1.0], [1.0, 0.0, -1.0], [0.0, 0.0, 3.0]];
        let found = evaluate(logits.as_flattened(), &[0, 0, 2], 3, Decision::default());
        let page = by_digit(&found, &[1, 4, 7]).into_string();
        assert!(page.contains("<th>Digit</th><th>Images</th>"), "{page}");
        assert!(page.contains("<th>ROC AUC</th>"), "{page}");
        let row = "<tr><td>1</td><td>2</td><td>1.0000</td><td>0.5000</td>";
        assert!(page.contains(row), "{page}");
        assert!(
            page.contains("<ul><li>1 taken for 4: 1</li></ul>"),
            "{page}"
        );
        let right = evaluate(&logits[2], &[2], 3, Decision::default());
        assert!(!by_digit(&right, &[1, 4, 7]).into_string().contains("<ul>"));
    }

    #[test]
    fn two_digits_have_none_of_it() {
        let found = evaluate(&[1.0, -1.0], &[0, 0], 1, Decision::default());
        assert_eq!(by_digit(&found, &[3, 8]).into_string(), "");
    }
}
