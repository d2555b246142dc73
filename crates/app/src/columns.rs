//! Text that keeps to the columns of a terminal.

use unicode_width::UnicodeWidthStr;

/// Cuts a text to a width on the screen; … says that something is missing.
///
/// Characters that would move the cursor are left out.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    if text.width() <= columns {
        return text;
    }
    let Some(room) = columns.checked_sub(1) else {
        return String::new();
    };
    // Some characters have a width only together, so it is taken of the text up to each of them.
    let ends = text.char_indices().map(|(end, _)| end);
    let end = ends.take_while(|end| text[..*end].width() <= room).last();
    format!("{}…", &text[..end.unwrap_or(0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_stays_and_another_ends_in_an_ellipsis() {
        assert_eq!(cut("label 1", 7), "label 1");
        assert_eq!(cut("label 1", 6), "label…");
        assert_eq!(cut("label 1", 1), "…");
        assert_eq!(cut("label 1", 0), "");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn wide_characters_count_as_two_columns_and_accents_as_none() {
        assert_eq!(cut("数字の図", 8), "数字の図");
        assert_eq!(cut("数字の図", 7), "数字の…");
        assert_eq!(cut("数字の図", 6), "数字…");
        assert_eq!(cut("e\u{301}te\u{301}", 3), "e\u{301}te\u{301}");
        assert_eq!(cut("e\u{301}te\u{301}", 2), "e\u{301}…");
    }

    #[test]
    fn characters_that_move_the_cursor_are_left_out() {
        assert_eq!(cut("a\n\t\u{1b}[2Jb", 20), "a[2Jb");
    }
}
