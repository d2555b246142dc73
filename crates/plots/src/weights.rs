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
        1 => format!("What the unit{of_layer} looks for"),
        units => format!("What the {units} units{of_layer} look for"),
    };
    let looks = Tiles {
        heading: what,
        remark: "Ink on pale ground raises the unit, on dark blue it lowers it. Below are unit and bias.",
        name: "weight",
        images: units,
        biases: layer.map_or(Vec::new(), |layer| layer.bias.clone()),
    };
    if change.is_empty() {
        let bottom = looks.draw_head(canvas, (MARGIN, top), ROOM) + 8.0;
        return looks.draw(canvas, (MARGIN, bottom), ROOM) + 16.0;
    }
    let changes = Tiles {
        heading: "How the training changed them".to_owned(),
        remark: "Where it is pale the weight grew, where dark blue it fell. Below are unit and change of bias.",
        name: "change of the weight",
        images: change,
        biases: layer.map_or(Vec::new(), change_of_biases),
    };
    // Both begin at the same height, so that a unit and its change stand beside each other.
    let second = MARGIN + COLUMN + GAP;
    let one = looks.draw_head(canvas, (MARGIN, top), COLUMN);
    let other = changes.draw_head(canvas, (second, top), COLUMN);
    let bottom = one.max(other) + 8.0;
    let one = looks.draw(canvas, (MARGIN, bottom), COLUMN);
    let other = changes.draw(canvas, (second, bottom), COLUMN);
    one.max(other) + 16.0
}

/// Nothing where the initial biases are not known.
fn change_of_biases(layer: &LayerWeights) -> Vec<f32> {
    let initial = layer.initial.iter().flat_map(|initial| &initial.bias);
    let pairs = layer.bias.iter().zip(initial);
    pairs.map(|(now, initial)| now - initial).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::{count, readable_texts};

    /// Weights of both signs, as many as asked for.
    fn wave(numbers: usize) -> Vec<f32> {
        let hundred: Vec<f32> = (0..100_u8).map(|number| f32::from(number).sin()).collect();
        hundred.into_iter().cycle().take(numbers).collect()
    }

    fn layer(name: &str, inputs: usize, units: usize) -> LayerWeights {
        LayerWeights {
            name: name.to_owned(),
            inputs,
            units,
            kernel: wave(inputs * units),
            bias: wave(units),
            initial: None,
        }
    }

    fn with_initial(layer: LayerWeights) -> LayerWeights {
        let initial = InitialWeights {
            kernel: vec![0.5; layer.kernel.len()],
            bias: vec![0.0; layer.bias.len()],
        };
        LayerWeights {
            initial: Some(initial),
            ..layer
        }
    }

    fn tiles(number: usize, value: f32) -> Vec<Bitmap> {
        let tile = Bitmap {
            columns: 20,
            values: vec![value; 400],
        };
        vec![tile; number]
    }

    fn classic() -> Vec<LayerWeights> {
        vec![
            layer("layer1", 400, 25),
            layer("layer2", 25, 15),
            layer("layer3", 15, 1),
        ]
    }

    fn texts(figure: &Figure) -> Vec<String> {
        let texts = readable_texts(figure).into_iter();
        texts.map(|written| written.text).collect()
    }

    #[test]
    fn the_classic_network_has_a_tile_and_a_bar_for_each_unit() {
        let figure = weights("Weights", "a note", &tiles(25, 0.2), &[], &classic());
        assert_eq!(count(&figure, "tile"), 25);
        assert_eq!(count(&figure, "layer"), 3);
        assert_eq!(count(&figure, "bar"), 25 + 15 + 1);
        let texts = texts(&figure);
        for expected in [
            "What the 25 units of layer1 look for",
            "layer1: 400 × 25",
            "−0.20",
            "0.84", // The bias of unit 2: sin 1.
            "1 bias: 0",
        ] {
            assert!(texts.iter().any(|text| text == expected), "{expected}");
        }
        assert!(!texts.contains(&"weights before it".to_owned()));
    }

    #[test]
    fn what_was_before_the_training_stands_beside_what_is() {
        let mut layers: Vec<LayerWeights> = classic().into_iter().map(with_initial).collect();
        let initial = layers[0].initial.as_mut().unwrap();
        initial.bias[1] = 3.0;
        let figure = weights("", "", &tiles(25, 0.2), &tiles(25, -0.1), &layers);
        assert_eq!(count(&figure, "tile"), 2 * 25);
        // An outline and rings for each layer.
        assert_eq!(count(&figure, "initial"), 2 * 3);
        let texts = texts(&figure);
        for expected in [
            "How the training changed them",
            "change of the weight",
            "−2.16", // The bias of unit 2: sin 1 − 3.
            "weights before it",
        ] {
            assert!(texts.iter().any(|text| text == expected), "{expected}");
        }
    }

    #[test]
    fn networks_of_other_sizes_and_odd_numbers_can_be_read() {
        let long = "a name that is longer than there is room for ".repeat(5);
        let mut odd = with_initial(layer(&long, 400, 100));
        odd.kernel[..3].copy_from_slice(&[f32::NAN, f32::INFINITY, f32::MAX]);
        odd.bias[..4].copy_from_slice(&[f32::NAN, f32::MIN, 1e-45, -1.5e-7]);
        let mut images = tiles(100, -1e-30);
        images[0].values[0] = f32::NAN;
        let figure = weights(&long, &long, &images, &images, &[odd]);
        assert_eq!(count(&figure, "tile"), 200);
        assert_eq!(count(&figure, "bar"), 99);
        let remarks = texts(&figure).join(" ");
        assert!(
            remarks.contains("Not a number and drawn as 0: 1"),
            "{remarks}"
        );
        assert!(remarks.contains("not finite and left out: 2"), "{remarks}");
    }

    #[test]
    fn weights_of_zero_a_single_unit_and_nothing_at_all_can_be_read() {
        let mut zero = with_initial(layer("zero", 400, 1));
        zero.kernel.fill(0.0);
        zero.bias.fill(0.0);
        let figure = weights("", "", &tiles(1, 0.0), &tiles(1, 0.0), &[zero]);
        assert!(texts(&figure).contains(&"What the unit of zero looks for".to_owned()));
        assert!(!figure.to_svg().contains("NaN"));

        let nothing = layer("nothing", 0, 0);
        assert!(texts(&weights("", "", &[], &[], &[nothing])).contains(&"0 weights".to_owned()));
        assert!(texts(&weights("", "", &[], &[], &[])).contains(&"Nothing to show.".to_owned()));
        let empty = Bitmap {
            columns: 0,
            values: Vec::new(),
        };
        texts(&weights("", "", &[empty], &[], &[]));
    }
}
