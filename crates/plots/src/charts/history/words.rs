//! The texts of a history chart: its note, its legends and its remarks.

use super::data::{MAX_RUNS, RunHistory};
use super::line::Look;
use super::panel::Panel;
use crate::base::legend::Entry;
use crate::base::mark::Mark;
use crate::base::number_format::{fixed, significant};
use crate::base::style::{Paint, Stroke};
use crate::base::text::TextStyle;

/// Wider names of runs are shortened in the legend.
const MAX_NAME_WIDTH: f64 = 210.0;

/// The metrics of the only run at its best epoch, or else at its last.
pub(super) fn note(runs: &[RunHistory]) -> String {
    let [run] = runs else { return String::new() };
    let (which, metrics) = match (run.best_epoch(), run.epochs.last()) {
        (Some(best), _) => ("best", best),
        (None, Some(last)) => ("last", last),
        (None, None) => return run.name.clone(),
    };
    let mut parts = vec![
        format!("{which} epoch {}", metrics.epoch),
        format!("loss {}", significant(metrics.loss)),
        format!("accuracy {}", percent(metrics.accuracy)),
    ];
    if let Some(value) = metrics.validation_loss {
        parts.push(format!("validation loss {}", significant(value)));
    }
    if let Some(value) = metrics.validation_accuracy {
        parts.push(format!("validation accuracy {}", percent(value)));
    }
    format!("{}: {}", run.name, parts.join(", "))
}

fn percent(accuracy: f64) -> String {
    format!("{} %", fixed(accuracy * 100.0, 2))
}

/// The legend of several runs, or of the sets of one.
pub(super) fn run_entries(runs: &[RunHistory]) -> Vec<Entry> {
    let entry = |look: Look, name: &str| Entry {
        mark: Some((look.mark, look.stroke.paint)),
        ..Entry::line(look.stroke, name)
    };
    if let [run] = runs {
        let mut entries = vec![entry(Look::training(0), "training")];
        if run.has_validation() {
            entries.push(entry(Look::validation(0, 1), "validation"));
        }
        return entries;
    }
    let named = runs.iter().enumerate().map(|(index, run)| {
        let name = TextStyle::LABEL.fitted(&run.name, MAX_NAME_WIDTH);
        let name = match run.best_epoch() {
            _ if run.epochs.is_empty() => format!("{name} (no epochs)"),
            Some(best) => format!("{name} (best: {})", best.epoch),
            None => name,
        };
        entry(Look::training(index), &name)
    });
    named.collect()
}

/// The legend of what several runs have in common: the sets and the best epoch.
pub(super) fn common_entries(runs: &[RunHistory]) -> Vec<Entry> {
    let mut entries = Vec::new();
    if runs.len() == 1 {
        return entries;
    }
    if runs.iter().any(RunHistory::has_validation) {
        entries.push(Entry::line(Stroke::solid(Paint::Ink, 2.0), "training"));
        entries.push(Entry::line(Stroke::dashed(Paint::Ink, 2.0), "validation"));
    }
    if runs.iter().any(|run| run.best_epoch().is_some()) {
        entries.push(Entry::mark(Mark::Ring, Paint::Ink, "best epoch"));
    }
    entries
}

/// What the chart does not show, one sentence per line.
pub(super) fn remarks(runs: usize, panels: &[Panel]) -> String {
    let mut remarks = Vec::new();
    if runs > MAX_RUNS {
        let hidden = runs - MAX_RUNS;
        remarks.push(format!(
            "Not shown: the last {hidden} of {runs} runs (at most {MAX_RUNS} fit)."
        ));
    }
    let zeros: usize = panels.iter().map(|panel| panel.zeros).sum();
    if zeros > 0 {
        remarks.push(format!(
            "Losses of 0, which a logarithmic axis does not have: {zeros}."
        ));
    }
    let lines = panels.iter().flat_map(|panel| &panel.lines);
    let gaps: Vec<String> = lines
        .flat_map(|line| line.points.iter().map(|point| (&line.tip, point)))
        .filter(|(_, (_, value))| !value.is_finite())
        .map(|(tip, (epoch, value))| format!("{value} at epoch {epoch} ({tip})"))
        .collect();
    match &gaps[..] {
        [] => {}
        [gap] => remarks.push(format!("Non-finite value, not shown: {gap}.")),
        [first, ..] => remarks.push(format!(
            "Non-finite values, not shown: {}, the first is {first}.",
            gaps.len()
        )),
    }
    remarks.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::history::fixtures::{has, linear, run};
    use crate::test_support::{count, group};

    #[test]
    fn the_legend_of_several_runs_has_their_colors() {
        let svg = linear("", &[run("a", 9), run("b", 9)]).to_inline_svg();
        let legend = group(&svg, "legend");
        let order = ["series0", "a (best: 6)", "series1", "b (best: 6)"];
        let places = order.map(|part| legend.find(part).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    }

    #[test]
    fn a_remark_counts_the_runs_that_are_not_shown() {
        let runs: Vec<RunHistory> = (0..9)
            .map(|index| run(&"name ".repeat(index * 9), 30))
            .collect();
        let figure = linear(&"A very long title ".repeat(20), &runs);
        assert_eq!(count(&figure, "curve"), 7 * 4);
        assert!(has(&figure, "the last 2 of 9 runs"));
    }
}
