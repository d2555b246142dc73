//! Where predictions go: lines, JSON Lines, a CSV file, the terminal, and a folder of pictures.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use data::PIXELS;
use model::format_metric;
use serde::Serialize;

use crate::cli::plot::output::{check_folder, check_output_folder};
use crate::cli::predict::csv_file::CsvFile;
use crate::cli::predict::inputs::{Batch, Inputs, Item, Source};
use crate::cli::predict::predicted::{Networks, Predicted, print};
use crate::cli::predict::refused::Refused;
use crate::cli::predict::row::{Cell, Row};
use crate::cli::predict::saved::SavedPictures;
use crate::cli::prepared_picture::ShownPrediction;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::predictor::ensemble::Ensemble;
use crate::reading::refusal::Refusal;
use crate::support::error::{Error, with_causes};
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::terminal::image;

/// Where predictions are to go.
#[derive(Debug, Args)]
pub(super) struct PredictOutputArgs {
    /// Write a CSV file with a row for each image
    ///
    /// The columns are those of --json: the predicted digit, a probability and the digit that it is
    /// of (of two digits always the second), the runner-up of more digits and each probability, the
    /// label where it is known, of several networks their disagreement. A picture that cannot be
    /// read has the reason in the column error.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "show"])]
    pub(super) csv: Option<PathBuf>,
    /// Draw the images in the terminal
    ///
    /// Of a picture also the original and the ink that was found in it.
    #[arg(long, conflicts_with = "json")]
    pub(super) show: bool,
    /// Write each picture with its prediction to this folder
    ///
    /// As PNG with the prediction drawn in, under its name; of two pictures with one name, the second is called NAME-2.png.
    #[arg(long, value_name = "DIR")]
    pub(super) save: Option<PathBuf>,
    /// Print JSON Lines, one object per line
    #[arg(long)]
    pub(super) json: bool,
}

impl PredictOutputArgs {
    /// Checks where files are to be written, before anything is predicted.
    pub(super) fn check_paths(&self) -> Result<(), UsageError> {
        if let Some(folder) = &self.save {
            check_output_folder("--save", folder)?;
        }
        let is_new = self.save.as_ref().is_some_and(|folder| !folder.exists());
        match &self.csv {
            Some(path) if self.save.as_ref() == Some(path) => {
                let path = path.clone();
                Err(UsageError::CsvAsFolder { path })
            }
            // In the folder that is created for --save.
            Some(file) if is_new && file.parent() == self.save.as_deref() => Ok(()),
            Some(file) => check_folder("--csv", file),
            None => Ok(()),
        }
    }
}

/// Where predictions go.
pub(super) struct Output<'a> {
    args: &'a PredictOutputArgs,
    networks: &'a Networks,
    csv: Option<CsvFile>,
    /// The pictures for `--show`, with their captions.
    shown: Vec<(String, Vec<f32>)>,
    saved: Option<SavedPictures>,
}

impl<'a> Output<'a> {
    pub(super) fn new(args: &'a PredictOutputArgs, networks: &'a Networks) -> anyhow::Result<Self> {
        let csv = args.csv.is_some().then(|| CsvFile::new(networks));
        Ok(Self {
            args,
            networks,
            csv: csv.transpose()?,
            shown: Vec::new(),
            saved: args.save.as_deref().map(SavedPictures::new).transpose()?,
        })
    }

    /// Predicts some images, and prints a line or writes a row for each.
    pub(super) fn write(
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
                    let caption = match Refusal::of_dispute(predicted.digit, looks_like) {
                        None => {
                            self.write_digit(&predicted, out)?;
                            self.save(&source, || {
                                ShownPrediction::of_digit(predicted.label_in_picture())
                            })?;
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
                    self.save(&source, || ShownPrediction {
                        labels: row.cells().iter().map(Cell::label).collect(),
                        text: row.text().to_owned(),
                        has_prediction: true,
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
        let text = format!("no prediction: {}", refused.reason);
        self.save(source, || ShownPrediction {
            labels: vec!["?".to_owned(); source.found_digits()],
            text,
            has_prediction: false,
        })?;
        Ok(caption)
    }

    /// Writes a picture with its prediction to the folder of `--save`.
    fn save(
        &mut self,
        source: &Source,
        prediction: impl FnOnce() -> ShownPrediction,
    ) -> anyhow::Result<()> {
        if let (Some(saved), Some(read)) = (&mut self.saved, &source.shown) {
            saved.write(&source.name, read, prediction())?;
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
    pub(super) fn finish(self, inputs: &Inputs, out: &mut dyn Write) -> anyhow::Result<()> {
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
