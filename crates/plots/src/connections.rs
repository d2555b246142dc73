//! Which connections between two layers are drawn, and how.

use crate::activations::LayerActivations;
use crate::canvas::Point;
use crate::style::{Paint, Stroke};

/// A connection from a unit to a unit of the next layer, both counted from 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Connection {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// What it adds to the sum of the unit that it leads to.
    pub(crate) contribution: f64,
    /// Where it begins and ends on the page.
    pub(crate) points: [Point; 2],
}

impl Connection {
    pub(crate) fn size(&self) -> f64 {
        self.contribution.abs()
    }
}

/// The activation that a connection comes from times its weight; 0 where there is no weight.
pub(crate) fn contribution(
    before: &LayerActivations,
    after: &LayerActivations,
    from: usize,
    to: usize,
) -> f64 {
    let weight = after.kernel.get(from * after.values.len() + to);
    let weight = weight.copied().unwrap_or(0.0);
    f64::from(before.values[from]) * f64::from(weight)
}

/// How many connections are drawn into each unit of a layer: few enough to be followed by the eye.
pub(crate) fn most_per_unit(units: usize) -> usize {
    (45 / units.max(1)).clamp(1, 8)
}

/// Chooses the largest contributions, whatever their sign; the first of equal ones. What adds
/// nothing, or is not a number, is left out.
pub(crate) fn strongest(
    connections: impl IntoIterator<Item = Connection>,
    most: usize,
) -> Vec<Connection> {
    let mut connections: Vec<Connection> = connections
        .into_iter()
        .filter(|connection| connection.contribution.is_finite() && connection.contribution != 0.0)
        .collect();
    connections.sort_by(|one, other| other.size().total_cmp(&one.size()));
    connections.truncate(most);
    connections
}

/// How a connection looks: solid above zero, dashed below, the wider and the clearer the larger,
/// compared with the largest of all.
pub(crate) fn stroke(contribution: f64, largest: f64) -> Stroke {
    let share = (contribution.abs() / largest).clamp(0.0, 1.0);
    let width = ((0.8 + 3.2 * share) * 10.0).round() / 10.0;
    let stroke = if contribution > 0.0 {
        Stroke::solid(Paint::Positive, width)
    } else {
        Stroke::dashed(Paint::Negative, width)
    };
    Stroke {
        opacity: 0.45 + 0.5 * share,
        ..stroke
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::Dash;

    fn layer(values: &[f32], kernel: &[f32]) -> LayerActivations {
        LayerActivations {
            name: String::new(),
            values: values.to_vec(),
            kernel: kernel.to_vec(),
        }
    }

    fn chosen(contributions: &[f64], most: usize) -> Vec<usize> {
        let all = contributions
            .iter()
            .enumerate()
            .map(|(from, contribution)| Connection {
                from,
                to: 0,
                contribution: *contribution,
                points: [(0.0, 0.0); 2],
            });
        let chosen = strongest(all, most);
        chosen.iter().map(|connection| connection.from).collect()
    }

    #[test]
    fn a_contribution_is_an_activation_times_its_weight() {
        let before = layer(&[0.5, 1.0, 0.25], &[]);
        // From three units to two, row by row: unit 0 leads to the two by 1 and −2.
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
    fn a_picture_of_any_layer_has_few_connections() {
        assert_eq!([0, 1, 15, 30].map(most_per_unit), [8, 8, 3, 1]);
    }

    #[test]
    fn sign_is_seen_without_colour_and_size_by_width() {
        let (up, down, small) = (stroke(2.0, 2.0), stroke(-2.0, 2.0), stroke(0.5, 2.0));
        assert_eq!((up.dash, down.dash), (Dash::None, Dash::Long));
        assert_eq!((up.width, down.width, small.width), (4.0, 4.0, 1.6));
        assert!(small.opacity < up.opacity);
    }
}
