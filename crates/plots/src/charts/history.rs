//! Loss and accuracy by epoch, and the learning rate if it changes, of one run or of several.

pub(crate) mod data;
mod line;
mod panel;
mod words;

use std::iter;

use crate::base::area::Area;
use crate::base::axes::{Axes, BOTTOM_MARGIN, left_margin};
use crate::base::canvas::Canvas;
use crate::base::figure::Figure;
use crate::base::heading::{MARGIN, heading, paragraph};
use crate::base::legend::legend;
use crate::base::scale::Scale;
use crate::base::text::TextStyle;
use data::{LossAxis, MAX_RUNS, RunHistory};
use panel::{Metric, Panel};

/// The width of a page inside its margins.
const WIDTH: f64 = 900.0;
const PANEL_HEIGHT: f64 = 290.0;
const LEARNING_RATE_HEIGHT: f64 = 110.0;

/// Above a panel, where the number of the best epoch is.
const PANEL_TOP: f64 = 24.0;

/// Between the left panel and the labels of the right one.
const PANEL_GAP: f64 = 26.0;

const EPOCH_TICKS: usize = 6;

/// Draws loss and accuracy by epoch, side by side, of the first [`MAX_RUNS`] runs, and below them
/// the learning rate if it is not the same in all epochs of all runs.
///
/// A single run has one color for training and another for validation. Several runs have a color
/// and a mark each, and their validation lines are dashed. The best epochs are marked.
#[must_use]
pub fn history(title: &str, runs: &[RunHistory], loss_axis: LossAxis) -> Figure {
    let shown = &runs[..runs.len().min(MAX_RUNS)];
    let mut canvas = Canvas::new();
    let width = WIDTH + 2.0 * MARGIN;
    let mut top = heading(&mut canvas, title, &words::note(shown), WIDTH);
    let epochs = || shown.iter().flat_map(|run| &run.epochs);
    let first = epochs().map(|metrics| metrics.epoch).min();
    let last = epochs().map(|metrics| metrics.epoch).max();
    let (Some(first), Some(last)) = (first, last) else {
        let reason = if runs.is_empty() {
            "There are no runs."
        } else {
            "No epoch has been trained."
        };
        top += TextStyle::LABEL.size;
        canvas.text(reason, (MARGIN, top), TextStyle::LABEL);
        return canvas.finish(width, top + MARGIN, title);
    };

    for entries in [words::run_entries(shown), words::common_entries(shown)] {
        if !entries.is_empty() {
            top += legend(&mut canvas, &entries, (MARGIN, top + 8.0), WIDTH);
        }
    }
    top += PANEL_TOP;
    let metrics = [Metric::Loss(loss_axis), Metric::Accuracy];
    let panels = metrics.map(|metric| Panel::of(shown, metric));
    let x = Scale::integers(first, last, EPOCH_TICKS);
    for (panel, axes) in iter::zip(&panels, axes(&panels, &x, top)) {
        panel.draw(&mut canvas, &axes, shown);
    }
    top += PANEL_HEIGHT + BOTTOM_MARGIN;
    let learning_rate = Panel::of(shown, Metric::LearningRate);
    if learning_rate.varies() {
        top += PANEL_TOP;
        let axes = wide_axes(learning_rate.scale(), x, top);
        learning_rate.draw(&mut canvas, &axes, shown);
        top += LEARNING_RATE_HEIGHT + BOTTOM_MARGIN;
    }
    let remarks = words::remarks(runs.len(), &panels);
    top += paragraph(
        &mut canvas,
        &remarks,
        (MARGIN, top),
        WIDTH,
        TextStyle::SMALL,
    );
    canvas.finish(width, top + MARGIN, title)
}

/// The axes of both panels, equally wide and side by side.
fn axes(panels: &[Panel; 2], x: &Scale, top: f64) -> [Axes; 2] {
    let scales = panels.each_ref().map(Panel::scale);
    let margins = scales.each_ref().map(left_margin);
    let width = (WIDTH - margins[0] - PANEL_GAP - margins[1]) / 2.0;
    let mut left = MARGIN;
    let mut margins = margins.into_iter();
    scales.map(|y| {
        left += margins.next().unwrap_or_default();
        let area = Area {
            left,
            top,
            width,
            height: PANEL_HEIGHT,
        };
        left = area.right() + PANEL_GAP;
        Axes {
            area,
            x: x.clone(),
            y,
        }
    })
}

