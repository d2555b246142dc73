//! Why a picture cannot be rendered.

/// Why a picture cannot be rendered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum FigureError {
    #[error("the picture of {width} x {height} pixels is too large to be rendered as PNG")]
    TooLarge { width: f64, height: f64 },
    #[error("the picture's SVG cannot be rendered")]
    Svg(#[from] Box<resvg::usvg::Error>),
}
