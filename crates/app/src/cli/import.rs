//! `app import`: a run that is made of the weights in another program's file.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use data::ClassifiedDigits;
use interop::Network;
use plots::grouped;

use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::choices::PixelOrderName;
use crate::config::digit_list::{DIGIT_LIST, DigitList};
use crate::config::resolved::{ImageCounts, ResolvedConfig};
use crate::config::run_config::RunConfig;
use crate::device::select::reference_device;
use crate::interchange::predictions::{correct, pixels, probabilities};
use crate::interchange::{self, read_file, with_transposed_images};
use crate::run::directory::RunDirectory;
use crate::support::listing::listed_digits;
use crate::support::missing::check_exists;
use crate::support::parse::value;
use crate::support::plural::counted;
use crate::support::shell::quoted;

/// By how much better the other order of pixels has to be for a hint, of all images.
const CLEARLY_BETTER: f64 = 0.1;

/// The sums of several outputs that were trained as sigmoids: about one of them is 1, and the others are 0.
const SUMS_OF_SIGMOIDS: std::ops::RangeInclusive<f64> = 0.75..=1.35;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// File of weights
    ///
    /// NumPy .npz, safetensors, PyTorch state dict (.pt), Keras .keras, .weights.h5 and .h5, ONNX,
    /// or the course's Theta1 to Theta3 in a .mat file; told by its content.
    file: PathBuf,
    /// Directory to create [default: runs/DATE-AND-TIME]
    #[arg(long, value_name = "DIR")]
    run_dir: Option<PathBuf>,
    /// Digits that its outputs mean [default: the file's]
    ///
    /// In the order of the outputs; of one output, the second of two digits is the positive one.
    /// Where the file does not say, 0,1 for one output and 0..9 for ten.
    #[arg(long, value_name = "DIGITS", value_parser = value::<DigitList>(DIGIT_LIST))]
    digits: Option<DigitList>,
    /// Order of the pixels of its images
    ///
    /// The 400 inputs are the pixels of an image column by column, as in the course, or row by row.
    #[arg(long, value_name = "ORDER", value_enum, default_value_t = PixelOrderName::Column)]
    pixel_order: PixelOrderName,
}

pub(crate) fn import(args: &ImportArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    check_exists(&args.file, "file of weights")?;
    if args.file.is_dir() {
        let folder = args.file.clone();
        return Err(UsageError::FolderAsWeights { folder }.into());
    }
    if let Some(path) = &args.run_dir {
        RunDirectory::check_unused(path)?;
    }
    let read = read_file(&args.file)?;
    let digits = digits(args, &read.network)?;
    let network = match args.pixel_order {
        PixelOrderName::Column => read.network,
        PixelOrderName::Row => with_transposed_images(&read.network)?,
    };
    let classes = digits.classes()?;
    let images = ClassifiedDigits::embedded(classes);
    let config = settings(&args.file, &network, digits, &images)?;
    let weights = interchange::weights(&network);
    let mlp = weights.network(&config.model(), &reference_device());
    let (run, _lock) = RunDirectory::import(args.run_dir.as_deref(), &config, &mlp)?;
    let [first, second] = config.hidden_units;
    writeln!(
        out,
        "{}: a network of {first} and {second} hidden units for {}, {} weights and biases",
        read.format,
        listed_digits(classes.digits()),
        grouped(network.parameters())
    )?;
    let right = try_out(&network, &images, args, &config.digits)?;
    let all = counted(images.len(), "built-in image");
    writeln!(out, "{} of {all} correct", grouped(right))?;
    writeln!(out, "stored in {}", quoted(run.path()))?;
    stderr::note(format_args!("next: app evaluate {}", quoted(run.path())));
    Ok(())
}

/// The digits of the outputs: as told, as the file says, or as is usual for so many outputs, with a notice.
fn digits(args: &ImportArgs, network: &Network) -> Result<DigitList, UsageError> {
    let outputs = network.outputs();
    if outputs == 2 {
        return Err(UsageError::TwoOutputs);
    }
    if let Some(digits) = &args.digits {
        if digits.classes().is_ok_and(|told| told.outputs() == outputs) {
            return Ok(digits.clone());
        }
        let digits = listed(digits);
        return Err(UsageError::DigitsOfOutputs { digits, outputs });
    }
    if let Some(digits) = network.digits() {
        return Ok(DigitList(digits.to_vec()));
    }
    let usual = match outputs {
        1 => DigitList(vec![0, 1]),
        10 => DigitList((0..=9).collect()),
        _ => return Err(UsageError::DigitsNeeded { outputs }),
    };
    stderr::note(format_args!(
        "the file does not say which digits it tells apart: taken as {usual}; otherwise, name them with --digits"
    ));
    Ok(usual)
}

