//! `app plot history --terminal`: curves in the terminal, live while a run trains.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use console::Term;
use plots::{LossAxis, RunHistory};

use crate::cli::plot::curves::curves;
use crate::run::directory::RunDirectory;
use crate::support::split::Split;
use crate::terminal::chart;
use crate::terminal::chart::series::{Series, Spacing, ValueAxis};
use crate::terminal::color_mode::ColorMode;

/// The interval at which the run is read again while it trains.
const REFRESH_EVERY: Duration = Duration::from_millis(200);

/// Draws once or, on a terminal, redraws after each epoch until no run is training.
pub(crate) fn draw(
    title: &str,
    runs: &[RunDirectory],
    loss: LossAxis,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let terminal = Term::stdout();
    let is_terminal = std::io::stdout().is_terminal();
    let mut drawn = None;
    loop {
        // Checked before the metrics are read, so that epochs that finish later are drawn in the
        // next round.
        let trains = runs.iter().any(RunDirectory::is_locked);
        let curves = curves(runs)?;
        let (lines, columns) = terminal.size_checked().unwrap_or((24, 80));
        let now = (epochs(&curves), lines, columns);
        if drawn != Some(now) {
            if drawn.is_some() {
                terminal.clear_screen()?;
            }
            // The last line remains free for the prompt.
            let room = lines.saturating_sub(2);
            write!(out, "{}", charts(title, &curves, loss, columns, room))?;
            out.flush()?;
            drawn = Some(now);
        }
        if !(is_terminal && trains) {
            return Ok(());
        }
        std::thread::sleep(REFRESH_EVERY);
    }
}

fn epochs(curves: &[RunHistory]) -> usize {
    curves.iter().map(|curve| curve.epochs.len()).sum()
}

/// Loss above accuracy.
fn charts(title: &str, curves: &[RunHistory], loss: LossAxis, columns: u16, lines: u16) -> String {
    let color_mode = ColorMode::of_stdout();
    let chart = |title: &str, axis: ValueAxis<'_>, training: Pick, validation: Pick| {
        let series = series(curves, training, validation);
        chart::chart(title, axis, &series, columns, lines / 2, color_mode)
    };
    let loss = chart(
        title,
        match loss {
            LossAxis::Linear => axis("loss", Spacing::Linear),
            LossAxis::Logarithmic => axis("loss, logarithmic", Spacing::Logarithmic),
        },
        |epoch| Some(epoch.loss),
        |epoch| epoch.validation_loss,
    );
    let accuracy = chart(
        "",
        axis("accuracy", Spacing::Linear),
        |epoch| Some(epoch.accuracy),
        |epoch| epoch.validation_accuracy,
    );
    loss + &accuracy
}

fn axis(name: &str, spacing: Spacing) -> ValueAxis<'_> {
    ValueAxis { name, spacing }
}

/// Returns one metric of an epoch, if it has one.
type Pick = fn(&plots::EpochMetrics) -> Option<f64>;

/// Training and validation of each run.
fn series(curves: &[RunHistory], training: Pick, validation: Pick) -> Vec<Series> {
    let mut series = Vec::new();
    for curve in curves {
        for (pick, split) in [(training, Split::Training), (validation, Split::Validation)] {
            #[expect(clippy::cast_precision_loss, reason = "epochs stay far below 2^52")]
            let points = curve
                .epochs
                .iter()
                .filter_map(|epoch| Some((epoch.epoch as f64, pick(epoch)?)));
            let kind = match split {
                Split::Training => "training",
                Split::Validation => "validation",
            };
            let name = if curves.len() > 1 {
                format!("{} {kind}", curve.name)
            } else {
                kind.to_owned()
            };
            series.push(Series {
                name,
                points: points.collect(),
                split,
            });
        }
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers at the vertical axis of a chart.
    fn labels(chart: &str) -> Vec<f64> {
        let labels = chart.lines().filter_map(|line| line.split_once('┤'));
        labels
            .map(|(label, _)| label.trim().parse().unwrap())
            .collect()
    }

    #[test]
    fn of_several_runs_each_curve_has_the_name_of_its_run() {
        let history = |name: &str| RunHistory {
            name: name.to_owned(),
            epochs: Vec::new(),
            best: None,
        };
        let names = |runs: &[RunHistory]| -> Vec<String> {
            let series = series(
                runs,
                |epoch| Some(epoch.loss),
                |epoch| epoch.validation_loss,
            );
            series.into_iter().map(|series| series.name).collect()
        };
        assert_eq!(names(&[history("a")]), ["training", "validation"]);
        assert_eq!(
            names(&[history("a"), history("b")]),
            ["a training", "a validation", "b training", "b validation"]
        );
    }

    #[test]
    fn each_chart_has_its_own_metric_of_both_parts() {
        let epoch = |epoch| plots::EpochMetrics {
            epoch,
            loss: 80.0,
            accuracy: 0.25,
            validation_loss: Some(60.0),
            validation_accuracy: Some(0.75),
            learning_rate: None,
        };
        let history = RunHistory {
            name: "run".to_owned(),
            epochs: vec![epoch(1), epoch(2)],
            best: None,
        };
        let text = charts("a title", &[history], LossAxis::Linear, 80, 40);
        let (loss, accuracy) = text.split_once("accuracy").unwrap();
        let range = |labels: &[f64]| {
            let least = labels.iter().copied().fold(f64::INFINITY, f64::min);
            (least, labels.iter().copied().fold(0.0, f64::max))
        };
        let (least, most) = range(&labels(loss));
        assert!(
            (50.0..=60.0).contains(&least) && (80.0..90.0).contains(&most),
            "{text}"
        );
        let (least, most) = range(&labels(accuracy));
        assert!(
            (0.0..=0.25).contains(&least) && (0.75..=1.0).contains(&most),
            "{text}"
        );
    }
}
