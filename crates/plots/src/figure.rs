//! A finished picture, and the two forms it is handed out in.

use resvg::{tiny_skia, usvg};
use svg::Node;
use svg::node::element::{Definitions, Element, Group, Rectangle, SVG, Style, Title};

use crate::FigureError;
use crate::font;
use crate::style::Paint;

/// A picture: drawn once, as SVG, of which the PNG is a rendering.
#[derive(Debug, Clone)]
pub struct Figure {
    width: f64,
    height: f64,
    title: String,
    body: Group,
}

/// Pixels of a PNG for each pixel of the SVG, so that text is sharp on dense screens and on paper.
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

    /// Says in words what the picture shows.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Gives the picture as an SVG file that needs nothing beside it: the font is inside.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let style = Definitions::new().add(Style::new(font::font_face()));
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n",
            self.svg()
                .add(style)
                .add(self.ground())
                .add(self.body.clone())
        )
    }

    /// Gives the picture as an element of a page that brings the font ([`crate::font_face`]) and
    /// its own ground.
    #[must_use]
    pub fn to_inline_svg(&self) -> String {
        self.svg().add(self.body.clone()).to_string()
    }

    /// Renders the picture as a PNG file, two pixels for each of the SVG's.
    ///
    /// # Errors
    ///
    /// [`FigureError`] if the picture is too large to be rendered.
    pub fn to_png(&self) -> Result<Vec<u8>, FigureError> {
        let svg = self.svg().add(self.ground()).add(self.body.clone());
        let options = usvg::Options {
            fontdb: font::database(),
            font_family: "Inter".to_owned(),
            ..usvg::Options::default()
        };
        let tree = usvg::Tree::from_str(&svg.to_string(), &options).map_err(Box::new)?;
        let size = tree
            .size()
            .to_int_size()
            .scale_by(PNG_SCALE)
            .ok_or(FigureError::Size)?;
        let mut pixels =
            tiny_skia::Pixmap::new(size.width(), size.height()).ok_or(FigureError::Size)?;
        let scale = tiny_skia::Transform::from_scale(PNG_SCALE, PNG_SCALE);
        resvg::render(&tree, scale, &mut pixels.as_mut());
        pixels.encode_png().map_err(|_| FigureError::Size)
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

    fn ground(&self) -> Element {
        let ground = Rectangle::new()
            .set("width", self.width)
            .set("height", self.height)
            .set("fill", Paint::Paper.light());
        let mut group = Element::new("g");
        group.append(ground);
        group
    }
}
