//! `app train`: from a configuration to a trained network in a run directory.

mod result;

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use crate::cli::arguments::DeviceArgs;
use crate::cli::setting_flags::SettingFlags;
use crate::cli::stderr;
use crate::cli::train::result::{print_out_of_time, print_result};
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::notify_scale;
use crate::device::adapter::OpenDevice;
use crate::device::engine_choice::EngineKind;
use crate::device::self_check::open_checked;
use crate::run::directory::RunDirectory;
use crate::support::notice::{Notice, Notify};
use crate::train::job::{Ended, Job, View};
use crate::train::plan::{Extent, Plan};
use crate::train::session::complete;
use crate::train::signals::StopRequest;

#[derive(Debug, Args)]
#[command(after_long_help = concat!("The defaults:\n\n", include_str!("../../../../configs/default.toml")))]
pub(crate) struct TrainArgs {
    /// TOML file with settings; missing keys have the defaults of configs/default.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Run directory to create [default: runs/DATE-AND-TIME]
    #[arg(long, value_name = "DIR")]
    run_dir: Option<PathBuf>,
    /// Resume a run from its last checkpoint [default: the newest unfinished one]; with more
    /// --epochs, a finished one too
    #[arg(long, value_name = "RUN", num_args = 0..=1, conflicts_with_all = ["run_dir", "fast_dev_run"])]
    #[expect(
        clippy::option_option,
        reason = "clap's type for a flag with an optional value"
    )]
    resume: Option<Option<PathBuf>>,
    /// Print the resolved configuration and stop
    #[arg(long)]
    dry_run: bool,
    /// Test the whole program on one batch, and store nothing
    #[arg(long, conflicts_with = "run_dir")]
    fast_dev_run: bool,
    /// Stop after this time, such as `90s` or `1h 30m`; continue with --resume
    #[arg(long, value_name = "TIME", value_parser = duration)]
    max_time: Option<Duration>,
    /// Show Burn's dashboard instead of the progress bar (q asks whether to stop)
    #[cfg(feature = "tui")]
    #[arg(long)]
    tui: bool,
    // Last, because its heading applies to all flags that follow.
    #[command(flatten)]
    settings: SettingFlags,
}

pub(crate) fn train(
    args: &TrainArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let notify = &mut |notice: Notice| stderr::print(notice);
    let view = view(args)?;
    let mut plan = plan(args)?;
    notify_scale(plan.digits.training.digits(), notify);
    if args.dry_run {
        write!(out, "{}", plan.config.settings.to_toml()?)?;
        return Ok(());
    }
    let choice = plan.device_choice(&device.choice(), notify);
    let device = open_checked(&choice, &plan.config.settings, notify)?;
    // Deleted with its content when dropped.
    let fast_dev_folder = args.fast_dev_run.then(tempfile::tempdir).transpose()?;
    let fast_dev_run = fast_dev_folder
        .as_ref()
        .map(|folder| folder.path().join("run"));
    let run_dir = fast_dev_run.as_deref().or(args.run_dir.as_deref());
    let (run, _lock) = plan.open_run(run_dir)?;
    announce(&plan, &run, &device, notify)?;
    let started = Instant::now();
    let ended = complete(&Job {
        run: &run,
        config: &plan.config,
        digits: &plan.digits,
        device: &device,
        from: plan.from.take(),
        view,
        stop: StopRequest::listen()?,
        deadline: args.max_time.map(|time| started + time),
    })?;
    if ended == Ended::OutOfTime {
        return print_out_of_time(&plan, &run, out);
    }
    print_result(&plan, &run, device, started.elapsed(), out)?;
    if args.fast_dev_run {
        let message = "fast dev run: everything succeeded on one batch; nothing was stored";
        writeln!(out, "{message}")?;
    } else {
        let run = run.path().display();
        writeln!(out, "stored in {run}\nnext: app report {run}")?;
    }
    Ok(())
}

/// Says what is trained, on what, by which engine, and where it is stored.
fn announce(
    plan: &Plan,
    run: &RunDirectory,
    device: &OpenDevice,
    notify: &mut Notify<'_>,
) -> anyhow::Result<()> {
    notify(Notice::Training {
        device: device.name.clone(),
        engine: EngineKind::choose(&plan.config.settings, device)?.to_string(),
        training_images: plan.digits.training.len(),
        validation_images: plan.digits.validation.len(),
        digits: plan.config.settings.digits,
        run: run.path().to_owned(),
    });
    if let Some(manifest) = &plan.from {
        let epoch = manifest.epoch;
        notify(Notice::Resumed { epoch });
    }
    Ok(())
}

fn plan(args: &TrainArgs) -> anyhow::Result<Plan> {
    let settings = |base: &RunConfig| args.settings.over(base, args.config.as_deref());
    let plan = match &args.resume {
        None => {
            let extent = if args.fast_dev_run {
                Extent::FirstBatch
            } else {
                Extent::Everything
            };
            Plan::new_run(settings(&RunConfig::default())?, extent)?
        }
        Some(run) => Plan::resume(run.as_deref(), settings, &mut |notice| {
            stderr::print(notice);
        })?,
    };
    Ok(plan)
}

#[cfg_attr(
    not(feature = "tui"),
    expect(clippy::unnecessary_wraps, reason = "with the dashboard it can fail")
)]
fn view(args: &TrainArgs) -> Result<View, UsageError> {
    #[cfg(feature = "tui")]
    if args.tui {
        if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
            return Ok(View::Dashboard);
        }
        return Err(UsageError::DashboardWithoutTerminal);
    }
    let _ = args;
    Ok(View::Lines)
}

/// The error for text that is not a duration.
#[derive(Debug, thiserror::Error)]
#[error("expected a duration, such as `90s`, `10m` or `1h 30m`")]
struct NotADuration;

fn duration(text: &str) -> Result<Duration, NotADuration> {
    let parsed: Option<jiff::SignedDuration> = text.parse().ok();
    parsed
        .and_then(|time| Duration::try_from(time).ok())
        .ok_or(NotADuration)
}
