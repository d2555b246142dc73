//! A layer as a column of cells, one for each unit.

use crate::activations::LayerActivations;
use crate::axes::number;
use crate::canvas::{Anchor, Area, Canvas, TextStyle};
use crate::compact::compact;
use crate::font::Weight;
use crate::model_diagram::grouped;
use crate::scale::count;
use crate::style::{Paint, Stroke};

/// Of a unit's cell, and from one cell to the next, in pixels; cells stand further apart where
/// there is room.
pub(crate) const CELL_WIDTH: f64 = 66.0;
pub(crate) const CELL_HEIGHT: f64 = 20.0;
const PITCH: f64 = 24.0;
const WIDEST_PITCH: f64 = 42.0;

/// Above the columns: the name of a layer, and its size below that; where their base lines are.
pub(crate) const HEADS: f64 = 44.0;
const FIRST_HEAD: f64 = 30.0;
pub(crate) const SECOND_HEAD: f64 = 14.0;

/// As many units as a column has room for; of larger layers it holds the most active ones.
const MOST_UNITS: usize = 30;
const LEAST_UNITS: usize = 8;

/// How dark an activation of 1 is: ink can be read on it, in light and in the dark.
const DARKEST: f64 = 0.55;

/// The height that the columns of some layers need.
pub(crate) fn height(layers: &[LayerActivations]) -> f64 {
    let units = layers.iter().map(|layer| layer.values.len()).max();
    PITCH * count(units.unwrap_or(0).clamp(LEAST_UNITS, MOST_UNITS))
}

/// A layer as it stands on the page.
pub(crate) struct UnitColumn<'a> {
    pub(crate) layer: &'a LayerActivations,
    /// The left edge of its cells.
    pub(crate) left: f64,
    /// Its units that are shown, from 0, with the middle of their cells from the top.
    pub(crate) cells: Vec<(usize, f64)>,
}

impl<'a> UnitColumn<'a> {
    /// Places the cells around a middle, within a height.
    pub(crate) fn new(layer: &'a LayerActivations, left: f64, middle: f64, height: f64) -> Self {
        let units = most_active(&layer.values);
        let pitch = (height / count(units.len().max(1))).clamp(PITCH, WIDEST_PITCH);
        let top = middle - pitch * count(units.len()) / 2.0;
        let middles = (0..units.len()).map(|place| top + pitch * (count(place) + 0.5));
        Self {
            layer,
            left,
            cells: units.iter().copied().zip(middles).collect(),
        }
    }

    /// Whether all units are shown.
    pub(crate) fn is_whole(&self) -> bool {
        self.cells.len() == self.layer.values.len()
    }

    /// Draws the layer's name, of at most so much room, and its size above `top`, and its cells.
    pub(crate) fn draw(&self, canvas: &mut Canvas, top: f64, name_room: f64) {
        let middle = self.left + CELL_WIDTH / 2.0;
        canvas.group("layer", |canvas| {
            let name = TextStyle::HEADING.fitted(&self.layer.name, name_room);
            let style = TextStyle::HEADING.anchored(Anchor::Middle);
            canvas.text(&name, (middle, top - FIRST_HEAD), style);
            let size = match self.layer.values.len() {
                1 => "1 unit".to_owned(),
                units if self.is_whole() => format!("{units} units"),
                units => format!("{} of {} units", self.cells.len(), grouped(units)),
            };
            let style = TextStyle::SMALL.anchored(Anchor::Middle);
            canvas.text(&size, (middle, top - SECOND_HEAD), style);
            for &(unit, y) in &self.cells {
                let value = f64::from(self.layer.values[unit]);
                let number = grouped(unit + 1);
                let tip = format!("{}, unit {number}: {value}", self.layer.name);
                canvas.group_with_tip("unit", &tip, |canvas| {
                    let cell = Area {
                        left: self.left,
                        top: y - CELL_HEIGHT / 2.0,
                        width: CELL_WIDTH,
                        height: CELL_HEIGHT,
                    };
                    draw_cell(canvas, cell, value);
                    write_in(canvas, cell, &number, &activation(value));
                });
            }
        });
    }
}

/// The units that a column has room for, in their order.
fn most_active(values: &[f32]) -> Vec<usize> {
    let mut units: Vec<usize> = (0..values.len()).collect();
    if units.len() > MOST_UNITS {
        // What is not a number stands out as much as the largest does.
        units.sort_by(|one, other| values[*other].abs().total_cmp(&values[*one].abs()));
        units.truncate(MOST_UNITS);
        units.sort_unstable();
    }
    units
}

/// Draws a cell as dark as the activation is large.
pub(crate) fn draw_cell(canvas: &mut Canvas, cell: Area, value: f64) {
    canvas.rectangle(cell, Paint::Paper);
    if value > 0.0 {
        canvas.tint(cell, Paint::Muted, DARKEST * value.min(1.0));
    }
    canvas.outline(cell, Stroke::solid(Paint::Muted, 1.0));
}

/// Writes a unit's number and its activation.
fn write_in(canvas: &mut Canvas, cell: Area, number: &str, activation: &str) {
    const INSET: f64 = 6.0;
    let base_line = cell.center().1 + 4.0;
    let style = TextStyle::SMALL.painted(Paint::Ink);
    let bold = TextStyle {
        weight: Weight::SemiBold,
        ..style.anchored(Anchor::End)
    };
    // Activations that are no sigmoid's may leave no room for the number.
    if style.width(number) + bold.width(activation) < cell.width - 2.5 * INSET {
        canvas.text(number, (cell.left + INSET, base_line), style);
    }
    canvas.text(activation, (cell.right() - INSET, base_line), bold);
}

/// An activation to two decimals; outside of [0, 1], where a sigmoid gives none, to its first
/// digits.
fn activation(value: f64) -> String {
    if (0.0..=1.0).contains(&value) {
        number(value, 2)
    } else {
        compact(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_large_layer_the_most_active_units_are_shown_in_their_order() {
        let mut values = vec![0.1; 100];
        values[40..68].fill(0.9);
        values[3] = 1.0;
        values[99] = 0.5;
        let expected: Vec<usize> = [3].into_iter().chain(40..68).chain([99]).collect();
        assert_eq!(most_active(&values), expected);
        assert_eq!(most_active(&[0.1, 0.9, 0.5]), [0, 1, 2]);
    }

    #[test]
    fn cells_stand_around_the_middle_and_closer_the_more_there_are() {
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
    fn an_activation_has_two_decimals_unless_no_sigmoid_gave_it() {
        assert_eq!([0.0, 0.9987, 1.0].map(activation), ["0.00", "1.00", "1.00"]);
        assert_eq!([-0.5, 1.2e9].map(activation), ["−0.50", "1.2e9"]);
    }
}
