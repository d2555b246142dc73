//! The characters of the bundled font: which ones it has, and how wide texts are in it.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use unicode_width::UnicodeWidthChar;

use super::font::Weight;

/// Stands in a PNG for a character that the font does not have.
const SUBSTITUTE: char = '□';

/// The font of a weight.
fn font(weight: Weight) -> &'static FontRef<'static> {
    static FONTS: LazyLock<[FontRef<'static>; 2]> = LazyLock::new(|| {
        [Weight::Regular, Weight::SemiBold].map(|weight| {
            FontRef::new(weight.font()).expect("the bundled fonts are valid: a test reads them")
        })
    });
    &FONTS[usize::from(weight == Weight::SemiBold)]
}

/// Replaces characters that the font does not have by a box, so that a PNG has no blanks. Joiners
/// and accents of other scripts disappear.
///
/// The text may be a whole SVG: all of its syntax is in the font.
pub(crate) fn with_substitutes(text: &str) -> String {
    let glyphs = font(Weight::Regular).charmap();
    let shown = text.chars().filter_map(|character| {
        if character.is_ascii() || glyphs.map(character).is_some() {
            return Some(character);
        }
        (character.width() != Some(0)).then_some(SUBSTITUTE)
    });
    shown.collect()
}

/// The width of a text in pixels; `size` is in pixels, too.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let font = font(weight);
    let glyphs = font.charmap();
    let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
    let em = f64::from(
        font.metrics(Size::unscaled(), LocationRef::default())
            .units_per_em,
    );
    let advance = |character: char| {
        let glyph = glyphs.map(character)?;
        Some(f64::from(metrics.advance_width(glyph)?) / em)
    };
    // In an SVG, the viewer's font draws what this one does not have.
    let elsewhere = |character: char| match character.width() {
        Some(0) => 0.0,
        _ => 1.0,
    };
    let ems = text
        .chars()
        .map(|character| advance(character).unwrap_or_else(|| elsewhere(character)));
    ems.sum::<f64>() * size
}

/// Shortens a text to a width in the middle, where names differ least.
pub(crate) fn shortened(text: &str, max_width: f64, size: f64, weight: Weight) -> String {
    if width(text, size, weight) <= max_width {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let keeping = |kept: usize| {
        let (head, tail) = (kept / 2, kept - kept / 2);
        let mut shortened: String = characters[..head].iter().collect();
        shortened.push('…');
        // An accent stays with its letter.
        let tail = characters[characters.len() - tail..].iter();
        shortened.extend(tail.skip_while(|character| character.width() == Some(0)));
        shortened
    };
    // The more characters are kept, the wider the text: search the most that fit by bisection.
    let (mut fits, mut too_wide) = (0, characters.len());
    while too_wide - fits > 1 {
        let kept = fits.midpoint(too_wide);
        if width(&keeping(kept), size, weight) <= max_width {
            fits = kept;
        } else {
            too_wide = kept;
        }
    }
    keeping(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_match_the_font_file() {
        let em = |text| width(text, 1.0, Weight::Regular);
        // The advance widths of Inter 3.019 by fontTools; an em is 2816 units.
        for (text, advance) in [("A", 1904.0), ("0", 1760.0), ("l", 668.0), ("□", 2576.0)] {
            assert!((em(text) - advance / 2816.0).abs() < 1e-6, "{text}");
        }
        assert!((em("AA") - 2.0 * em("A")).abs() < 1e-9);
        assert!(em("i") < em("m"));
        assert!(width("loss", 26.0, Weight::Regular) > width("loss", 13.0, Weight::Regular));
        assert!(width("loss", 13.0, Weight::SemiBold) > width("loss", 13.0, Weight::Regular));
        // An accent takes no space, and a character of another font that of an em.
        assert!((em("e\u{301}") - em("e")).abs() < 1e-9);
        assert!((em("実験") - 2.0).abs() < 1e-9 && em("\u{200d}").abs() < 1e-9);
    }

    #[test]
    fn names_in_latin_greek_and_cyrillic_stay_and_others_become_boxes() {
        for name in [
            "łódź",
            "Đà Nẵng",
            "naïve",
            "e\u{301}te\u{301}",
            "эксперимент",
            "δοκιμή",
            "ĞİŞ",
        ] {
            assert_eq!(with_substitutes(name), name);
        }
        assert_eq!(with_substitutes("runs/実験-2"), "runs/□□-2");
        assert_eq!(with_substitutes("تجربة"), "□□□□□");
        // A family is three persons with joiners between them.
        assert_eq!(with_substitutes("👨\u{200d}👩\u{200d}👧 1"), "□□□ 1");
        assert_eq!(with_substitutes("\u{fffd}"), "□");
    }

    #[test]
    fn a_long_name_keeps_its_ends() {
        let name = "runs/2026-11-24T02-15-23";
        assert_eq!(shortened(name, 1000.0, 13.0, Weight::Regular), name);
        let short = shortened(name, 80.0, 13.0, Weight::Regular);
        assert!(
            short.starts_with("run") && short.ends_with("-23"),
            "{short}"
        );
        assert!(width(&short, 13.0, Weight::Regular) <= 80.0);
        let accents = shortened(&"e\u{301}".repeat(99), 80.0, 13.0, Weight::Regular);
        let (_, tail) = accents.split_once('…').unwrap();
        assert!(tail.starts_with('e'), "{accents}");
    }
}
