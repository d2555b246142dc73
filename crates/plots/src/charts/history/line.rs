//! The values of one run on one of its sets, drawn as a line.

use crate::base::area::Point;
use crate::base::axes::Axes;
use crate::base::canvas::Canvas;
use crate::base::count::real;
use crate::base::mark::Mark;
use crate::base::style::{Paint, Stroke};

/// A line of more than twice as many points is reduced: a plot has no pixels for more.
const PARTS: usize = 200;

pub(super) const MARK_RADIUS: f64 = 3.5;

/// A number of an epoch, and the value there.
pub(super) type EpochValue = (usize, f64);

/// The color, dash and mark of a line: by set if there is one run, by run if there are several.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) stroke: Stroke,
    pub(super) mark: Mark,
}

impl Look {
    pub(super) fn training(run: usize) -> Self {
        Self {
            stroke: Stroke::solid(Paint::Series(run), 2.0),
            mark: Mark::of_series(run),
        }
    }

    pub(super) fn validation(run: usize, runs: usize) -> Self {
        let series = if runs == 1 { 1 } else { run };
        Self {
            stroke: Stroke::dashed(Paint::Series(series), 2.0),
            mark: Mark::of_series(series),
        }
    }
}

/// The values of a metric of one run, on one of its sets.
pub(super) struct Line {
    /// The index of the run.
    pub(super) run: usize,
    /// The tooltip: the names of run, set and metric.
    pub(super) tip: String,
    pub(super) look: Look,
    pub(super) points: Vec<EpochValue>,
}

impl Line {
    /// Draws the line in one of `runs` looks.
    pub(super) fn draw(&self, canvas: &mut Canvas, axes: &Axes, runs: usize) {
        let Look { stroke, mark } = self.look;
        let mut marked = self.marked(runs);
        for part in reduced(&self.points).split(|(_, value)| !value.is_finite()) {
            match part {
                [] => {}
                // A line through a single point is not visible.
                [alone] => marked.push(*alone),
                _ => {
                    let points: Vec<Point> = part.iter().map(|at| point(axes, *at)).collect();
                    canvas.polyline(&points, stroke);
                }
            }
        }
        let marked = marked.into_iter().map(|at| point(axes, at));
        canvas.marks(mark, marked, MARK_RADIUS, stroke.paint, 1.0);
    }

    /// The points with a mark: few enough to leave the line visible. Each run starts at another
    /// epoch, so that all marks of identical curves are visible.
    fn marked(&self, runs: usize) -> Vec<EpochValue> {
        let max_marks = if runs == 1 { 25 } else { 12 };
        let every = self.points.len().div_ceil(max_marks);
        let skipped = self.run * every / runs;
        let points = self.points.iter().skip(skipped).step_by(every);
        let finite = points.filter(|(_, value)| value.is_finite());
        finite.copied().collect()
    }

    /// The finite value at an epoch.
    pub(super) fn at(&self, epoch: usize) -> Option<EpochValue> {
        let mut finite = self.points.iter().filter(|(_, value)| value.is_finite());
        finite.find(|point| point.0 == epoch).copied()
    }
}

/// The place of a value on the page.
pub(super) fn point(axes: &Axes, (epoch, value): EpochValue) -> Point {
    axes.point(real(epoch), value)
}

