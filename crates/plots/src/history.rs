//! How training went: loss and accuracy by epoch, of one run or of several.

use crate::Figure;
use crate::axes::{Axes, BOTTOM_MARGIN, Entry, left_margin, legend, number};
use crate::canvas::{Anchor, Area, Canvas, Point, TextStyle};
use crate::heading::{MARGIN, heading, paragraph};
use crate::scale::{Scale, count};
use crate::style::{Dash, Mark, Paint, SERIES_COUNT, Stroke};

/// The history of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What the run is called in the legend.
    pub name: String,
    /// The run's epochs, in rising order.
    pub epochs: Vec<EpochFigures>,
    /// The number of the best epoch, if one was chosen; nothing is marked if it is not among them.
    pub best: Option<usize>,
}

/// The figures of an epoch. Those that are not finite leave a gap, and the picture says so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochFigures {
    /// The epoch's number; the first is 1.
    pub epoch: usize,
    /// On the training set.
    pub loss: f64,
    /// On the training set, as a share in [0, 1].
    pub accuracy: f64,
    /// On the validation set, if the run has one and it was looked at.
    pub validation_loss: Option<f64>,
    /// On the validation set, as a share in [0, 1].
    pub validation_accuracy: Option<f64>,
}

/// How many runs are shown at most: each needs a colour and a mark of its own.
pub const MOST_RUNS: usize = SERIES_COUNT;

const ROOM: f64 = 900.0;
const PANEL_HEIGHT: f64 = 290.0;

/// Between the left panel and the room of the right one's axis.
const PANEL_GAP: f64 = 26.0;

/// Names of runs that are wider are shortened in the legend.
const NAME_ROOM: f64 = 210.0;

/// A curve of more points than twice this many is thinned out: what a panel has no pixels for.
const PARTS: usize = 200;

/// Draws loss and accuracy by epoch, side by side, of the first [`MOST_RUNS`] runs.
///
/// One run has a colour for training and one for validation; several have a colour and a mark
/// each, and validation is dashed. The best epoch is marked.
#[must_use]
pub fn history(title: &str, runs: &[Curve]) -> Figure {
    let shown = &runs[..runs.len().min(MOST_RUNS)];
    let mut canvas = Canvas::new();
    let mut top = heading(&mut canvas, title, &note(shown), ROOM);
    let width = ROOM + 2.0 * MARGIN;
    let epochs = || {
        shown
            .iter()
            .flat_map(|run| &run.epochs)
            .map(|figures| figures.epoch)
    };
    let (Some(first), Some(last)) = (epochs().min(), epochs().max()) else {
        let nothing = if runs.is_empty() {
            "Nothing to show: there is no run."
        } else {
            "Nothing to show: no epoch has been trained."
        };
        top += TextStyle::LABEL.size;
        canvas.text(nothing, (MARGIN, top), TextStyle::LABEL);
        return canvas.finish(width, top + MARGIN, title);
    };

    top += legend(&mut canvas, &entries(shown), MARGIN, top + 8.0, ROOM);
    top += TextStyle::SMALL.size * 2.0;
    let [loss, accuracy] = [Quantity::Loss, Quantity::Accuracy].map(|quantity| Panel {
        lines: lines(shown, quantity),
        quantity,
    });
    let scales = [loss.scale(), accuracy.scale()];
    let margins = scales.each_ref().map(left_margin);
    let panel_width = (ROOM - margins[0] - margins[1] - PANEL_GAP) / 2.0;
    let mut left = MARGIN;
    for ((panel, y), margin) in [loss, accuracy].iter().zip(scales).zip(margins) {
        let area = Area {
            left: left + margin,
            top,
            width: panel_width,
            height: PANEL_HEIGHT,
        };
        let x = Scale::whole(first, last, 6);
        panel.draw(&mut canvas, &Axes { area, x, y }, shown);
        left = area.right() + PANEL_GAP;
    }
    top += PANEL_HEIGHT + BOTTOM_MARGIN;
    let remarks = remarks(runs);
    top += paragraph(&mut canvas, &remarks, (MARGIN, top), ROOM, TextStyle::SMALL);
    canvas.finish(width, top + MARGIN, title)
}

/// What is drawn by epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantity {
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

/// How a line looks: of one run by what it was measured on, of several by run.
#[derive(Debug, Clone, Copy)]
struct Look {
    stroke: Stroke,
    mark: Mark,
}

impl Look {
    fn training(run: usize) -> Self {
        Self {
            stroke: Stroke::solid(Paint::Series(run), 2.0),
            mark: Mark::of_series(run),
        }
    }

    fn validation(run: usize, runs: usize) -> Self {
        let series = if runs == 1 { 1 } else { run };
        Self {
            stroke: Stroke::dashed(Paint::Series(series), 2.0),
            mark: Mark::of_series(series),
        }
    }

    fn entry(self, name: String) -> Entry {
        Entry {
            line: Some(self.stroke),
            mark: Some((self.mark, self.stroke.paint)),
            name,
        }
    }
}

