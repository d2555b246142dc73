//! `app sweep --range-test`: the loss at rising learning rates, and the rate that it suggests.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use model::format_metric;

use crate::cli::arguments::DeviceArgs;
use crate::cli::plot::output::{check_folder, extension, write_file};
use crate::cli::setting_flags::SettingFlags;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::notify_scale;
use crate::dataset::training_data::TrainingData;
use crate::device::engine_choice::EngineKind;
use crate::device::select::open_device;
use crate::device::self_check::checked;
use crate::support::csv_log::{Header, to_csv};
use crate::support::notice::Notice;
use crate::support::parse::value;
use crate::support::plural::counted;
use crate::train::range_test::rate_range::RateRange;
use crate::train::range_test::{RangeTest, range_test};

/// The most steps in the table.
const ROWS: usize = 15;

/// Settings that a range test has no use for.
const UNUSED: [&str; 18] = [
    "learning_rate",
    "learning_rate_schedule",
    "warmup_steps",
    "decay_steps",
    "decay_rate",
    "alpha",
    "epochs",
    "monitor",
    "monitor_mode",
    "early_stopping_patience",
    "early_stopping_min_delta",
    "restore_best_weights",
    "plateau_patience",
    "plateau_factor",
    "plateau_min_delta",
    "keep_last",
    "keep_every",
    "tensorboard",
];

#[derive(Debug, Args)]
pub(crate) struct RangeTestArgs {
    /// Try rising learning rates [default: 1e-6..10/100]
    ///
    /// In one short training, of which nothing is kept, the learning rate rises by the same factor from step to step,
    /// from 1e-6 to 10 in 100 steps or as given by FROM..TO/STEPS, until the loss is 4 times its lowest value. It
    /// suggests the rate at which the smoothed loss falls fastest (Smith, arXiv:1506.01186).
    #[arg(
        long,
        value_name = "RATES",
        num_args = 0..=1,
        default_missing_value = "1e-6..10/100",
        value_parser = value::<RateRange>("rising learning rates and 20 or more steps, such as 1e-6..10/100"),
        help_heading = "Sweep",
        conflicts_with_all = ["vary", "seeds", "folds", "samples", "halving", "sweep_dir", "resume", "dry_run"]
    )]
    pub(super) range_test: Option<RateRange>,
    /// Write the range test to a .csv file
    #[arg(
        long,
        short,
        value_name = "FILE",
        requires = "range_test",
        help_heading = "Sweep"
    )]
    output: Option<PathBuf>,
    /// Print the range test as JSON
    ///
    /// `suggested`, `lowest` and `diverges` are learning rates, null if there is none.
    #[arg(
        long,
        requires = "range_test",
        conflicts_with = "output",
        help_heading = "Sweep"
    )]
    json: bool,
}

pub(super) fn run(
    args: &RangeTestArgs,
    rates: RateRange,
    config: &RunConfig,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if let Some(path) = &args.output {
        check_output(path)?;
    }
    let digits = TrainingData::read(config)?;
    notify_scale(digits.training.digits(), &mut stderr::notice);
    let choice = device.choice();
    let device = open_device(&choice, &mut stderr::notice)?;
    let settings = config.cut_to(digits.training.len());
    let device = checked(device, &choice, &settings, &mut stderr::notice)?;
    stderr::note(format_args!(
        "range test on {} by {}: learning rates from {:e} to {:e} in {}, batches of {} of {}",
        device.name,
        EngineKind::choose(config, &device)?,
        rates.from,
        rates.to,
        counted(rates.steps, "step"),
        plots::grouped(settings.batch_size),
        counted(digits.training.len(), "training image"),
    ));
    let found = range_test(config, &digits, &device, rates)?;
    if args.json {
        serde_json::to_writer(&mut *out, &found)?;
        writeln!(out)?;
        return Ok(());
    }
    print(&found, rates, out)?;
    if let Some(path) = &args.output {
        write_file(path, &to_csv(path, &found.steps, Header::Included)?, out)?;
    }
    Ok(())
}

/// Says which of the settings that were given as flags have no effect.
pub(super) fn note_unused(settings: &SettingFlags) {
    let given: BTreeSet<String> = settings.flags();
    for key in UNUSED.into_iter().filter(|key| given.contains(*key)) {
        stderr::notice(Notice::WithoutEffect {
            key,
            reason:
                "a range test has its own learning rates and number of steps, and keeps nothing"
                    .to_owned(),
        });
    }
}

fn check_output(path: &Path) -> Result<(), UsageError> {
    if extension(path) != "csv" {
        return Err(UsageError::OutputExtension {
            path: path.to_owned(),
            extensions: ".csv",
        });
    }
    check_folder(path)
}

/// Prints some of the steps, and what they mean.
fn print(found: &RangeTest, rates: RateRange, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "{:<13}  {:<8}  SMOOTHED", "LEARNING RATE", "LOSS")?;
    let every = found.steps.len().div_ceil(ROWS).max(1);
    for step in found.steps.iter().step_by(every) {
        let [loss, smoothed] = [step.loss, step.smoothed].map(format_metric);
        writeln!(
            out,
            "{:<13}  {loss:<8}  {smoothed}",
            rounded(step.learning_rate)
        )?;
    }
    match found.suggested {
        Some(rate) => writeln!(
            out,
            "suggested learning rate: {}, where the loss falls fastest",
            rounded(rate)
        )?,
        None => writeln!(out, "no learning rate is suggested: the loss never falls")?,
    }
    if let Some(rate) = found.lowest {
        writeln!(out, "the loss is lowest at {}", rounded(rate))?;
    }
    match found.diverges {
        Some(rate) => writeln!(out, "the loss diverges at {}", rounded(rate))?,
        None => writeln!(out, "the loss does not diverge up to {}", rounded(rates.to))?,
    }
    Ok(())
}

/// A rate with two digits, as it is written on a command line.
fn rounded(rate: f64) -> String {
    let text = format!("{rate:.1e}");
    match text.parse::<f64>() {
        Ok(rounded) if (1e-4..1e4).contains(&rounded) => rounded.to_string(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn rates_have_two_digits() {
        let rates = [0.012_345, 0.1, 1.0, 12.34, 1e-6, 9.96e-5, 0.000_333].map(rounded);
        assert_eq!(
            rates,
            ["0.012", "0.1", "1", "12", "1.0e-6", "0.0001", "0.00033"]
        );
    }
}
