//! The parameters of a network: its first layer as images, all layers as distributions.

mod tile_size;
mod tiles;

use crate::base::area::Point;
use crate::base::bitmap::Bitmap;
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading};
use crate::base::text::TextStyle;
use crate::charts::layer_weights::data::LayerWeights;
use crate::charts::layer_weights::{self, GAP, PLOT_WIDTH};
use tiles::Tiles;

/// The width of a page inside its margins.
const WIDTH: f64 = 2.0 * PLOT_WIDTH + GAP;

/// Draws a page about the weights.
///
/// At the top are the units of the first layer: `first_units` has an upright image of weights for
/// each, and `first_change` the same minus the initial weights, or nothing if those are unknown.
/// Below a tile are the unit's number, from 1, and its bias, or the change of the bias. For each
/// layer follow a histogram of the weights and the bias of each unit.
#[must_use]
pub fn weights(
    title: &str,
    note: &str,
    first_units: &[Bitmap],
    first_change: &[Bitmap],
    layers: &[LayerWeights],
) -> Figure {
    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, note, WIDTH) + 8.0;
    if !first_units.is_empty() {
        let (units, changes) = (
            unit_tiles(first_units, layers.first()),
            change_tiles(first_change, layers.first()),
        );
        top = draw_tiles(&mut canvas, &units, &changes, (MARGIN, top)) + 16.0;
    }
    if layers.iter().any(|layer| layer.initial.is_some()) {
        top += layer_weights::draw_legend(&mut canvas, (MARGIN, top + 12.0)) + 12.0;
    }
    for layer in layers {
        top = layer_weights::draw(&mut canvas, layer, (MARGIN, top)) + 20.0;
    }
    if layers.is_empty() && first_units.is_empty() {
        canvas.text("Nothing to show.", (MARGIN, top + 10.0), TextStyle::LABEL);
        top += 14.0;
    }
    canvas.finish(WIDTH + 2.0 * MARGIN, top + MARGIN, title)
}

fn unit_tiles<'a>(images: &'a [Bitmap], layer: Option<&LayerWeights>) -> Tiles<'a> {
    let of_layer = layer.map_or(String::new(), |layer| format!(" of {}", layer.name));
    Tiles {
        heading: match images.len() {
            1 => format!("Weights of the unit{of_layer}"),
            units => format!("Weights of the {units} units{of_layer}"),
        },
        remark: "Pale: positive weight. Dark blue: negative weight. Below: unit and bias.",
        name: "weight",
        images,
        biases: layer.map_or(Vec::new(), |layer| layer.bias.clone()),
    }
}

fn change_tiles<'a>(images: &'a [Bitmap], layer: Option<&LayerWeights>) -> Tiles<'a> {
    Tiles {
        heading: "Change during training".to_owned(),
        remark: "Pale: the weight increased. Dark blue: it decreased. Below: unit and change of bias.",
        name: "change of weight",
        images,
        biases: layer.map_or(Vec::new(), bias_changes),
    }
}

/// Trained minus initial biases; empty if the initial ones are unknown.
fn bias_changes(layer: &LayerWeights) -> Vec<f32> {
    let initial = layer.initial.iter().flat_map(|initial| &initial.bias);
    let pairs = layer.bias.iter().zip(initial);
    pairs.map(|(trained, initial)| trained - initial).collect()
}