/// A run's values of a quantity, on one of its sets.
struct Line {
    run: usize,
    /// For those who point at it.
    tip: String,
    look: Look,
    /// Epochs and values.
    points: Vec<Point>,
}

fn lines(runs: &[Curve], quantity: Quantity) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let line = |set, look, points: Vec<Point>| Line {
            run: index,
            tip: format!("{}: {set} {}", run.name, quantity.name()),
            look,
            points,
        };
        let at = |figures: &EpochFigures, value| (count(figures.epoch), value);
        let training = run
            .epochs
            .iter()
            .map(|figures| at(figures, quantity.training(figures)));
        let validation = run.epochs.iter();
        let validation =
            validation.filter_map(|figures| Some(at(figures, quantity.validation(figures)?)));
        let validation_look = Look::validation(index, runs.len());
        lines.push(line("training", Look::training(index), training.collect()));
        lines.push(line("validation", validation_look, validation.collect()));
    }
    lines.retain(|line| !line.points.is_empty());
    lines
}

/// The plot of a quantity.
struct Panel {
    lines: Vec<Line>,
    quantity: Quantity,
}

impl Panel {
    fn scale(&self) -> Scale {
        let points = self.lines.iter().flat_map(|line| &line.points);
        let values: Vec<f64> = points.map(|(_, value)| *value).collect();
        if self.quantity == Quantity::Loss {
            return Scale::around(values, 6);
        }
        // Room around a single share would reach beyond 100%.
        let one = values
            .iter()
            .all(|value| !((value - values[0]).abs() > 1e-4));
        let ends: &[f64] = if one { &[0.0, 1.0] } else { &[] };
        Scale::around(values.iter().chain(ends).copied(), 6).in_percent()
    }

    fn draw(&self, canvas: &mut Canvas, axes: &Axes, runs: &[Curve]) {
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

    /// Draws a ring around the best epoch, by its validation if it has one.
    fn draw_best_of_several(&self, canvas: &mut Canvas, axes: &Axes, index: usize, run: &Curve) {
        let Some(best) = best(run) else { return };
        let lines = self.lines.iter().filter(|line| line.run == index);
        let found = lines.rev().find_map(|line| {
            let mut points = line.points.iter();
            let (epoch, value) =
                *points.find(|(epoch, value)| *epoch == count(best.epoch) && value.is_finite())?;
            Some((axes.point(epoch, value), line.look))
        });
        if let Some((place, look)) = found {
            canvas.group("best", |canvas| {
                canvas.mark(look.mark, place, 3.5, look.stroke.paint);
                canvas.ring(place, 8.0, Stroke::solid(look.stroke.paint, 2.0));
            });
        }
    }
}

impl Line {
    fn draw(&self, canvas: &mut Canvas, axes: &Axes, runs: usize) {
        let place = |(epoch, value): &Point| axes.point(*epoch, *value);
        let mut marked: Vec<Point> = self.marked(runs).iter().map(place).collect();
        let kept = thinned(&self.points);
        for part in kept.split(|(_, value)| !value.is_finite()) {
            let part: Vec<Point> = part.iter().map(place).collect();
            match part[..] {
                [] => {}
                // Nothing would be seen of a line.
                [alone] => marked.push(alone),
                _ => canvas.polyline(&part, self.look.stroke),
            }
        }
        canvas.marks(self.look.mark, marked, 3.5, self.look.stroke.paint, 1.0);
    }

