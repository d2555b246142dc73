//! One plot of a history: a metric by epoch, with a line for each run and set.

use super::data::{EpochMetrics, LossAxis, RunHistory};
use super::line::{Line, Look, MARK_RADIUS, point};
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::scale::Scale;
use crate::base::style::{Paint, Stroke};
use crate::base::text::{Anchor, TextStyle};

/// The metric of a plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Metric {
    Loss(LossAxis),
    Accuracy,
    LearningRate,
}

impl Metric {
    fn name(self) -> &'static str {
        match self {
            Self::Loss(_) => "loss",
            Self::Accuracy => "accuracy",
            Self::LearningRate => "learning rate",
        }
    }

    /// The name of the axis.
    fn axis_name(self) -> &'static str {
        match self {
            Self::Loss(LossAxis::Logarithmic) => "loss, logarithmic",
            other => other.name(),
        }
    }

    fn training(self, metrics: &EpochMetrics) -> Option<f64> {
        match self {
            Self::Loss(_) => Some(metrics.loss),
            Self::Accuracy => Some(metrics.accuracy),
            Self::LearningRate => metrics.learning_rate,
        }
    }

    fn validation(self, metrics: &EpochMetrics) -> Option<f64> {
        match self {
            Self::Loss(_) => metrics.validation_loss,
            Self::Accuracy => metrics.validation_accuracy,
            Self::LearningRate => None,
        }
    }
}

/// The plot of a metric.
pub(super) struct Panel {
    metric: Metric,
    /// Training and then validation of each run, without lines that have no points.
    pub(super) lines: Vec<Line>,
    /// Values that a logarithmic axis does not have, and that the lines do not contain.
    pub(super) zeros: usize,
}

impl Panel {
    pub(super) fn of(runs: &[RunHistory], metric: Metric) -> Self {
        let mut lines = Vec::new();
        for (index, run) in runs.iter().enumerate() {
            let line = |set, look, points| Line {
                run: index,
                tip: format!("{}: {set}{}", run.name, metric.name()),
                look,
                points,
            };
            let set = if metric == Metric::LearningRate {
                ""
            } else {
                "training "
            };
            let epochs = run.epochs.iter();
            let training = epochs.clone();
            let training = training.filter_map(|of| Some((of.epoch, metric.training(of)?)));
            let validation = epochs.filter_map(|of| Some((of.epoch, metric.validation(of)?)));
            let dashed = Look::validation(index, runs.len());
            lines.push(line(set, Look::training(index), training.collect()));
            lines.push(line("validation ", dashed, validation.collect()));
        }
        let mut zeros = 0;
        if metric == Metric::Loss(LossAxis::Logarithmic) {
            for line in &mut lines {
                let points = line.points.len();
                line.points
                    .retain(|(_, value)| value.is_nan() || *value > 0.0);
                zeros += points - line.points.len();
            }
        }
        lines.retain(|line| !line.points.is_empty());
        Self {
            metric,
            lines,
            zeros,
        }
    }

    /// Whether the values of the panel are not all the same.
    pub(super) fn varies(&self) -> bool {
        let mut values = self.values();
        let first = values.next();
        values.any(|value| Some(value) != first)
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        let points = self.lines.iter().flat_map(|line| &line.points);
        points
            .map(|(_, value)| *value)
            .filter(|value| value.is_finite())
    }

    /// The scale of the values.
    pub(super) fn scale(&self) -> Scale {
        const MAX_TICKS: usize = 6;
        const LEARNING_RATE_TICKS: usize = 3;
        const SAME_ACCURACY: f64 = 1e-4;
        let mut values: Vec<f64> = self.values().collect();
        match self.metric {
            Metric::Loss(LossAxis::Linear) => return Scale::around(values, MAX_TICKS),
            Metric::Loss(LossAxis::Logarithmic) => return Scale::logarithmic(values, MAX_TICKS),
            Metric::LearningRate => return Scale::around(values, LEARNING_RATE_TICKS),
            Metric::Accuracy => {}
        }
        // A range around a single accuracy could go beyond 100 %.
        if values
            .iter()
            .all(|value| (value - values[0]).abs() < SAME_ACCURACY)
        {
            values.extend([0.0, 1.0]);
        }
        Scale::around(values, MAX_TICKS).in_percent()
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, axes: &Axes, runs: &[RunHistory]) {
        canvas.group("panel", |canvas| {
            axes.draw(canvas, "epoch", self.metric.axis_name());
            if let [run] = runs {
                draw_best_epoch_of_one(canvas, axes, run);
            }
            for line in &self.lines {
                canvas.group_with_tip("curve", &line.tip, |canvas| {
                    line.draw(canvas, axes, runs.len());
                });
            }
            if runs.len() > 1 {
                for (index, run) in runs.iter().enumerate() {
                    self.draw_best_epoch(canvas, axes, index, run);
                }
            }
        });
    }

    /// Draws a ring around the best epoch of a run, on the validation line if there is one.
    fn draw_best_epoch(&self, canvas: &mut Canvas, axes: &Axes, index: usize, run: &RunHistory) {
        const RADIUS: f64 = 8.0;
        let Some(best) = run.best_epoch() else { return };
        let mut lines = self.lines.iter().rev().filter(|line| line.run == index);
        let found = lines.find_map(|line| Some((line.at(best.epoch)?, line.look)));
        if let Some((value, look)) = found {
            let (center, paint) = (point(axes, value), look.stroke.paint);
            canvas.group("best", |canvas| {
                canvas.mark(look.mark, center, MARK_RADIUS, paint);
                canvas.ring(center, RADIUS, Stroke::solid(paint, 2.0));
            });
        }
    }
}

