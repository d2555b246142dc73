//! A finished picture, as SVG and as PNG.

use resvg::{tiny_skia, usvg};
use svg::Node;
use svg::node::element::{Definitions, Element, Group, Rectangle, SVG, Style, Title};

use super::error::FigureError;
use super::font;
use super::glyphs::with_substitutes;
use super::style::Paint;

/// A picture. It is drawn as SVG; the PNG is a rendering of that SVG.
#[derive(Debug, Clone)]
pub struct Figure {
    width: f64,
    height: f64,
    title: String,
    body: Group,
}

/// PNG pixels per SVG pixel: text is sharp on high-resolution screens and on paper.
const PNG_SCALE: f32 = 2.0;

impl Figure {
    pub(crate) fn new(width: f64, height: f64, title: &str, body: Group) -> Self {
        Self {
            width: width.ceil(),
            height: height.ceil(),
            title: title.to_owned(),
            body,
        }
    }

    /// The title, which screen readers read.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The picture as a complete SVG file with the font embedded.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let texts = self.to_inline_svg();
        let style = Definitions::new().add(Style::new(font::font_face(&texts)));
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n",
            self.svg()
                .add(style)
                .add(self.background())
                .add(self.body.clone())
        )
    }

    /// The picture as an `<svg>` element of an HTML page, without font and background.
    ///
    /// The page supplies both: the font by [`crate::font_face`] for its whole text, dark mode by
    /// [`crate::dark_mode_css`].
    #[must_use]
    pub fn to_inline_svg(&self) -> String {
        self.svg().add(self.body.clone()).to_string()
    }

    /// Renders the picture as a PNG file with twice the width and height of the SVG, and with a box
    /// for each character that the bundled font does not have.
    ///
    /// # Errors
    ///
    /// [`FigureError`] if the picture is too large to be rendered.
    pub fn to_png(&self) -> Result<Vec<u8>, FigureError> {
        let svg = self.svg().add(self.background()).add(self.body.clone());
        let options = usvg::Options {
            fontdb: font::database(),
            ..usvg::Options::default()
        };
        let tree = usvg::Tree::from_str(&with_substitutes(&svg.to_string()), &options)
            .map_err(Box::new)?;
        let too_large = || FigureError::TooLarge {
            width: self.width,
            height: self.height,
        };
        let size = tree
            .size()
            .to_int_size()
            .scale_by(PNG_SCALE)
            .ok_or_else(too_large)?;
        let mut pixels =
            tiny_skia::Pixmap::new(size.width(), size.height()).ok_or_else(too_large)?;
        let scale = tiny_skia::Transform::from_scale(PNG_SCALE, PNG_SCALE);
        resvg::render(&tree, scale, &mut pixels.as_mut());
        pixels.encode_png().map_err(|_| too_large())
    }

    fn svg(&self) -> SVG {
        SVG::new()
            .set("width", self.width)
            .set("height", self.height)
            .set("viewBox", (0, 0, self.width, self.height))
            .set("role", "img")
            .set("font-family", font::FAMILY)
            .add(Title::new(self.title.clone()))
    }

    fn background(&self) -> Element {
        let background = Rectangle::new()
            .set("width", self.width)
            .set("height", self.height)
            .set("fill", Paint::Paper.light());
        let mut group = Element::new("g");
        group.append(background);
        group
    }
}

#[cfg(test)]
mod tests {
    use crate::base::canvas::Canvas;

    #[test]
    fn a_picture_that_is_too_large_names_its_size() {
        let error = Canvas::new()
            .finish(1e9, 10.0, "huge")
            .to_png()
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the picture of 1000000000 x 10 pixels is too large to be rendered as PNG"
        );
    }
}