    /// The points that have a mark: as many as leave the line visible, and not those of the run
    /// before, so that marks of curves that lie on each other can be seen.
    fn marked(&self, runs: usize) -> Vec<Point> {
        let most = if runs == 1 { 25 } else { 12 };
        let every = self.points.len().div_ceil(most).max(1);
        let skipped = self.run * every / runs.max(1);
        let points = self.points.iter().skip(skipped).step_by(every);
        points
            .copied()
            .filter(|(_, value)| value.is_finite())
            .collect()
    }
}

/// A line through the best epoch of a run, with its number above the plot.
fn draw_best_of_one(canvas: &mut Canvas, axes: &Axes, run: &Curve) {
    let Some(best) = best(run) else { return };
    let area = axes.area;
    let (x, _) = axes.point(count(best.epoch), 0.0);
    let label = format!("best: epoch {}", best.epoch);
    let style = TextStyle::SMALL
        .painted(Paint::Ink)
        .anchored(Anchor::Middle);
    let half = style.width(&label) / 2.0;
    let middle = x.clamp(area.left + half, area.right() - half);
    canvas.group("best", |canvas| {
        let dots = Stroke {
            dash: Dash::Dots,
            ..Stroke::solid(Paint::Ink, 1.5)
        };
        canvas.line((x, area.top - 4.0), (x, area.bottom()), dots);
        canvas.text(&label, (middle, area.top - 8.0), style);
    });
}

fn best(run: &Curve) -> Option<&EpochFigures> {
    let best = run.best?;
    run.epochs.iter().find(|figures| figures.epoch == best)
}

/// Of many points: the least and the largest of each part, the first and the last; and a gap for a
/// part without finite values.
fn thinned(points: &[Point]) -> Vec<Point> {
    if points.len() <= 2 * PARTS {
        return points.to_vec();
    }
    let end = points.len() - 1;
    let mut kept = Vec::new();
    let mut from = 0;
    for part in points.chunks(points.len().div_ceil(PARTS)) {
        let finite = || (from..from + part.len()).filter(|index| points[*index].1.is_finite());
        let by_value = |one: &usize, other: &usize| points[*one].1.total_cmp(&points[*other].1);
        let ends = finite().filter(|index| *index == 0 || *index == end);
        let extremes = finite()
            .min_by(by_value)
            .into_iter()
            .chain(finite().max_by(by_value));
        let mut indices: Vec<usize> = ends.chain(extremes).collect();
        if indices.is_empty() {
            indices.push(from);
        }
        indices.sort_unstable();
        indices.dedup();
        kept.extend(indices.into_iter().map(|index| points[index]));
        from += part.len();
    }
    kept
}

fn entries(runs: &[Curve]) -> Vec<Entry> {
    let validation = |run: &Curve| {
        let mut epochs = run.epochs.iter();
        epochs.any(|figures| {
            figures.validation_loss.is_some() || figures.validation_accuracy.is_some()
        })
    };
    let validated = runs.iter().any(validation);
    if runs.len() == 1 {
        let mut entries = vec![Look::training(0).entry("training".to_owned())];
        if validated {
            entries.push(Look::validation(0, 1).entry("validation".to_owned()));
        }
        return entries;
    }
    let run = |(index, run): (usize, &Curve)| {
        let name = TextStyle::LABEL.fitted(&run.name, NAME_ROOM);
        let name = match best(run) {
            _ if run.epochs.is_empty() => format!("{name} (no epochs)"),
            Some(best) => format!("{name} (best: {})", best.epoch),
            None => name,
        };
        Look::training(index).entry(name)
    };
    let mut entries: Vec<Entry> = runs.iter().enumerate().map(run).collect();
    if validated {
        let sets = [
            Stroke::solid(Paint::Ink, 2.0),
            Stroke::dashed(Paint::Ink, 2.0),
        ];
        for (stroke, name) in sets.into_iter().zip(["training", "validation"]) {
            entries.push(Entry {
                line: Some(stroke),
                mark: None,
                name: name.to_owned(),
            });
        }
    }
    if runs.iter().any(|run| best(run).is_some()) {
        entries.push(Entry {
            line: None,
            mark: Some((Mark::Ring, Paint::Ink)),
            name: "best epoch".to_owned(),
        });
    }
    entries
}

/// One run's figures at its best epoch, or else at its last.
fn note(runs: &[Curve]) -> String {
    let [run] = runs else { return String::new() };
    let (which, figures) = match (best(run), run.epochs.last()) {
        (Some(best), _) => ("best", best),
        (None, Some(last)) => ("last", last),
        (None, None) => return run.name.clone(),
    };
    let mut note = format!(
        "{}; {which} epoch, {}: loss {}, accuracy {}",
        run.name,
        figures.epoch,
        loss(figures.loss),
        percent(figures.accuracy)
    );
    if let Some(value) = figures.validation_loss {
        note += &format!("; validation loss {}", loss(value));
    }
    if let Some(value) = figures.validation_accuracy {
        note += &format!("; validation accuracy {}", percent(value));
    }
    note
}

/// Four digits after the point, or in powers of ten where these would say little.
fn loss(value: f64) -> String {
    if value == 0.0 || (0.001..1e6).contains(&value.abs()) || !value.is_finite() {
        number(value, 4)
    } else {
        format!("{value:.3e}").replace('-', "−")
    }
}

fn percent(share: f64) -> String {
    format!("{}%", number(share * 100.0, 2))
}

/// What is not seen, a sentence a line.
fn remarks(runs: &[Curve]) -> String {
    let shown = &runs[..runs.len().min(MOST_RUNS)];
    let mut remarks = Vec::new();
    if runs.len() > shown.len() {
        remarks.push(format!(
            "Not shown: {} of {} runs, after the first {MOST_RUNS}.",
            runs.len() - shown.len(),
            runs.len()
        ));
    }
    let lines = [Quantity::Loss, Quantity::Accuracy].map(|quantity| lines(shown, quantity));
    let lines = || lines.iter().flatten();
    let gaps = |line: &Line| {
        line.points
            .iter()
            .filter(|(_, value)| !value.is_finite())
            .count()
    };
    let all: usize = lines().map(gaps).sum();
    let first = lines().find_map(|line| {
        let mut points = line.points.iter();
        let (epoch, value) = points.find(|(_, value)| !value.is_finite())?;
        Some(format!("{value} at epoch {epoch} ({})", line.tip))
    });
    if let Some(first) = first {
        let values = if all == 1 { "value is" } else { "values are" };
        remarks.push(format!(
            "{all} {values} not finite and left out: {first}{}.",
            if all == 1 { "" } else { ", …" }
        ));
    }
    remarks.join("\n")
}
