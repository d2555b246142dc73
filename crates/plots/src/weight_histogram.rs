//! A layer's weights by size, and its biases by unit; before the training and after it.

use crate::axes::{Axes, BOTTOM_MARGIN, Entry, Scale, left_margin, legend};
use crate::canvas::{Area, Canvas, Point, TextStyle};
use crate::compact::compact;
use crate::heading::paragraph;
use crate::model_diagram::grouped;
use crate::scale::count;
use crate::style::{Mark, Paint, Stroke};
use crate::weights::LayerWeights;

const PLOT_HEIGHT: f64 = 130.0;

/// Free room right of a plot, into which the last number of its axis may reach.
const RIGHT: f64 = 14.0;

/// As they are after the training, and as they were before it.
const NOW: Paint = Paint::Series(0);
const INITIAL: Paint = Paint::Ink;

/// Says how weights before and after the training are told apart; gives the height used.
pub(crate) fn key(canvas: &mut Canvas, (left, base_line): Point, room: f64) -> f64 {
    let entry = |line, mark, name: &str| Entry {
        line,
        mark,
        name: name.to_owned(),
    };
    let entries = [
        entry(None, Some((Mark::Square, NOW)), "after the training"),
        entry(Some(initial_line()), None, "weights before it"),
        entry(None, Some((Mark::Ring, INITIAL)), "biases before it"),
    ];
    legend(canvas, &entries, left, base_line, room)
}

fn initial_line() -> Stroke {
    Stroke::dashed(INITIAL, 1.5)
}

/// Draws a layer's name and two plots beside each other, each of a width and with a gap between;
/// gives the lower edge.
pub(crate) fn draw(
    canvas: &mut Canvas,
    layer: &LayerWeights,
    (left, top): Point,
    (width, gap): (f64, f64),
) -> f64 {
    let second = left + width + gap;
    let initial = layer.initial.as_ref();
    let (kernel, bias) = initial
        .map(|initial| (&initial.kernel[..], &initial.bias[..]))
        .unzip();
    let mut bottom = top + 18.0;
    canvas.group("layer", |canvas| {
        let shape = format!(
            "{}: {} × {}",
            layer.name,
            grouped(layer.inputs),
            grouped(layer.units)
        );
        let heading = TextStyle::HEADING.fitted(&shape, 2.0 * width + gap);
        canvas.text(&heading, (left, top + 13.0), TextStyle::HEADING);
        let weights = remark(["weight", "weights"], &layer.kernel, kernel);
        let biases = remark(["bias", "biases"], &layer.bias, bias);
        let one = paragraph(canvas, &weights, (left, bottom), width, TextStyle::SMALL);
        let other = paragraph(canvas, &biases, (second, bottom), width, TextStyle::SMALL);
        bottom += one.max(other) + 10.0;
        draw_weights(
            canvas,
            &layer.kernel,
            kernel.unwrap_or(&[]),
            (left, bottom),
            width,
        );
        draw_biases(
            canvas,
            &layer.bias,
            bias.unwrap_or(&[]),
            (second, bottom),
            width,
        );
        bottom += PLOT_HEIGHT + BOTTOM_MARGIN;
    });
    bottom
}

/// How many numbers there are, from where to where, and how far they spread.
fn remark([one, several]: [&str; 2], now: &[f32], initial: Option<&[f32]>) -> String {
    let name = if now.len() == 1 { one } else { several };
    let extent = match (now.len(), range(now)) {
        (_, None) => String::new(),
        (1, Some((only, _))) => format!(": {}", compact(only)),
        (_, Some((low, high))) => format!(" from {} to {}", compact(low), compact(high)),
    };
    let spread = deviation(now).map(compact);
    let spread = spread.map_or(String::new(), |spread| {
        format!(", standard deviation {spread}")
    });
    let before = initial.and_then(deviation).map(compact);
    let before = before.map_or(String::new(), |before| format!(" (initially {before})"));
    let all = now.iter().chain(initial.into_iter().flatten());
    let left_out = match all.filter(|number| !number.is_finite()).count() {
        0 => String::new(),
        odd => format!("; not finite and left out: {}", grouped(odd)),
    };
    format!(
        "{} {name}{extent}{spread}{before}{left_out}",
        grouped(now.len())
    )
}

