//! The network as boxes from top to bottom, like Keras's `plot_model` with shapes and activations,
//! and with the number of parameters of each layer.

pub(crate) mod layer;
pub(crate) mod text;

use crate::base::area::{Area, Point};
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading};
use crate::base::number_format::grouped;
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};
use layer::{DenseLayer, shape, total_parameters};

const PAGE_WIDTH: f64 = 700.0;
const BOX_WIDTH: f64 = 460.0;
const ROW_HEIGHT: f64 = 28.0;
const ARROW_LENGTH: f64 = 34.0;

/// Draws the network from its input to its output.
///
/// Each box has the name and type of a layer, its activation, the shapes of its input and output,
/// and its parameters; `None` is the batch size. The total is below. The units of a last layer that
/// stand for digits are drawn as a row of boxes with these digits.
#[must_use]
pub fn model_diagram(title: &str, layers: &[DenseLayer]) -> Figure {
    let mut canvas = Canvas::new();
    let note = "input at the top, output at the bottom; None is the batch size";
    let mut top = heading(&mut canvas, title, note, PAGE_WIDTH - 2.0 * MARGIN);
    if let Some(first) = layers.first() {
        let output = format!("Output shape: {}", shape(first.inputs));
        top = draw_box(&mut canvas, top, "input (InputLayer)", &[vec![output]]);
    }
    for layer in layers {
        draw_arrow(&mut canvas, (PAGE_WIDTH / 2.0, top));
        let name = format!("{} (Dense)", layer.name);
        top = draw_box(&mut canvas, top + ARROW_LENGTH, &name, &rows(layer));
    }
    if let Some(last) = layers.last().filter(|layer| !layer.digits.is_empty()) {
        draw_arrow(&mut canvas, (PAGE_WIDTH / 2.0, top));
        top = draw_units(&mut canvas, top + ARROW_LENGTH, &last.digits);
    }
    let total = if layers.is_empty() {
        "no layers".to_owned()
    } else {
        let parameters = total_parameters(layers);
        format!(
            "Total: {} parameters, {} bytes as float32",
            grouped(parameters),
            grouped(parameters.saturating_mul(size_of::<f32>()))
        )
    };
    let style = TextStyle::HEADING.anchored(Anchor::Middle);
    canvas.text(&total, (PAGE_WIDTH / 2.0, top + 28.0), style);
    canvas.finish(PAGE_WIDTH, top + 28.0 + MARGIN, title)
}

/// The rows of a layer's box below its name.
fn rows(layer: &DenseLayer) -> [Vec<String>; 3] {
    let (inputs, units) = (grouped(layer.inputs), grouped(layer.units));
    let parameters = grouped(layer.parameters());
    [
        vec![format!("Activation: {}", layer.activation)],
        vec![
            format!("Input shape: {}", shape(layer.inputs)),
            format!("Output shape: {}", shape(layer.units)),
        ],
        vec![format!(
            "Parameters: {inputs} × {units} + {units} = {parameters}"
        )],
    ]
}

/// Draws the box of a layer: its name, and rows with cells of equal width; returns the lower edge.
fn draw_box(canvas: &mut Canvas, top: f64, name: &str, rows: &[Vec<String>]) -> f64 {
    let mut row_area = Area {
        left: (PAGE_WIDTH - BOX_WIDTH) / 2.0,
        top,
        width: BOX_WIDTH,
        height: ROW_HEIGHT,
    };
    let outline = Stroke::solid(Paint::Ink, 1.0);
    canvas.group("layer", |canvas| {
        canvas.rectangle(row_area, Paint::Ink);
        canvas.outline(row_area, outline);
        draw_text(
            canvas,
            row_area,
            name,
            TextStyle::HEADING.painted(Paint::Paper),
        );
        for row in rows {
            row_area.top += ROW_HEIGHT;
            let width = BOX_WIDTH / real(row.len());
            for (index, text) in row.iter().enumerate() {
                let cell = Area {
                    left: row_area.left + real(index) * width,
                    width,
                    ..row_area
                };
                canvas.outline(cell, outline);
                draw_text(canvas, cell, text, TextStyle::LABEL);
            }
        }
    });
    row_area.bottom()
}

/// Draws a box for each output unit with its digit; returns the lower edge.
fn draw_units(canvas: &mut Canvas, top: f64, digits: &[u8]) -> f64 {
    const GAP: f64 = 6.0;
    let width = (BOX_WIDTH + GAP) / real(digits.len());
    canvas.group("outputs", |canvas| {
        for (index, digit) in digits.iter().enumerate() {
            let unit = Area {
                left: (PAGE_WIDTH - BOX_WIDTH) / 2.0 + real(index) * width,
                top,
                width: width - GAP,
                height: ROW_HEIGHT,
            };
            canvas.outline(unit, Stroke::solid(Paint::Ink, 1.0));
            let style = TextStyle::HEADING.anchored(Anchor::Middle);
            let (x, y) = unit.center();
            canvas.text(&digit.to_string(), (x, y + 4.5), style);
        }
    });
    top + ROW_HEIGHT
}

