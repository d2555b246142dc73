//! What the network has learned: its first layer as images, all layers as distributions.

use crate::canvas::{Canvas, TextStyle};
use crate::heading::{MARGIN, heading};
use crate::weight_tiles::Tiles;
use crate::{Bitmap, Figure, weight_histogram};

/// A layer's parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerWeights {
    /// What the layer is called.
    pub name: String,
    /// How many numbers come in for an image.
    pub inputs: usize,
    /// How many units it has.
    pub units: usize,
    /// `[inputs, units]` row by row, as in Keras.
    pub kernel: Vec<f32>,
    /// `[units]`.
    pub bias: Vec<f32>,
    /// As they were before the training, where that is known.
    pub initial: Option<InitialWeights>,
}

/// A layer's parameters before the training.
#[derive(Debug, Clone, PartialEq)]
pub struct InitialWeights {
    /// `[inputs, units]` row by row.
    pub kernel: Vec<f32>,
    /// `[units]`.
    pub bias: Vec<f32>,
}

/// Of a column of the page, and between the two.
const COLUMN: f64 = 440.0;
const GAP: f64 = 40.0;
const ROOM: f64 = 2.0 * COLUMN + GAP;

/// Draws a page about the weights.
///
/// At the top are the units of the first layer: `first_units` has an upright image of weights for
/// each, `first_change` the same without the initial weights, or nothing where those are not known.
/// Below a tile stand the unit's number, from 1, and its bias, or by how much the bias changed.
/// Then come all layers: how many weights there are of which size, and each unit's bias.
#[must_use]
pub fn weights(
    title: &str,
    note: &str,
    first_units: &[Bitmap],
    first_change: &[Bitmap],
    layers: &[LayerWeights],
) -> Figure {
    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, note, ROOM) + 8.0;
    top = draw_tiles(&mut canvas, first_units, first_change, layers.first(), top);
    if layers.iter().any(|layer| layer.initial.is_some()) {
        top += weight_histogram::key(&mut canvas, (MARGIN, top + 12.0), ROOM) + 12.0;
    }
    for layer in layers {
        top = weight_histogram::draw(&mut canvas, layer, (MARGIN, top), (COLUMN, GAP)) + 20.0;
    }
    if layers.is_empty() && first_units.is_empty() {
        canvas.text("Nothing to show.", (MARGIN, top + 10.0), TextStyle::LABEL);
        top += 14.0;
    }
    canvas.finish(ROOM + 2.0 * MARGIN, top + MARGIN, title)
}

/// Draws the units of the first layer, beside them how they changed; gives the lower edge.
fn draw_tiles(
    canvas: &mut Canvas,
    units: &[Bitmap],
    change: &[Bitmap],
    layer: Option<&LayerWeights>,
    top: f64,
) -> f64 {
    if units.is_empty() {
        return top;
    }
    let of_layer = layer.map_or(String::new(), |layer| format!(" of {}", layer.name));
    let what = match units.len() {
        1 => "What the unit looks for".to_owned(),
        units => format!("What the {units} units{of_layer} look for"),
    };
    let looks = Tiles {
        heading: what,
        remark: "Ink on pale ground raises the unit, on dark blue it lowers it; below are unit and bias",
        name: "weight",
        images: units,
        biases: layer.map_or(Vec::new(), |layer| layer.bias.clone()),
    };
    if change.is_empty() {
        return looks.draw(canvas, (MARGIN, top), ROOM) + 16.0;
    }
    let changes = Tiles {
        heading: "How the training changed them".to_owned(),
        remark: "Where it is pale the weight grew, where dark blue it fell; below are unit and change of bias",
        name: "change of the weight",
        images: change,
        biases: layer.map_or(Vec::new(), change_of_biases),
    };
    let left = looks.draw(canvas, (MARGIN, top), COLUMN);
    let right = changes.draw(canvas, (MARGIN + COLUMN + GAP, top), COLUMN);
    left.max(right) + 16.0
}

/// Nothing where the initial biases are not known.
fn change_of_biases(layer: &LayerWeights) -> Vec<f32> {
    let initial = layer.initial.iter().flat_map(|initial| &initial.bias);
    let pairs = layer.bias.iter().zip(initial);
    pairs.map(|(now, initial)| now - initial).collect()
}
