//! Text styles, and how wide a text is.

use super::font::Weight;
use super::glyphs;
use super::style::Paint;

/// Font sizes, in pixels.
const TITLE_SIZE: f64 = 17.0;
const LABEL_SIZE: f64 = 13.0;
/// The smallest size that is readable on a screen.
const SMALL_SIZE: f64 = 11.5;

/// Which part of a text is at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// The value of SVG's `text-anchor`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// How a text looks. Its point is on the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextStyle {
    pub(crate) size: f64,
    pub(crate) weight: Weight,
    pub(crate) paint: Paint,
    pub(crate) anchor: Anchor,
}

impl TextStyle {
    /// The title of a picture.
    pub(crate) const TITLE: Self = Self {
        size: TITLE_SIZE,
        weight: Weight::SemiBold,
        paint: Paint::Ink,
        anchor: Anchor::Start,
    };
    /// The heading of a part of a picture.
    pub(crate) const HEADING: Self = Self {
        size: LABEL_SIZE,
        ..Self::TITLE
    };
    /// Axis names and legend entries.
    pub(crate) const LABEL: Self = Self {
        size: LABEL_SIZE,
        weight: Weight::Regular,
        ..Self::TITLE
    };
    /// Tick labels and remarks.
    pub(crate) const SMALL: Self = Self {
        size: SMALL_SIZE,
        weight: Weight::Regular,
        paint: Paint::Muted,
        anchor: Anchor::Start,
    };

    pub(crate) fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(crate) fn painted(self, paint: Paint) -> Self {
        Self { paint, ..self }
    }

    pub(crate) fn bold(self) -> Self {
        Self {
            weight: Weight::SemiBold,
            ..self
        }
    }

    /// The width of a text in this style, in pixels.
    pub(crate) fn width(&self, text: &str) -> f64 {
        glyphs::width(&printable(text), self.size, self.weight)
    }

    /// The text, shortened in the middle if it is wider than `max_width`.
    pub(crate) fn fitted(&self, text: &str, max_width: f64) -> String {
        glyphs::shortened(&printable(text), max_width, self.size, self.weight)
    }
}

/// Replaces characters that XML 1.0 does not allow, such as control characters in file names, and
/// those that would turn the text around them or break its line.
#[must_use]
pub fn printable(text: &str) -> String {
    let is_printable = |character: char| {
        !character.is_control()
            && !matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            && !matches!(character, '\u{fffe}' | '\u{ffff}')
    };
    text.chars()
        .map(|character| {
            if is_printable(character) {
                character
            } else {
                '?'
            }
        })
        .collect()
}

/// The text with a mark after its last letter of a script that is written from right to left, so
/// that what follows a name, such as its numbers, stays to the right of it.
pub(crate) fn left_to_right(text: &str) -> String {
    const MARK: char = '\u{200e}';
    let mut text = text.to_owned();
    let last = text
        .char_indices()
        .rfind(|(_, letter)| is_right_to_left(*letter));
    if let Some((start, letter)) = last {
        text.insert(start + letter.len_utf8(), MARK);
    }
    text
}

/// Whether a letter is in a block of scripts that are written from right to left.
fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        || matches!(letter, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::canvas::Canvas;

    /// The attributes of a text in this style.
    fn drawn(style: TextStyle) -> String {
        let mut canvas = Canvas::new();
        canvas.text("loss", (20.0, 40.0), style);
        let svg = canvas.finish(100.0, 60.0, "").to_svg();
        let (_, text) = svg.split_once("<text").unwrap();
        text.split('>').next().unwrap().to_owned()
    }

    #[test]
    fn titles_are_semi_bold_labels_regular_and_small_texts_muted() {
        let has = |style, attribute: &str| drawn(style).contains(attribute);
        assert!(has(TextStyle::TITLE, "font-weight=\"600\""));
        assert!(!has(TextStyle::LABEL, "font-weight=\"600\""));
        assert!(has(TextStyle::LABEL.bold(), "font-weight=\"600\""));
        let ink = Paint::Ink.light();
        assert!(has(TextStyle::LABEL, ink) && !has(TextStyle::SMALL, ink));
        assert!(has(TextStyle::SMALL.painted(Paint::Ink), ink));
    }

    #[test]
    fn characters_that_xml_forbids_become_question_marks() {
        assert_eq!(printable("a\u{0}b\nc\u{ffff}ä…"), "a?b?c?ä…");
        // These would reverse the rest of the line, or break it.
        assert_eq!(printable("a\u{202e}b\u{2028}c\u{2066}"), "a?b?c?");
    }

    #[test]
    fn numbers_after_a_name_from_right_to_left_stay_after_it() {
        assert_eq!(left_to_right("ניסוי: 1, 0"), "ניסוי\u{200e}: 1, 0");
        assert_eq!(left_to_right("تجربة 2 שלום 3"), "تجربة 2 שלום\u{200e} 3");
        assert_eq!(left_to_right("łódź: 1"), "łódź: 1");
    }
}
