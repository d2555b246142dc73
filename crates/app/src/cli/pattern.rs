//! Patterns for file names, such as `scans/*.png`, where no shell has replaced them.

use std::path::{Component, Path, PathBuf};

use crate::cli::usage_error::UsageError;
use crate::support::natural_order::natural_order;

/// Replaces each path that does not exist and has `*`, `?` or `[` in it by those that match it, 2.png before 10.png.
pub(crate) fn expanded(
    paths: impl IntoIterator<Item = PathBuf>,
) -> Result<Vec<PathBuf>, UsageError> {
    let mut found = Vec::new();
    for path in paths {
        if !is_pattern(&path) || path.symlink_metadata().is_ok() {
            found.push(path);
            continue;
        }
        let mut matching = matching_paths(&path);
        if matching.is_empty() {
            return Err(UsageError::NoMatch { pattern: path });
        }
        matching.sort_by(|a, b| natural_order(&a.to_string_lossy(), &b.to_string_lossy()));
        found.append(&mut matching);
    }
    Ok(found)
}

fn is_pattern(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| text.contains(['*', '?', '[']))
}

fn matching_paths(pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for component in pattern.components() {
        let next = found.iter().flat_map(|folder| match component {
            Component::Normal(name) if is_pattern(Path::new(name)) => {
                let name: Vec<char> = name.to_string_lossy().chars().collect();
                entries(folder, &name)
            }
            component => vec![folder.join(component)],
        });
        found = next.collect();
    }
    found.retain(|path| path.exists());
    found
}

/// The entries of a folder that match; hidden ones only if the pattern begins with a dot, as in a shell.
fn entries(folder: &Path, pattern: &[char]) -> Vec<PathBuf> {
    let listed = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    let Ok(entries) = fs_err::read_dir(listed) else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
    let is_match = |name: &std::ffi::OsString| {
        let name: Vec<char> = name.to_string_lossy().chars().collect();
        (name.first() != Some(&'.') || pattern.first() == Some(&'.')) && matches(pattern, &name)
    };
    names
        .filter(is_match)
        .map(|name| folder.join(name))
        .collect()
}

/// Says whether a name matches: `*` is any characters, `?` any one, `[a-c]` one of these, `[!a-c]` any other one.
fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut next) = (0, 0);
    // After the last `*`, and where its part of the name ends so far.
    let mut star = None;
    while next < name.len() {
        match pattern.get(at) {
            Some('*') => {
                at += 1;
                star = Some((at, next));
                continue;
            }
            Some(_) => {
                let (is_match, length) = matches_one(&pattern[at..], name[next]);
                if is_match {
                    (at, next) = (at + length, next + 1);
                    continue;
                }
            }
            None => {}
        }
        let Some((after, end)) = star else {
            return false;
        };
        star = Some((after, end + 1));
        (at, next) = (after, end + 1);
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

/// Says whether the start of a pattern matches a character, and how long that start is.
fn matches_one(pattern: &[char], letter: char) -> (bool, usize) {
    match pattern {
        ['?', ..] => (true, 1),
        ['[', rest @ ..] => {
            let is_negated = matches!(rest, ['!' | '^', ..]);
            let start = usize::from(is_negated);
            // A bracket right at the start is one of the characters.
            let end = rest.iter().skip(start + 1).position(|end| *end == ']');
            let Some(end) = end.map(|end| start + 1 + end) else {
                return (letter == '[', 1);
            };
            (is_one_of(&rest[start..end], letter) != is_negated, end + 2)
        }
        [first, ..] => (*first == letter, 1),
        [] => (false, 0),
    }
}

/// Says whether a character is in a list such as `a-cx`.
fn is_one_of(list: &[char], letter: char) -> bool {
    match list {
        [low, '-', high, rest @ ..] => (*low..=*high).contains(&letter) || is_one_of(rest, letter),
        [first, rest @ ..] => *first == letter || is_one_of(rest, letter),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_in_a_shell() {
        // bash: [[ NAME == PATTERN ]]
        for (pattern, name, expected) in [
            ("*.png", "a.png", true),
            ("*.png", ".png", true),
            ("*.png", "a.png.txt", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("?.png", "10.png", false),
            ("??.png", "10.png", true),
            ("scan[0-3].png", "scan2.png", true),
            ("scan[0-3].png", "scan4.png", false),
            ("scan[!0-3x].png", "scan4.png", true),
            ("scan[!0-3x].png", "scanx.png", false),
            ("[]a]b", "]b", true),
            ("[a", "[a", true),
            ("*", "\u{e4}\u{f6}", true),
            ("?\u{f6}", "\u{e4}\u{f6}", true),
            ("", "a", false),
        ] {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            assert_eq!(
                matches(&letters(pattern), &letters(name)),
                expected,
                "{pattern} {name}"
            );
        }
        let many = |letter: &str| letter.repeat(200).chars().collect::<Vec<char>>();
        assert!(!matches(&[many("a*"), vec!['b']].concat(), &many("a")));
    }
}
