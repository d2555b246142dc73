//! The top of a picture: its title and a note with details.

use super::area::Point;
use super::canvas::Canvas;
use super::text::TextStyle;

/// The margin of a page, in pixels.
pub(crate) const MARGIN: f64 = 20.0;

/// The maximum number of lines of a title; a longer one is shortened in the middle.
const MAX_TITLE_LINES: f64 = 2.0;

/// Between title and note, and between note and the rest of the picture.
const NOTE_GAP: f64 = 3.0;
const GAP: f64 = 12.0;

/// Draws the title and the note, either of which may be empty, inside the upper and left [`MARGIN`]
/// in lines of at most `max_width` pixels. Returns the y coordinate where the rest of the picture
/// starts.
pub(crate) fn heading(canvas: &mut Canvas, title: &str, note: &str, max_width: f64) -> f64 {
    // Lines break between words, so that two lines hold a little less than twice the width.
    let title = TextStyle::TITLE.fitted(title, max_width * (MAX_TITLE_LINES - 0.4));
    canvas.heading(note, |canvas| {
        let mut top = MARGIN;
        top += paragraph(canvas, &title, (MARGIN, top), max_width, TextStyle::TITLE);
        if !note.is_empty() {
            top += NOTE_GAP;
            top += paragraph(canvas, note, (MARGIN, top), max_width, TextStyle::SMALL);
        }
        top
    }) + GAP
}

/// Draws a text in lines of at most `max_width` pixels below the point and returns their height.
pub(crate) fn paragraph(
    canvas: &mut Canvas,
    text: &str,
    (x, top): Point,
    max_width: f64,
    style: TextStyle,
) -> f64 {
    let line_height = (style.size * 1.4).round();
    let mut bottom = top;
    for line in lines(text, max_width, style) {
        // Letters extend below the baseline by a quarter of their size.
        let baseline = bottom + style.size + (line_height - style.size * 1.25) / 2.0;
        canvas.text(&line, (x, baseline), style);
        bottom += line_height;
    }
    bottom - top
}

/// Breaks a text at its line breaks, between words, and inside words that are wider than a line.
fn lines(text: &str, max_width: f64, style: TextStyle) -> Vec<String> {
    let mut lines = Vec::new();
    for given in text.lines() {
        let mut line = String::new();
        for word in given.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if style.width(&longer) <= max_width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for character in word.chars() {
                line.push(character);
                if style.width(&line) > max_width && line.chars().nth(1).is_some() {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, character.to_string()));
                }
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{assert_near, group, numbers, texts};

    fn drawn(title: &str, note: &str) -> (f64, Vec<String>) {
        let mut canvas = Canvas::new();
        let height = heading(&mut canvas, title, note, 460.0);
        let figure = canvas.finish(500.0, height, title);
        (height, texts(&figure))
    }

    #[test]
    fn a_short_title_and_note_take_a_line_each() {
        let (height, texts) = drawn("Loss by epoch", "validation: 200 of 1000 images");
        assert_eq!(texts, ["Loss by epoch", "validation: 200 of 1000 images"]);
        let (without_note, texts) = drawn("Loss by epoch", "");
        assert_eq!(texts, ["Loss by epoch"]);
        assert!(without_note < height);
        assert_eq!(drawn("", "").1, Vec::<String>::new());
    }

    #[test]
    fn title_and_note_stand_below_each_other_at_their_distances() {
        // Lines of 24 pixels (1.4 times 17, rounded) and 16 (11.5), a margin of 20, gaps of 3 and 12.
        assert_near(
            &[drawn("Loss", "").0, drawn("Loss", "of a run").0],
            &[56.0, 75.0],
        );
        let mut canvas = Canvas::new();
        heading(&mut canvas, "Loss", "of a run", 460.0);
        let figure = canvas.finish(500.0, 75.0, "Loss");
        // Baselines: 20 + 17 + (24 - 21.25) / 2, and 20 + 24 + 3 + 11.5 + (16 - 14.375) / 2.
        let svg = figure.to_svg();
        let texts = group(&svg, "heading").split("<text").skip(1);
        let baselines: Vec<f64> = texts.map(|text| numbers(text, "y")[0]).collect();
        assert_near(&baselines, &[38.375, 59.3125]);
    }

    #[test]
    fn a_title_of_one_and_a_half_lines_is_complete() {
        let title = "Loss and accuracy of the training and validation images by epoch";
        let (_, texts) = drawn(title, "");
        assert_eq!((texts.len(), texts.join(" ")), (2, title.to_owned()));
    }

    #[test]
    fn the_png_shows_the_title() {
        let mut canvas = Canvas::new();
        let height = heading(&mut canvas, "Loss", "", 460.0);
        let png = canvas.finish(500.0, height, "Loss").to_png().unwrap();
        let image = image::load_from_memory(&png).unwrap().into_luma8();
        let dark = image.pixels().filter(|pixel| pixel.0[0] < 100).count();
        // Four letters of 17 pixels, drawn at twice their size.
        assert!((150..3000).contains(&dark), "{dark} dark pixels");
    }

    #[test]
    fn a_long_note_is_broken_between_words_and_stays_complete() {
        let note = "one hundred and sixty-four images of the digits 0 and 1 ".repeat(8);
        let (height, texts) = drawn("Digits", &note);
        assert!(texts.len() > 4, "{texts:?}");
        assert_eq!(texts[1..].join(" "), note.trim_end());
        assert!(height > drawn("Digits", "short").0 + 3.0 * 11.5);
        assert_eq!(drawn("Digits", "above\nbelow").1[1..], ["above", "below"]);
    }

    #[test]
    fn a_word_wider_than_the_page_is_broken() {
        let path = "/data/".repeat(60);
        let (_, texts) = drawn("Digits", &path);
        assert!(texts.len() > 3);
        assert_eq!(texts[1..].concat(), path);
    }

    #[test]
    fn a_title_of_many_lines_is_shortened_in_the_middle() {
        let title = format!("First {} last", "and then and then ".repeat(200));
        let (_, texts) = drawn(&title, "");
        assert!(texts.len() <= 2, "{texts:?}");
        assert!(texts[0].starts_with("First") && texts[texts.len() - 1].ends_with("last"));
        assert!(texts.concat().contains('…'));
    }
}
