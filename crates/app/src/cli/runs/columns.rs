//! Columns of a table on a terminal.

use unicode_width::UnicodeWidthStr;

/// A text with blanks up to a width in columns of a terminal.
pub(super) fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    text.to_owned() + &" ".repeat(blanks)
}