/// The axes of a low panel as wide as the page.
fn wide_axes(y: Scale, x: Scale, top: f64) -> Axes {
    let margin = left_margin(&y);
    Axes {
        area: Area {
            left: MARGIN + margin,
            top,
            width: WIDTH - margin,
            height: LEARNING_RATE_HEIGHT,
        },
        x,
        y,
    }
}

#[cfg(test)]
mod tests {
    use super::history as drawn;
    use super::*;
    use crate::test_support::{
        assert_texts, count, find, group, groups, numbers, readable_texts, texts, tips,
    };
    use data::EpochMetrics;

    fn metrics(epoch: usize, loss: f64, accuracy: f64) -> EpochMetrics {
        EpochMetrics {
            epoch,
            loss,
            accuracy,
            validation_loss: None,
            validation_accuracy: None,
            learning_rate: Some(0.001),
        }
    }

    /// Losses 1, 1/2, 1/3, ..., rising accuracies, and slightly worse ones for validation.
    fn run(name: &str, epochs: usize) -> RunHistory {
        let at = |epoch: u32| EpochMetrics {
            validation_loss: Some(1.1 / f64::from(epoch)),
            validation_accuracy: Some(0.99 - 0.5 / f64::from(epoch)),
            ..metrics(
                epoch as usize,
                1.0 / f64::from(epoch),
                1.0 - 0.5 / f64::from(epoch),
            )
        };
        RunHistory {
            name: name.to_owned(),
            epochs: (1..).map(at).take(epochs).collect(),
            best: epochs.checked_sub(3),
        }
    }

    fn history(title: &str, runs: &[RunHistory]) -> Figure {
        drawn(title, runs, LossAxis::Linear)
    }

    fn has(figure: &Figure, part: &str) -> bool {
        texts(figure).iter().any(|text| text.contains(part))
    }

    /// The points of each line in the SVG.
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
        let figure = history("Loss and accuracy", &[run]);
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
    fn one_run_has_a_line_for_each_set_and_its_best_epoch() {
        let figure = history("Loss and accuracy", &[run("runs/first", 20)]);
        assert_eq!(count(&figure, "curve"), 4);
        assert_eq!(count(&figure, "best"), 2);
        // 1 / 17, 1 - 0.5 / 17, 1.1 / 17 and 0.99 - 0.5 / 17.
        let note = "runs/first: best epoch 17, loss 0.0588, accuracy 97.06 %, \
                    validation loss 0.0647, validation accuracy 96.06 %";
        assert_texts(
            &figure,
            &[
                note,
                "training",
                "validation",
                "epoch",
                "loss",
                "accuracy",
                "best: epoch 17",
            ],
        );
    }

