//! Lists in sentences.

/// As in "a", "a and b", "a, b and c".
pub(crate) fn enumerated(names: &[String]) -> String {
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// Lists digits: "0 and 1", "1, 4 and 7", "0 to 9".
pub(crate) fn listed_digits(digits: &[u8]) -> String {
    let is_range = digits.windows(2).all(|pair| pair[1] == pair[0] + 1);
    match digits {
        [first, _, .., last] if is_range => format!("{first} to {last}"),
        digits => enumerated(&digits.iter().map(u8::to_string).collect::<Vec<_>>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_two_digits_lists_and_ranges() {
        assert_eq!(listed_digits(&[0, 1]), "0 and 1");
        assert_eq!(listed_digits(&[3, 8, 1]), "3, 8 and 1");
        assert_eq!(listed_digits(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), "0 to 9");
        assert_eq!(listed_digits(&[2, 3, 5]), "2, 3 and 5");
        assert_eq!(listed_digits(&[4]), "4");
        assert_eq!(listed_digits(&[]), "");
    }
}
