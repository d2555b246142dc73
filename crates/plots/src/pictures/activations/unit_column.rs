//! A layer as a column of cells, one for each unit.

use super::data::LayerActivations;
use crate::base::area::Area;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::number_format::{compact, fixed, grouped};
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};

/// The size of a unit's cell in pixels.
pub(super) const CELL_WIDTH: f64 = 66.0;
pub(super) const CELL_HEIGHT: f64 = 20.0;

/// From one cell to the next; larger if there is space.
const MIN_PITCH: f64 = 24.0;
const MAX_PITCH: f64 = 42.0;

/// The height of the texts above the columns, and the distances of their baselines: the name of the
/// layer, and its size below.
pub(super) const HEADS: f64 = 44.0;
const FIRST_HEAD: f64 = 30.0;
pub(super) const SECOND_HEAD: f64 = 14.0;

/// The number of units in a column; of larger layers it contains the most active ones.
const MAX_UNITS: usize = 30;
/// The height of the page is that of so many units at least.
const MIN_UNITS: usize = 8;

/// The opacity of an activation of 1: text is readable on it, in light and dark mode.
const MAX_OPACITY: f64 = 0.55;

/// The height of the columns of these layers.
pub(super) fn height(layers: &[LayerActivations]) -> f64 {
    let units = layers.iter().map(|layer| layer.values.len()).max();
    MIN_PITCH * real(units.unwrap_or(0).clamp(MIN_UNITS, MAX_UNITS))
}

/// A layer on the page.
pub(super) struct UnitColumn<'a> {
    pub(super) layer: &'a LayerActivations,
    /// The left edge of its cells.
    pub(super) left: f64,
    /// The indices of its drawn units, and the y coordinates of the centers of their cells.
    pub(super) cells: Vec<(usize, f64)>,
    outputs: Option<Outputs<'a>>,
}

/// What the units of the last layer stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outputs<'a> {
    /// The digit of each unit, `[units]`.
    pub(super) digits: &'a [u8],
    /// The index of the largest output.
    pub(super) largest: Option<usize>,
}

impl<'a> UnitColumn<'a> {
    /// Places the cells around a middle, within a height.
    pub(super) fn new(layer: &'a LayerActivations, left: f64, middle: f64, height: f64) -> Self {
        let units = most_active(&layer.values);
        let pitch = (height / real(units.len().max(1))).clamp(MIN_PITCH, MAX_PITCH);
        let top = middle - pitch * real(units.len()) / 2.0;
        let centers = (0..units.len()).map(|index| top + pitch * (real(index) + 0.5));
        Self {
            layer,
            left,
            cells: units.iter().copied().zip(centers).collect(),
            outputs: None,
        }
    }

    /// The same for the last of several layers, whose units stand for digits.
    pub(super) fn with_outputs(self, outputs: Option<Outputs<'a>>) -> Self {
        Self { outputs, ..self }
    }

    /// Whether all units are drawn.
    pub(super) fn is_complete(&self) -> bool {
        self.cells.len() == self.layer.values.len()
    }

    /// Draws the name of the layer, shortened to a width, its size and its cells below `top`.
    pub(super) fn draw(&self, canvas: &mut Canvas, top: f64, max_name_width: f64) {
        let middle = self.left + CELL_WIDTH / 2.0;
        canvas.group("layer", |canvas| {
            let style = TextStyle::HEADING.anchored(Anchor::Middle);
            let name = style.fitted(&self.layer.name, max_name_width);
            canvas.text(&name, (middle, top - FIRST_HEAD), style);
            let size = match self.layer.values.len() {
                1 => "1 unit".to_owned(),
                units if self.is_complete() => format!("{units} units"),
                units => format!("{} of {} units", self.cells.len(), grouped(units)),
            };
            let style = TextStyle::SMALL.anchored(Anchor::Middle);
            canvas.text(&size, (middle, top - SECOND_HEAD), style);
            for &(unit, center) in &self.cells {
                self.draw_unit(canvas, unit, center);
            }
        });
    }

    fn draw_unit(&self, canvas: &mut Canvas, unit: usize, center: f64) {
        let value = f64::from(self.layer.values[unit]);
        let number = grouped(unit + 1);
        let digit = self.outputs.and_then(|outputs| outputs.digits.get(unit));
        let stands_for = digit.map_or(String::new(), |digit| format!(" (digit {digit})"));
        let tip = format!("{}, unit {number}{stands_for}: {value}", self.layer.name);
        let is_largest = self.outputs.and_then(|outputs| outputs.largest) == Some(unit);
        canvas.group_with_tip("unit", &tip, |canvas| {
            let cell = Area {
                left: self.left,
                top: center - CELL_HEIGHT / 2.0,
                width: CELL_WIDTH,
                height: CELL_HEIGHT,
            };
            draw_cell(canvas, cell, value);
            if is_largest {
                canvas.outline(cell.grown(1.0), Stroke::solid(Paint::Ink, 2.5));
            }
            let name = digit.map_or(number, u8::to_string);
            draw_texts(canvas, cell, &name, &activation(value));
        });
    }
}

