//! `app predict`: classifies images with a run's network, or with the mean of several.

mod csv_file;
mod inputs;
mod predicted;
mod refused;
mod row;
mod saved;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use data::PIXELS;
use model::format_metric;
use serde::Serialize;

use crate::cli::arguments::{DeviceArgs, PredictionArgs, ROWS};
use crate::cli::networks::{NetworkJson, TopArgs, check_same_data};
use crate::cli::pattern::expanded;
use crate::cli::picture_paths::runs_and_picture_paths;
use crate::cli::plot::output::check_folder;
use crate::cli::predict::csv_file::CsvFile;
use crate::cli::predict::inputs::{Batch, HowRead, Inputs, Item, Source};
use crate::cli::predict::predicted::{Networks, Predicted, print};
use crate::cli::predict::refused::Refused;
use crate::cli::predict::row::{Cell, Row};
use crate::cli::predict::saved::SavedPictures;
use crate::cli::prepared_picture::Answer;
use crate::cli::row_part::RowPartArgs;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::predictor::ensemble::Ensemble;
use crate::reading::picture::Expected;
use crate::reading::refusal::Refusal;
use crate::support::error::{Error, with_causes};
use crate::support::parse::value;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::terminal::image;

#[derive(Debug, Args)]
#[command(override_usage = "app predict [OPTIONS] [RUN]... [PICTURE]...")]
pub(crate) struct PredictArgs {
    /// Runs or sweeps [default: the newest in runs/]
    ///
    /// Folders in the first places are runs or sweeps, and files are pictures. Several networks
    /// predict by the mean of their probabilities; their disagreement is the standard deviation of
    /// those of the predicted digit. --top says how many networks of a sweep.
    run: Option<PathBuf>,
    /// PNG or JPEG pictures, or folders of them
    ///
    /// Of a folder all pictures in it, 2.png before 10.png, without its subfolders. A pattern such as
    /// 'scans/*.png' stands for the names that match. Of several, what cannot be read is named, and the
    /// others are predicted; the exit code is then 1.
    #[arg(value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    /// Read several digits from left to right
    ///
    /// Zip codes, amounts: digits with gaps, and pairs that touch each other where they can be divided.
    /// Without it a picture with several digits gets no answer.
    #[arg(long)]
    row: bool,
    /// Rows of the data set, from 0, such as 0,500
    #[arg(long, value_delimiter = ',', allow_negative_numbers = true, value_name = "ROWS", value_parser = value::<usize>(ROWS))]
    index: Vec<usize>,
    /// Write a CSV file with a row for each image
    ///
    /// The columns are those of --json: the predicted digit, a probability and the digit that it is
    /// of (of two digits always the second), the runner-up of more digits and each probability, the
    /// label where it is known, of several networks their disagreement. A picture that cannot be
    /// read has the reason in the column error.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "show"])]
    csv: Option<PathBuf>,
    /// Draw the images in the terminal
    ///
    /// Of a picture also the original and the ink that was found in it.
    #[arg(long, conflicts_with = "json")]
    show: bool,
    /// Write each picture with the answer drawn in to this folder
    ///
    /// As PNG, under its name; of two pictures with one name, the second is called NAME-2.png.
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// Print JSON Lines, one object per line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    prediction: PredictionArgs,
    #[command(flatten)]
    top: TopArgs,
    #[command(flatten)]
    part: RowPartArgs,
}

/// Where predictions go.
struct Output<'a> {
    args: &'a PredictArgs,
    networks: &'a Networks,
    csv: Option<CsvFile>,
    /// The pictures for `--show`, with their captions.
    shown: Vec<(String, Vec<f32>)>,
    saved: Option<SavedPictures>,
}

