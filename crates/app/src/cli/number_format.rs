//! Formatting of numbers.

/// `10431` as `10,431`.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!(grouped(16), "16");
        assert_eq!(grouped(390), "390");
        assert_eq!(grouped(10_431), "10,431");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