/// The indices of the units in a column, in ascending order.
fn most_active(values: &[f32]) -> Vec<usize> {
    let mut units: Vec<usize> = (0..values.len()).collect();
    if units.len() > MAX_UNITS {
        // NaN counts as the largest.
        units.sort_by(|one, other| values[*other].abs().total_cmp(&values[*one].abs()));
        units.truncate(MAX_UNITS);
        units.sort_unstable();
    }
    units
}

/// Draws a cell; the larger the activation, the darker.
pub(super) fn draw_cell(canvas: &mut Canvas, cell: Area, activation: f64) {
    canvas.rectangle(cell, Paint::Paper);
    if activation > 0.0 {
        canvas.tint(cell, Paint::Muted, MAX_OPACITY * activation.min(1.0));
    }
    canvas.outline(cell, Stroke::solid(Paint::Muted, 1.0));
}

/// Writes a unit's number and its activation.
fn draw_texts(canvas: &mut Canvas, cell: Area, number: &str, activation: &str) {
    const INSET: f64 = 6.0;
    let baseline = cell.center().1 + 4.0;
    let style = TextStyle::SMALL.painted(Paint::Ink);
    let bold = style.bold().anchored(Anchor::End);
    // Activations outside [0, 1] may leave no space for the number.
    if style.width(number) + bold.width(activation) < cell.width - 2.5 * INSET {
        canvas.text(number, (cell.left + INSET, baseline), style);
    }
    canvas.text(activation, (cell.right() - INSET, baseline), bold);
}

/// An activation with two decimals; outside [0, 1], which a sigmoid does not exceed, with its first
/// digits.
fn activation(value: f64) -> String {
    if (0.0..=1.0).contains(&value) {
        fixed(value, 2)
    } else {
        compact(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::activations::activations;
    use crate::pictures::activations::fixtures::{layer, shown, ten_digits};
    use crate::test_support::{assert_texts, count, groups, texts, tips};

    #[test]
    fn the_most_active_units_of_a_large_layer_are_shown_in_order() {
        let mut values = vec![0.1; 100];
        values[40..68].fill(0.9);
        values[3] = 1.0;
        values[99] = 0.5;
        let expected: Vec<usize> = [3].into_iter().chain(40..68).chain([99]).collect();
        assert_eq!(most_active(&values), expected);
        assert_eq!(most_active(&[0.1, 0.9, 0.5]), [0, 1, 2]);
    }

    #[test]
    fn cells_are_around_the_middle_and_closer_the_more_there_are() {
        let layer = |units: usize| LayerActivations {
            name: String::new(),
            values: vec![0.5; units],
            kernel: Vec::new(),
        };
        let (few, many) = (layer(2), layer(25));
        assert!((height(&[few.clone(), many.clone()]) - 600.0).abs() < 1e-9);
        let few = UnitColumn::new(&few, 0.0, 300.0, 600.0);
        assert_eq!(few.cells, [(0, 279.0), (1, 321.0)]);
        let many = UnitColumn::new(&many, 0.0, 300.0, 600.0);
        assert_eq!((many.cells[0], many.cells[24]), ((0, 12.0), (24, 588.0)));
    }

    #[test]
    fn an_activation_has_two_decimals_unless_it_is_outside_the_range_of_a_sigmoid() {
        assert_eq!([0.0, 0.9987, 1.0].map(activation), ["0.00", "1.00", "1.00"]);
        assert_eq!([-0.5, 1.2e9].map(activation), ["−0.50", "1.2e9"]);
    }

    #[test]
    fn the_most_active_units_of_a_large_layer_are_shown_and_counted() {
        let layers = vec![layer("wide", vec![0.5; 100], Vec::new())];
        let figure = activations("", "", &shown(layers, None));
        assert_eq!(count(&figure, "unit"), 30);
        let texts = texts(&figure);
        assert!(texts.contains(&"30 of 100 units".to_owned()));
        assert!(texts.iter().any(|text| text.contains("most active")));
    }

    #[test]
    fn ten_outputs_have_their_digits_and_the_largest_is_framed() {
        let figure = activations("Row 17", "", &ten_digits());
        let expected = ["P(7) = 0.91", "predicted 7", "label 9", "wrong", "10 units"];
        assert_texts(&figure, &expected);
        let svg = figure.to_inline_svg();
        let outputs: Vec<&str> = groups(&svg, "unit").skip(15).collect();
        assert_eq!(outputs.len(), 10);
        for (digit, unit) in outputs.iter().enumerate() {
            assert!(unit.contains(&format!(">\n{digit}\n<")), "{unit}");
            assert_eq!(unit.contains("stroke-ink"), digit == 7, "{unit}");
        }
        assert_eq!(
            tips(&svg, "unit")[15 + 7],
            "layer3, unit 8 (digit 7): 0.9100000262260437"
        );
    }
}
