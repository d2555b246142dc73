//! Draws two rows of pixels as one line of half blocks.

use std::fmt::Write;

use crate::terminal::color_mode::ColorMode;

/// Draws an upper and a lower row of pixels in [0, 1] as one line of text.
pub(crate) fn half_blocks(upper: &[f32], lower: &[f32], color_mode: ColorMode) -> String {
    match color_mode {
        ColorMode::Ansi256 => grey_blocks(upper, lower),
        ColorMode::Plain => plain_blocks(upper, lower),
    }
}

/// The foreground colour is the upper pixel, the background colour the lower one.
fn grey_blocks(upper: &[f32], lower: &[f32]) -> String {
    let mut text = String::new();
    let mut current = None;
    for (upper, lower) in upper.iter().zip(lower) {
        let colors = (grey(*upper), grey(*lower));
        if current != Some(colors) {
            let (foreground, background) = colors;
            // Writing to a String cannot fail.
            let _ = write!(text, "\x1b[38;5;{foreground};48;5;{background}m");
            current = Some(colors);
        }
        text.push('▀');
    }
    text + "\x1b[0m"
}

/// The index of one of the 24 greys among the 256 colours: 232 is nearly black, 255 nearly white.
fn grey(value: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 23; NaN becomes 0"
    )]
    let step = (value.clamp(0.0, 1.0) * 23.0).round() as u8;
    232 + step
}

/// Pixels of at least this value are drawn without colours. It is below 0.5 because thin strokes
/// are grey, and they would be interrupted.
const PLAIN_THRESHOLD: f32 = 0.4;

fn plain_blocks(upper: &[f32], lower: &[f32]) -> String {
    let is_drawn = |pixel: &f32| *pixel >= PLAIN_THRESHOLD;
    let pairs = upper.iter().zip(lower);
    pairs
        .map(|(upper, lower)| match (is_drawn(upper), is_drawn(lower)) {
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

    #[test]
    fn greys_range_from_232_to_255_and_escape_codes_appear_where_they_change() {
        let upper = [1.0, 0.0, 7.0, -1.0, 0.0, 0.0];
        let lower = [0.0, 0.5, f32::NAN, 0.0, 0.0, 0.0];
        let expected = "\x1b[38;5;255;48;5;232m▀\x1b[38;5;232;48;5;244m▀\x1b[38;5;255;48;5;232m▀\
            \x1b[38;5;232;48;5;232m▀▀▀\x1b[0m";
        assert_eq!(half_blocks(&upper, &lower, ColorMode::Ansi256), expected);
    }

    #[test]
    fn without_colours_pixels_from_0_4_are_drawn() {
        let upper = [0.4, 0.39, 0.0, 1.0, f32::NAN];
        let lower = [0.0, 0.0, 0.4, 0.6, 0.39];
        assert_eq!(half_blocks(&upper, &lower, ColorMode::Plain), "▀ ▄█ ");
    }
}
