//! Digits drawn in a terminal: two pixels in each character, one above the other.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::columns::cut;

/// Pixels along each side of a digit, and so the columns that it takes.
const SIDE: usize = 20;

/// Blank columns between two digits.
const GAP: usize = 2;

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shades {
    /// The 24 greys among the 256 colours that nearly all terminals have.
    Colors,
    /// Neither colours nor escape codes: ink or none.
    Plain,
}

impl Shades {
    /// What standard output can show: the environment has a say too (`NO_COLOR`, `CLICOLOR`).
    pub(crate) fn of_terminal() -> Self {
        if console::colors_enabled() {
            Self::Colors
        } else {
            Self::Plain
        }
    }
}

/// Draws digits for standard output: as wide as its terminal is, and in colours where it has them.
pub(crate) fn for_terminal(digits: &[(String, Vec<f32>)]) -> String {
    let columns = console::Term::stdout()
        .size_checked()
        .map_or(80, |(_, columns)| columns);
    draw(digits, columns.into(), Shades::of_terminal())
}

/// Draws digits side by side, as many as fit into `columns` and at least one, each with its caption
/// above it. A line is never wider than `columns`; where a digit is, its right side is missing.
///
/// A digit is 400 values in [0, 1], from black to white, row by row; what lies outside is drawn as
/// the nearer end, and NaN as black. Captions end where their digit ends.
fn draw(digits: &[(String, Vec<f32>)], columns: usize, shades: Shades) -> String {
    let width = columns.clamp(1, SIDE);
    let at_once = ((columns + GAP) / (SIDE + GAP)).max(1);
    let mut text = String::new();
    for (band, digits) in digits.chunks(at_once).enumerate() {
        if band > 0 {
            text.push('\n');
        }
        push_line(&mut text, digits, |(caption, _)| {
            let caption = cut(caption, width);
            let blanks = " ".repeat(width - caption.width());
            caption + &blanks
        });
        for line in 0..SIDE / 2 {
            push_line(&mut text, digits, |(_, pixels)| {
                let rows = [2 * line, 2 * line + 1].map(|row| row * SIDE);
                let [above, below] = rows.map(|start| &pixels[start..start + width]);
                match shades {
                    Shades::Colors => greys(above, below),
                    Shades::Plain => ink(above, below),
                }
            });
        }
    }
    text
}

/// Adds a line of what `draw` makes of each digit, without blanks at its end.
fn push_line(
    text: &mut String,
    digits: &[(String, Vec<f32>)],
    draw: impl Fn(&(String, Vec<f32>)) -> String,
) {
    let parts: Vec<String> = digits.iter().map(draw).collect();
    text.push_str(parts.join(&" ".repeat(GAP)).trim_end());
    text.push('\n');
}

/// Two rows of pixels as half blocks: the foreground is the upper pixel, the background the lower.
fn greys(above: &[f32], below: &[f32]) -> String {
    let mut text = String::new();
    let mut shown = None;
    for (above, below) in above.iter().zip(below) {
        let colors = (grey(*above), grey(*below));
        if shown != Some(colors) {
            let (above, below) = colors;
            // A String takes all that is written.
            let _ = write!(text, "\x1b[38;5;{above};48;5;{below}m");
            shown = Some(colors);
        }
        text.push('▀');
    }
    text + "\x1b[0m"
}

/// The number of a grey among the 256 colours: 232 is nearly black, 255 nearly white.
fn grey(value: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 23; NaN becomes 0"
    )]
    let step = (value.clamp(0.0, 1.0) * 23.0).round() as u8;
    232 + step
}

/// How white a pixel of ink is at least: thin strokes are grey, and should not break.
const INK: f32 = 0.4;

/// Two rows of pixels as half blocks of ink.
fn ink(above: &[f32], below: &[f32]) -> String {
    let pairs = above.iter().zip(below);
    pairs
        .map(|(above, below)| match (*above >= INK, *below >= INK) {
            (false, false) => ' ',
            (true, false) => '▀',
            (false, true) => '▄',
            (true, true) => '█',
        })
        .collect()
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
    fn a_pixel_is_the_upper_or_the_lower_half_of_its_character() {
        let pixels = [
            (0, 0, 1.0),
            (1, 1, 1.0),
            (4, 3, 0.4),
            (4, 4, 0.39),
            (5, 3, 0.6),
            (19, 19, 1.0),
        ];
        let text = draw(&[digit("label 1", &pixels)], 80, Shades::Plain);
        let mut expected = vec![""; 11];
        expected[0] = "label 1";
        expected[1] = "▀▄";
        expected[3] = "   █";
        expected[10] = "                   ▄";
        assert_eq!(lines(&text), expected);
    }

    #[test]
    fn greys_go_from_232_to_255_and_are_named_where_they_change() {
        let pixels = [
            (0, 0, 1.0),
            (1, 1, 0.5),
            (0, 2, 7.0),
            (1, 2, f32::NAN),
            (0, 3, -1.0),
        ];
        let text = draw(&[digit("0", &pixels)], 80, Shades::Colors);
        let lines = lines(&text);
        assert_eq!(lines.len(), 11);
        let first = "\x1b[38;5;255;48;5;232m▀\x1b[38;5;232;48;5;244m▀\x1b[38;5;255;48;5;232m▀\
            \x1b[38;5;232;48;5;232m▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀\x1b[0m";
        assert_eq!(lines[1], first);
        let black = format!("\x1b[38;5;232;48;5;232m{}\x1b[0m", "▀".repeat(20));
        assert_eq!(lines[2..], vec![black; 9]);
    }

    #[test]
    fn as_many_digits_stand_side_by_side_as_fit() {
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
            let text = draw(&digits, columns, Shades::Plain);
            let lines = lines(&text);
            let bands = digits.len().div_ceil(side_by_side);
            assert_eq!(lines.len(), bands * 12 - 1, "{columns}");
            let pixels = vec![format!("▀{}▀", " ".repeat(18)); side_by_side].join("  ");
            assert_eq!(lines[1], pixels, "{columns}");
            assert_eq!(lines[1].width(), 22 * side_by_side - 2);
        }
        let text = draw(&digits, 80, Shades::Plain);
        assert_eq!(
            text.lines().next(),
            Some("a                     b                     c")
        );
        assert_eq!(text.lines().nth(12), Some("d                     e"));
    }

    #[test]
    fn captions_are_cut_by_their_width_on_the_screen() {
        let long = digit("a picture with a long name.png", &[]);
        let wide = digit("数字の図数字の図数字の図", &[]);
        let text = draw(&[long, wide, digit("short", &[])], 80, Shades::Plain);
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
            let text = draw(&digits, columns, Shades::Plain);
            assert!(
                text.lines().all(|line| line.width() <= columns),
                "{columns}"
            );
            let text = draw(&digits, columns, Shades::Colors);
            let widest = text.lines().map(|line| line.matches('▀').count()).max();
            assert!(widest.is_some_and(|blocks| (1..=columns).contains(&blocks)));
        }
    }

    #[test]
    fn no_digits_are_no_text() {
        assert_eq!(draw(&[], 80, Shades::Colors), "");
    }
}