pub(crate) fn predict(
    args: &PredictArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let paths = expanded(args.run.iter().chain(&args.pictures).cloned())?;
    let (runs, paths) = runs_and_picture_paths(&paths)?;
    if paths.is_empty() && args.index.is_empty() {
        return Err(UsageError::NothingToPredict.into());
    }
    if args.index.is_empty() {
        args.prediction.source.refuse_with_pictures()?;
    }
    if let Some(file) = &args.csv {
        check_folder("--csv", file)?;
    }
    let ensemble = args.prediction.ensemble(runs, args.top, device)?;
    if !args.index.is_empty() {
        check_same_data(&args.prediction.source, ensemble.members())?;
    }
    let mut inputs = Inputs::new(paths)?;
    if args.csv.is_some() || !std::io::stdout().is_terminal() {
        inputs.show_progress();
    }
    let networks = Networks {
        names: ensemble.members().iter().map(NetworkJson::of).collect(),
        classes: ensemble.config().digits.classes()?,
        decision: args.prediction.decision(ensemble.config())?,
    };
    let how = HowRead {
        reading: args.prediction.source.picture_reading(ensemble.config()),
        expected: if args.row {
            Expected::Row
        } else {
            Expected::One
        },
        digits: networks.classes.digits(),
        keeps_pictures: args.show || args.save.is_some(),
    };
    let csv = args.csv.is_some().then(|| CsvFile::new(&networks));
    let mut output = Output {
        args,
        networks: &networks,
        csv: csv.transpose()?,
        shown: Vec::new(),
        saved: args.save.as_deref().map(SavedPictures::new).transpose()?,
    };
    if !args.index.is_empty() {
        output.write(&ensemble, rows(args, &ensemble)?, out)?;
    }
    while let Some(batch) = inputs.next_batch(&how)? {
        output.write(&ensemble, batch, out)?;
    }
    output.finish(&inputs, out)?;
    match inputs.unreadable() {
        0 => Ok(()),
        unreadable => Err(Error::UnreadablePictures {
            unreadable,
            pictures: inputs.pictures(),
        }
        .into()),
    }
}

/// Reads the rows of the data set.
fn rows(args: &PredictArgs, ensemble: &Ensemble) -> anyhow::Result<Batch> {
    let part = args.part.part();
    let source = &args.prediction.source;
    let digits = source.rows(ensemble.config(), &args.index, part)?;
    let item = |(index, row): (usize, &usize)| {
        let file = digits.file(index).map(|file| file.display().to_string());
        let source = Source {
            name: file.unwrap_or_else(|| part.row_name(*row)),
            label: Some(digits.label(index)),
            ..Source::default()
        };
        Item::Digit(source, None)
    };
    Ok(Batch {
        pixels: digits.images()?.to_vec(),
        items: args.index.iter().enumerate().map(item).collect(),
    })
}

