//! Networks that are loaded, and what they say of an input.

use std::path::Path;

use data::{Area, Classes, PIXELS, PictureReading, PreparedDrawing, SIDE};
use model::{Decision, Mlp};
use server::{Input, Metric, PredictQuery};

use crate::device::adapter::OpenDevice;
use crate::device::select::reference_device;
use crate::predictor::ensemble::Ensemble;
use crate::predictor::ensemble_logits::EnsembleLogits;
use crate::predictor::member::Member;
use crate::reading::found::{Expected, FoundDigit, judged};
use crate::reading::picture::found_in;
use crate::reading::refusal::Refusal;
use crate::serve::gathered::Gathered;
use crate::serve::names::metrics_of;
use crate::support::error::Result;

/// Pixels along a side of MNIST's images.
const SIDE_28: usize = 28;
/// The largest picture, in million pixels: one in memory takes three times as many bytes.
const MOST_MEGAPIXELS: u32 = 50;

/// Networks with what is needed to predict by them.
#[derive(Debug)]
pub(crate) struct Served {
    /// The name by which they are asked for.
    pub(crate) name: String,
    pub(crate) classes: Classes,
    pub(crate) decision: Decision,
    /// How pictures are read: as the network's training pictures were.
    reading: PictureReading,
    networks: Gathered,
    /// The first network on the CPU, for its activations.
    first: Mlp,
    /// Where they are computed.
    pub(crate) device: String,
    /// Of the network's epoch, if it is one network of a run.
    pub(crate) metrics: Vec<Metric>,
}

/// How pictures are read, and how outputs become predictions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) decision: Decision,
    pub(crate) reading: PictureReading,
}

/// What was found in an input, and the logits of what may be predicted.
pub(crate) struct Outcome {
    pub(crate) digits: Vec<PlacedDigit>,
    /// Why there is no prediction for the whole input.
    pub(crate) refusal: Option<Refusal>,
    /// Of the digits that have no refusal, in their order; `None` if there is none.
    pub(crate) logits: Option<EnsembleLogits>,
}

/// A digit and where it is.
pub(crate) struct PlacedDigit {
    /// 400 pixels, column by column.
    pub(crate) pixels: Vec<f32>,
    /// Left, top, right and bottom; `None` for images that were sent as pixels, and whole pictures.
    pub(crate) bounds: Option<[f64; 4]>,
    pub(crate) looks_like: Option<u8>,
    pub(crate) refusal: Option<Refusal>,
}

impl Served {
    /// Loads networks onto a device.
    ///
    /// # Errors
    ///
    /// As [`Ensemble::new`], and [`Error::Csv`](crate::Error::Csv) if the history of their run is damaged.
    pub(crate) fn new(
        name: String,
        members: Vec<Member>,
        Manner { decision, reading }: Manner,
        device: &OpenDevice,
    ) -> Result<Self> {
        let ensemble = Ensemble::new(members, device)?;
        let first = ensemble.first();
        Ok(Self {
            name,
            classes: first.config.digits.classes()?,
            decision,
            reading,
            first: first
                .weights
                .network(&first.config.model(), &reference_device()),
            metrics: metrics_of(&ensemble)?,
            networks: Gathered::new(ensemble),
            device: device.name.clone(),
        })
    }

    pub(crate) fn ensemble(&self) -> &Ensemble {
        self.networks.ensemble()
    }