    #[test]
    fn several_runs_have_a_line_for_each_and_dashes_for_validation() {
        let mut without_validation = run("plain", 9);
        for metrics in &mut without_validation.epochs {
            (metrics.validation_loss, metrics.validation_accuracy) = (None, None);
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
    fn a_remark_counts_the_runs_that_are_not_shown() {
        let runs: Vec<RunHistory> = (0..9)
            .map(|index| run(&"name ".repeat(index * 9), 30))
            .collect();
        let figure = history(&"A very long title ".repeat(20), &runs);
        assert_eq!(count(&figure, "curve"), 7 * 4);
        assert!(has(&figure, "the last 2 of 9 runs"));
    }

    #[test]
    fn non_finite_values_leave_a_gap_and_are_counted() {
        let mut broken = run("broken", 12);
        broken.epochs[5].loss = f64::NAN;
        broken.epochs[7].loss = f64::INFINITY;
        let figure = history("Loss and accuracy", &[broken.clone()]);
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
        let figure = history("Loss and accuracy", &[broken]);
        readable_texts(&figure);
        figure.to_png().unwrap();
    }

    #[test]
    fn one_epoch_is_a_point_and_no_epoch_a_sentence() {
        let one = RunHistory {
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
            ["No epoch", "empty", "No epoch has been trained."]
        );
        let no_run = history("No run", &[]);
        assert_eq!(texts(&no_run), ["No run", "There are no runs."]);
    }

    #[test]
    fn long_histories_stay_small_and_keep_their_extremes() {
        let mut long = run("long", 10_000);
        long.epochs[5002].loss = 2.0;
        let figure = history("Ten thousand epochs", &vec![long; 7]);
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
    fn a_logarithmic_axis_has_equal_distances_for_equal_ratios() {
        let losses = [1.0, 0.1, 0.01, 0.0, 0.0];
        let epochs = losses.iter().zip(1..);
        let epochs = epochs.map(|(loss, epoch)| metrics(epoch, *loss, 0.9));
        let run = RunHistory {
            name: "run".to_owned(),
            epochs: epochs.collect(),
            best: None,
        };
        let figure = drawn("", std::slice::from_ref(&run), LossAxis::Logarithmic);
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
        assert!(!has(&history("", &[run]), "logarithmic"));
    }

    #[test]
    fn a_learning_rate_that_changes_has_its_own_panel() {
        let constant = run("constant", 8);
        assert_eq!(
            count(&history("", std::slice::from_ref(&constant)), "panel"),
            2
        );
        let mut halved = run("halved", 8);
        for metrics in &mut halved.epochs[4..] {
            metrics.learning_rate = Some(0.0005);
        }
        let figure = history("", std::slice::from_ref(&halved));
        assert_eq!(count(&figure, "panel"), 3);
        let lines = polylines(&figure);
        assert_eq!(
            tips(&figure.to_inline_svg(), "curve")[4],
            "halved: learning rate"
        );
        let texts = readable_texts(&figure);
        let tick = |text| find(&texts, text).center().1;
        let rate = |epoch: usize| lines[4][epoch - 1].1;
        let half = f64::midpoint(tick("0.0004"), tick("0.0006"));
        assert!((rate(4) - tick("0.0010")).abs() < 2.0 && (rate(5) - half).abs() < 2.0);
        find(&texts, "learning rate");
        // Of several runs, a difference between them is enough.
        let mut slow = run("slow", 8);
        for metrics in &mut slow.epochs {
            metrics.learning_rate = Some(0.0001);
        }
        assert_eq!(count(&history("", &[constant, slow]), "panel"), 3);
    }

    #[test]
    fn tiny_and_huge_losses_are_readable() {
        for factor in [1e-9, 1e12] {
            let mut run = run("scaled", 20);
            for metrics in &mut run.epochs {
                metrics.loss *= factor;
                metrics.validation_loss = None;
            }
            let figure = history("Loss and accuracy", &[run]);
            assert!(has(&figure, if factor < 1.0 { "e−10" } else { "e11" }));
        }
    }

    #[test]
    fn one_run_has_a_color_for_each_set_and_several_have_one_for_each_run() {
        let looks = |runs: &[RunHistory]| -> Vec<(String, String, bool)> {
            let svg = history("", runs).to_inline_svg();
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

    #[test]
    fn the_best_epoch_is_marked_at_its_values() {
        // Epoch 17 of 20; line 0 is the training loss, line 1 the validation loss.
        let figure = history("", &[run("only", 20)]);
        let svg = figure.to_inline_svg();
        let best = numbers(group(&svg, "best"), "x1")[0];
        assert!((best - polylines(&figure)[0][16].0).abs() < 0.02);

        let mut other = run("b", 12);
        for metrics in &mut other.epochs {
            metrics.validation_loss = Some(0.5);
        }
        let figure = history("", &[run("a", 20), other]);
        let svg = figure.to_inline_svg();
        let rings = groups(&svg, "best");
        let rings: Vec<(f64, f64)> = rings
            .map(|ring| (numbers(ring, "cx")[0], numbers(ring, "cy")[0]))
            .collect();
        let lines = polylines(&figure);
        assert_eq!(rings[..2], [lines[1][16], lines[3][8]]);
    }

    #[test]
    fn marks_of_several_runs_start_at_different_epochs() {
        // Of 24 epochs every second has a mark; a circle starts 3.5 pixels to the left of its
        // center, a square 0.9 times as many.
        let figure = history("", &[run("a", 24), run("b", 24)]);
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
        let svg = history("", &[run("only", 100)]).to_inline_svg();
        assert_eq!(group(&svg, "curve").matches('M').count(), 25);
    }

    #[test]
    fn the_legend_of_several_runs_has_their_colors() {
        let svg = history("", &[run("a", 9), run("b", 9)]).to_inline_svg();
        let legend = group(&svg, "legend");
        let order = ["series0", "a (best: 6)", "series1", "b (best: 6)"];
        let places = order.map(|part| legend.find(part).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    }
}
