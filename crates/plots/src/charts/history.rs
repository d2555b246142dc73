//! Loss and accuracy by epoch, and the learning rate if it changes, of one run or of several.

pub(crate) mod data;
#[cfg(test)]
mod fixtures;
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
    use super::*;
    use crate::test_support::{assert_texts, count, find, readable_texts, texts, tips};
    use fixtures::{has, linear, polylines, run};

    #[test]
    fn one_run_has_a_line_for_each_set_and_its_best_epoch() {
        let figure = linear("Loss and accuracy", &[run("runs/first", 20)]);
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
        let figure = linear("Loss and accuracy", &runs);
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
    fn one_epoch_is_a_point_and_no_epoch_a_sentence() {
        let one = RunHistory {
            best: Some(1),
            ..run("short", 1)
        };
        let figure = linear("One epoch", std::slice::from_ref(&one));
        assert_eq!(count(&figure, "curve"), 4);
        assert!(polylines(&figure).is_empty());
        readable_texts(&figure);
        readable_texts(&linear("One epoch each", &[one.clone(), one]));

        let none = linear("No epoch", &[run("empty", 0)]);
        assert_eq!(
            texts(&none),
            ["No epoch", "empty", "No epoch has been trained."]
        );
        let no_run = linear("No run", &[]);
        assert_eq!(texts(&no_run), ["No run", "There are no runs."]);
    }

    #[test]
    fn a_learning_rate_that_changes_has_its_own_panel() {
        let constant = run("constant", 8);
        assert_eq!(
            count(&linear("", std::slice::from_ref(&constant)), "panel"),
            2
        );
        let mut halved = run("halved", 8);
        for metrics in &mut halved.epochs[4..] {
            metrics.learning_rate = Some(0.0005);
        }
        let figure = linear("", std::slice::from_ref(&halved));
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
        assert_eq!(count(&linear("", &[constant, slow]), "panel"), 3);
    }
}
