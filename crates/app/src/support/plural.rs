//! Numbers with their noun.

/// `1 epoch`, `2 epochs`; for nouns whose plural ends in s.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular() {
        let found = [0, 1, 2].map(|count| counted(count, "epoch"));
        assert_eq!(found, ["0 epochs", "1 epoch", "2 epochs"]);
    }
}
