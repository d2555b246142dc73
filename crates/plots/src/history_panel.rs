//! One plot of a history: a quantity by epoch, a line for each run and set.

use crate::axes::Axes;
use crate::canvas::{Anchor, Canvas, Point, TextStyle};
use crate::history::{Curve, EpochFigures};
use crate::scale::{Scale, count};
use crate::style::{Dash, Mark, Paint, Stroke};

/// A line of more points than twice this many is thinned out: a plot has no pixels for more.
const PARTS: usize = 200;

const MARK_RADIUS: f64 = 3.5;

/// What is drawn by epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    Loss,
    Accuracy,
}

impl Quantity {
    fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
        }
    }

    fn training(self, figures: &EpochFigures) -> f64 {
        match self {
            Self::Loss => figures.loss,
            Self::Accuracy => figures.accuracy,
        }
    }

    fn validation(self, figures: &EpochFigures) -> Option<f64> {
        match self {
            Self::Loss => figures.validation_loss,
            Self::Accuracy => figures.validation_accuracy,
        }
    }
}

/// How a line looks: of one run by the set it was measured on, of several by the run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) stroke: Stroke,
    pub(crate) mark: Mark,
}

impl Look {
    pub(crate) fn training(run: usize) -> Self {
        Self {
            stroke: Stroke::solid(Paint::Series(run), 2.0),
            mark: Mark::of_series(run),
        }
    }

    pub(crate) fn validation(run: usize, runs: usize) -> Self {
        let series = if runs == 1 { 1 } else { run };
        Self {
            stroke: Stroke::dashed(Paint::Series(series), 2.0),
            mark: Mark::of_series(series),
        }
    }
}

/// A run's values of a quantity, on one of its sets.
pub(crate) struct Line {
    run: usize,
    /// Which values these are, for those who point at them.
    pub(crate) tip: String,
    look: Look,
    /// Epochs and values.
    pub(crate) points: Vec<(usize, f64)>,
}

/// The plot of a quantity.
pub(crate) struct Panel {
    quantity: Quantity,
    /// A run's validation after its training; none without points.
    pub(crate) lines: Vec<Line>,
}

impl Panel {
    pub(crate) fn of(runs: &[Curve], quantity: Quantity) -> Self {
        let mut lines = Vec::new();
        for (index, run) in runs.iter().enumerate() {
            let line = |set, look, points: Vec<(usize, f64)>| Line {
                run: index,
                tip: format!("{}: {set} {}", run.name, quantity.name()),
                look,
                points,
            };
            let training = run.epochs.iter();
            let training = training.map(|figures| (figures.epoch, quantity.training(figures)));
            let validation = run.epochs.iter().filter_map(|figures| {
                let value = quantity.validation(figures)?;
                Some((figures.epoch, value))
            });
            let dashed = Look::validation(index, runs.len());
            lines.push(line("training", Look::training(index), training.collect()));
            lines.push(line("validation", dashed, validation.collect()));
        }
        lines.retain(|line| !line.points.is_empty());
        Self { quantity, lines }
    }

    /// The scale of the values.
    pub(crate) fn scale(&self) -> Scale {
        let points = self.lines.iter().flat_map(|line| &line.points);
        let values = points.map(|(_, value)| *value);
        let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        if self.quantity == Quantity::Loss {
            return Scale::around(values, 6);
        }
        // Room around a single share would reach beyond 100%.
        if values.iter().all(|value| (value - values[0]).abs() < 1e-4) {
            values.extend([0.0, 1.0]);
        }
        Scale::around(values, 6).in_percent()
    }

    pub(crate) fn draw(&self, canvas: &mut Canvas, axes: &Axes, runs: &[Curve]) {
        canvas.group("panel", |canvas| {
            axes.draw(canvas, "epoch", self.quantity.name());
            if let [run] = runs {
                draw_best_of_one(canvas, axes, run);
            }
            for line in &self.lines {
                canvas.group_with_tip("curve", &line.tip, |canvas| {
                    line.draw(canvas, axes, runs.len());
                });
            }
            if runs.len() > 1 {
                for (index, run) in runs.iter().enumerate() {
                    self.draw_best_of_several(canvas, axes, index, run);
                }
            }
        });
    }

    /// Draws a ring around a run's best epoch, on the validation line if there is one.
    fn draw_best_of_several(&self, canvas: &mut Canvas, axes: &Axes, index: usize, run: &Curve) {
        let Some(best) = run.best_figures() else {
            return;
        };
        let lines = self.lines.iter().filter(|line| line.run == index);
        let found = lines.rev().find_map(|line| {
            let finite = line.points.iter().filter(|(_, value)| value.is_finite());
            let point = finite.copied().find(|(epoch, _)| *epoch == best.epoch)?;
            Some((place(axes, point), line.look))
        });
        if let Some((place, look)) = found {
            canvas.group("best", |canvas| {
                canvas.mark(look.mark, place, MARK_RADIUS, look.stroke.paint);
                canvas.ring(place, 8.0, Stroke::solid(look.stroke.paint, 2.0));
            });
        }
    }
}

