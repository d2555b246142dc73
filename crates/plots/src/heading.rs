//! The top of a picture: a title that says what is seen, and a note with the details.

use crate::canvas::{Canvas, Point, TextStyle};

/// Free room around what is drawn on a page, in pixels.
pub(crate) const MARGIN: f64 = 20.0;

/// How many lines a title may take; a longer one is shortened in its middle.
const TITLE_LINES: f64 = 2.0;

/// From the end of the title to the note, and from the end of the note to the rest of the picture.
const NOTE_GAP: f64 = 3.0;
const GAP: f64 = 12.0;

/// Draws the title and the note in lines of at most `room` pixels, from [`MARGIN`] to the right
/// and from [`MARGIN`] down; either may be empty. Gives the height used, from the page's upper
/// edge: the rest of the picture begins there.
pub(crate) fn heading(canvas: &mut Canvas, title: &str, note: &str, room: f64) -> f64 {
    // Lines end at words, so that two lines hold a little less than twice the room.
    let title = TextStyle::TITLE.fitted(title, room * (TITLE_LINES - 0.4));
    let mut top = MARGIN;
    canvas.group("heading", |canvas| {
        top += paragraph(canvas, &title, (MARGIN, top), room, TextStyle::TITLE);
        if !note.is_empty() {
            top += NOTE_GAP;
            top += paragraph(canvas, note, (MARGIN, top), room, TextStyle::SMALL);
        }
    });
    top + GAP
}

/// Draws a text in lines of at most `room` pixels, below the point; gives the height they take.
pub(crate) fn paragraph(
    canvas: &mut Canvas,
    text: &str,
    (x, top): Point,
    room: f64,
    style: TextStyle,
) -> f64 {
    let line_height = (style.size * 1.4).round();
    let mut bottom = top;
    for line in lines(text, room, style) {
        // Letters reach as far below the base line as a quarter of their size.
        let base_line = bottom + style.size + (line_height - style.size * 1.25) / 2.0;
        canvas.text(&line, (x, base_line), style);
        bottom += line_height;
    }
    bottom - top
}

/// Breaks a text at its line breaks, between words where the room ends, and inside of words that
/// are wider than the room.
fn lines(text: &str, room: f64, style: TextStyle) -> Vec<String> {
    let mut lines = Vec::new();
    for given in text.lines() {
        let mut line = String::new();
        for word in given.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if style.width(&longer) <= room {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for character in word.chars() {
                line.push(character);
                if style.width(&line) > room && line.chars().nth(1).is_some() {
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
    use crate::inspect::readable_texts;

    fn drawn(title: &str, note: &str) -> (f64, Vec<String>) {
        let mut canvas = Canvas::new();
        let height = heading(&mut canvas, title, note, 460.0);
        let figure = canvas.finish(500.0, height, title);
        let texts = readable_texts(&figure).into_iter();
        (height, texts.map(|written| written.text).collect())
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
    fn a_long_note_is_broken_between_words_and_keeps_all_of_them() {
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
    fn a_title_of_many_lines_is_shortened_in_its_middle() {
        let title = format!("First {} last", "and then and then ".repeat(200));
        let (_, texts) = drawn(&title, "");
        assert!(texts.len() <= 2, "{texts:?}");
        assert!(texts[0].starts_with("First") && texts[texts.len() - 1].ends_with("last"));
        assert!(texts.concat().contains('…'));
    }
}
