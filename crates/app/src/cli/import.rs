//! `app import`: a run that is made of the weights in another program's file.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use data::{ClassifiedDigits, DataError};
use interop::Network;
use plots::grouped;

use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::choices::PixelOrderName;
use crate::config::digit_list::{DIGIT_LIST, DigitList};
use crate::config::resolved::{ImageCounts, ResolvedConfig};
use crate::config::run_config::RunConfig;
use crate::device::select::reference_device;
use crate::interchange::answers::{correct, pixels, probabilities};
use crate::interchange::{self, read_file, with_transposed_images};
use crate::run::directory::RunDirectory;
use crate::support::listing::listed_digits;
use crate::support::missing::check_exists;
use crate::support::parse::value;
use crate::support::plural::counted;
use crate::support::shell::quoted;

/// By how much better the other order of pixels has to be for a hint, of all images.
const CLEARLY_BETTER: f64 = 0.1;

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
    let right = number_correct(&network, &images)?;
    let all = counted(images.len(), "built-in image");
    writeln!(out, "{} of {all} correct", grouped(right))?;
    let otherwise = number_correct(&with_transposed_images(&network)?, &images)?;
    note_pixel_order(args.pixel_order, [right, otherwise], images.len());
    writeln!(out, "stored in {}", quoted(run.path()))?;
    stderr::note(format_args!("next: app evaluate {}", quoted(run.path())));
    Ok(())
}

/// The digits of the outputs: as told, as the file says, or as is usual for so many outputs, with a notice.
fn digits(args: &ImportArgs, network: &Network) -> Result<DigitList, UsageError> {
    let outputs = network.outputs();
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

fn number_correct(network: &Network, images: &ClassifiedDigits) -> Result<usize, DataError> {
    Ok(correct(&probabilities(network, &pixels(images)?), images))
}

/// Says so if the network classifies many more images with their pixels in the other order.
fn note_pixel_order(order: PixelOrderName, [right, otherwise]: [usize; 2], images: usize) {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let share = |images_of: usize| images_of as f64 / images as f64;
    if share(otherwise) < share(right) + CLEARLY_BETTER {
        return;
    }
    let other = match order {
        PixelOrderName::Column => "row",
        PixelOrderName::Row => "column",
    };
    stderr::print(format_args!(
        "warning: with the pixels in the other order it would classify {} of {} correctly: import it with --pixel-order \
         {other}",
        grouped(otherwise),
        grouped(images)
    ));
}
