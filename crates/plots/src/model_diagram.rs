//! The network as boxes from top to bottom, as Keras's `plot_model` draws it with shapes and
//! activations, and how many parameters each layer has.

use crate::Figure;
use crate::canvas::{Anchor, Area, Canvas, Point, TextStyle};
use crate::heading::{MARGIN, heading};
use crate::style::{Paint, Stroke};

/// A dense layer with biases, as its diagram names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DenseLayer {
    /// What the layer is called.
    pub name: String,
    /// How many numbers come in for an image.
    pub inputs: usize,
    /// How many units it has, each of which gives a number.
    pub units: usize,
    /// The function that its units apply, as `sigmoid`.
    pub activation: String,
}

impl DenseLayer {
    /// Counts weights and biases.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.inputs
            .saturating_mul(self.units)
            .saturating_add(self.units)
    }
}

/// Counts the parameters of all layers.
pub(crate) fn total_parameters(layers: &[DenseLayer]) -> usize {
    let counts = layers.iter().map(DenseLayer::parameters);
    counts.fold(0, usize::saturating_add)
}

/// What comes in or goes out, for a batch of any size, in Keras's words.
pub(crate) fn shape(numbers: usize) -> String {
    format!("(None, {numbers})")
}

/// A count with a comma before every three digits.
pub(crate) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const PAGE_WIDTH: f64 = 700.0;
const BOX_WIDTH: f64 = 460.0;
const ROW_HEIGHT: f64 = 28.0;
const ARROW_LENGTH: f64 = 34.0;

/// Draws the network from its input to its answer; without layers, the page says so.
///
/// Each box names a layer and its type, and has its activation, the shapes of what comes in and
/// goes out, and its parameters. `None` stands for the size of the batch. Below is the total.
#[must_use]
pub fn model_diagram(title: &str, layers: &[DenseLayer]) -> Figure {
    let mut canvas = Canvas::new();
    let note = "from the input at the top to the answer; None stands for the number of images";
    let mut top = heading(&mut canvas, title, note, PAGE_WIDTH - 2.0 * MARGIN);
    if let Some(first) = layers.first() {
        let output = format!("Output shape: {}", shape(first.inputs));
        top = labelled_box(&mut canvas, top, "input (InputLayer)", &[&[&output]]);
    }
    for layer in layers {
        arrow(&mut canvas, (PAGE_WIDTH / 2.0, top));
        top += ARROW_LENGTH;
        let (inputs, units) = (layer.inputs, layer.units);
        let rows: [&[&str]; 3] = [
            &[&format!("Activation: {}", layer.activation)],
            &[
                &format!("Input shape: {}", shape(inputs)),
                &format!("Output shape: {}", shape(units)),
            ],
            &[&format!(
                "Parameters: {} × {} + {} = {}",
                grouped(inputs),
                grouped(units),
                grouped(units),
                grouped(layer.parameters())
            )],
        ];
        top = labelled_box(&mut canvas, top, &format!("{} (Dense)", layer.name), &rows);
    }
    let total = total_parameters(layers);
    let total = if layers.is_empty() {
        "no layers".to_owned()
    } else {
        format!(
            "Total: {} parameters, {} bytes as 32-bit numbers",
            grouped(total),
            grouped(total.saturating_mul(size_of::<f32>()))
        )
    };
    let middle = TextStyle::HEADING.anchored(Anchor::Middle);
    canvas.text(&total, (PAGE_WIDTH / 2.0, top + 28.0), middle);
    canvas.finish(PAGE_WIDTH, top + 28.0 + MARGIN, title)
}

/// Draws a box of a layer: its name, and rows that cells share evenly; gives its lower edge.
fn labelled_box(canvas: &mut Canvas, top: f64, name: &str, rows: &[&[&str]]) -> f64 {
    let left = (PAGE_WIDTH - BOX_WIDTH) / 2.0;
    canvas.group("layer", |canvas| {
        let mut cell = Area {
            left,
            top,
            width: BOX_WIDTH,
            height: ROW_HEIGHT,
        };
        canvas.rectangle(cell, Paint::Ink);
        canvas.outline(cell, Stroke::solid(Paint::Ink, 1.0));
        write_in(canvas, cell, name, TextStyle::HEADING.painted(Paint::Paper));
        for row in rows {
            cell.top += ROW_HEIGHT;
            cell.left = left;
            cell.width = BOX_WIDTH / f64::from(u32::try_from(row.len()).unwrap_or(1));
            for text in *row {
                canvas.outline(cell, Stroke::solid(Paint::Ink, 1.0));
                write_in(canvas, cell, text, TextStyle::LABEL);
                cell.left += cell.width;
            }
        }
    });
    top + ROW_HEIGHT * f64::from(u32::try_from(rows.len() + 1).unwrap_or(1))
}

fn write_in(canvas: &mut Canvas, cell: Area, text: &str, style: TextStyle) {
    let (x, y) = cell.center();
    let text = style.fitted(text, cell.width - 16.0);
    canvas.text(&text, (x, y + 4.5), style.anchored(Anchor::Middle));
}

/// Draws an arrow down to the next box.
fn arrow(canvas: &mut Canvas, (x, top): Point) {
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
    use crate::inspect::{count, readable_texts};

    fn layer(name: &str, inputs: usize, units: usize) -> DenseLayer {
        DenseLayer {
            name: name.to_owned(),
            inputs,
            units,
            activation: "sigmoid".to_owned(),
        }
    }

    fn texts(figure: &Figure) -> Vec<String> {
        let texts = readable_texts(figure).into_iter();
        texts.map(|written| written.text).collect()
    }

    #[test]
    fn the_classic_network_has_the_counts_that_keras_gives() {
        let layers = [
            layer("layer1", 400, 25),
            layer("layer2", 25, 15),
            layer("layer3", 15, 1),
        ];
        let figure = model_diagram("The network", &layers);
        let texts = texts(&figure);
        // model.summary() of the notebook: 10,025 + 390 + 16 = 10,431, 40.75 KB.
        for expected in [
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
            "Total: 10,431 parameters, 41,724 bytes as 32-bit numbers",
        ] {
            assert!(texts.iter().any(|text| text == expected), "{expected}");
        }
        assert_eq!(count(&figure, "layer"), 4);
        assert_eq!(count(&figure, "arrow"), 3);
    }

    #[test]
    fn no_layer_and_layers_of_any_size_can_be_read() {
        let none = model_diagram("Nothing", &[]);
        assert!(texts(&none).contains(&"no layers".to_owned()));
        assert_eq!(count(&none, "layer"), 0);

        let long = "a name of a layer that is longer than its box is wide ".repeat(5);
        let huge = [layer(&long, usize::MAX, usize::MAX), layer("", 0, 0)];
        let texts = texts(&model_diagram(&long, &huge));
        assert!(texts.iter().any(|text| text == "Parameters: 0 × 0 + 0 = 0"));
    }

    #[test]
    fn counts_are_grouped_by_three() {
        let grouped = [0, 16, 999, 1000, 10_431, 1_234_567].map(grouped);
        assert_eq!(grouped, ["0", "16", "999", "1,000", "10,431", "1,234,567"]);
    }
}