fn draw_text(canvas: &mut Canvas, cell: Area, text: &str, style: TextStyle) {
    let (x, y) = cell.center();
    let text = style.fitted(text, cell.width - 16.0);
    canvas.text(&text, (x, y + 4.5), style.anchored(Anchor::Middle));
}

/// Draws an arrow down to the next box.
fn draw_arrow(canvas: &mut Canvas, (x, top): Point) {
    let stroke = Stroke::solid(Paint::Ink, 1.5);
    let tip = top + ARROW_LENGTH - 1.0;
    canvas.group("arrow", |canvas| {
        canvas.line((x, top), (x, tip), stroke);
        canvas.polyline(
            &[(x - 5.0, tip - 7.0), (x, tip), (x + 5.0, tip - 7.0)],
            stroke,
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{
        area, assert_near, assert_texts, count, find, group, groups, numbers, readable_texts, texts,
    };

    fn layer(name: &str, inputs: usize, units: usize) -> DenseLayer {
        DenseLayer {
            name: name.to_owned(),
            inputs,
            units,
            activation: "sigmoid".to_owned(),
            digits: Vec::new(),
        }
    }

    #[test]
    fn the_units_of_ten_digits_are_named_below_the_last_layer() {
        let output = DenseLayer {
            activation: "softmax".to_owned(),
            digits: (0..10).collect(),
            ..layer("layer3", 15, 10)
        };
        let figure = model_diagram("Ten digits", &[layer("layer2", 25, 15), output]);
        let expected = ["Parameters: 15 × 10 + 10 = 160", "Activation: softmax"];
        assert_texts(&figure, &expected);
        assert_eq!(count(&figure, "arrow"), 3);
        let texts = readable_texts(&figure);
        let digits: Vec<(f64, f64)> = (0..10)
            .map(|digit: u8| find(&texts, &digit.to_string()).center())
            .collect();
        let total = find(&texts, "Total: 550 parameters, 2,200 bytes as float32").center();
        for pair in digits.windows(2) {
            assert!((pair[1].0 - pair[0].0 - 46.6).abs() < 1.5, "{digits:?}");
            assert!((pair[1].1 - pair[0].1).abs() < 1.0 && pair[0].1 < total.1);
        }
    }

    #[test]
    fn the_classic_network_has_the_counts_that_keras_gives() {
        let layers = [
            layer("layer1", 400, 25),
            layer("layer2", 25, 15),
            layer("layer3", 15, 1),
        ];
        let figure = model_diagram("The network", &layers);
        // model.summary() of the notebook: 10,025 + 390 + 16 = 10,431, 40.75 KB.
        let expected = [
            "input (InputLayer)",
            "Output shape: (None, 400)",
            "layer1 (Dense)",
            "Activation: sigmoid",
            "Input shape: (None, 400)",
            "Output shape: (None, 25)",
            "Parameters: 400 × 25 + 25 = 10,025",
            "Parameters: 25 × 15 + 15 = 390",
            "layer3 (Dense)",
            "Output shape: (None, 1)",
            "Parameters: 15 × 1 + 1 = 16",
            "Total: 10,431 parameters, 41,724 bytes as float32",
        ];
        assert_texts(&figure, &expected);
        assert_eq!(count(&figure, "layer"), 4);
        assert_eq!(count(&figure, "arrow"), 3);
    }

    #[test]
    fn no_layer_and_layers_of_any_size_give_a_readable_diagram() {
        let none = model_diagram("Nothing", &[]);
        assert!(texts(&none).contains(&"no layers".to_owned()));
        assert_eq!(count(&none, "layer"), 0);

        let long = "a name of a layer that is longer than its box is wide ".repeat(5);
        let huge = [layer(&long, usize::MAX, usize::MAX), layer("", 0, 0)];
        let figure = model_diagram(&long, &huge);
        assert_texts(&figure, &["Parameters: 0 × 0 + 0 = 0"]);
    }

    #[test]
    fn arrows_lead_from_box_to_box_and_inputs_are_left_of_outputs() {
        let figure = model_diagram("", &[layer("layer1", 400, 25)]);
        let svg = figure.to_inline_svg();
        let boxes: Vec<[f64; 4]> = groups(&svg, "layer").map(area).collect();
        // The first box has two rows of 28 pixels, and an arrow of 34 follows.
        let bottom = boxes[0][1] + 2.0 * 28.0;
        assert_near(&numbers(group(&svg, "arrow"), "y1"), &[bottom]);
        assert_near(&[boxes[1][1]], &[bottom + 34.0]);
        let texts = readable_texts(&figure);
        let input = find(&texts, "Input shape: (None, 400)").center();
        let output = find(&texts, "Output shape: (None, 25)").center();
        assert!(input.0 < 350.0 && 350.0 < output.0);
    }
}
