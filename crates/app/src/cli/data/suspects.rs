//! `app data suspects`: images whose label is likely wrong, by networks that were not trained on them.

mod out_of_fold;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use data::ClassifiedDigits;
use model::{LEAST_OF_OTHER, LabelError, MOST_OF_LABEL, find_label_errors, format_metric};
use plots::{GridCell, grouped};
use serde::Serialize;

use crate::cli::arguments::DeviceArgs;
use crate::cli::data::suspects::out_of_fold::out_of_fold;
use crate::cli::plot::choice::bitmap;
use crate::cli::plot::output::{PlotOutput, check_folder};
use crate::cli::source_args::print_image_notices;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::without::{list_text, rows_without};
use crate::dataset::{DataPart, DataSource, image_name};
use crate::device::select::open_device;
use crate::device::self_check::checked;
use crate::run::directory::RunDirectory;
use crate::support::atomic_write::write_atomically;
use crate::support::parse::within;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::sweep::number_list::NumberList;
use crate::sweep::plan::SweepPlan;
use crate::sweep::table::SweepTable;

/// Columns of the picture.
const COLUMNS: usize = 8;

#[derive(Debug, Args)]
pub(crate) struct SuspectsArgs {
    /// Run whose settings and data set are used [default: the newest in runs/]
    run: Option<PathBuf>,
    /// Number of folds
    ///
    /// Each image is judged by the network that was trained on the other folds.
    #[arg(long, default_value_t = 5, value_name = "K", value_parser = within(2..=1000, 5))]
    folds: u16,
    /// Networks that judge each image
    ///
    /// The folds are drawn again for each, by the run's seed and those after it; the mean of the
    /// probabilities decides.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = within(1..=1000, 3))]
    repeats: u16,
    /// Suspects to show, the likeliest first
    ///
    /// --output writes all.
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = within(1..=65535, 20))]
    top: u16,
    /// Write all suspects to a list for `train --without`
    ///
    /// A text file with a row of the data set in each line, or with a file of a folder of pictures, and
    /// a comment. Remove the lines of images whose labels are right. What the run leaves out is in it,
    /// too.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Draw the suspects, .png or .svg
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Print JSON Lines, an object for each suspect
    #[arg(long)]
    json: bool,
}

/// A suspect; the keys of `--json`.
#[derive(Debug, Serialize)]
struct Suspect {
    /// From 1, the likeliest first.
    rank: usize,
    row: usize,
    /// The picture, of a folder of pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    label: u8,
    predicted: u8,
    /// The probability of the label.
    probability: f64,
    probability_of_predicted: f64,
    /// In nats; infinite is null.
    loss: f64,
    /// Its row, or its file with the folder above it.
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    index: usize,
}

pub(super) fn suspects(
    args: &SuspectsArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if let Some(list) = &args.output {
        check_folder("--output", list)?;
    }
    let plot = args.plot.as_deref();
    let plot = plot
        .map(|file| PlotOutput::file_of("--plot", file))
        .transpose()?;
    let run = RunDirectory::open(args.run.as_deref())?;
    let plan = plan(args, run.config()?)?;
    let source = DataSource::of_run(&plan.base);
    let images = source.classified(plan.base.digits.classes()?)?;
    print_image_notices(images.digits());
    plan.check_with(&images)?;
    let choice = device.choice();
    let device = open_device(&choice, &mut stderr::notice_of_use)?;
    stderr::note(format_args!(
        "training {} of {} folds like {} on {}",
        counted(plan.size(), "network"),
        args.folds,
        quoted(run.path()),
        device.name
    ));
    let settings = plan.base.cut_to(images.len());
    let device = checked(device, &choice, &settings, &mut stderr::notice_of_use)?;
    let probabilities = out_of_fold(&plan, &images, &device)?;
    let classes = images.classes().digits().len();
    let errors = find_label_errors(&probabilities, &images.class_labels(), classes);
    let suspects: Vec<Suspect> = (1..)
        .zip(&errors)
        .map(|(rank, found)| suspect(rank, found, &images))
        .collect();
    let shown = &suspects[..suspects.len().min(args.top.into())];
    if args.json {
        for suspect in shown {
            serde_json::to_writer(&mut *out, suspect)?;
            writeln!(out)?;
        }
    } else {
        print(shown, suspects.len(), images.len(), out)?;
    }
    if let Some(plot) = plot {
        plot.write(
            &figure(shown, suspects.len(), &images, &source.name())?,
            out,
        )?;
    }
    if let Some(list) = &args.output {
        write_list(list, &suspects, &images, &source)?;
        stderr::note(format_args!(
            "wrote {} to {}; look at them, then: app train --without {}",
            counted(suspects.len(), "suspect"),
            quoted(list),
            quoted(list)
        ));
    }
    Ok(())
}

