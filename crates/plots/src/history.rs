//! How training went: loss and accuracy by epoch, of one run or of several.

use std::iter;

use crate::Figure;
use crate::axes::{Axes, BOTTOM_MARGIN, Entry, left_margin, legend, number};
use crate::canvas::{Area, Canvas, TextStyle};
use crate::heading::{MARGIN, heading, paragraph};
use crate::history_panel::{Look, Panel, Quantity};
use crate::scale::Scale;
use crate::style::{Mark, Paint, SERIES_COUNT, Stroke};

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

impl Curve {
    /// The figures of the best epoch.
    pub(crate) fn best_figures(&self) -> Option<&EpochFigures> {
        let best = self.best?;
        self.epochs.iter().find(|figures| figures.epoch == best)
    }

    fn has_validation(&self) -> bool {
        self.epochs.iter().any(|figures| {
            figures.validation_loss.is_some() || figures.validation_accuracy.is_some()
        })
    }
}

/// How many runs are shown at most: each needs a colour and a mark of its own.
pub const MOST_RUNS: usize = SERIES_COUNT;

/// The width of a page inside its margins.
const ROOM: f64 = 900.0;
const PANEL_HEIGHT: f64 = 290.0;

/// Between the left panel and the room of the right one's axis.
const PANEL_GAP: f64 = 26.0;

/// Names of runs that are wider are shortened in the legend.
const NAME_ROOM: f64 = 210.0;