fn finite(numbers: &[f32]) -> impl Iterator<Item = f64> + Clone {
    let numbers = numbers.iter().map(|number| f64::from(*number));
    numbers.filter(|number| number.is_finite())
}

fn range(numbers: &[f32]) -> Option<(f64, f64)> {
    let low = finite(numbers).min_by(f64::total_cmp)?;
    let high = finite(numbers).max_by(f64::total_cmp)?;
    Some((low, high))
}

/// Of the finite numbers, of which there must be two at least.
fn deviation(numbers: &[f32]) -> Option<f64> {
    let all = finite(numbers).count();
    let mean = finite(numbers).sum::<f64>() / count(all);
    let squares = finite(numbers).map(|number| (number - mean).powi(2));
    (all > 1).then(|| (squares.sum::<f64>() / count(all)).sqrt())
}

/// Draws how many weights there are of which size: bars for those of now, a dashed outline for the
/// initial ones.
fn draw_weights(canvas: &mut Canvas, now: &[f32], initial: &[f32], (left, top): Point, width: f64) {
    let x = Scale::around(finite(now).chain(finite(initial)), 6);
    let bins = bins_for(now.len());
    let (from, to) = x.ends();
    let edge = |bin: usize| from + (to - from) * count(bin) / count(bins);
    let (filled, outlined) = (
        histogram(now, (from, to), bins),
        histogram(initial, (from, to), bins),
    );
    let most = filled.iter().chain(&outlined).max().copied().unwrap_or(0);
    let axes = axes((left, top), width, x, counts_scale(most));
    axes.draw(canvas, "weight", "number of weights");
    for (bin, weights) in filled
        .iter()
        .enumerate()
        .filter(|(_, weights)| **weights > 0)
    {
        let ends = (compact(edge(bin)), compact(edge(bin + 1)));
        let tip = format!(
            "{} weights from {} to {}",
            grouped(*weights),
            ends.0,
            ends.1
        );
        let (left, top) = axes.point(edge(bin), count(*weights));
        let (right, bottom) = axes.point(edge(bin + 1), 0.0);
        let bar = Area {
            left: left + 0.5,
            top,
            width: right - left - 1.0,
            height: bottom - top,
        };
        canvas.group_with_tip("bin", &tip, |canvas| canvas.rectangle(bar, NOW));
    }
    if initial.is_empty() {
        return;
    }
    let mut steps = vec![axes.point(from, 0.0)];
    for (bin, weights) in outlined.into_iter().enumerate() {
        steps.push(axes.point(edge(bin), count(weights)));
        steps.push(axes.point(edge(bin + 1), count(weights)));
    }
    steps.push(axes.point(to, 0.0));
    canvas.group("initial", |canvas| canvas.polyline(&steps, initial_line()));
}

fn axes((left, top): Point, width: f64, x: Scale, y: Scale) -> Axes {
    let margin = left_margin(&y);
    let area = Area {
        left: left + margin,
        top,
        width: width - margin - RIGHT,
        height: PLOT_HEIGHT,
    };
    Axes { area, x, y }
}

/// From zero, with whole numbers only.
fn counts_scale(most: usize) -> Scale {
    const TICKS: usize = 4;
    Scale::between(0.0, count(most.max(TICKS)), TICKS)
}

/// More bins for more weights, so that the bars stay smooth.
fn bins_for(weights: usize) -> usize {
    weights.isqrt().clamp(8, 40)
}

/// Counts numbers in bins of equal width; the last bin holds its upper end, too.
fn histogram(numbers: &[f32], (from, to): (f64, f64), bins: usize) -> Vec<usize> {
    let mut counts = vec![0; bins];
    for number in finite(numbers) {
        let place = (number - from) / (to - from) * count(bins);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to the number of bins"
        )]
        let bin = (place.max(0.0) as usize).min(bins - 1);
        counts[bin] += 1;
    }
    counts
}