/// As a flag takes them.
fn listed(digits: &DigitList) -> String {
    let digits: Vec<String> = digits.0.iter().map(u8::to_string).collect();
    digits.join(",")
}

/// The settings of the run: those of the network, without an epoch of training.
fn settings(
    file: &Path,
    network: &Network,
    digits: DigitList,
    images: &ClassifiedDigits,
) -> anyhow::Result<RunConfig> {
    let config = RunConfig {
        hidden_units: interchange::sizes(network).hidden_units,
        digits,
        validation_split: 0.0,
        init: Some(file.to_owned()),
        ..RunConfig::default()
    };
    // Checked as those of a training, which has at least one epoch.
    let counts = ImageCounts {
        training: images.len(),
        validation: 0,
    };
    let resolved = ResolvedConfig::new(config.checked()?, counts)?;
    Ok(RunConfig {
        epochs: 0,
        ..resolved.settings
    })
}

/// Counts the built-in images that a network classifies correctly, and prints what is probably wrong with it.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn try_out(
    network: &Network,
    images: &ClassifiedDigits,
    args: &ImportArgs,
    digits: &DigitList,
) -> anyhow::Result<usize> {
    let pixels = pixels(images)?;
    let found = probabilities(network, &pixels);
    let transposed = probabilities(&with_transposed_images(network)?, &pixels);
    let counts = [&found, &transposed].map(|answers| correct(answers, images));
    let [correct, correct_transposed] = counts.map(|count| count as f64 / images.len() as f64);
    let trial = Trial {
        outputs: network.outputs(),
        correct,
        correct_transposed,
        sum: found.iter().sum::<f64>() / images.len() as f64,
    };
    if let Some(doubt) = trial.doubt(args.pixel_order, digits) {
        let percent = 100.0 * correct;
        stderr::print(format_args!(
            "warning: it classifies {percent:.1} % of the built-in images correctly; {doubt}"
        ));
    }
    Ok(counts[0])
}

/// What the built-in images say about a network that was trained elsewhere.
struct Trial {
    outputs: usize,
    /// The share of images that are correct, in [0, 1], and with their pixels in the other order.
    correct: f64,
    correct_transposed: f64,
    /// The mean sum of the outputs.
    sum: f64,
}

impl Trial {
    /// What is probably wrong, if anything is: the most specific reason first.
    fn doubt(&self, order: PixelOrderName, digits: &DigitList) -> Option<String> {
        #[expect(clippy::cast_precision_loss, reason = "there are ten digits")]
        let chance = 1.0 / digits.0.len() as f64;
        let few = f64::midpoint(chance, 1.0);
        if self.outputs == 1 && self.correct < 0.1 {
            let reversed = DigitList(digits.0.iter().rev().copied().collect());
            return Some(format!(
                "it gives nearly every image the other digit: import it with --digits {}",
                listed(&reversed)
            ));
        }
        if self.correct_transposed > few && self.correct_transposed > self.correct + CLEARLY_BETTER
        {
            let other = match order {
                PixelOrderName::Column => "row",
                PixelOrderName::Row => "column",
            };
            return Some(format!(
                "with the pixels in the other order it would classify {:.0} % correctly: import it with --pixel-order \
                 {other}",
                100.0 * self.correct_transposed
            ));
        }
        if self.correct < few {
            return Some(
                "that is few: it may have other activations than sigmoids, which a file of weights does not name, other \
                 digits (--digits), or pixels that were prepared in another way"
                    .to_owned(),
            );
        }
        (self.outputs > 1 && !SUMS_OF_SIGMOIDS.contains(&self.sum)).then(|| {
            format!(
                "its outputs add up to {:.1} on average: if its last layer was a softmax, the largest output is right, \
                 but it is no probability here",
                self.sum
            )
        })
    }
}
