//! The bundled font: for rendering, and as CSS for browsers.

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use resvg::usvg::fontdb;

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

    /// The complete font.
    pub(crate) fn font(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../../../assets/fonts/Inter-Regular.otf"),
            Self::SemiBold => include_bytes!("../../../../assets/fonts/Inter-SemiBold.otf"),
        }
    }

    /// Latin-1 and a few signs ([`is_basic`]), compressed for browsers.
    fn basic_web_font(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../../../assets/fonts/Inter-Regular.woff2"),
            Self::SemiBold => include_bytes!("../../../../assets/fonts/Inter-SemiBold.woff2"),
        }
    }

    /// The other characters, compressed for browsers.
    fn extended_web_font(self) -> &'static [u8] {
        match self {
            Self::Regular => {
                include_bytes!("../../../../assets/fonts/Inter-Regular-extended.woff2")
            }
            Self::SemiBold => {
                include_bytes!("../../../../assets/fonts/Inter-SemiBold-extended.woff2")
            }
        }
    }
}

/// The SVGs' font family, with fallbacks for programs that do not read embedded fonts, and for
/// characters that the bundled font does not have.
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
///
/// `text` is what is written in it, or a page that contains this text: letters beyond Latin-1 are
/// included only if it has some.
#[must_use]
pub fn font_face(text: &str) -> String {
    let rule = |weight: Weight, font: &[u8]| {
        format!(
            "@font-face{{font-family:Inter;font-weight:{};src:url(data:font/woff2;base64,{}) format('woff2')}}",
            weight.number(),
            BASE64_STANDARD.encode(font)
        )
    };
    let mut rules = String::new();
    for weight in [Weight::Regular, Weight::SemiBold] {
        // Browsers look for a character in the last rule first.
        if !text.chars().all(is_basic) {
            rules += &rule(weight, weight.extended_web_font());
        }
        rules += &rule(weight, weight.basic_web_font());
    }
    rules
}

/// Whether a character is in the smaller web font, by the list in `assets/fonts/make_fonts.sh`.
fn is_basic(character: char) -> bool {
    const SIGNS: &str = "ŷ–—‘’“”•…←↑→↓∑−≈≠≤≥βσ";
    character <= '\u{ff}' || SIGNS.contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_get_both_fonts_as_woff2_and_more_of_them_for_other_letters() {
        // A WOFF2 file starts with "wOF2", of which the first three bytes are "d09G" in base64.
        let fonts = |text| font_face(text).matches("base64,d09G").count();
        assert_eq!(fonts("Zürich: 1.2e−5 …"), 2);
        assert_eq!(["łódź", "эксперимент", "δοκιμή"].map(fonts), [4; 3]);
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
}