/// Draws loss and accuracy by epoch, side by side, of the first [`MOST_RUNS`] runs.
///
/// One run has a colour for training and one for validation; several have a colour and a mark
/// each, and validation is dashed. The best epochs are marked.
#[must_use]
pub fn history(title: &str, runs: &[Curve]) -> Figure {
    let shown = &runs[..runs.len().min(MOST_RUNS)];
    let mut canvas = Canvas::new();
    let width = ROOM + 2.0 * MARGIN;
    let mut top = heading(&mut canvas, title, &note(shown), ROOM);
    let epochs = || shown.iter().flat_map(|run| &run.epochs);
    let first = epochs().map(|figures| figures.epoch).min();
    let last = epochs().map(|figures| figures.epoch).max();
    let (Some(first), Some(last)) = (first, last) else {
        let reason = if runs.is_empty() {
            "Nothing to show: there is no run."
        } else {
            "Nothing to show: no epoch was trained."
        };
        top += TextStyle::LABEL.size;
        canvas.text(reason, (MARGIN, top), TextStyle::LABEL);
        return canvas.finish(width, top + MARGIN, title);
    };

    for entries in [names(shown), keys(shown)] {
        if !entries.is_empty() {
            top += legend(&mut canvas, &entries, MARGIN, top + 8.0, ROOM);
        }
    }
    // The number of the best epoch stands above the plots.
    top += 24.0;
    let panels = [Quantity::Loss, Quantity::Accuracy].map(|quantity| Panel::of(shown, quantity));
    let scales = panels.each_ref().map(Panel::scale);
    let margins = scales.each_ref().map(left_margin);
    let panel_width = (ROOM - margins[0] - PANEL_GAP - margins[1]) / 2.0;
    let mut left = MARGIN;
    for ((panel, y), margin) in iter::zip(iter::zip(&panels, scales), margins) {
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
    let remarks = remarks(runs.len(), &panels);
    top += paragraph(&mut canvas, &remarks, (MARGIN, top), ROOM, TextStyle::SMALL);
    canvas.finish(width, top + MARGIN, title)
}

/// One run's figures at its best epoch, or else at its last.
fn note(runs: &[Curve]) -> String {
    let [run] = runs else { return String::new() };
    let (which, figures) = match (run.best_figures(), run.epochs.last()) {
        (Some(best), _) => ("best", best),
        (None, Some(last)) => ("last", last),
        (None, None) => return run.name.clone(),
    };
    let mut said = vec![
        format!("{which} epoch {}", figures.epoch),
        format!("loss {}", loss(figures.loss)),
        format!("accuracy {}", percent(figures.accuracy)),
    ];
    let validation_loss = figures.validation_loss;
    said.extend(validation_loss.map(|value| format!("validation loss {}", loss(value))));
    let accuracy = figures.validation_accuracy;
    said.extend(accuracy.map(|value| format!("validation accuracy {}", percent(value))));
    format!("{}: {}", run.name, said.join(", "))
}

/// Four digits after the point, or powers of ten where these would say little.
fn loss(value: f64) -> String {
    let usual = value == 0.0 || (0.001..1e6).contains(&value.abs());
    if usual || !value.is_finite() {
        number(value, 4)
    } else {
        format!("{value:.3e}").replace('-', "−")
    }
}

fn percent(share: f64) -> String {
    format!("{} %", number(share * 100.0, 2))
}

/// The legend of the runs, or of the sets of a single one.
fn names(runs: &[Curve]) -> Vec<Entry> {
    let entry = |look: Look, name: &str| Entry {
        line: Some(look.stroke),
        mark: Some((look.mark, look.stroke.paint)),
        name: name.to_owned(),
    };
    if let [run] = runs {
        let mut entries = vec![entry(Look::training(0), "training")];
        if run.has_validation() {
            entries.push(entry(Look::validation(0, 1), "validation"));
        }
        return entries;
    }
    let named = runs.iter().enumerate().map(|(index, run)| {
        let name = TextStyle::LABEL.fitted(&run.name, NAME_ROOM);
        let name = match run.best_figures() {
            _ if run.epochs.is_empty() => format!("{name} (no epochs)"),
            Some(best) => format!("{name} (best: {})", best.epoch),
            None => name,
        };
        entry(Look::training(index), &name)
    });
    named.collect()
}

/// The legend of what all of several runs have in common.
fn keys(runs: &[Curve]) -> Vec<Entry> {
    if runs.len() == 1 {
        return Vec::new();
    }
    let mut keys = Vec::new();
    if runs.iter().any(Curve::has_validation) {
        let training = (Stroke::solid(Paint::Ink, 2.0), "training");
        let validation = (Stroke::dashed(Paint::Ink, 2.0), "validation");
        keys.extend([training, validation].map(|(stroke, name)| Entry {
            line: Some(stroke),
            mark: None,
            name: name.to_owned(),
        }));
    }
    if runs.iter().any(|run| run.best_figures().is_some()) {
        keys.push(Entry {
            line: None,
            mark: Some((Mark::Ring, Paint::Ink)),
            name: "best epoch".to_owned(),
        });
    }
    keys
}

/// What is not seen, a sentence a line.
fn remarks(runs: usize, panels: &[Panel]) -> String {
    let mut remarks = Vec::new();
    if runs > MOST_RUNS {
        let hidden = runs - MOST_RUNS;
        remarks.push(format!(
            "Not shown: the last {hidden} of {runs} runs; there is room for {MOST_RUNS}."
        ));
    }
    let gaps: Vec<String> = panels
        .iter()
        .flat_map(|panel| &panel.lines)
        .flat_map(|line| line.points.iter().map(|point| (&line.tip, point)))
        .filter(|(_, (_, value))| !value.is_finite())
        .map(|(tip, (epoch, value))| format!("{value} at epoch {epoch} ({tip})"))
        .collect();
    match &gaps[..] {
        [] => {}
        [gap] => remarks.push(format!("Not finite, and left out: {gap}.")),
        [first, ..] => remarks.push(format!(
            "Not finite, and left out: {} values, the first {first}.",
            gaps.len()
        )),
    }
    remarks.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::{Written, count, readable_texts};

    fn figures(epoch: usize, loss: f64, accuracy: f64) -> EpochFigures {
        EpochFigures {
            epoch,
            loss,
            accuracy,
            validation_loss: None,
            validation_accuracy: None,
        }
    }

    /// Losses 1, 1/2, 1/3, ... and accuracies that rise, with a validation a little worse.
    fn run(name: &str, epochs: usize) -> Curve {
        let at = |epoch: u32| EpochFigures {
            validation_loss: Some(1.1 / f64::from(epoch)),
            validation_accuracy: Some(0.99 - 0.5 / f64::from(epoch)),
            ..figures(
                epoch as usize,
                1.0 / f64::from(epoch),
                1.0 - 0.5 / f64::from(epoch),
            )
        };
        Curve {
            name: name.to_owned(),
            epochs: (1..).map(at).take(epochs).collect(),
            best: epochs.checked_sub(3),
        }
    }

    fn texts(figure: &Figure) -> Vec<String> {
        let texts = readable_texts(figure).into_iter();
        texts.map(|written| written.text).collect()
    }

    fn has(figure: &Figure, part: &str) -> bool {
        texts(figure).iter().any(|text| text.contains(part))
    }

    /// The points of each line of a picture, as they stand in the SVG.
    fn polylines(figure: &Figure) -> Vec<Vec<(f64, f64)>> {
        let svg = figure.to_inline_svg();
        let lines = svg.split(" points=\"").skip(1);
        let points = |line: &str| -> Vec<(f64, f64)> {
            let points = line.split('"').next().unwrap().split(' ');
            let pairs = points.map(|point| point.split_once(',').unwrap());
            pairs
                .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
                .collect()
        };
        lines.map(points).collect()
    }

    /// The middle of a text, the first of those that read so.
    fn middle(texts: &[Written], text: &str) -> (f64, f64) {
        let area = texts
            .iter()
            .find(|written| written.text == text)
            .unwrap()
            .area;
        (
            f64::from(area.left() + area.right()) / 2.0,
            f64::from(area.top() + area.bottom()) / 2.0,
        )
    }

    #[test]
    fn values_stand_beside_the_numbers_of_the_axes() {
        let epochs = vec![
            figures(1, 0.8, 0.5),
            figures(2, 0.5, 0.7),
            figures(4, 0.2, 1.0),
        ];
        let run = Curve {
            name: "run".to_owned(),
            epochs,
            best: None,
        };
        let figure = history("Loss and accuracy", &[run]);
        let texts = readable_texts(&figure);
        let lines = polylines(&figure);
        assert_eq!(lines.len(), 2);
        let (_, two_tenths) = middle(&texts, "0.2");
        let (_, eight_tenths) = middle(&texts, "0.8");
        let (first, _) = middle(&texts, "1");
        let (fourth, _) = middle(&texts, "4");
        // Numbers stand on the height of their ticks by eye, so within two pixels.
        let near = |one: f64, other: f64| (one - other).abs() < 2.0;
        assert!(near(lines[0][0].0, first) && near(lines[0][0].1, eight_tenths));
        assert!(near(lines[0][2].0, fourth) && near(lines[0][2].1, two_tenths));
        // Epoch 2 lies a third of the way from 1 to 4, and 0.5 in the middle of 0.2 and 0.8.
        assert!(near(lines[0][1].0, first + (fourth - first) / 3.0));
        assert!(near(lines[0][1].1, f64::midpoint(two_tenths, eight_tenths)));
        let (_, half) = middle(&texts, "50 %");
        let (_, all) = middle(&texts, "100 %");
        assert!(near(lines[1][0].1, half) && near(lines[1][2].1, all));
        assert!(near(lines[1][1].1, half + (all - half) * 0.4));
    }

    #[test]
    fn one_run_has_a_line_for_each_set_and_its_best_epoch() {
        let figure = history("Loss and accuracy", &[run("runs/first", 20)]);
        assert_eq!(count(&figure, "curve"), 4);
        assert_eq!(count(&figure, "best"), 2);
        let texts = texts(&figure);
        for text in [
            "training",
            "validation",
            "epoch",
            "loss",
            "accuracy",
            "best: epoch 17",
        ] {
            assert!(texts.iter().any(|written| written == text), "{text}");
        }
        // 1 / 17, 1 - 0.5 / 17, 1.1 / 17 and 0.99 - 0.5 / 17.
        let note = "runs/first: best epoch 17, loss 0.0588, accuracy 97.06 %, \
                    validation loss 0.0647, validation accuracy 96.06 %";
        assert!(texts.iter().any(|text| text == note), "{texts:?}");
    }

    #[test]
    fn several_runs_have_a_line_for_each_and_dashes_for_validation() {
        let mut without_validation = run("plain", 9);
        for figures in &mut without_validation.epochs {
            (figures.validation_loss, figures.validation_accuracy) = (None, None);
        }
        let long_name = "runs/2026-11-24T02-15-23-with-a-name-that-goes-on-and-on-to-the-end";
        let runs = [
            run("first", 20),
            run(long_name, 12),
            without_validation,
            run("empty", 0),
        ];
        let figure = history("Loss and accuracy", &runs);
        assert_eq!(count(&figure, "curve"), 2 * (2 + 2 + 1));
        assert_eq!(count(&figure, "best"), 2 * 3);
        assert!(has(&figure, "first (best: 17)") && has(&figure, "empty (no epochs)"));
        assert!(has(&figure, "…") && has(&figure, "best epoch"));
        // In the legend, and a dashed line for each of two runs in each panel.
        let dashed = figure
            .to_inline_svg()
            .matches("stroke-dasharray=\"6 4\"")
            .count();
        assert_eq!(dashed, 1 + 4);
    }

    #[test]
    fn runs_beyond_those_with_a_colour_are_said_to_be_missing() {
        let runs: Vec<Curve> = (0..9)
            .map(|index| run(&"name ".repeat(index * 9), 30))
            .collect();
        let figure = history(&"A very long title ".repeat(20), &runs);
        assert_eq!(count(&figure, "curve"), 7 * 4);
        assert!(has(&figure, "the last 2 of 9 runs"));
    }

    #[test]
    fn values_that_are_not_finite_leave_a_gap_and_are_counted() {
        let mut broken = run("broken", 12);
        broken.epochs[5].loss = f64::NAN;
        broken.epochs[7].loss = f64::INFINITY;
        let figure = history("Loss and accuracy", &[broken.clone()]);
        // Epochs 1 to 5 and 9 to 12; the 7th stands alone and has a mark.
        let lines: Vec<usize> = polylines(&figure).iter().map(Vec::len).collect();
        assert_eq!(lines, [5, 4, 12, 12, 12]);
        assert!(has(
            &figure,
            "2 values, the first NaN at epoch 6 (broken: training loss)."
        ));
        for figures in &mut broken.epochs {
            *figures = EpochFigures {
                epoch: figures.epoch,
                loss: f64::NAN,
                accuracy: f64::NAN,
                validation_loss: Some(f64::NEG_INFINITY),
                validation_accuracy: Some(f64::MAX),
            };
        }
        let figure = history("Loss and accuracy", &[broken]);
        readable_texts(&figure);
        figure.to_png().unwrap();
    }

    #[test]
    fn one_epoch_is_a_point_and_none_is_said() {
        let one = Curve {
            best: Some(1),
            ..run("short", 1)
        };
        let figure = history("One epoch", std::slice::from_ref(&one));
        assert_eq!(count(&figure, "curve"), 4);
        assert!(polylines(&figure).is_empty());
        readable_texts(&figure);
        readable_texts(&history("One epoch each", &[one.clone(), one]));

        let none = history("No epoch", &[run("empty", 0)]);
        assert_eq!(
            texts(&none),
            [
                "No epoch",
                "empty",
                "Nothing to show: no epoch was trained."
            ]
        );
        let no_run = history("No run", &[]);
        assert_eq!(
            texts(&no_run),
            ["No run", "Nothing to show: there is no run."]
        );
    }

    #[test]
    fn long_histories_stay_small_and_keep_their_extremes() {
        let mut long = run("long", 10_000);
        long.epochs[5002].loss = 2.0;
        let figure = history("Ten thousand epochs", &vec![long; 7]);
        let svg = figure.to_inline_svg();
        assert!(svg.len() < 300_000, "{}", svg.len());
        let texts = readable_texts(&figure);
        let (_, two) = middle(&texts, "2.0");
        let highest = polylines(&figure)[0]
            .iter()
            .map(|(_, y)| *y)
            .fold(f64::INFINITY, f64::min);
        assert!((highest - two).abs() < 2.0, "{highest} {two}");
    }

    #[test]
    fn tiny_and_huge_losses_are_readable() {
        for factor in [1e-9, 1e12] {
            let mut run = run("scaled", 20);
            for figures in &mut run.epochs {
                figures.loss *= factor;
                figures.validation_loss = None;
            }
            let figure = history("Loss and accuracy", &[run]);
            assert!(has(&figure, if factor < 1.0 { "e−10" } else { "e11" }));
        }
    }
}
