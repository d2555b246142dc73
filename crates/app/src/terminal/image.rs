//! Draws digits in a terminal: each character shows two pixels, one above the other.

mod half_blocks;

use unicode_width::UnicodeWidthStr;

use crate::terminal::color_mode::ColorMode;
use crate::terminal::image::half_blocks::half_blocks;
use crate::terminal::truncate::truncate;

/// A caption and the 400 pixels of a digit in [0, 1], from black to white, row by row.
pub(crate) type CaptionedDigit = (String, Vec<f32>);

/// Pixels along each side of a digit, which are also the columns that it takes.
const SIDE: usize = 20;

/// Blank columns between two digits.
const GAP: usize = 2;

/// Draws digits for standard output, with the width and the colours of its terminal.
pub(crate) fn for_terminal(digits: &[CaptionedDigit]) -> String {
    let columns = console::Term::stdout()
        .size_checked()
        .map_or(80, |(_, columns)| columns);
    draw(digits, columns.into(), ColorMode::of_stdout())
}

/// Draws digits side by side, as many as fit into `columns` but at least one, each below its
/// caption. If `columns` is less than the width of a digit, its right side is not drawn.
///
/// Pixels outside [0, 1] are clamped, and NaN is drawn as black. Captions are truncated to the width
/// of a digit.
fn draw(digits: &[CaptionedDigit], columns: usize, color_mode: ColorMode) -> String {
    let width = columns.clamp(1, SIDE);
    let digits_per_row = ((columns + GAP) / (SIDE + GAP)).max(1);
    let mut text = String::new();
    for (row, digits) in digits.chunks(digits_per_row).enumerate() {
        if row > 0 {
            text.push('\n');
        }
        push_line(&mut text, digits, |(caption, _)| {
            let caption = truncate(caption, width);
            let padding = " ".repeat(width - caption.width());
            caption + &padding
        });
        for line in 0..SIDE / 2 {
            push_line(&mut text, digits, |(_, pixels)| {
                let pixel_row = |row: usize| &pixels[row * SIDE..][..width];
                half_blocks(pixel_row(2 * line), pixel_row(2 * line + 1), color_mode)
            });
        }
    }
    text
}

/// Appends one line of text, which `draw` gives for each digit, without trailing spaces.
fn push_line(
    text: &mut String,
    digits: &[CaptionedDigit],
    draw: impl Fn(&CaptionedDigit) -> String,
) {
    let parts: Vec<String> = digits.iter().map(draw).collect();
    text.push_str(parts.join(&" ".repeat(GAP)).trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A black digit with these pixels, by row and column.
    fn digit(caption: &str, pixels: &[(usize, usize, f32)]) -> (String, Vec<f32>) {
        let mut values = vec![0.0; SIDE * SIDE];
        for (row, column, value) in pixels {
            values[row * SIDE + column] = *value;
        }
        (caption.to_owned(), values)
    }

    fn lines(text: &str) -> Vec<&str> {
        assert!(text.is_empty() || text.ends_with('\n'));
        text.lines().collect()
    }

    #[test]
    fn each_line_shows_two_rows_of_pixels() {
        let pixels = [
            (0, 0, 1.0),
            (1, 1, 1.0),
            (4, 3, 0.4),
            (4, 4, 0.39),
            (5, 3, 0.6),
            (19, 19, 1.0),
        ];
        let text = draw(&[digit("label 1", &pixels)], 80, ColorMode::Plain);
        let mut expected = vec![""; 11];
        expected[0] = "label 1";
        expected[1] = "▀▄";
        expected[3] = "   █";
        expected[10] = "                   ▄";
        assert_eq!(lines(&text), expected);
    }

    #[test]
    fn ten_lines_of_twenty_half_blocks_follow_the_caption_in_colours() {
        let text = draw(&[digit("0", &[])], 80, ColorMode::Ansi256);
        let black = format!("\x1b[38;5;232;48;5;232m{}\x1b[0m", "▀".repeat(20));
        let lines = lines(&text);
        assert_eq!(lines[0], "0");
        assert_eq!(lines[1..], vec![black; 10]);
    }

    #[test]
    fn as_many_digits_as_fit_are_drawn_side_by_side() {
        let corners = [(0, 0, 1.0), (0, 19, 1.0), (19, 0, 1.0), (19, 19, 1.0)];
        let digits: Vec<_> = ["a", "b", "c", "d", "e"]
            .map(|name| digit(name, &corners))
            .into();
        for (columns, side_by_side) in [
            (64, 3),
            (80, 3),
            (63, 2),
            (42, 2),
            (41, 1),
            (20, 1),
            (86, 4),
        ] {
            let text = draw(&digits, columns, ColorMode::Plain);
            let lines = lines(&text);
            let rows = digits.len().div_ceil(side_by_side);
            assert_eq!(lines.len(), rows * 12 - 1, "{columns}");
            let pixels = vec![format!("▀{}▀", " ".repeat(18)); side_by_side].join("  ");
            assert_eq!(lines[1], pixels, "{columns}");
            assert_eq!(lines[1].width(), 22 * side_by_side - 2);
        }
        let text = draw(&digits, 80, ColorMode::Plain);
        assert_eq!(
            text.lines().next(),
            Some("a                     b                     c")
        );
        assert_eq!(text.lines().nth(12), Some("d                     e"));
    }

    #[test]
    fn captions_are_truncated_to_the_width_of_a_digit() {
        let long = digit("a picture with a long name.png", &[]);
        let wide = digit("数字の図数字の図数字の図", &[]);
        let text = draw(&[long, wide, digit("short", &[])], 80, ColorMode::Plain);
        assert_eq!(
            text.lines().next(),
            Some("a picture with a lo…  数字の図数字の図数…   short")
        );
    }

    #[test]
    fn a_line_is_never_wider_than_the_terminal() {
        let full = ("caption of a digit".to_owned(), vec![1.0; 400]);
        let digits = [full.clone(), full.clone(), full];
        for columns in 1..100 {
            let text = draw(&digits, columns, ColorMode::Plain);
            assert!(
                text.lines().all(|line| line.width() <= columns),
                "{columns}"
            );
            let text = draw(&digits, columns, ColorMode::Ansi256);
            let widest = text.lines().map(|line| line.matches('▀').count()).max();
            assert!(widest.is_some_and(|blocks| (1..=columns).contains(&blocks)));
        }
    }

    #[test]
    fn no_digits_give_an_empty_text() {
        assert_eq!(draw(&[], 80, ColorMode::Ansi256), "");
    }
}
