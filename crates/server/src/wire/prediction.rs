//! What a network says of images.

use serde::Serialize;
use utoipa::ToSchema;

/// The response to a prediction.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Predictions {
    /// The name of the networks that predicted: a run's, or `ensemble`.
    #[schema(example = "2026-11-27T09-12-44")]
    pub model: String,
    /// One for each image of the request, in its order; one for a picture or a drawing.
    pub images: Vec<PredictedImage>,
}

/// What was predicted for an image.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PredictedImage {
    /// Whether there is a prediction, and if not, why.
    pub status: Status,
    /// Why there is no prediction, or not of all digits, in words; null if there is one.
    pub reason: Option<String>,
    /// The predicted digits from left to right, with `?` for one that is not predicted; empty if nothing was found.
    #[schema(example = "7")]
    pub text: String,
    /// The digits that were found, from left to right.
    pub digits: Vec<PredictedDigit>,
}

/// What was predicted for one digit of an image.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PredictedDigit {
    /// Whether there is a prediction, and if not, why.
    pub status: Status,
    /// Why there is no prediction, in words; null if there is one.
    pub reason: Option<String>,
    /// The predicted digit; null if there is no prediction.
    #[schema(minimum = 0, maximum = 9)]
    pub digit: Option<u8>,
    /// The probability of the predicted digit; null if there is no prediction.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub probability: Option<f64>,
    /// The probability of each digit that the network knows, in its order; empty if the network was not asked, because
    /// the image shows no digit, or one that it does not know.
    pub probabilities: Vec<DigitProbability>,
    /// The digit that it looks like, where that is why there is no prediction.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9)]
    pub looks_like: Option<u8>,
    /// Of several networks, the standard deviation of their probabilities of the most probable digit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0.0, maximum = 0.5)]
    pub disagreement: Option<f64>,
    /// Where it is: left, top, right and bottom, in pixels of a picture or in the units of a drawing. Images that are sent
    /// as pixels have none.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 4]>,
    /// What the network saw; only with `detail=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
}

/// A digit and its probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct DigitProbability {
    /// The digit.
    #[schema(minimum = 0, maximum = 9)]
    pub digit: u8,
    /// Its probability.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub probability: f64,
}

/// What a network saw, and what its hidden layers made of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Detail {
    /// The 20 x 20 pixels that the network got, row by row: 0 is ground, 1 is ink.
    #[schema(min_items = 400, max_items = 400)]
    pub pixels: Vec<f32>,
    /// The activations of both hidden layers, in [0, 1], of the first network; empty if it was not asked.
    pub activations: Vec<Vec<f32>>,
}

/// Whether there is a prediction, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A digit is predicted.
    Digit,
    /// Several digits are predicted, from left to right.
    Digits,
    /// Some of several digits are predicted.
    Partly,
    /// No output of the network is sure enough of a digit.
    Rejected,
    /// Nothing is drawn, or the picture is blank.
    Blank,
    /// More marks than are looked at one by one, none of which stands out: noise, or too many digits at a time.
    Noise,
    /// Several digits, where one was asked for: `row=true` reads them.
    SeveralDigits,
    /// The ink has the shape of no digit.
    NoDigit,
    /// A digit that the network does not know.
    OtherDigit,
    /// The network predicts one digit, but it looks like another beyond doubt.
    Disputed,
}
