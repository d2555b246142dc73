//! The bundled font, and how wide texts are in it.

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use resvg::usvg::fontdb;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// The weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

impl Weight {
    /// The weight in CSS.
    pub(crate) fn number(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::SemiBold => 600,
        }
    }

    fn font(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../../../assets/fonts/Inter-Regular.otf"),
            Self::SemiBold => include_bytes!("../../../../assets/fonts/Inter-SemiBold.otf"),
        }
    }

    /// The font compressed for browsers.
    fn web_font(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../../../assets/fonts/Inter-Regular.woff2"),
            Self::SemiBold => include_bytes!("../../../../assets/fonts/Inter-SemiBold.woff2"),
        }
    }
}

/// The SVGs' font family, with fallbacks for programs that do not read embedded fonts.
pub(crate) const FAMILY: &str = "Inter, Helvetica, Arial, sans-serif";

/// The fonts to render with: the bundled one alone and no system fonts, so that pictures are the
/// same on every machine.
pub(crate) fn database() -> Arc<fontdb::Database> {
    static DATABASE: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut database = fontdb::Database::new();
        for weight in [Weight::Regular, Weight::SemiBold] {
            let bytes = fontdb::Source::Binary(Arc::new(weight.font()));
            for loaded in database.load_font_source(bytes) {
                register_as_inter(&mut database, loaded, weight);
            }
        }
        Arc::new(database)
    });
    DATABASE.clone()
}

/// Puts both files in one family: the semi-bold file calls its family "Inter Semi Bold".
fn register_as_inter(database: &mut fontdb::Database, loaded: fontdb::ID, weight: Weight) {
    if let Some(mut face) = database.face(loaded).cloned() {
        database.remove_face(loaded);
        face.families = vec![("Inter".to_owned(), fontdb::Language::English_UnitedStates)];
        face.weight = fontdb::Weight(weight.number());
        database.push_face_info(face);
    }
}

/// The bundled font as CSS `@font-face` rules with the font data inside.
#[must_use]
pub fn font_face() -> String {
    [Weight::Regular, Weight::SemiBold]
        .map(|weight| {
            format!(
                "@font-face{{font-family:Inter;font-weight:{};src:url(data:font/woff2;base64,{}) format('woff2')}}",
                weight.number(),
                BASE64_STANDARD.encode(weight.web_font())
            )
        })
        .concat()
}

/// The width of a text in pixels; `size` is in pixels, too.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    static FONTS: LazyLock<[FontRef<'static>; 2]> = LazyLock::new(|| {
        [Weight::Regular, Weight::SemiBold].map(|weight| {
            FontRef::new(weight.font()).expect("the bundled fonts are valid: a test reads them")
        })
    });
    let font = &FONTS[usize::from(weight == Weight::SemiBold)];
    let glyphs = font.charmap();
    let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
    let em = f64::from(
        font.metrics(Size::unscaled(), LocationRef::default())
            .units_per_em,
    );
    let advance = |character| {
        let glyph = glyphs.map(character).unwrap_or_default();
        f64::from(metrics.advance_width(glyph).unwrap_or_default()) / em
    };
    text.chars().map(advance).sum::<f64>() * size
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
        shortened.extend(&characters[characters.len() - tail..]);
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
    fn pages_get_both_fonts_as_woff2() {
        // A WOFF2 file starts with "wOF2", of which the first three bytes are "d09G" in base64.
        assert_eq!(font_face().matches("base64,d09G").count(), 2);
    }

    #[test]
    fn widths_match_the_font_file() {
        let em = |text| width(text, 1.0, Weight::Regular);
        // The advance widths of Inter 3.019 by fontTools; an em is 2816 units.
        for (text, advance) in [("A", 1904.0), ("0", 1760.0), ("l", 668.0)] {
            assert!((em(text) - advance / 2816.0).abs() < 1e-6, "{text}");
        }
        assert!((em("AA") - 2.0 * em("A")).abs() < 1e-9);
        assert!(em("i") < em("m"));
        assert!(width("loss", 26.0, Weight::Regular) > width("loss", 13.0, Weight::Regular));
        assert!(width("loss", 13.0, Weight::SemiBold) > width("loss", 13.0, Weight::Regular));
    }

    #[test]
    fn both_weights_are_found_under_one_family_name() {
        let database = database();
        let weight_of = |weight: Weight| {
            let query = fontdb::Query {
                families: &[fontdb::Family::Name("Inter")],
                weight: fontdb::Weight(weight.number()),
                ..fontdb::Query::default()
            };
            let face = database.face(database.query(&query).unwrap()).unwrap();
            (face.weight.0, face.post_script_name.clone())
        };
        assert_eq!(
            weight_of(Weight::Regular),
            (400, "Inter-Regular".to_owned())
        );
        assert_eq!(
            weight_of(Weight::SemiBold),
            (600, "Inter-SemiBold".to_owned())
        );
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
    }
}
