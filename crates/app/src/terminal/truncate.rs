//! Truncates text to a number of terminal columns.

use unicode_width::UnicodeWidthStr;

/// Replaces control characters in a text by question marks and truncates it to a number of columns;
/// a truncated text ends in "…".
pub(crate) fn truncate(text: &str, columns: usize) -> String {
    let text = plots::printable(text);
    if text.width() <= columns {
        return text;
    }
    let Some(room) = columns.checked_sub(1) else {
        return String::new();
    };
    // The width of a text can differ from the sum over its characters, so each prefix is measured.
    let ends = text.char_indices().map(|(end, _)| end);
    let end = ends.take_while(|end| text[..*end].width() <= room).last();
    format!("{}…", &text[..end.unwrap_or(0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_is_unchanged_and_a_longer_one_ends_in_an_ellipsis() {
        assert_eq!(truncate("label 1", 7), "label 1");
        assert_eq!(truncate("label 1", 6), "label…");
        assert_eq!(truncate("label 1", 1), "…");
        assert_eq!(truncate("label 1", 0), "");
        assert_eq!(truncate("", 0), "");
    }

    #[test]
    fn wide_characters_count_as_two_columns_and_combining_accents_as_none() {
        assert_eq!(truncate("数字の図", 8), "数字の図");
        assert_eq!(truncate("数字の図", 7), "数字の…");
        assert_eq!(truncate("数字の図", 6), "数字…");
        assert_eq!(truncate("e\u{301}te\u{301}", 3), "e\u{301}te\u{301}");
        assert_eq!(truncate("e\u{301}te\u{301}", 2), "e\u{301}…");
    }

    #[test]
    fn control_characters_are_visible_and_have_no_effect() {
        assert_eq!(truncate("a\n\t\u{1b}[2Jb", 20), "a???[2Jb");
        // Would turn the rest of the line.
        assert_eq!(truncate("a\u{202e}b", 20), "a?b");
    }
}
