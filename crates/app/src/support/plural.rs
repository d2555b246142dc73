//! Numbers with their noun.

use plots::grouped;

/// `1 epoch`, `2 epochs`, `5,000 epochs`; for nouns whose plural ends in s.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        grouped(count),
        if count == 1 { "" } else { "s" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular_and_thousands_have_a_comma() {
        let found = [0, 1, 2, 5000].map(|count| counted(count, "epoch"));
        assert_eq!(found, ["0 epochs", "1 epoch", "2 epochs", "5,000 epochs"]);
    }
}