/// Draws a line at the best epoch of the only run, with its number above the plot.
fn draw_best_epoch_of_one(canvas: &mut Canvas, axes: &Axes, run: &RunHistory) {
    let Some(best) = run.best_epoch() else { return };
    let area = axes.area;
    let (x, _) = axes.point(real(best.epoch), 0.0);
    let label = format!("best: epoch {}", best.epoch);
    let style = TextStyle::SMALL
        .painted(Paint::Ink)
        .anchored(Anchor::Middle);
    let half = style.width(&label) / 2.0;
    let middle = x.min(area.right() - half).max(area.left + half);
    canvas.group("best", |canvas| {
        let dots = Stroke::dotted(Paint::Ink, 1.5);
        canvas.line((x, area.top), (x, area.bottom()), dots);
        canvas.text(&label, (middle, area.top - 7.0), style);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::history::fixtures::{has, linear, metrics, polylines, run};
    use crate::charts::history::history;
    use crate::test_support::{assert_texts, find, group, groups, numbers, readable_texts};

    #[test]
    fn values_are_at_their_ticks() {
        let epochs = vec![
            metrics(1, 0.8, 0.5),
            metrics(2, 0.5, 0.7),
            metrics(4, 0.2, 1.0),
        ];
        let run = RunHistory {
            name: "run".to_owned(),
            epochs,
            best: None,
        };
        let figure = linear("Loss and accuracy", &[run]);
        let texts = readable_texts(&figure);
        let lines = polylines(&figure);
        assert_eq!(lines.len(), 2);
        let (_, two_tenths) = find(&texts, "0.2").center();
        let (_, eight_tenths) = find(&texts, "0.8").center();
        let (first, _) = find(&texts, "1").center();
        let (fourth, _) = find(&texts, "4").center();
        // Labels are centered on their ticks by eye, so within two pixels.
        let near = |one: f64, other: f64| (one - other).abs() < 2.0;
        assert!(near(lines[0][0].0, first) && near(lines[0][0].1, eight_tenths));
        assert!(near(lines[0][2].0, fourth) && near(lines[0][2].1, two_tenths));
        // Epoch 2 is a third of the way from 1 to 4, and 0.5 halfway between 0.2 and 0.8.
        assert!(near(lines[0][1].0, first + (fourth - first) / 3.0));
        assert!(near(lines[0][1].1, f64::midpoint(two_tenths, eight_tenths)));
        let (_, half) = find(&texts, "50 %").center();
        let (_, all) = find(&texts, "100 %").center();
        assert!(near(lines[1][0].1, half) && near(lines[1][2].1, all));
        assert!(near(lines[1][1].1, half + (all - half) * 0.4));
    }

    #[test]
    fn a_logarithmic_axis_has_equal_distances_for_equal_ratios() {
        let losses = [1.0, 0.1, 0.01, 0.0, 0.0];
        let epochs = losses.iter().zip(1..);
        let epochs = epochs.map(|(loss, epoch)| metrics(epoch, *loss, 0.9));
        let run = RunHistory {
            name: "run".to_owned(),
            epochs: epochs.collect(),
            best: None,
        };
        let figure = history("", std::slice::from_ref(&run), LossAxis::Logarithmic);
        let points = &polylines(&figure)[0];
        // A loss of 0 has no place on the axis.
        assert_eq!(points.len(), 3);
        let steps = [points[1].1 - points[0].1, points[2].1 - points[1].1];
        assert!(
            (steps[0] - steps[1]).abs() < 0.02 && steps[0] > 100.0,
            "{steps:?}"
        );
        assert_texts(&figure, &["loss, logarithmic", "0.1"]);
        assert!(has(&figure, "a logarithmic axis does not have: 2."));
        assert!(!has(&linear("", &[run]), "logarithmic"));
    }

    #[test]
    fn the_best_epoch_is_marked_at_its_values() {
        // Epoch 17 of 20; line 0 is the training loss, line 1 the validation loss.
        let figure = linear("", &[run("only", 20)]);
        let svg = figure.to_inline_svg();
        let best = numbers(group(&svg, "best"), "x1")[0];
        assert!((best - polylines(&figure)[0][16].0).abs() < 0.02);

        let mut other = run("b", 12);
        for metrics in &mut other.epochs {
            metrics.validation_loss = Some(0.5);
        }
        let figure = linear("", &[run("a", 20), other]);
        let svg = figure.to_inline_svg();
        let rings = groups(&svg, "best");
        let rings: Vec<(f64, f64)> = rings
            .map(|ring| (numbers(ring, "cx")[0], numbers(ring, "cy")[0]))
            .collect();
        let lines = polylines(&figure);
        assert_eq!(rings[..2], [lines[1][16], lines[3][8]]);
    }

    #[test]
    fn tiny_and_huge_losses_are_readable() {
        for factor in [1e-9, 1e12] {
            let mut run = run("scaled", 20);
            for metrics in &mut run.epochs {
                metrics.loss *= factor;
                metrics.validation_loss = None;
            }
            let figure = linear("Loss and accuracy", &[run]);
            assert!(has(&figure, if factor < 1.0 { "e−10" } else { "e11" }));
        }
    }
}
