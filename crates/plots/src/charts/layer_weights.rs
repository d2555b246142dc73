//! A layer's weights as a histogram and its biases as bars, before and after training.

pub(crate) mod data;
mod summary;

use crate::base::area::{Area, Point};
use crate::base::axes::{Axes, BOTTOM_MARGIN, left_margin};
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::heading::paragraph;
use crate::base::histogram::histogram;
use crate::base::legend::{Entry, legend};
use crate::base::mark::Mark;
use crate::base::number_format::{compact, grouped};
use crate::base::scale::Scale;
use crate::base::style::{Paint, Stroke};
use crate::base::text::TextStyle;
use data::LayerWeights;
use summary::{finite, summary};

/// The width of each of the two plots of a layer, and between them.
pub(crate) const PLOT_WIDTH: f64 = 440.0;
pub(crate) const GAP: f64 = 40.0;

const PLOT_HEIGHT: f64 = 130.0;

/// To the right of a plot: the last label of an axis is centered on its end.
const RIGHT_MARGIN: f64 = 14.0;

const TRAINED: Paint = Paint::Series(0);
const INITIAL: Paint = Paint::Ink;
const INITIAL_LINE: Stroke = Stroke::dashed(INITIAL, 1.5);

/// Draws the legend of all layers and returns its height.
pub(crate) fn draw_legend(canvas: &mut Canvas, baseline: Point) -> f64 {
    let entries = [
        Entry::mark(Mark::Square, TRAINED, "trained"),
        Entry::line(INITIAL_LINE, "initial weights"),
        Entry::mark(Mark::Ring, INITIAL, "initial biases"),
    ];
    legend(canvas, &entries, baseline, 2.0 * PLOT_WIDTH + GAP)
}

/// Draws a layer's name and its two plots side by side; returns the lower edge.
pub(crate) fn draw(canvas: &mut Canvas, layer: &LayerWeights, (left, top): Point) -> f64 {
    let right = left + PLOT_WIDTH + GAP;
    let initial = layer.initial.as_ref();
    let (kernel, bias) = initial
        .map(|initial| (&initial.kernel[..], &initial.bias[..]))
        .unzip();
    let mut bottom = top + 18.0;
    canvas.group("layer", |canvas| {
        let (inputs, units) = (grouped(layer.inputs), grouped(layer.units));
        let name = format!("{}: {inputs} × {units}", layer.name);
        let name = TextStyle::HEADING.fitted(&name, 2.0 * PLOT_WIDTH + GAP);
        canvas.text(&name, (left, top + 13.0), TextStyle::HEADING);
        let weights = summary(["weight", "weights"], &layer.kernel, kernel);
        let biases = summary(["bias", "biases"], &layer.bias, bias);
        let heights = [(weights, left), (biases, right)].map(|(text, left)| {
            paragraph(canvas, &text, (left, bottom), PLOT_WIDTH, TextStyle::SMALL)
        });
        bottom += heights[0].max(heights[1]) + 10.0;
        draw_weights(canvas, &layer.kernel, kernel.unwrap_or(&[]), (left, bottom));
        draw_biases(canvas, layer, bias.unwrap_or(&[]), (right, bottom));
        bottom += PLOT_HEIGHT + BOTTOM_MARGIN;
    });
    bottom
}

/// Draws a histogram of the weights: bars after training, a dashed outline before.
fn draw_weights(canvas: &mut Canvas, trained: &[f32], initial: &[f32], corner: Point) {
    const X_TICKS: usize = 6;
    let x = Scale::around(finite(trained).chain(finite(initial)), X_TICKS);
    let bins = bins_for(trained.len());
    let (from, to) = x.ends();
    let edge = |bin: usize| from + (to - from) * real(bin) / real(bins);
    let [bars, outline] = [trained, initial].map(|of| histogram(finite(of), (from, to), bins));
    let max = bars.iter().chain(&outline).max().copied().unwrap_or(0);
    let axes = axes(corner, x, counts_scale(max));
    axes.draw(canvas, "weight", "number of weights");
    for (bin, weights) in bars.iter().enumerate().filter(|(_, weights)| **weights > 0) {
        let (number, low, high) = (
            grouped(*weights),
            compact(edge(bin)),
            compact(edge(bin + 1)),
        );
        let tip = format!("{number} weights from {low} to {high}");
        let (left, top) = axes.point(edge(bin), real(*weights));
        let (right, bottom) = axes.point(edge(bin + 1), 0.0);
        let bar = Area {
            left: left + 0.5,
            top,
            width: right - left - 1.0,
            height: bottom - top,
        };
        canvas.group_with_tip("bin", &tip, |canvas| canvas.rectangle(bar, TRAINED));
    }
    if initial.is_empty() {
        return;
    }
    let mut steps = vec![axes.point(from, 0.0)];
    for (bin, weights) in outline.into_iter().enumerate() {
        steps.push(axes.point(edge(bin), real(weights)));
        steps.push(axes.point(edge(bin + 1), real(weights)));
    }
    steps.push(axes.point(to, 0.0));
    canvas.group("initial", |canvas| canvas.polyline(&steps, INITIAL_LINE));
}