impl Output<'_> {
    /// Predicts some images, and prints a line or writes a row for each.
    fn write(
        &mut self,
        ensemble: &Ensemble,
        batch: Batch,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let logits = match batch.pixels.as_slice() {
            [] => None,
            pixels => Some(ensemble.logits_of_pixels(pixels)?),
        };
        let networks = self.networks;
        let mut images = batch.pixels.chunks(PIXELS).enumerate();
        let mut next = |source: &Source| {
            let (index, pixels) = images.next()?;
            let predicted = Predicted::new(networks, logits.as_ref()?, index, source);
            Some((predicted, pixels))
        };
        for item in batch.items {
            match item {
                Item::Digit(source, looks_like) => {
                    let Some((predicted, pixels)) = next(&source) else {
                        continue;
                    };
                    let caption = match predicted.disputed_by(looks_like) {
                        None => {
                            self.write_digit(&predicted, out)?;
                            self.save(&source, || Answer::of_digit(predicted.label_in_picture()))?;
                            caption(&predicted)
                        }
                        Some(refusal) => self.write_refused(&source, refusal, out)?,
                    };
                    self.show(&source, &caption, &[pixels]);
                }
                Item::Row(source, digits) => {
                    let mut pixels = Vec::new();
                    let predicted = std::iter::from_fn(|| {
                        let (predicted, of_digit) = next(&source)?;
                        pixels.push(of_digit);
                        Some(predicted)
                    });
                    let row = Row::new(networks, &source, &digits, predicted);
                    self.write_row(&source, &row, out)?;
                    self.save(&source, || Answer {
                        labels: row.cells().iter().map(Cell::label).collect(),
                        text: row.text().to_owned(),
                        is_answered: true,
                    })?;
                    self.show(
                        &source,
                        &format!("{}: {}", source.name, row.text()),
                        &pixels,
                    );
                }
                Item::Refused(source, refusal) => {
                    let caption = self.write_refused(&source, refusal, out)?;
                    self.show(&source, &caption, &[]);
                }
                Item::Unreadable { path, error } => self.name_unreadable(&path, &error, out)?,
            }
        }
        Ok(())
    }

    fn write_digit(
        &mut self,
        predicted: &Predicted<'_>,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        if let Some(csv) = &mut self.csv {
            return csv.add(predicted);
        }
        if self.args.json {
            return json_line(predicted, out);
        }
        Ok(print(predicted, &self.networks.classes, out)?)
    }

    fn write_row(
        &mut self,
        source: &Source,
        row: &Row<'_>,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        if let Some(csv) = &mut self.csv {
            let mut cells = row.cells().iter();
            return cells.try_for_each(|cell| csv.add_cell(&source.name, cell));
        }
        if self.args.json {
            return json_line(row, out);
        }
        Ok(row.print(out)?)
    }

    /// Returns the caption of the picture.
    fn write_refused(
        &mut self,
        source: &Source,
        refusal: Refusal,
        out: &mut dyn Write,
    ) -> anyhow::Result<String> {
        let refused = Refused::new(self.networks, source, refusal);
        if let Some(csv) = &mut self.csv {
            csv.add_refused(&refused)?;
        } else if self.args.json {
            json_line(&refused, out)?;
        } else {
            refused.print(out)?;
        }
        let caption = format!("{}: {}", source.name, refused.status);
        let text = format!("no answer: {}", refused.reason);
        self.save(source, || Answer {
            labels: vec!["?".to_owned(); source.found_digits()],
            text,
            is_answered: false,
        })?;
        Ok(caption)
    }

    /// Writes a picture with its answer to the folder of `--save`.
    fn save(&mut self, source: &Source, answer: impl FnOnce() -> Answer) -> anyhow::Result<()> {
        if let (Some(saved), Some(read)) = (&mut self.saved, &source.shown) {
            saved.write(&source.name, read, answer())?;
        }
        Ok(())
    }

    /// Keeps what `--show` draws: of a picture itself, its ink and what the network gets.
    fn show(&mut self, source: &Source, caption: &str, digits: &[&[f32]]) {
        if !self.args.show {
            return;
        }
        if let Some(read) = &source.shown {
            self.shown.push((source.name.clone(), read.thumbnail()));
            self.shown
                .push(("found ink".to_owned(), read.ink_thumbnail()));
        }
        for (at, pixels) in digits.iter().enumerate() {
            let caption = if at == 0 { caption } else { "" };
            self.shown
                .push((caption.to_owned(), data::row_major(pixels)));
        }
        if digits.is_empty() {
            self.shown.push((caption.to_owned(), vec![0.0; PIXELS]));
        }
    }

    /// Says that a picture could not be read.
    fn name_unreadable(
        &mut self,
        path: &Path,
        error: &Error,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let reason = with_causes(error);
        stderr::print(format_args!("not predicted: {reason}"));
        match &mut self.csv {
            Some(csv) => csv.add_unreadable(path, &reason),
            None if self.args.json => {
                let name = path.display().to_string();
                json_line(&Refused::unreadable(self.networks, &name, reason), out)
            }
            None => Ok(()),
        }
    }

    /// Draws the pictures, and writes the file.
    fn finish(self, inputs: &Inputs, out: &mut dyn Write) -> anyhow::Result<()> {
        if !self.shown.is_empty() {
            write!(out, "\n{}", image::for_terminal(&self.shown))?;
        }
        if let Some(saved) = &self.saved {
            stderr::note(saved.summary());
        }
        let (Some(path), Some(csv)) = (&self.args.csv, self.csv) else {
            return Ok(());
        };
        let rows = counted(csv.rows(), "row");
        csv.write(path)?;
        write!(out, "wrote {rows} to {}", quoted(path))?;
        match inputs.unreadable() {
            0 => writeln!(out)?,
            unreadable => writeln!(out, ", {unreadable} of them with an error")?,
        }
        Ok(())
    }
}

fn json_line(value: &impl Serialize, out: &mut dyn Write) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// The caption of a picture in the terminal.
fn caption(predicted: &Predicted<'_>) -> String {
    let digit = predicted.digit.map(|digit| digit.to_string());
    format!(
        "{}: {}, {}",
        predicted.source,
        // There is no room for more words.
        digit.as_deref().unwrap_or("none"),
        format_metric(predicted.probability)
    )
}
