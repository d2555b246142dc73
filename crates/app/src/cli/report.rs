//! `app report`: everything about a run, in one HTML file.

pub(crate) mod by_digit;
pub(crate) mod page;
pub(crate) mod shell;
pub(crate) mod title;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use model::Decision;
use plots::LossAxis;

use crate::cli::arguments::{DeviceArgs, OtherRuns, PredictionArgs};
use crate::cli::evaluate::metrics;
use crate::cli::images::ImageArgs;
use crate::cli::plot::activations::activations_figure;
use crate::cli::plot::choice::{Choice, GridArgs};
use crate::cli::plot::curves::curve;
use crate::cli::plot::embedding::{LEAST_POINTS, embedding_figure};
use crate::cli::plot::evaluation as evaluation_plot;
use crate::cli::plot::evaluation::results::Results;
use crate::cli::plot::model::{layers, model_figure};
use crate::cli::plot::output::{check_folder, write_file};
use crate::cli::plot::predictions::{Subject, grid};
use crate::cli::plot::shown::Shown;
use crate::cli::plot::weights::weights_figure;
use crate::cli::report::page::{Figures, Page, SettingRow};
use crate::config::resolved::{ImageCounts, ResolvedConfig};
use crate::config::run_config::RunConfig;
use crate::config::setting_table::settings_of;
use crate::predictor::Predictor;
use crate::predictor::predictions::{Predictions, evaluate};
use crate::run::summary::{RunState, RunSummary};

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Run directory [default: the newest in runs/]
    run: Option<PathBuf>,
    #[command(flatten)]
    others: OtherRuns,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    images: ImageArgs,
    /// Output file [default: report.html in the run's directory]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The grid of predictions.
const GRID: GridArgs = GridArgs {
    rows: 8,
    cols: 8,
    seed: 0,
    index: Vec::new(),
};

pub(crate) fn report(
    args: &ReportArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    args.others.refuse()?;
    let predictor = args.prediction.predictor(args.run.as_deref(), device)?;
    let path = match &args.output {
        Some(path) => {
            check_folder("--output", path)?;
            path.clone()
        }
        None => predictor.run().path().join("report.html"),
    };
    let source = &args.prediction.source;
    let shown = Shown::read(&args.images, source, predictor.config())?;
    let decision = args.prediction.decision(predictor.config())?;
    let page = page(&predictor, &shown, decision)?;
    write_file(&path, page.to_html().as_bytes(), out)
}

fn page(predictor: &Predictor, shown: &Shown, decision: Decision) -> anyhow::Result<Page> {
    let config = predictor.config();
    let summary = RunSummary::read(predictor.run().clone())?;
    let logits = predictor.logits(shown.images.digits())?;
    let evaluation = evaluate(&logits, &shown.images, decision);
    let results = Results::new(&shown.images, &logits, decision);
    let note = evaluation_plot::note(&predictor.name(), shown, decision);
    let history = (!config.is_imported())
        .then(|| plots::history("Loss and accuracy", &[curve(&summary)], LossAxis::Linear));
    let evaluation_figure = evaluation_plot::all_parts(&note, &results);
    let validated = summary.epochs.iter();
    let validated = validated.filter(|epoch| epoch.val_loss.is_some()).count();
    Ok(Page {
        run: predictor.run().path().display().to_string(),
        network: predictor.name(),
        digits: config.digits.clone(),
        state: RunState::of(predictor.run())?,
        images: shown.description(),
        parameters: config.parameters(),
        figures: figures(
            predictor,
            shown,
            &shown.predictions(logits, decision),
            history,
            evaluation_figure,
        )?,
        metrics: metrics(&evaluation),
        evaluation,
        best: summary.best.map(|best| best.epoch),
        epochs: summary.epochs,
        settings: settings(config, validated)?,
        sessions: predictor.run().sessions()?,
    })
}

/// Draws the pictures of the page.
fn figures(
    predictor: &Predictor,
    shown: &Shown,
    predictions: &Predictions,
    history: Option<plots::Figure>,
    evaluation: plots::Figure,
) -> anyhow::Result<Figures> {
    let subject = Subject {
        network: predictor.name(),
        images: shown.description_with_digits(),
    };
    let grid_of = |choice, rows, cols| {
        let args = GridArgs { rows, cols, ..GRID };
        grid(predictions, &subject, choice, &args)
    };
    Ok(Figures {
        history,
        evaluation,
        predictions: grid_of(Choice::Random, GRID.rows, GRID.cols)?,
        // With names and probabilities above them, fewer fit side by side.
        errors: grid_of(Choice::Errors, 5, 6)?,
        uncertain: grid_of(Choice::Uncertain, 3, 6)?,
        model: model_figure(predictor.run(), &layers(predictor.config())),
        weights: weights_figure(predictor)?,
        activations: activations(predictor, predictions)?,
        embedding: if shown.images.len() < LEAST_POINTS {
            None
        } else {
            Some(embedding_figure(predictor, shown, predictions.decision)?)
        },
    })
}

/// The activations for the least certain image, the most informative one.
fn activations(predictor: &Predictor, predictions: &Predictions) -> anyhow::Result<plots::Figure> {
    let least = Choice::Uncertain.of(predictions, &GRID)[0];
    Ok(activations_figure(
        predictor,
        &predictions.images.image(least)?,
        &predictions.name(least),
        Some(predictions.images.label(least)),
        predictions.decision,
    )?)
}

/// Every key of a run's configuration, with the default if it differs.
pub(crate) fn settings(
    config: &RunConfig,
    validated_epochs: usize,
) -> anyhow::Result<Vec<SettingRow>> {
    let images = ImageCounts {
        training: 1,
        validation: validated_epochs,
    };
    let defaults = ResolvedConfig::new(RunConfig::default(), images)?.settings;
    let table = settings_of(config)?;
    let differences = defaults.differences(config)?;
    let default_table = settings_of(&defaults)?;
    let rows = table.into_iter().map(|(key, value)| {
        let difference = differences.iter().find(|difference| difference.key == key);
        SettingRow {
            default: difference.map(|difference| {
                let default = default_table.get(&key);
                default.map_or_else(|| difference.values[0].clone(), setting_text)
            }),
            value: setting_text(&value),
            key,
        }
    });
    Ok(rows.collect())
}

/// A setting as in a file of settings, where TOML itself writes 0.0000001 for 1e-7.
fn setting_text(value: &toml::Value) -> String {
    match value {
        toml::Value::Float(number) => format!("{number:?}"),
        value => value.to_string(),
    }
}
