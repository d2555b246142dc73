//! The connections between two layers: which of them are drawn, and how.

use super::data::LayerActivations;
use super::unit_column::{CELL_WIDTH, SECOND_HEAD, UnitColumn};
use crate::base::area::Point;
use crate::base::canvas::Canvas;
use crate::base::number_format::compact;
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};

/// A connection from a unit to a unit of the next layer, both counted from 0.
#[derive(Debug, Clone, PartialEq)]
struct Connection {
    from: usize,
    to: usize,
    /// Activation times weight: the part of the input of the unit that it leads to.
    contribution: f64,
    /// Its ends on the page.
    ends: [Point; 2],
}

impl Connection {
    fn size(&self) -> f64 {
        self.contribution.abs()
    }
}

/// Draws the strongest connections into each unit, the weakest of all first; returns the size of the
/// strongest. `top` is the upper edge of the columns.
pub(super) fn draw(canvas: &mut Canvas, columns: &[UnitColumn<'_>], top: f64) -> f64 {
    let mut drawn = Vec::new();
    for pair in columns.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        let (left, right) = (before.left + CELL_WIDTH, after.left);
        let max_per_unit = max_per_unit(after.cells.len());
        for &(to, lower) in &after.cells {
            let all = before.cells.iter().map(|&(from, upper)| Connection {
                from,
                to,
                contribution: contribution(before.layer, after.layer, from, to),
                ends: [(left, upper), (right, lower)],
            });
            drawn.extend(strongest(all, max_per_unit));
        }
        let caption = match (max_per_unit, after.cells.len()) {
            (_, 1) => format!("the {max_per_unit} strongest"),
            (1, _) => "the strongest per unit".to_owned(),
            _ => format!("the {max_per_unit} strongest per unit"),
        };
        let at = (f64::midpoint(left, right), top - SECOND_HEAD);
        canvas.text(&caption, at, TextStyle::SMALL.anchored(Anchor::Middle));
    }
    drawn.sort_by(|one, other| one.size().total_cmp(&other.size()));
    let strongest = drawn.last().map_or(0.0, Connection::size);
    for connection in &drawn {
        let (from, to) = (connection.from + 1, connection.to + 1);
        let contribution = compact(connection.contribution);
        let tip = format!("unit {from} to unit {to}: {contribution}");
        canvas.group_with_tip("connection", &tip, |canvas| {
            let [from, to] = connection.ends;
            canvas.line(from, to, stroke(connection.contribution, strongest));
        });
    }
    strongest
}

/// The activation of a unit times the weight of its connection; 0 where there is no weight.
fn contribution(
    before: &LayerActivations,
    after: &LayerActivations,
    from: usize,
    to: usize,
) -> f64 {
    let weight = after.kernel.get(from * after.values.len() + to);
    let weight = weight.copied().unwrap_or(0.0);
    f64::from(before.values[from]) * f64::from(weight)
}

/// The number of connections into each unit of a layer: few enough to follow by eye.
fn max_per_unit(units: usize) -> usize {
    const MAX_LINES: usize = 45;
    (MAX_LINES / units.max(1)).clamp(1, 8)
}

/// The largest contributions of either sign; the first of equal ones. Zero and non-finite ones are
/// left out.
fn strongest(connections: impl Iterator<Item = Connection>, max: usize) -> Vec<Connection> {
    let mut connections: Vec<Connection> = connections
        .filter(|connection| connection.contribution.is_finite() && connection.contribution != 0.0)
        .collect();
    connections.sort_by(|one, other| other.size().total_cmp(&one.size()));
    connections.truncate(max);
    connections
}

/// The line of a connection: solid above zero, dashed below; the larger compared with the strongest
/// of all, the wider and the more opaque.
pub(super) fn stroke(contribution: f64, strongest: f64) -> Stroke {
    let part = (contribution.abs() / strongest).clamp(0.0, 1.0);
    let width = ((0.8 + 3.2 * part) * 10.0).round() / 10.0;
    let stroke = if contribution > 0.0 {
        Stroke::solid(Paint::Positive, width)
    } else {
        Stroke::dashed(Paint::Negative, width)
    };
    stroke.with_opacity(0.45 + 0.5 * part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::style::Dash;
    use crate::pictures::activations::activations;
    use crate::pictures::activations::fixtures::{layer as named, shown};
    use crate::test_support::tips;

    fn layer(values: &[f32], kernel: &[f32]) -> LayerActivations {
        LayerActivations {
            name: String::new(),
            values: values.to_vec(),
            kernel: kernel.to_vec(),
        }
    }

    fn chosen(contributions: &[f64], max: usize) -> Vec<usize> {
        let all = contributions
            .iter()
            .enumerate()
            .map(|(from, contribution)| Connection {
                from,
                to: 0,
                contribution: *contribution,
                ends: [(0.0, 0.0); 2],
            });
        let chosen = strongest(all, max);
        chosen.iter().map(|connection| connection.from).collect()
    }

    #[test]
    fn a_contribution_is_an_activation_times_its_weight() {
        let before = layer(&[0.5, 1.0, 0.25], &[]);
        // From three units to two, row by row: the weights of unit 0 are 1 and −2.
        let after = layer(&[0.0, 0.0], &[1.0, -2.0, 3.0, 4.0, -8.0, 6.0]);
        let by_unit = |to| {
            let from = |from| contribution(&before, &after, from, to);
            (from(0), from(1), from(2))
        };
        assert_eq!(by_unit(0), (0.5, 3.0, -2.0));
        assert_eq!(by_unit(1), (-1.0, 4.0, 1.5));
        let without = layer(&[0.0, 0.0], &[1.0]);
        assert!(contribution(&before, &without, 2, 1).abs() < 1e-12);
    }

    #[test]
    fn the_largest_are_chosen_whatever_their_sign() {
        assert_eq!(chosen(&[0.5, 3.0, -2.0, 0.1], 2), [1, 2]);
        assert_eq!(chosen(&[1.0, -1.0, 1.0], 2), [0, 1]);
        assert_eq!(chosen(&[0.0, f64::NAN, f64::INFINITY, -0.1], 3), [3]);
        assert_eq!(chosen(&[], 3), [0_usize; 0]);
    }

    #[test]
    fn layers_of_any_size_have_few_connections() {
        assert_eq!([0, 1, 15, 30].map(max_per_unit), [8, 8, 3, 1]);
    }

    #[test]
    fn dashes_show_the_sign_and_width_the_size() {
        let (up, down, small) = (stroke(2.0, 2.0), stroke(-2.0, 2.0), stroke(0.5, 2.0));
        assert_eq!((up.dash, down.dash), (Dash::None, Dash::Long));
        assert_eq!((up.width, down.width, small.width), (4.0, 4.0, 1.6));
        assert!(small.opacity < up.opacity);
    }

    #[test]
    fn tips_of_connections_have_their_units_and_contributions() {
        // Into unit 1: 0.5 × 2 = 1 and 0.25 × −8 = −2; into unit 2: 0.5 × 0 and 0.25 × 4 = 1.
        let layers = vec![
            named("first", vec![0.5, 0.25], Vec::new()),
            named("second", vec![0.1, 0.2], vec![2.0, 0.0, -8.0, 4.0]),
        ];
        let svg = activations("", "", &shown(layers, None)).to_svg();
        assert_eq!(
            tips(&svg, "connection"),
            [
                "unit 1 to unit 1: 1.00",
                "unit 2 to unit 2: 1.00",
                "unit 2 to unit 1: −2.00"
            ]
        );
        assert_eq!(
            svg.matches("stroke-dasharray").count(),
            2,
            "one, and the key"
        );
    }
}