fn axes((left, top): Point, x: Scale, y: Scale) -> Axes {
    let margin = left_margin(&y);
    let area = Area {
        left: left + margin,
        top,
        width: PLOT_WIDTH - margin - RIGHT_MARGIN,
        height: PLOT_HEIGHT,
    };
    Axes { area, x, y }
}

/// A scale from zero with integers only.
fn counts_scale(max: usize) -> Scale {
    const MAX_TICKS: usize = 4;
    Scale::between(0.0, real(max.max(MAX_TICKS)), MAX_TICKS)
}

/// More bins for more weights, so that the histogram stays smooth.
fn bins_for(weights: usize) -> usize {
    weights.isqrt().clamp(8, 40)
}

/// Draws a bar for the bias of each unit, and a ring where it was before training.
fn draw_biases(canvas: &mut Canvas, layer: &LayerWeights, initial: &[f32], corner: Point) {
    const X_TICKS: usize = 8;
    const Y_TICKS: usize = 4;
    const MAX_BAR_WIDTH: f64 = 24.0;
    let trained = &layer.bias[..];
    let digits = layer.digits.iter().map(u8::to_string);
    let (x, name) = if layer.digits.is_empty() {
        (Scale::bands(trained.len(), X_TICKS), "unit")
    } else {
        (Scale::named_bands(digits.collect()), "digit")
    };
    let y = Scale::around(finite(trained).chain(finite(initial)).chain([0.0]), Y_TICKS);
    let axes = axes(corner, x, y);
    axes.draw(canvas, name, "bias");
    let band = axes.area.width / real(trained.len().max(1));
    let half = (0.35 * band).min(MAX_BAR_WIDTH / 2.0);
    let biases = trained
        .iter()
        .enumerate()
        .filter(|(_, bias)| bias.is_finite());
    for (unit, bias) in biases {
        let bias = f64::from(*bias);
        let (x, zero) = axes.point(real(unit + 1), 0.0);
        let (_, end) = axes.point(0.0, bias);
        let bar = Area {
            left: x - half,
            top: end.min(zero),
            width: 2.0 * half,
            height: (end - zero).abs(),
        };
        let unit = layer
            .digits
            .get(unit)
            .map_or_else(|| grouped(unit + 1), u8::to_string);
        let tip = format!("{name} {unit}: {}", compact(bias));
        canvas.group_with_tip("bar", &tip, |canvas| canvas.rectangle(bar, TRAINED));
    }
    let (_, zero) = axes.point(0.0, 0.0);
    let stroke = Stroke::solid(Paint::Muted, 1.0);
    canvas.line((axes.area.left, zero), (axes.area.right(), zero), stroke);
    let initial = initial.iter().take(trained.len()).enumerate();
    let rings = initial
        .filter(|(_, bias)| bias.is_finite())
        .map(|(unit, bias)| axes.point(real(unit + 1), f64::from(*bias)));
    let radius = (0.35 * band).clamp(1.0, 3.5);
    canvas.group("initial", |canvas| {
        canvas.marks(Mark::Ring, rings, radius, INITIAL, 1.0);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{area, assert_near, group, groups, numbers, tips};

    #[test]
    fn more_weights_have_more_bins() {
        assert_eq!([0, 15, 375, 10_000].map(bins_for), [8, 8, 19, 40]);
    }

    #[test]
    fn the_ticks_of_counts_are_integers() {
        let ticks = |max| -> Vec<String> { counts_scale(max).ticks().map(|tick| tick.1).collect() };
        assert_eq!(ticks(0), ["0", "1", "2", "3", "4"]);
        assert_eq!(ticks(2), ["0", "1", "2", "3", "4"]);
        assert_eq!(ticks(905), ["0", "500", "1000"]);
    }

    /// The weights 0, 0, 1, −1, which were 0.5, and the biases 0.5 and −1, which were 0.25 and 0.
    fn drawn(digits: &[u8]) -> String {
        let layer = LayerWeights {
            digits: digits.to_vec(),
            name: "layer".to_owned(),
            inputs: 2,
            units: 2,
            kernel: vec![0.0, 0.0, 1.0, -1.0],
            bias: vec![0.5, -1.0],
            initial: Some(data::InitialWeights {
                kernel: vec![0.5; 4],
                bias: vec![0.25, 0.0],
            }),
        };
        let mut canvas = Canvas::new();
        let bottom = draw(&mut canvas, &layer, (20.0, 20.0));
        canvas.finish(960.0, bottom, "a layer").to_inline_svg()
    }

    #[test]
    fn weights_are_counted_in_bars_and_the_initial_ones_in_an_outline() {
        let svg = drawn(&[]);
        assert_eq!(
            tips(&svg, "bin"),
            [
                "1 weights from −1.00 to −0.75",
                "2 weights from 0 to 0.25",
                "1 weights from 0.75 to 1.00",
            ]
        );
        // 8 bins of 0.25; the plot of 130 pixels is 4 weights high.
        let bars: Vec<[f64; 4]> = groups(&svg, "bin").map(area).collect();
        let [left, top, width, height] = bars[0];
        let bin = width + 1.0;
        assert_near(&[height], &[32.5]);
        assert_near(&bars[1], &[left + 4.0 * bin, top - 32.5, width, 65.0]);
        assert_near(&bars[2], &[left + 7.0 * bin, top, width, 32.5]);
        // All four initial weights are in the seventh bin, at the top of the plot.
        let outline = numbers(group(&svg, "initial"), "points");
        let (left, bottom) = (left - 0.5, top + height);
        assert_near(&outline[..2], &[left, bottom]);
        let seventh = left + 6.0 * bin;
        assert_near(
            &outline[26..30],
            &[seventh, bottom - 130.0, seventh + bin, bottom - 130.0],
        );
        assert_near(&outline[34..], &[left + 8.0 * bin, bottom]);
    }

    #[test]
    fn units_that_stand_for_digits_have_their_names() {
        let svg = drawn(&[7, 3]);
        assert_eq!(tips(&svg, "bar"), ["digit 7: 0.50", "digit 3: −1.00"]);
        let axes = groups(&svg, "axes").nth(1).unwrap();
        let lines: Vec<&str> = axes.lines().collect();
        assert!(lines.contains(&"digit") && !lines.contains(&"unit"));
        let [first, second] = ["7", "3"].map(|digit| lines.iter().position(|line| *line == digit));
        assert!(first.is_some() && first < second, "{axes}");
    }

    #[test]
    fn biases_are_bars_from_zero_with_rings_at_the_initial_ones() {
        let svg = drawn(&[]);
        assert_eq!(tips(&svg, "bar"), ["unit 1: 0.50", "unit 2: −1.00"]);
        // From −1 to 0.5 in 130 pixels.
        let unit = 130.0 / 1.5;
        let bars: Vec<[f64; 4]> = groups(&svg, "bar").map(area).collect();
        let [left, top, width, height] = bars[0];
        let zero = top + height;
        assert_near(&[width, height], &[24.0, 0.5 * unit]);
        assert_near(&[bars[1][1], bars[1][3]], &[zero, unit]);
        // A band of half the plot for each unit; the labels 1 and 2 are its centers.
        let band = bars[1][0] - left;
        assert!((170.0..185.0).contains(&band), "{band}");
        // A ring of radius 3.5 starts at 0.85 of it to the left of its center.
        let rings = groups(&svg, "initial").nth(1).unwrap();
        let starts: Vec<Vec<f64>> = rings
            .split('M')
            .skip(1)
            .map(|ring| {
                let numbers = ring.split([' ', 'a']).take(2);
                numbers.map(|number| number.parse().unwrap()).collect()
            })
            .collect();
        let center = left + 12.0;
        assert_near(&starts[0], &[center - 2.975, zero - 0.25 * unit]);
        assert_near(&starts[1], &[center + band - 2.975, zero]);
    }
}
