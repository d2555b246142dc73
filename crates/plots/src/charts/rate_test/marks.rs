//! The marks at the suggested learning rate and where the loss diverges.

use super::data::{RateTestChart, RateTestStep};
use crate::base::area::Area;
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::number_format::compact;
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};

/// Draws both marks with their labels above the plot, one below the other.
pub(super) fn draw_marks(canvas: &mut Canvas, axes: &Axes, chart: &RateTestChart) {
    let area = axes.area;
    let (from, to) = axes.x.ends();
    let within = |rate: &f64| (from..=to).contains(rate);
    // The lower label is drawn last and covers the line of the other mark.
    let marks = [
        (
            "diverges",
            chart.diverges,
            Stroke::dotted(Paint::Wrong, 1.8),
            23.0,
        ),
        (
            "suggested",
            chart.suggested,
            Stroke::dashed(Paint::Ink, 1.6),
            7.0,
        ),
    ];
    for (word, rate, stroke, above) in marks {
        let Some(rate) = rate.filter(within) else {
            continue;
        };
        let (x, _) = axes.point(rate, 0.0);
        let label = format!("{word}: {}", rate_text(rate));
        let style = TextStyle::SMALL
            .painted(Paint::Ink)
            .anchored(Anchor::Middle);
        let half = style.width(&label) / 2.0;
        let middle = x.min(area.right() - half).max(area.left + half);
        canvas.group(word, |canvas| {
            canvas.line((x, area.top - above + 5.0), (x, area.bottom()), stroke);
            let background = Area::around((middle, area.top - above - 4.0), 6.5);
            let background = Area {
                left: middle - half - 2.0,
                width: 2.0 * half + 4.0,
                ..background
            };
            canvas.rectangle(background, Paint::Paper);
            canvas.text(&label, (middle, area.top - above), style);
        });
    }
    let suggested = chart.suggested.filter(within);
    if let Some((rate, loss)) = suggested.and_then(|rate| Some((rate, smoothed_at(chart, rate)?))) {
        let center = axes.point(rate, loss);
        if center.1 >= area.top {
            canvas.ring(center, 6.0, Stroke::solid(Paint::Ink, 2.0));
        }
    }
}

/// The smoothed loss at a learning rate, on the line between the steps before and after it.
fn smoothed_at(chart: &RateTestChart, rate: f64) -> Option<f64> {
    let has_place = |step: &&RateTestStep| step.has_place() && step.smoothed.is_finite();
    let steps: Vec<&RateTestStep> = chart.steps.iter().filter(has_place).collect();
    let after = steps.iter().position(|step| step.learning_rate >= rate)?;
    let [before, after] = [steps[after.saturating_sub(1)], steps[after]];
    let part =
        (rate / before.learning_rate).ln() / (after.learning_rate / before.learning_rate).ln();
    // There is nothing between two steps of the same rate, or below the first.
    let part = if part.is_finite() { part.max(0.0) } else { 1.0 };
    Some(before.smoothed + part * (after.smoothed - before.smoothed))
}

/// A learning rate with up to three digits.
pub(super) fn rate_text(rate: f64) -> String {
    if (1e-4..1e4).contains(&rate) {
        let decimals = [1.0, 0.1, 0.01, 0.001, 0.0001]
            .iter()
            .position(|least| rate >= *least);
        let decimals = decimals.unwrap_or(4) + 2;
        let text = format!("{rate:.decimals$}");
        return crate::base::number_format::without_trailing_zeros(&text).to_owned();
    }
    compact(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_steps_the_loss_is_on_the_line_between_them() {
        let step = |learning_rate, smoothed| RateTestStep {
            learning_rate,
            loss: 0.0,
            smoothed,
        };
        let chart = RateTestChart {
            steps: vec![step(0.001, 0.8), step(0.01, f64::NAN), step(0.1, 0.4)],
            ..RateTestChart::default()
        };
        let found = [0.001, 0.01, 0.1].map(|rate| smoothed_at(&chart, rate).unwrap());
        for (found, expected) in found.iter().zip([0.8, 0.6, 0.4]) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
        assert_eq!(smoothed_at(&chart, 1.0), None);
        assert_eq!(smoothed_at(&RateTestChart::default(), 1.0), None);
    }

    #[test]
    fn rates_have_up_to_three_digits() {
        let rates = [0.012_345, 0.2, 1.0, 12.34, 1e-5, 0.001, 3.333e-4].map(rate_text);
        assert_eq!(
            rates,
            ["0.0123", "0.2", "1", "12.34", "1.0e−5", "0.001", "0.000333"]
        );
    }
}
