//! Pictures, from plain numbers.
//!
//! Each function takes what is to be shown and gives a [`Figure`], which is an SVG and a PNG. The
//! pictures share one style and carry their font with them, so that they look the same on every
//! machine, with or without a display. The crate knows no network, no run and no file.
//!
//! Everything is drawn as SVG, of which the PNG is a rendering (resvg): what is seen in one is in
//! the other, and a test can ask the SVG what it holds.
//!
//! [`Scale`] is for curves that others draw in a terminal: the same numbers stand beside them.

mod activations;
mod axes;
mod bitmap;
mod calibration;
mod canvas;
mod compact;
mod confusion_matrix;
mod connections;
mod curve;
mod embedding;
mod error;
mod evaluation;
mod figure;
mod font;
mod grid;
mod heading;
mod history;
mod history_panel;
mod labels;
mod model_diagram;
mod model_text;
mod panel;
mod precision_recall;
mod probabilities;
mod roc;
mod scale;
mod style;
mod unit_column;
mod weight_histogram;
mod weight_tiles;
mod weights;
mod wording;

pub use activations::{Activations, LayerActivations, activations};
pub use bitmap::Bitmap;
pub use embedding::{Embedded, embedding};
pub use error::FigureError;
pub use evaluation::{Answers, CalibrationBin, EvaluationPart, evaluation, evaluation_part};
pub use figure::Figure;
pub use font::font_face;
pub use grid::{Cell, grid};
pub use history::{Curve, EpochFigures, MOST_RUNS, history};
pub use model_diagram::{DenseLayer, model_diagram};
pub use model_text::{dot, mermaid};
pub use scale::Scale;
pub use style::dark_rules;
pub use weights::{InitialWeights, LayerWeights, weights};

#[cfg(test)]
mod inspect;
