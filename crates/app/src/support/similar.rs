//! The name that a mistyped one was meant to be.

/// The most similar of some names, if one is similar enough: a third of its letters may be mistaken.
pub(crate) fn most_similar(wanted: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let wanted = wanted.to_lowercase();
    let allowed = wanted.chars().count() / 3;
    let distances = names.map(|name| (edits(&wanted, &name.to_lowercase()), name));
    let (_, name) = distances.filter(|(edits, _)| *edits <= allowed).min()?;
    Some(name)
}

/// The number of letters to insert, delete, replace or swap with their neighbour (the optimal string
/// alignment distance).
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut two_above = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut line = vec![i];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(above[j] + 1).min(line[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(two_above[j - 2] + 1);
            }
            line.push(least);
        }
        two_above = std::mem::replace(&mut above, line);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (a, b, expected) in [
            ("first", "first", 0),
            ("frist", "first", 1),
            ("kitten", "sitting", 3),
            ("", "abc", 3),
            ("one.png", "one.jpg", 2),
        ] {
            assert_eq!((edits(a, b), edits(b, a)), (expected, expected), "{a} {b}");
        }
    }

    #[test]
    fn the_name_with_the_fewest_mistakes_is_found_if_they_are_few() {
        let names = ["epochs", "epsilon", "engine"].map(str::to_owned);
        let found = |typed| most_similar(typed, names.iter().cloned());
        for (typed, expected) in [
            ("epohcs", Some("epochs")),
            ("Epoch", Some("epochs")),
            ("epsilno", Some("epsilon")),
            ("model", None),
            ("", None),
        ] {
            assert_eq!(found(typed).as_deref(), expected, "{typed}");
        }
    }
}