/// Draws a bar from zero for each unit's bias, and a ring where it was before the training.
fn draw_biases(canvas: &mut Canvas, now: &[f32], initial: &[f32], (left, top): Point, width: f64) {
    const WIDEST: f64 = 24.0;
    let x = Scale::bands(now.len(), 8);
    let y = Scale::around(finite(now).chain(finite(initial)).chain([0.0]), 4);
    let axes = axes((left, top), width, x, y);
    axes.draw(canvas, "unit", "bias");
    let band = axes.area.width / count(now.len().max(1));
    let half = (0.35 * band).min(WIDEST / 2.0);
    for (unit, bias) in now.iter().enumerate().filter(|(_, bias)| bias.is_finite()) {
        let (x, zero) = axes.point(count(unit + 1), 0.0);
        let (_, end) = axes.point(0.0, f64::from(*bias));
        let bar = Area {
            left: x - half,
            top: end.min(zero),
            width: 2.0 * half,
            height: (end - zero).abs(),
        };
        let tip = format!("unit {}: {}", grouped(unit + 1), compact(f64::from(*bias)));
        canvas.group_with_tip("bar", &tip, |canvas| canvas.rectangle(bar, NOW));
    }
    let (_, zero) = axes.point(0.0, 0.0);
    let stroke = Stroke::solid(Paint::Muted, 1.0);
    canvas.line((axes.area.left, zero), (axes.area.right(), zero), stroke);
    let rings = initial.iter().take(now.len()).enumerate();
    let rings = rings
        .filter(|(_, bias)| bias.is_finite())
        .map(|(unit, bias)| axes.point(count(unit + 1), f64::from(*bias)));
    let radius = (0.35 * band).clamp(1.0, 3.5);
    canvas.group("initial", |canvas| {
        canvas.marks(Mark::Ring, rings, radius, INITIAL, 1.0);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_in_bins_of_equal_width() {
        // Four bins of 0.5 from −1 to 1.
        let numbers = [-1.0, -0.75, -0.5, 0.0, 0.25, 0.49, 0.5, 1.0, f32::NAN];
        assert_eq!(histogram(&numbers, (-1.0, 1.0), 4), [2, 1, 3, 2]);
        assert_eq!(histogram(&[], (0.0, 1.0), 2), [0, 0]);
    }

    #[test]
    fn a_layer_has_bins_for_its_number_of_weights() {
        assert_eq!([0, 15, 375, 10_000].map(bins_for), [8, 8, 19, 40]);
    }

    #[test]
    fn counts_stand_at_whole_numbers() {
        let ticks =
            |most| -> Vec<String> { counts_scale(most).ticks().map(|tick| tick.1).collect() };
        assert_eq!(ticks(0), ["0", "1", "2", "3", "4"]);
        assert_eq!(ticks(2), ["0", "1", "2", "3", "4"]);
        assert_eq!(ticks(905), ["0", "500", "1000"]);
    }

    #[test]
    fn the_remark_has_range_and_spread() {
        // The mean is 2.5, the squares of the distances 2.25, 0.25, 0.25, 2.25: on average 1.25.
        let remark = |now: &[f32], initial| remark(["weight", "weights"], now, initial);
        assert_eq!(
            remark(&[4.0, 1.0, 2.0, 3.0], None),
            "4 weights from 1.00 to 4.00, standard deviation 1.12"
        );
        assert_eq!(
            remark(&[1.0, 3.0, f32::NAN], Some(&[0.5, -0.5, f32::INFINITY])),
            "3 weights from 1.00 to 3.00, standard deviation 1.00 (initially 0.50); \
             not finite and left out: 2"
        );
        assert_eq!(remark(&[-0.25], None), "1 weight: −0.25");
        assert_eq!(remark(&[], None), "0 weights");
    }
}
