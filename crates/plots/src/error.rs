//! Why a picture was not made.

/// Why a picture was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum FigureError {
    #[error("the picture is too large to be rendered")]
    Size,
    #[error("the picture's SVG cannot be rendered")]
    Svg(#[from] Box<resvg::usvg::Error>),
}