    /// Finds the digits of an input and predicts them. Of images that are sent as pixels, each is a digit of its own.
    ///
    /// # Errors
    ///
    /// [`Error::Data`](crate::Error::Data) if a picture cannot be read, and as [`Ensemble::logits_of_pixels`].
    pub(crate) fn predict(&self, input: &Input, query: &PredictQuery) -> Result<Outcome> {
        let expected = if query.row {
            Expected::Row
        } else {
            Expected::One
        };
        let known = self.classes.digits();
        let (digits, refusal) = match input {
            Input::Pixels20(pixels) => (images(pixels, SIDE)?, None),
            Input::Pixels28(pixels) => (images(pixels, SIDE_28)?, None),
            Input::Drawing { strokes, pen_width } => {
                let drawing = data::prepare_drawing(strokes, *pen_width);
                let bounds = |area: &Area| PreparedDrawing::bounds(&drawing, area);
                let (found, refusal) = judged(drawing.digits.clone(), known, expected);
                (placed(found, bounds), refusal)
            }
            Input::Picture(bytes) if self.reading == PictureReading::Resized => {
                let pixels =
                    data::read_whole_picture_bytes(picture_name(), bytes, MOST_MEGAPIXELS)?;
                (vec![whole_picture(pixels)], None)
            }
            Input::Picture(bytes) => {
                let name = picture_name();
                let picture = data::read_picture_bytes(name, bytes, MOST_MEGAPIXELS)?;
                let mut read = found_in(picture, known, expected);
                let found = std::mem::take(&mut read.digits);
                #[expect(clippy::cast_precision_loss, reason = "sides of a picture")]
                let bounds = |area: &Area| read.box_in_file(area).map(|side| side as f64);
                (placed(found, bounds), read.refusal)
            }
        };
        let wanted = digits.iter().filter(|digit| digit.refusal.is_none());
        let pixels: Vec<f32> = match refusal {
            Some(_) => Vec::new(),
            None => wanted.flat_map(|digit| &digit.pixels).copied().collect(),
        };
        let logits = if pixels.is_empty() {
            None
        } else {
            Some(self.networks.logits(&pixels)?)
        };
        Ok(Outcome {
            digits,
            refusal,
            logits,
        })
    }

    /// The activations of both hidden layers of the first network for an image of 400 pixels.
    ///
    /// # Errors
    ///
    /// [`Error::Model`](crate::Error::Model) if the device fails.
    pub(crate) fn activations(&self, pixels: &[f32]) -> Result<Vec<Vec<f32>>> {
        let found = model::hidden_activations(&self.first, pixels, &reference_device())?;
        Ok(found.into())
    }
}

/// What errors call a picture, which has no file.
fn picture_name() -> &'static Path {
    Path::new("picture")
}

/// A picture in which nothing is looked for: it is predicted, whatever it shows.
fn whole_picture(pixels: Vec<f32>) -> PlacedDigit {
    PlacedDigit {
        pixels,
        bounds: None,
        looks_like: None,
        refusal: None,
    }
}

/// Images of `side` x `side` pixels, row by row, as digits: column by column, of 20 x 20 pixels. One without ink is blank.
fn images(pixels: &[f32], side: usize) -> Result<Vec<PlacedDigit>> {
    let image = |pixels: &[f32]| {
        let is_blank = pixels.iter().all(|pixel| *pixel <= 0.0);
        Ok(PlacedDigit {
            pixels: resized(pixels, side)?,
            bounds: None,
            looks_like: None,
            refusal: is_blank.then_some(Refusal::Blank),
        })
    };
    pixels.chunks_exact(side * side).map(image).collect()
}

fn resized(pixels: &[f32], side: usize) -> Result<Vec<f32>> {
    if side == SIDE {
        // Its own inverse.
        return Ok(data::row_major(pixels));
    }
    let wide: Vec<f64> = pixels.iter().map(|pixel| f64::from(*pixel)).collect();
    let resized = data::resize(&wide, side, side)?;
    debug_assert_eq!(resized.len(), PIXELS);
    #[expect(clippy::cast_possible_truncation, reason = "networks compute in f32")]
    Ok(resized.iter().map(|pixel| *pixel as f32).collect())
}

fn placed(found: Vec<FoundDigit>, bounds: impl Fn(&Area) -> [f64; 4]) -> Vec<PlacedDigit> {
    let place = |digit: FoundDigit| PlacedDigit {
        bounds: Some(bounds(&digit.area)),
        pixels: digit.pixels,
        looks_like: digit.looks_like,
        refusal: digit.refusal,
    };
    found.into_iter().map(place).collect()
}
