//! `app report`: all there is to say of a run, in one HTML file.

use std::io::Write;

use crate::answers::{Answered, RunNetwork};
use crate::cli::DeviceArgs;
use crate::config::RunConfig;
use crate::dataset;
use crate::evaluate;
use crate::notice::notice;
use crate::plot_cli::{GridArgs, ReportArgs};
use crate::plot_digits::{self, Choice};
use crate::plot_output::{check_folder, write_file};
use crate::report_page::{Drawn, Page, Settings};
use crate::runs::{self, State};
use crate::sessions;
use crate::{plot_evaluation, plot_history, plot_network};

/// The grid of answers; the others have as many columns and at most half the rows.
const GRID: GridArgs = GridArgs {
    rows: 8,
    cols: 8,
    seed: 0,
    index: Vec::new(),
};

pub(crate) fn report(
    args: &ReportArgs,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let answers = &args.answers;
    let (network, device) = RunNetwork::open(args.run.as_deref(), answers.checkpoint, chosen)?;
    let path = match &args.output {
        Some(path) => {
            check_folder(path)?;
            path.clone()
        }
        None => network.run.path().join("report.html"),
    };
    if let Some(device) = device {
        notice(device);
    }
    let page = page(&network, args)?;
    write_file(&path, page.to_html().as_bytes(), out)
}

fn page(network: &RunNetwork, args: &ReportArgs) -> anyhow::Result<Page> {
    let (config, threshold) = (&network.config, args.answers.threshold);
    let recorded = runs::read(network.run.clone())?;

    let (pair, what) = dataset::evaluated(config, &args.answers.source)?;
    let logits = network.logits(pair.digits())?;
    let evaluation = evaluate::figures(&logits, &pair, threshold);
    let answers = plot_evaluation::answers(&pair, &logits, threshold);
    let note = plot_evaluation::note(network, &pair, what, threshold);

    let all = dataset::pair_for(config, &args.answers.source)?;
    let rows = (0..all.len()).map(|index| all.row(index)).collect();
    let answered = network.answer(all.digits().clone(), rows, threshold)?;
    let grid = |choice, rows| {
        let args = GridArgs { rows, ..GRID };
        plot_digits::grid(&answered, &network.name(), choice, &args)
    };
    let layers = plot_network::layers(config);
    let held_out = recorded.epochs.iter().any(|epoch| epoch.val_loss.is_some());
    let settings = settings(config, held_out)?;

    Ok(Page {
        run: network.run.path().display().to_string(),
        network: network.name(),
        digits: config.digits,
        state: State::of(&network.run)?,
        what: format!("{} {what}", pair.len()),
        parameters: config
            .model()
            .layers()
            .iter()
            .map(model::LayerSummary::parameters)
            .sum(),
        drawn: Drawn {
            history: plots::history("Loss and accuracy", &[plot_history::curve(&recorded)]),
            evaluation: plots::evaluation(plot_evaluation::TITLE, &note, &answers),
            predictions: grid(Choice::Random, GRID.rows)?,
            errors: grid(Choice::Errors, GRID.rows / 2)?,
            uncertain: grid(Choice::Uncertain, GRID.rows / 4)?,
            model: plot_network::model_figure(&network.run, &layers),
            weights: plot_network::weights_figure(network)?,
            activations: activations(network, &answered)?,
            embedding: plot_network::embedding_figure(network, &all, threshold)?,
        },
        figures: evaluate::shown(&evaluation),
        evaluation,
        best: recorded.verdict.best.map(|best| best.epoch),
        epochs: recorded.epochs,
        settings,
        sessions: sessions::read(&network.run)?,
    })
}

/// The way of the least certain image: the one from which most can be learnt.
fn activations(network: &RunNetwork, answered: &Answered) -> anyhow::Result<plots::Figure> {
    let least = Choice::Uncertain.of(answered, &GRID)[0];
    plot_network::activations_figure(
        network,
        &answered.images.image(least)?,
        &format!("row {}", answered.rows[least]),
        Some(answered.images.label(least)),
        answered.threshold,
    )
}

/// Every key of a run's configuration; and the default where it is another.
fn settings(config: &RunConfig, held_out: bool) -> anyhow::Result<Settings> {
    let mut defaults = RunConfig::defaults()?;
    defaults.settle(1, held_out.into())?;
    let table = toml::Table::try_from(config)?;
    let differences = defaults.differences(config)?;
    let shown = table.into_iter().map(|(key, value)| {
        let difference = differences.iter().find(|difference| difference.key == key);
        let default = difference.map(|difference| difference.values[0].clone());
        (key, value.to_string(), default)
    });
    Ok(shown.collect())
}
