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
    heading: Option<Heading>,
    body: Group,
}

/// Title and note at the top of a picture.
#[derive(Debug, Clone)]
pub(crate) struct Heading {
    pub(crate) group: Group,
    pub(crate) note: String,
    /// Where its last line ends.
    pub(crate) bottom: f64,
}

/// PNG pixels per SVG pixel: text is sharp on high-resolution screens and on paper.
const PNG_SCALE: f32 = 2.0;

impl Figure {
    pub(crate) fn new(
        width: f64,
        height: f64,
        title: &str,
        heading: Option<Heading>,
        body: Group,
    ) -> Self {
        Self {
            width: width.ceil(),
            height: height.ceil(),
            title: title.to_owned(),
            heading,
            body,
        }
    }

    /// The title, which screen readers read.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The note below the title, which may be empty.
    #[must_use]
    pub fn note(&self) -> &str {
        self.heading
            .as_ref()
            .map_or("", |heading| heading.note.as_str())
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
                .add(self.whole_body())
        )
    }

    /// The picture as an `<svg>` element of an HTML page, without font and background.
    ///
    /// The page supplies both: the font by [`crate::font_face`] for its whole text, dark mode by
    /// [`crate::dark_mode_css`].
    #[must_use]
    pub fn to_inline_svg(&self) -> String {
        self.svg().add(self.whole_body()).to_string()
    }

    /// The same without title and note at its top, for a page that has [`title`](Self::title) and
    /// [`note`](Self::note) as text of its own, which it can break into lines as it needs.
    #[must_use]
    pub fn to_inline_svg_without_heading(&self) -> String {
        let top = self.heading.as_ref().map_or(0.0, |heading| heading.bottom);
        let height = self.height - top;
        self.svg()
            .set("height", height)
            .set("viewBox", (0, top, self.width, height))
            .add(self.body.clone())
            .to_string()
    }

    /// Renders the picture as a PNG file with twice the width and height of the SVG, and with a box
    /// for each character that the bundled font does not have.
    ///
    /// # Errors
    ///
    /// [`FigureError`] if the picture is too large to be rendered.
    pub fn to_png(&self) -> Result<Vec<u8>, FigureError> {
        let svg = self.svg().add(self.background()).add(self.whole_body());
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

    /// The body below its heading.
    fn whole_body(&self) -> Group {
        let Some(heading) = &self.heading else {
            return self.body.clone();
        };
        let group = Group::new().add(heading.group.clone());
        let rest = self.body.get_children().into_iter().flatten();
        rest.cloned().fold(group, Group::add)
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
    use crate::base::area::Area;
    use crate::base::canvas::Canvas;
    use crate::base::heading::heading;
    use crate::base::style::Paint;
    use crate::test_support::numbers;

    #[test]
    fn a_picture_without_its_heading_starts_below_it() {
        let mut canvas = Canvas::new();
        let top = heading(&mut canvas, "Title", "a \u{1}note", 200.0);
        let area = Area {
            left: 20.0,
            top,
            width: 10.0,
            height: 30.0,
        };
        canvas.rectangle(area, Paint::Ink);
        let figure = canvas.finish(240.0, area.bottom(), "Title");
        assert_eq!((figure.title(), figure.note()), ("Title", "a ?note"));
        let whole = figure.to_inline_svg();
        assert!(whole.contains("\na ?note\n") && whole.contains("<rect"));
        let rest = figure.to_inline_svg_without_heading();
        assert!(!rest.contains("<text") && rest.contains("<rect"), "{rest}");
        assert_eq!(numbers(&rest, "viewBox"), [0.0, top - 12.0, 240.0, 42.0]);
        let height = rest.find(" height=\"42\"").unwrap();
        assert!(height < rest.find("<rect").unwrap());
    }

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
