//! What ratatui has drawn into a buffer, as text: without taking over the terminal.

use std::fmt::Write;

use ratatui_core::buffer::{Buffer, Cell};
use ratatui_core::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::half_blocks::Shades;

/// Writes a buffer as lines, without blanks at their ends and without blank ones at its end.
pub(crate) fn text(buffer: &Buffer, shades: Shades) -> String {
    let mut text = String::new();
    let mut end_of_text = 0;
    for row in buffer.content.chunks(usize::from(buffer.area.width).max(1)) {
        let end = row.iter().rposition(|cell| cell.symbol() != " ");
        let mut cells = row[..end.map_or(0, |end| end + 1)].iter();
        let mut codes = String::new();
        while let Some(cell) = cells.next() {
            let wanted = match shades {
                Shades::Colors => style_codes(cell),
                Shades::Plain => String::new(),
            };
            if wanted != codes {
                // A String takes all that is written.
                let _ = write!(text, "\x1b[0{wanted}m");
                codes = wanted;
            }
            text.push_str(cell.symbol());
            // A wide character stands in its first cell, and the next is blank.
            for _ in 1..cell.symbol().width() {
                cells.next();
            }
        }
        if !codes.is_empty() {
            text.push_str("\x1b[0m");
        }
        text.push('\n');
        if end.is_some() {
            end_of_text = text.len();
        }
    }
    text.truncate(end_of_text);
    text
}

/// What follows the code that ends all styles: `;1` for bold, `;38;5;32` for the colour 32.
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
        let color = |number| Style::new().fg(Color::Indexed(number));
        buffer.set_string(1, 2, "ab", color(32));
        buffer.set_string(3, 2, "cd", color(166));
        buffer.set_string(6, 2, "図 e", Style::new());
        buffer.set_string(11, 2, "f", color(32).add_modifier(Modifier::BOLD));
        buffer
    }

    #[test]
    fn plain_text_has_no_codes_and_no_blanks_at_its_ends() {
        let text = text(&buffer(), Shades::Plain);
        assert_eq!(text, "Loss\n\n abcd 図 e f\n");
    }

    #[test]
    fn colours_are_named_where_they_change_and_end_with_their_line() {
        let text = text(&buffer(), Shades::Colors);
        let expected = "\x1b[0;1mLoss\x1b[0m\n\n \x1b[0;38;5;32mab\x1b[0;38;5;166mcd\x1b[0m 図 e \
            \x1b[0;1;38;5;32mf\x1b[0m\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn an_empty_buffer_is_no_text() {
        for (columns, lines) in [(0, 0), (0, 3), (3, 0), (3, 3)] {
            let buffer = Buffer::empty(Rect::new(0, 0, columns, lines));
            assert_eq!(text(&buffer, Shades::Colors), "");
        }
    }
}
