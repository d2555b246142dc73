//! What every picture is drawn with: shapes and text, axes and legends, number formats, the font
//! and the colors.

pub(crate) mod area;
pub(crate) mod axes;
pub(crate) mod badge;
pub(crate) mod bitmap;
pub(crate) mod canvas;
pub(crate) mod color_bitmap;
pub(crate) mod count;
pub(crate) mod error;
pub(crate) mod figure;
pub(crate) mod font;
pub(crate) mod glyphs;
pub(crate) mod heading;
pub(crate) mod histogram;
pub(crate) mod legend;
pub(crate) mod mark;
pub(crate) mod number_format;
pub(crate) mod raster;
pub(crate) mod round_numbers;
pub(crate) mod scale;
pub(crate) mod style;
pub(crate) mod text;
pub(crate) mod tick_labels;
