//! `app plot data`: digits of a data set, also augmented as in a training.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use data::{Augmenter, Digits, Original, PIXELS};
use plots::{GridCell, grouped};

use crate::cli::plot::choice::{GridArgs, bitmap};
use crate::cli::plot::output::PlotOutput;
use crate::cli::source_args::SourceArgs;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::augment_config::AugmentConfig;
use crate::config::digit_list::{DIGIT_LIST, DigitList};
use crate::config::run_config::RunConfig;
use crate::config::setting_table::key_in_table;
use crate::dataset::{DataPart, image_name};
use crate::support::error::Result;
use crate::support::parse::value;

#[derive(Debug, Args)]
pub(crate) struct PlotDataArgs {
    #[command(flatten)]
    grid: GridArgs,
    #[command(flatten)]
    source: SourceArgs,
    /// The digits to choose from
    #[arg(long, value_name = "DIGITS", value_parser = value::<DigitList>(DIGIT_LIST), default_value = "0,1", conflicts_with = "index")]
    digits: DigitList,
    /// Show what augmentation makes of each image
    ///
    /// Each row has an image and what it is in the first epochs of a training with these settings, by
    /// name or a TOML file: by default those of robust.
    #[arg(long, value_name = "NAME|FILE", num_args = 0..=1, default_missing_value = "robust")]
    augment: Option<PathBuf>,
    /// Output file, .png or .svg
    #[arg(long, short, value_name = "FILE", default_value = "digits.png")]
    output: PathBuf,
}

pub(crate) fn data(args: &PlotDataArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let output = PlotOutput::file(&args.output)?;
    let augmentation = match &args.augment {
        Some(path) => Some(Augmented::of(path, &args.grid)?),
        None => None,
    };
    let defaults = RunConfig::default();
    let source = args.source.over(&defaults);
    stderr::detail(format_args!("data: {}", source.name()));
    let (digits, note) = if args.grid.index.is_empty() {
        let room = match augmentation {
            Some(_) => usize::from(args.grid.rows),
            None => args.grid.room(),
        };
        random_digits(args, &defaults, room)?
    } else {
        let note = format!("rows of {}", source.name());
        (
            args.source
                .rows(&defaults, &args.grid.index, DataPart::Main)?,
            note,
        )
    };
    let (mut cells, mut columns) = (Vec::new(), 0);
    for index in 0..digits.len() {
        let image = digits.image(index)?;
        let name = match digits.file(index) {
            Some(_) if !args.grid.index.is_empty() => {
                image_name(&digits, index, digits.row(index), DataPart::Main)
            }
            _ => String::new(),
        };
        cells.push(GridCell {
            name,
            ..cell(&image, digits.label(index).to_string())
        });
        if let Some(augmented) = &augmentation {
            cells.extend(augmented.cells(Original {
                pixels: &image,
                digit: digits.label(index),
                row: digits.row(index),
            }));
            columns = 1 + augmented.epochs;
        }
    }
    let figure = match augmentation {
        Some(augmented) => {
            let note = format!("{note}; {}", augmented.description());
            plots::grid("Augmentation", &note, &cells, columns)
        }
        None => plots::grid("Label", &note, &cells, args.grid.columns(&cells)),
    };
    output.write(&figure, out)
}

fn cell(image: &[f32], caption: String) -> GridCell {
    GridCell {
        image: bitmap(image),
        name: String::new(),
        caption,
        wrong: false,
    }
}

/// What images are in the first epochs of a training.
struct Augmented {
    settings: AugmentConfig,
    augmenter: Augmenter,
    epochs: usize,
}

impl Augmented {
    /// Reads the settings of the training; there is a column for each epoch beside the original.
    fn of(path: &Path, grid: &GridArgs) -> anyhow::Result<Self> {
        let config = RunConfig::default().with_file(path)?.checked()?;
        let Some(augmenter) = config.augment.augmenter(config.seed) else {
            let path = path.to_owned();
            return Err(UsageError::NoAugmentation { path }.into());
        };
        let epochs = usize::from(grid.cols) - 1;
        if epochs == 0 {
            return Err(UsageError::NoColumnForAugmented.into());
        }
        Ok(Self {
            settings: config.augment,
            augmenter,
            epochs,
        })
    }

    /// One image in each epoch.
    fn cells(&self, original: Original<'_>) -> impl Iterator<Item = GridCell> {
        (1..=self.epochs).map(move |epoch| {
            let mut augmented = [0.0; PIXELS];
            self.augmenter.augment(original, epoch, &mut augmented);
            cell(&augmented, format!("epoch {epoch}"))
        })
    }

    /// `each followed by what it is in epochs 1 to 7 with rotate 12, noise 0.05`
    fn description(&self) -> String {
        let numbers = self.settings.numbers().into_iter();
        let numbers = numbers.filter(|(_, number)| *number > 0.0);
        let settings = numbers.map(|(name, number)| {
            let name = key_in_table(name).unwrap_or(name);
            format!("{name} {number}")
        });
        let settings: Vec<String> = settings.collect();
        let epochs = match self.epochs {
            1 => "epoch 1".to_owned(),
            last => format!("epochs 1 to {last}"),
        };
        let settings = settings.join(", ");
        format!("each followed by what it is in {epochs} with {settings}")
    }
}

/// Chooses images of the digits, and returns a description of the choice.
fn random_digits(args: &PlotDataArgs, config: &RunConfig, room: usize) -> Result<(Digits, String)> {
    let images = args.source.classified_in_part(config, &args.digits)?;
    let chosen = args.grid.random(images.len(), room);
    let note = format!(
        "{} of {} images of {} in {}, chosen at random with seed {}",
        grouped(chosen.len()),
        grouped(images.len()),
        args.digits,
        args.source.over(config).name(),
        args.grid.seed
    );
    Ok((images.digits().select(&chosen), note))
}