/// Draws the units and their changes side by side, or the units alone in the full width; returns
/// the lower edge.
fn draw_tiles(canvas: &mut Canvas, units: &Tiles, changes: &Tiles, (left, top): Point) -> f64 {
    const HEAD_GAP: f64 = 8.0;
    if changes.images.is_empty() {
        let bottom = units.draw_head(canvas, (left, top), WIDTH) + HEAD_GAP;
        return units.draw(canvas, (left, bottom), WIDTH);
    }
    // Both start at the same height, so that a unit and its change are side by side.
    let parts = [(units, left), (changes, left + PLOT_WIDTH + GAP)];
    let heads = parts.map(|(tiles, left)| tiles.draw_head(canvas, (left, top), PLOT_WIDTH));
    let bottom = heads[0].max(heads[1]) + HEAD_GAP;
    let bottoms = parts.map(|(tiles, left)| tiles.draw(canvas, (left, bottom), PLOT_WIDTH));
    bottoms[0].max(bottoms[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::layer_weights::data::InitialWeights;
    use crate::test_support::{
        area, assert_near, assert_texts, count, groups, image_color, texts, tips,
    };

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
            digits: Vec::new(),
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

    #[test]
    fn the_classic_network_has_a_tile_and_a_bar_for_each_unit() {
        let figure = weights("Weights", "a note", &tiles(25, 0.2), &[], &classic());
        assert_eq!(count(&figure, "tile"), 25);
        assert_eq!(count(&figure, "layer"), 3);
        assert_eq!(count(&figure, "bar"), 25 + 15 + 1);
        let expected = [
            "Weights of the 25 units of layer1",
            "layer1: 400 × 25",
            "−0.20",
            "0.84", // The bias of unit 2: sin 1.
            "1 bias: 0",
        ];
        assert_texts(&figure, &expected);
        assert!(!texts(&figure).contains(&"initial weights".to_owned()));
    }

    #[test]
    fn initial_weights_are_beside_the_trained_ones() {
        let mut layers: Vec<LayerWeights> = classic().into_iter().map(with_initial).collect();
        let initial = layers[0].initial.as_mut().unwrap();
        initial.bias[1] = 3.0;
        let figure = weights("", "", &tiles(25, 0.2), &tiles(25, -0.1), &layers);
        assert_eq!(count(&figure, "tile"), 2 * 25);
        // An outline and rings for each layer.
        assert_eq!(count(&figure, "initial"), 2 * 3);
        let expected = [
            "Change during training",
            "change of weight",
            "−2.16", // The bias of unit 2: sin 1 − 3.
            "initial weights",
        ];
        assert_texts(&figure, &expected);
    }

    #[test]
    fn networks_of_other_sizes_and_odd_numbers_give_a_readable_page() {
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
        assert!(remarks.contains("NaN, drawn as 0: 1"), "{remarks}");
        assert!(remarks.contains("not shown (not finite): 2"), "{remarks}");
    }

    #[test]
    fn zero_weights_a_single_unit_and_nothing_give_a_readable_page() {
        let mut zero = with_initial(layer("zero", 400, 1));
        zero.kernel.fill(0.0);
        zero.bias.fill(0.0);
        let figure = weights("", "", &tiles(1, 0.0), &tiles(1, 0.0), &[zero]);
        assert!(texts(&figure).contains(&"Weights of the unit of zero".to_owned()));
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

    #[test]
    fn each_tile_has_its_image_its_number_and_its_bias() {
        let tile = |value| tiles(1, value).remove(0);
        let units = [tile(0.2), tile(-0.2)];
        let mut layer = with_initial(layer("layer1", 400, 2));
        layer.bias = vec![0.25, 0.5];
        layer.initial.as_mut().unwrap().bias = vec![1.0, 0.25];
        let figure = weights("", "", &units, &[tile(-0.1), tile(0.1)], &[layer]);
        let svg = figure.to_inline_svg();
        assert_eq!(
            tips(&svg, "tile"),
            [
                "unit 1, bias 0.25",
                "unit 2, bias 0.50",
                "unit 1, bias −0.75",
                "unit 2, bias 0.25",
            ]
        );
        let images: Vec<&str> = groups(&svg, "tile").collect();
        // From left to right, 90 pixels apart, and 480 to the changes.
        let lefts: Vec<f64> = images.iter().map(|image| area(image)[0]).collect();
        assert_near(&lefts, &[20.0, 110.0, 500.0, 590.0]);
        // Pale yellow for the largest weight and increase, dark blue for the smallest.
        let (pale, dark) = ([255, 246, 214], [10, 38, 84]);
        let colors: Vec<[u8; 3]> = images.iter().map(|image| image_color(image)).collect();
        assert_eq!(colors, [pale, dark, dark, pale]);
    }
}
