//! What is asked of a network.

mod schema;

use serde::Deserialize;
use utoipa::IntoParams;

/// The body of a prediction that is a PNG or JPEG file.
pub(crate) struct Picture;

/// The body of a prediction: exactly one of `pixels`, `images` and `strokes`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredictBody {
    /// An image of 20 x 20 or 28 x 28 numbers. Ink is 1 and ground 0, or, if a number of the request is above 1.3, 255
    /// and 0; numbers may pass either by 30 % of ink, as those of the course's images do.
    pub pixels: Option<Vec<f32>>,
    /// Several such images.
    pub images: Option<Vec<Vec<f32>>>,
    /// The order of the pixels of an image; by default `row`.
    pub pixel_order: Option<PixelOrder>,
    /// A drawing: strokes, each of points `[x, y]` in any unit, with y growing downwards.
    pub strokes: Option<Vec<Vec<[f32; 2]>>>,
    /// The width of the pen, in the unit of the strokes; by default a twelfth of the longer side of the drawing.
    pub pen_width: Option<f32>,
}

/// The order of the pixels of an image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PixelOrder {
    /// Row by row.
    #[default]
    Row,
    /// Column by column, as in the course's files.
    Column,
}

/// How a prediction is made.
#[derive(Debug, Clone, Default, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PredictQuery {
    /// The run whose network predicts, one of those that `/v1/runs` lists; by default that with which the server was
    /// started.
    pub run: Option<String>,
    /// Whether several digits of a picture or a drawing are read, from left to right.
    #[param(required = false)]
    pub row: bool,
    /// Whether the response says what the network saw, and the activations of its hidden layers.
    #[param(required = false)]
    pub detail: bool,
}

/// Which weights of a training.
#[derive(Debug, Clone, Default, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EpochQuery {
    /// One of the runs that `/v1/runs` lists; by default that with which the server was started.
    pub run: Option<String>,
    /// One of the `weight_epochs` of `/v1/training`; by default the newest.
    pub epoch: Option<usize>,
}

/// Whose network is described.
#[derive(Debug, Clone, Default, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RunQuery {
    /// One of the runs that `/v1/runs` lists; by default that with which the server was started.
    pub run: Option<String>,
}