/// The networks to train: those of a cross-validation with the settings of a run, without what would show a network the
/// images that it is to judge.
fn plan(args: &SuspectsArgs, config: RunConfig) -> anyhow::Result<SweepPlan> {
    if config.is_imported() {
        return Err(UsageError::SuspectsOfImported.into());
    }
    let first = config.seed;
    let seeds = (0..u32::from(args.repeats)).map(|repeat| first.wrapping_add(repeat));
    let table = SweepTable {
        folds: Some(args.folds.into()),
        seeds: Some(NumberList(seeds.collect())),
        ..SweepTable::default()
    };
    let base = RunConfig {
        fold: None,
        init: None,
        batch_order: None,
        overfit_batches: None,
        ..config
    };
    Ok(SweepPlan::new(base, table)?)
}

fn suspect(rank: usize, found: &LabelError, images: &ClassifiedDigits) -> Suspect {
    let digits = images.digits();
    let (index, row) = (found.index, images.row(found.index));
    Suspect {
        rank,
        row,
        file: digits.file(index).map(|file| file.display().to_string()),
        label: images.label(index),
        predicted: images.classes().digit(found.class),
        probability: found.of_label,
        probability_of_predicted: found.probability,
        loss: found.loss,
        name: image_name(digits, index, row, DataPart::Main),
        index,
    }
}

/// Prints a table, and what the suspects are.
fn print(
    shown: &[Suspect],
    found: usize,
    images: usize,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if !shown.is_empty() {
        let names = shown.iter().map(|suspect| plots::printable(&suspect.name));
        let names: Vec<String> = names.collect();
        let width = names
            .iter()
            .map(|name| name.chars().count())
            .max()
            .unwrap_or(0)
            .max(5);
        writeln!(
            out,
            "rank  {:<width$}  label  predicted  P(label)  P(predicted)",
            "image"
        )?;
        for (suspect, name) in shown.iter().zip(names) {
            let [label, predicted] = [suspect.probability, suspect.probability_of_predicted];
            writeln!(
                out,
                "{:>4}  {name:<width$}  {:>5}  {:>9}  {:<8}  {}",
                suspect.rank,
                suspect.label,
                suspect.predicted,
                format_metric(label),
                format_metric(predicted)
            )?;
        }
    }
    let more = match found - shown.len() {
        0 => String::new(),
        more => format!(", of which {} are not shown", grouped(more)),
    };
    writeln!(
        out,
        "{} among {}{more}: images to which networks that were not trained on them give another digit at least \
         {LEAST_OF_OTHER} and the label less than {MOST_OF_LABEL}, the largest loss first",
        counted(found, "suspect"),
        counted(images, "image")
    )?;
    Ok(())
}

/// Draws the suspects.
fn figure(
    shown: &[Suspect],
    found: usize,
    images: &ClassifiedDigits,
    data: &str,
) -> anyhow::Result<plots::Figure> {
    let mut cells = Vec::new();
    for suspect in shown {
        let probability = plots::short_probability(suspect.probability);
        cells.push(GridCell {
            image: bitmap(&images.image(suspect.index)?),
            name: suspect.name.clone(),
            caption: format!("{}, {}, P {probability}", suspect.label, suspect.predicted),
            wrong: false,
        });
    }
    let note = format!(
        "{} of {} in {data}, the likeliest first; P is the probability of the label by networks that were not trained \
         on the image",
        grouped(shown.len()),
        counted(found, "suspect")
    );
    let columns = COLUMNS.min(cells.len()).max(1);
    Ok(plots::grid(
        "Likely label errors: label, predicted",
        &note,
        &cells,
        columns,
    ))
}

/// Writes the list of all suspects, after those images that the run leaves out already.
fn write_list(
    path: &Path,
    suspects: &[Suspect],
    images: &ClassifiedDigits,
    source: &DataSource<'_>,
) -> anyhow::Result<()> {
    let digits = images.digits();
    let before = match source.without {
        Some(list) => rows_without(list, digits)?,
        None => std::collections::BTreeSet::new(),
    };
    let before = before
        .into_iter()
        .map(|row| (row, "left out before".to_owned()));
    let comment = |suspect: &Suspect| {
        let probability = format_metric(suspect.probability);
        let (label, predicted) = (suspect.label, suspect.predicted);
        format!("label {label}, predicted {predicted}, P({label}) = {probability}")
    };
    let suspects = suspects
        .iter()
        .map(|suspect| (suspect.row, comment(suspect)));
    let rows: Vec<(usize, String)> = before.chain(suspects).collect();
    let about = "Images whose label is likely wrong, by `app data suspects`: a list for `app train --without`.\n\
                 Remove the lines of images whose label is right.";
    let text = list_text(about, &source.name(), digits, &rows);
    write_atomically(path, text.as_bytes())?;
    Ok(())
}