impl Line {
    fn draw(&self, canvas: &mut Canvas, axes: &Axes, runs: usize) {
        let mut marked = self.marked(runs);
        for part in thinned(&self.points).split(|(_, value)| !value.is_finite()) {
            let places: Vec<Point> = part.iter().map(|point| place(axes, *point)).collect();
            match part {
                [] => {}
                // Nothing would be seen of a line.
                [alone] => marked.push(*alone),
                _ => canvas.polyline(&places, self.look.stroke),
            }
        }
        let places = marked.into_iter().map(|point| place(axes, point));
        canvas.marks(
            self.look.mark,
            places,
            MARK_RADIUS,
            self.look.stroke.paint,
            1.0,
        );
    }

    /// The points that have a mark: as many as leave the line visible. Each run begins elsewhere,
    /// so that of curves that lie on each other all marks are seen.
    fn marked(&self, runs: usize) -> Vec<(usize, f64)> {
        let most = if runs == 1 { 25 } else { 12 };
        let every = self.points.len().div_ceil(most);
        let skipped = self.run * every / runs;
        let points = self.points.iter().skip(skipped).step_by(every);
        let finite = points.filter(|(_, value)| value.is_finite());
        finite.copied().collect()
    }
}

fn place(axes: &Axes, (epoch, value): (usize, f64)) -> Point {
    axes.point(count(epoch), value)
}

/// A line through the best epoch of a run, with its number above the plot.
fn draw_best_of_one(canvas: &mut Canvas, axes: &Axes, run: &Curve) {
    let Some(best) = run.best_figures() else {
        return;
    };
    let area = axes.area;
    let (x, _) = axes.point(count(best.epoch), 0.0);
    let label = format!("best: epoch {}", best.epoch);
    let style = TextStyle::SMALL.painted(Paint::Ink);
    let half = style.width(&label) / 2.0;
    let middle = x.min(area.right() - half).max(area.left + half);
    canvas.group("best", |canvas| {
        let dots = Stroke {
            dash: Dash::Dots,
            ..Stroke::solid(Paint::Ink, 1.5)
        };
        canvas.line((x, area.top), (x, area.bottom()), dots);
        let style = style.anchored(Anchor::Middle);
        canvas.text(&label, (middle, area.top - 7.0), style);
    });
}

/// Of many points: the least and the largest of each part, the first and the last; and a gap for a
/// part without finite values.
fn thinned(points: &[(usize, f64)]) -> Vec<(usize, f64)> {
    if points.len() <= 2 * PARTS {
        return points.to_vec();
    }
    let last = points.len() - 1;
    let indices: Vec<usize> = (0..=last).collect();
    let mut kept = Vec::new();
    for part in indices.chunks(points.len().div_ceil(PARTS)) {
        let value = |index: &usize| points[*index].1;
        let finite = || part.iter().filter(|index| value(index).is_finite());
        let by_value = |one: &&usize, other: &&usize| value(one).total_cmp(&value(other));
        let ends = finite().filter(|index| **index == 0 || **index == last);
        let extremes = [finite().min_by(by_value), finite().max_by(by_value)];
        let mut of_part: Vec<usize> = ends
            .chain(extremes.into_iter().flatten())
            .copied()
            .collect();
        if of_part.is_empty() {
            of_part.push(part[0]);
        }
        of_part.sort_unstable();
        of_part.dedup();
        kept.extend(of_part.into_iter().map(|index| points[index]));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_points_are_all_kept_with_their_gaps() {
        let points: Vec<(usize, f64)> = (1..=400).map(|epoch| (epoch, 1.0)).collect();
        assert_eq!(thinned(&points), points);
    }

    #[test]
    fn of_many_points_extremes_and_ends_are_kept() {
        let mut points: Vec<(usize, f64)> = (1..=10_000).map(|epoch| (epoch, 0.5)).collect();
        points[0].1 = 0.7;
        points[5002].1 = 9.0;
        points[7007].1 = -3.0;
        points[8000].1 = f64::NAN;
        let kept = thinned(&points);
        assert!((200..=410).contains(&kept.len()), "{}", kept.len());
        for wanted in [(1, 0.7), (5003, 9.0), (7008, -3.0), (10_000, 0.5)] {
            assert!(kept.contains(&wanted), "{wanted:?}");
        }
        assert!(kept.is_sorted_by_key(|(epoch, _)| *epoch));
        // A single value of a part that is not finite leaves no gap of its own.
        assert!(kept.iter().all(|(_, value)| value.is_finite()));
    }

    #[test]
    fn of_many_points_long_gaps_are_kept() {
        let points: Vec<(usize, f64)> = (1..=10_000)
            .map(|epoch| (epoch, if epoch <= 5000 { 0.5 } else { f64::INFINITY }))
            .collect();
        let kept = thinned(&points);
        assert!(kept.len() <= 410);
        assert_eq!(
            kept.iter()
                .filter(|(_, value)| value.is_finite())
                .map(|(epoch, _)| *epoch)
                .max(),
            Some(5000)
        );
        assert!(kept.iter().any(|(_, value)| !value.is_finite()));
    }
}