/// Of many points the minimum and maximum of each part, and the first and last point; a gap for a
/// part without finite values.
fn reduced(points: &[EpochValue]) -> Vec<EpochValue> {
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
    use crate::charts::history::data::{EpochMetrics, RunHistory};
    use crate::charts::history::fixtures::{has, linear, polylines, run};
    use crate::test_support::{find, group, groups, numbers, readable_texts, tips};

    #[test]
    fn few_points_stay_as_they_are() {
        let points: Vec<EpochValue> = (1..=400).map(|epoch| (epoch, 1.0)).collect();
        assert_eq!(reduced(&points), points);
    }

    #[test]
    fn many_points_are_reduced_to_extremes_and_ends() {
        let mut points: Vec<EpochValue> = (1..=10_000).map(|epoch| (epoch, 0.5)).collect();
        points[0].1 = 0.7;
        points[5002].1 = 9.0;
        points[7007].1 = -3.0;
        points[8000].1 = f64::NAN;
        let kept = reduced(&points);
        assert!((200..=410).contains(&kept.len()), "{}", kept.len());
        for wanted in [(1, 0.7), (5003, 9.0), (7008, -3.0), (10_000, 0.5)] {
            assert!(kept.contains(&wanted), "{wanted:?}");
        }
        assert!(kept.is_sorted_by_key(|(epoch, _)| *epoch));
        // A single non-finite value in a part leaves no gap.
        assert!(kept.iter().all(|(_, value)| value.is_finite()));
    }

    #[test]
    fn long_gaps_stay_when_many_points_are_reduced() {
        let points: Vec<EpochValue> = (1..=10_000)
            .map(|epoch| (epoch, if epoch <= 5000 { 0.5 } else { f64::INFINITY }))
            .collect();
        let kept = reduced(&points);
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

    #[test]
    fn non_finite_values_leave_a_gap_and_are_counted() {
        let mut broken = run("broken", 12);
        broken.epochs[5].loss = f64::NAN;
        broken.epochs[7].loss = f64::INFINITY;
        let figure = linear("Loss and accuracy", &[broken.clone()]);
        // Epochs 1 to 5 and 9 to 12; the 7th is alone and has a mark.
        let lines: Vec<usize> = polylines(&figure).iter().map(Vec::len).collect();
        assert_eq!(lines, [5, 4, 12, 12, 12]);
        assert!(has(
            &figure,
            "not shown: 2, the first is NaN at epoch 6 (broken: training loss)."
        ));
        for metrics in &mut broken.epochs {
            *metrics = EpochMetrics {
                epoch: metrics.epoch,
                loss: f64::NAN,
                accuracy: f64::NAN,
                validation_loss: Some(f64::NEG_INFINITY),
                validation_accuracy: Some(f64::MAX),
                learning_rate: Some(f64::NAN),
            };
        }
        let figure = linear("Loss and accuracy", &[broken]);
        readable_texts(&figure);
        figure.to_png().unwrap();
    }

    #[test]
    fn long_histories_stay_small_and_keep_their_extremes() {
        let mut long = run("long", 10_000);
        long.epochs[5002].loss = 2.0;
        let figure = linear("Ten thousand epochs", &vec![long; 7]);
        let svg = figure.to_inline_svg();
        assert!(svg.len() < 300_000, "{}", svg.len());
        let texts = readable_texts(&figure);
        let (_, two) = find(&texts, "2.0").center();
        let highest = polylines(&figure)[0]
            .iter()
            .map(|(_, y)| *y)
            .fold(f64::INFINITY, f64::min);
        assert!((highest - two).abs() < 2.0, "{highest} {two}");
    }

    #[test]
    fn marks_of_several_runs_start_at_different_epochs() {
        // Of 24 epochs every second has a mark; a circle starts 3.5 pixels to the left of its
        // center, a square 0.9 times as many.
        let figure = linear("", &[run("a", 24), run("b", 24)]);
        let svg = figure.to_inline_svg();
        let lines = polylines(&figure);
        let starts: Vec<f64> = groups(&svg, "curve")
            .map(|curve| numbers(curve, "d")[0])
            .collect();
        assert!((starts[0] - (lines[0][0].0 - 3.5)).abs() < 0.05);
        assert!((starts[2] - (lines[2][1].0 - 3.15)).abs() < 0.05);
        let marks = groups(&svg, "curve").map(|curve| curve.matches('M').count());
        assert_eq!(marks.collect::<Vec<_>>(), [12; 8]);
        // A single run has room for twice as many.
        let svg = linear("", &[run("only", 100)]).to_inline_svg();
        assert_eq!(group(&svg, "curve").matches('M').count(), 25);
    }

    #[test]
    fn one_run_has_a_color_for_each_set_and_several_have_one_for_each_run() {
        let looks = |runs: &[RunHistory]| -> Vec<(String, String, bool)> {
            let svg = linear("", runs).to_inline_svg();
            let tips = tips(&svg, "curve").into_iter();
            let curves = tips.zip(groups(&svg, "curve"));
            let look = |(tip, curve): (&str, &str)| {
                let (_, class) = curve.split_once("class=\"stroke-").unwrap();
                let class = class.split('"').next().unwrap();
                (
                    tip.to_owned(),
                    class.to_owned(),
                    curve.contains("dasharray"),
                )
            };
            curves.map(look).take(4).collect()
        };
        let look = |tip: &str, class: &str, dashed| (tip.to_owned(), class.to_owned(), dashed);
        assert_eq!(
            looks(&[run("a", 9)])[..2],
            [
                look("a: training loss", "series0", false),
                look("a: validation loss", "series1", true),
            ]
        );
        assert_eq!(
            looks(&[run("a", 9), run("b", 9)]),
            [
                look("a: training loss", "series0", false),
                look("a: validation loss", "series0", true),
                look("b: training loss", "series1", false),
                look("b: validation loss", "series1", true),
            ]
        );
    }
}
