//! Converts a ratatui buffer to text that can be printed like any other output.

use std::fmt::Write;

use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::terminal::color_mode::ColorMode;

/// Converts a buffer to lines of text, without trailing spaces and without trailing blank lines.
pub(crate) fn to_text(buffer: &Buffer, color_mode: ColorMode) -> String {
    let mut text = String::new();
    let mut text_end = 0;
    for row in buffer.content.chunks(usize::from(buffer.area.width).max(1)) {
        let last = row.iter().rposition(|cell| cell.symbol() != " ");
        push_cells(
            &mut text,
            &row[..last.map_or(0, |last| last + 1)],
            color_mode,
        );
        text.push('\n');
        if last.is_some() {
            text_end = text.len();
        }
    }
    text.truncate(text_end);
    text
}

/// Appends the symbols of cells, with escape codes wherever the style changes.
fn push_cells(text: &mut String, cells: &[Cell], color_mode: ColorMode) {
    let mut cells = cells.iter();
    let mut current = String::new();
    while let Some(cell) = cells.next() {
        let codes = match color_mode {
            ColorMode::Ansi256 => style_codes(cell),
            ColorMode::Plain => String::new(),
        };
        if codes != current {
            // Writing to a String cannot fail.
            let _ = write!(text, "\x1b[0{codes}m");
            current = codes;
        }
        text.push_str(cell.symbol());
        // A wide character is stored in its first cell; the cells that it covers are skipped.
        for _ in 1..cell.symbol().width() {
            cells.next();
        }
    }
    if !current.is_empty() {
        text.push_str("\x1b[0m");
    }
}

/// The parameters after the reset code 0: `;1` for bold, `;38;5;32` for the indexed colour 32.
fn style_codes(cell: &Cell) -> String {
    let mut codes = String::new();
    if cell.modifier.contains(Modifier::BOLD) {
        codes.push_str(";1");
    }
    if let Color::Indexed(color) = cell.fg {
        let _ = write!(codes, ";38;5;{color}");
    }
    codes
}

#[cfg(test)]
mod tests {
    use ratatui_core::layout::Rect;
    use ratatui_core::style::Style;

    use super::*;

    fn buffer() -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 5));
        let bold = Style::new().add_modifier(Modifier::BOLD);
        buffer.set_string(0, 0, "Loss", bold);
        let color = |index| Style::new().fg(Color::Indexed(index));
        buffer.set_string(1, 2, "ab", color(32));
        buffer.set_string(3, 2, "cd", color(166));
        buffer.set_string(6, 2, "図 e", Style::new());
        buffer.set_string(11, 2, "f", color(32).add_modifier(Modifier::BOLD));
        buffer
    }

    #[test]
    fn plain_text_has_no_escape_codes_and_no_trailing_blanks() {
        let text = to_text(&buffer(), ColorMode::Plain);
        assert_eq!(text, "Loss\n\n abcd 図 e f\n");
    }

    #[test]
    fn escape_codes_appear_where_the_style_changes_and_are_reset_at_the_end_of_the_line() {
        let text = to_text(&buffer(), ColorMode::Ansi256);
        let expected = "\x1b[0;1mLoss\x1b[0m\n\n \x1b[0;38;5;32mab\x1b[0;38;5;166mcd\x1b[0m 図 e \
            \x1b[0;1;38;5;32mf\x1b[0m\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn an_empty_buffer_gives_an_empty_text() {
        for (columns, lines) in [(0, 0), (0, 3), (3, 0), (3, 3)] {
            let buffer = Buffer::empty(Rect::new(0, 0, columns, lines));
            assert_eq!(to_text(&buffer, ColorMode::Ansi256), "");
        }
    }
}
