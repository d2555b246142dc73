//! The commands to go on with.

use std::ffi::OsStr;

use maud::{Markup, html};

use crate::cli::sweep::report::content::Content;
use crate::support::shell::{quoted, word};
use crate::sweep::plan::SweepPlan;

pub(super) fn next_steps(content: &Content<'_>) -> Markup {
    let sweep = quoted(content.path);
    let mut steps: Vec<(&str, Vec<String>)> = Vec::new();
    if content.records.len() < content.results.plan.size() {
        steps.push((
            "Train the rest:",
            vec![format!("app sweep --resume {sweep}")],
        ));
    }
    // The folds of a cross-validation are there to measure a recipe, and none of them to be used.
    let is_crossval = content.results.plan.noun() == "fold";
    if let Some((best, _)) = content.best.first().filter(|_| !is_crossval) {
        let run = format!("runs/point-{}", best.point);
        steps.push((
            "Make a run of the best network, evaluate it, and predict with it:",
            vec![
                format!("app sweep extract {sweep} {} --run-dir {run}", best.point),
                format!("app evaluate {run}"),
                format!("app predict {run} picture.png"),
                format!("app report {run}"),
            ],
        ));
    }
    if let Some(again) = again(content) {
        steps.push((
            "Train the best combination again with seeds that the choice did not use:",
            vec![again],
        ));
    }
    steps.push((
        "The results for other programs:",
        vec![
            format!("app sweep show {sweep} --csv"),
            format!("app sweep show {sweep} --points --json"),
        ],
    ));
    html! {
        @for (what, commands) in steps {
            p { (what) }
            pre { code { (commands.join("\n")) } }
        }
    }
}

/// The command that trains the best combination with as many other seeds; none if nothing varies.
fn again(content: &Content<'_>) -> Option<String> {
    let plan = content.results.plan;
    let best = content
        .results
        .ranking
        .first()
        .filter(|best| best.spread.is_some())?;
    if plan.combinations.len() < 2 {
        return None;
    }
    let seeds = other_seeds(plan)?;
    let settings = plan.combinations[best.combination].settings.iter();
    let vary = settings.map(|(key, value)| {
        // A list of one value; one that is a list itself needs its brackets.
        let value = match value.as_array() {
            Some(_) => format!("{key}=[{value}]"),
            None => format!("{key}={}", crate::sweep::combination::shown(value)),
        };
        format!("--vary {}", word(OsStr::new(&value)))
    });
    let vary: Vec<String> = vary.collect();
    let config = quoted(&content.path.join("sweep.toml"));
    Some(format!(
        "app sweep --config {config} {} --seeds {seeds}",
        vary.join(" ")
    ))
}

/// As many seeds, after the largest one; at least two.
fn other_seeds(plan: &SweepPlan) -> Option<String> {
    let first = plan.seeds.iter().max()?.checked_add(1)?;
    let more = u32::try_from(plan.seeds.len().max(2) - 1).ok()?;
    Some(format!("{first}..{}", first.checked_add(more)?))
}
