//! The order of names in which people count: `2.png` before `10.png`.

use std::cmp::Ordering;

/// Compares names, numbers in them by their value; equal ones by their characters, `01` before `1`.
pub(crate) fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (x, y) = (first_part(left), first_part(right));
        if x.is_empty() || y.is_empty() {
            return x.len().cmp(&y.len()).then_with(|| a.cmp(b));
        }
        let order = match (is_number(x), is_number(y)) {
            (true, true) => by_value(x, y),
            _ => x.cmp(y),
        };
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (&left[x.len()..], &right[y.len()..]);
    }
}

/// The digits, or the other characters, that a text begins with.
fn first_part(text: &str) -> &str {
    let is_digit = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != is_digit);
    &text[..end.unwrap_or(text.len())]
}

fn is_number(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_digit())
}

/// Compares numbers of any length.
fn by_value(a: &str, b: &str) -> Ordering {
    let [a, b] = [a, b].map(|number| number.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_ordered_by_their_value() {
        let sorted = [
            "",
            "01",
            "1",
            "2",
            "10",
            "99999999999999999999999",
            "a",
            "a1b",
            "a1c2",
            "a01c10",
            "a2",
            "a2.png",
            "a10.png",
            "b",
            "é1",
            "é2",
        ];
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(natural_order(a, b), i.cmp(&j), "{a} {b}");
            }
        }
    }
}
