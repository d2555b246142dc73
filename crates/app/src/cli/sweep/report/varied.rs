//! What varies in a sweep.

use maud::{Markup, html};
use plots::grouped;
use toml::Value;

use crate::cli::sweep::pictures::settings::distinct;
use crate::cli::sweep::report::content::Content;
use crate::support::plural::counted;
use crate::sweep::combination::shown;
use crate::sweep::plan::SweepPlan;

/// Values that are listed.
const MOST: usize = 12;

pub(super) fn varied(content: &Content<'_>) -> Markup {
    let plan = content.results.plan;
    let rows = content
        .keys
        .iter()
        .map(|key| ((*key).to_owned(), values(plan, key)));
    let rows = rows.chain(others(plan));
    html! {
        table.pairs.whole { tbody { @for (name, values) in rows {
            tr { th scope="row" { code { (name) } } td { (values) } }
        } } }
    }
}

/// The values of a setting, or the range of many.
fn values(plan: &SweepPlan, key: &str) -> String {
    let mut values = distinct(&plan.combinations, key);
    if values.len() <= MOST {
        let values: Vec<String> = values.into_iter().map(shown).collect();
        return values.join("; ");
    }
    let number = |value: &Value| value.as_float().or_else(|| value.as_integer().map(real));
    if values.iter().all(|value| number(value).is_some()) {
        values.sort_by(|one, other| {
            number(one)
                .unwrap_or(0.0)
                .total_cmp(&number(other).unwrap_or(0.0))
        });
        let (first, last) = (shown(values[0]), shown(values[values.len() - 1]));
        return format!("{} from {first} to {last}", counted(values.len(), "value"));
    }
    let rest = grouped(values.len() - MOST);
    let values: Vec<String> = values.into_iter().take(MOST).map(shown).collect();
    format!("{}; and {rest} more", values.join("; "))
}

#[expect(clippy::cast_precision_loss, reason = "settings are far below 2^52")]
fn real(number: i64) -> f64 {
    number as f64
}

/// Seeds and folds, and how combinations are chosen.
fn others(plan: &SweepPlan) -> Vec<(String, String)> {
    let table = &plan.table;
    let seeds = table.seeds.as_ref().map(Value::try_from);
    let seeds = match seeds {
        Some(Ok(seeds)) => shown(&seeds),
        _ => plan.base.seed.to_string(),
    };
    let mut rows = vec![(
        "seeds".to_owned(),
        format!("{seeds} ({})", counted(plan.seeds.len(), "seed")),
    )];
    let folds = table
        .folds
        .map(|folds| format!("{folds}, each held out once"));
    let samples = table.samples.map(|_| {
        format!(
            "{} drawn at random",
            counted(plan.combinations.len(), "combination")
        )
    });
    let halving = table.halving.map(|of| {
        format!("the best of each {of} combinations are trained on (successive halving)")
    });
    for (name, value) in [("folds", folds), ("samples", samples), ("halving", halving)] {
        rows.extend(value.map(|value| (name.to_owned(), value)));
    }
    rows
}
