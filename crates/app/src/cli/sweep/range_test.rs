//! `app sweep --range-test`: the loss at rising learning rates, and the rate that it suggests.

mod output;
mod table;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::arguments::DeviceArgs;
use crate::cli::setting_flags::SettingFlags;
use crate::cli::stderr;
use crate::cli::sweep::range_test::output::Output;
use crate::cli::sweep::range_test::table::{print, rounded};
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::training_data::TrainingData;
use crate::dataset::{DataSource, notify_images};
use crate::device::engine_choice::EngineKind;
use crate::device::select::open_device;
use crate::device::self_check::checked;
use crate::support::notice::Notice;
use crate::support::parse::value;
use crate::support::plural::counted;
use crate::train::range_test::range_test;
use crate::train::range_test::rate_range::RateRange;

/// Settings that a range test has no use for.
const UNUSED: [&str; 20] = [
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
    "plateau_cooldown",
    "plateau_min_learning_rate",
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
    /// Draw the range test, .png or .svg; or .csv
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

impl RangeTestArgs {
    /// Returns an error if something is asked for that only a range test gives. clap's `requires` does not, beside flags
    /// that a range test excludes.
    pub(super) fn check_unused(&self) -> Result<(), UsageError> {
        let flag = match (&self.output, self.json) {
            (Some(_), _) => "--output",
            (None, true) => "--json",
            (None, false) => return Ok(()),
        };
        Err(UsageError::OnlyOfRangeTest { flag })
    }
}

pub(super) fn run(
    args: &RangeTestArgs,
    rates: RateRange,
    config: &RunConfig,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let output = args.output.as_deref().map(Output::new).transpose()?;
    let digits = TrainingData::read(config)?;
    notify_images(digits.training.digits(), &mut stderr::notice);
    let source = DataSource::of_run(config);
    stderr::detail(format_args!("data: {}", source.name()));
    let choice = device.choice();
    let device = open_device(&choice, &mut stderr::notice)?;
    let settings = config.cut_to(digits.training.len());
    let device = checked(device, &choice, &settings, &mut stderr::notice)?;
    stderr::note(format_args!(
        "range test on {} with {}: learning rates from {} to {} in {}, batches of {} of {}",
        device.name,
        EngineKind::choose_and_notify(&settings, &device, &mut stderr::notice)?,
        rounded(rates.from),
        rounded(rates.to),
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
    let Some(output) = output else {
        return Ok(());
    };
    let images = counted(digits.training.len(), "training image");
    let batches = plots::grouped(settings.batch_size);
    let note = format!("{images} of {}, batches of {batches}", config.digits);
    output.write(&found, &note, out)
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
