//! `app train`: from a configuration to a trained network in a run directory.

mod result;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use data::ClassifiedDigits;

use crate::cli::arguments::DeviceArgs;
#[cfg(feature = "serve")]
use crate::cli::serve::beside::{Beside, check_port};
use crate::cli::setting_flags::SettingFlags;
use crate::cli::stderr::{self, Verbosity};
use crate::cli::summary::{loss, optimizer};
use crate::cli::train::result::{print_out_of_time, print_result};
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::dataset::{DataSource, notify_images};
use crate::device::adapter::OpenDevice;
use crate::device::engine_choice::EngineKind;
use crate::device::select::open_device;
use crate::device::self_check::checked;
use crate::run::directory::RunDirectory;
use crate::run::lock::RunLock;
use crate::support::error::Error;
use crate::support::notice::{Notice, Notify};
#[cfg(feature = "serve")]
use crate::support::parse::value;
use crate::support::shell::quoted;
use crate::train::job::{Ended, Job, View};
use crate::train::plan::{Extent, Plan};
use crate::train::progress::every;
use crate::train::session::complete;
use crate::train::signals::StopRequest;

#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    /// Settings by name (lab, ten, robust) or a TOML file
    ///
    /// Flags override them. lab is the recipe of the course's notebook, ten one for all ten digits,
    /// robust the same for digits that people draw and photograph, default the defaults: the files in
    /// configs/, compiled in. A key that a file leaves out has its default.
    #[arg(long, value_name = "NAME|FILE")]
    config: Option<PathBuf>,
    /// Directory to create [default: runs/DATE-AND-TIME]
    #[arg(long, value_name = "DIR")]
    run_dir: Option<PathBuf>,
    /// Resume a run [default: the newest unfinished one]
    ///
    /// From its last checkpoint; with more --epochs, a finished run too.
    #[arg(long, value_name = "RUN", num_args = 0..=1, conflicts_with_all = ["run_dir", "fast_dev_run"])]
    #[expect(
        clippy::option_option,
        reason = "clap's type for a flag with an optional value"
    )]
    resume: Option<Option<PathBuf>>,
    /// Print the resolved settings, a file for --config
    #[arg(long)]
    dry_run: bool,
    /// Try everything on one batch, and store nothing
    #[arg(long, conflicts_with = "run_dir")]
    fast_dev_run: bool,
    /// Stop after this time, such as 90s or 1h30m
    ///
    /// Continue with --resume.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    max_time: Option<Duration>,
    /// Show Burn's dashboard instead of the epochs' lines
    ///
    /// q asks whether to stop.
    #[cfg(feature = "tui")]
    #[arg(long)]
    tui: bool,
    /// Serve a page that follows the training
    ///
    /// On port 8080, unless another is given, for this machine alone. It also predicts what you draw, with the newest checkpoint, and stays
    /// after the training, until Ctrl-C.
    #[cfg(feature = "serve")]
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "8080", value_parser = value::<u16>("a port, such as 8080"), conflicts_with_all = ["dry_run", "fast_dev_run"])]
    serve: Option<u16>,
    #[command(flatten)]
    settings: SettingFlags,
}

pub(crate) fn train(
    args: &TrainArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let notify = &mut stderr::notice;
    let view = view(args)?;
    let mut plan = plan(args, notify)?;
    notify_images(plan.digits.training.digits(), notify);
    let given = args.settings.given(args.config.as_deref())?;
    plan.note_settings(&given, notify);
    if args.fast_dev_run && given.contains("epochs") {
        notify(Notice::WithoutEffect {
            key: "epochs",
            reason: "--fast-dev-run trains one".to_owned(),
        });
    }
    if args.dry_run {
        let settings = &plan.config.settings;
        writeln!(out, "# loss: {}", loss(settings))?;
        writeln!(out, "# optimizer: {}", optimizer(settings))?;
        write!(out, "{}", settings.to_toml()?)?;
        return Ok(());
    }
    let choice = plan.device_choice(&device.choice(), notify);
    let device = open_device(&choice, notify)?;
    // Deleted with its content when dropped.
    let fast_dev_folder = args.fast_dev_run.then(tempfile::tempdir).transpose()?;
    let fast_dev_run = fast_dev_folder
        .as_ref()
        .map(|folder| folder.path().join("run"));
    let run_dir = fast_dev_run.as_deref().or(args.run_dir.as_deref());
    let path = plan.run_path(run_dir);
    let is_over = Arc::new(AtomicBool::new(false));
    let stop = StopRequest::listen_and(acknowledge(view, Arc::clone(&is_over)))?;
    // Before the check, which takes a while for a large network.
    let stored = (!args.fast_dev_run).then_some(path.as_path());
    announce(&plan, stored, &device, view, notify)?;
    let settings = plan.config.settings.cut_to(plan.digits.training.len());
    let device = checked(device, &choice, &settings, notify)?;
    #[cfg(feature = "serve")]
    args.serve.map(check_port).transpose()?;
    let (run, lock) = open_run(&mut plan, run_dir, &path, notify)?;
    #[cfg(feature = "serve")]
    let page = match args.serve {
        Some(port) => Some(Beside::start(&run, port, out)?),
        None => None,
    };
    #[cfg(feature = "serve")]
    let on_epoch = page.as_ref().map(Beside::on_epoch);
    #[cfg(not(feature = "serve"))]
    let on_epoch = None;
    let started = Instant::now();
    let ended = complete(&Job {
        run: &run,
        config: &plan.config,
        digits: &plan.digits,
        device: &device,
        from: plan.from.take(),
        view,
        stop: stop.clone(),
        // A time beyond the clock's range is no limit.
        deadline: args.max_time.and_then(|time| started.checked_add(time)),
        on_epoch,
    })?;
    if ended == Ended::OutOfTime {
        return print_out_of_time(&plan, &run, out);
    }
    print_result(&plan, &run, device, out)?;
    if args.fast_dev_run {
        let message = "fast dev run: everything succeeded on one batch; nothing was stored";
        writeln!(out, "{message}")?;
    } else {
        let run = run.path();
        writeln!(out, "stored in {}", quoted(run))?;
        if stderr::verbosity() > Verbosity::Quiet {
            writeln!(out, "next: app report {}", quoted(run))?;
        }
    }
    // The run is finished, and another process may resume it.
    drop(lock);
    is_over.store(true, Ordering::Relaxed);
    #[cfg(feature = "serve")]
    if let Some(page) = page {
        out.flush()?;
        page.serve_on(&stop);
    }
    Ok(())
}

/// Creates the announced directory. If another training created it at the same time, and nobody asked
/// for it, another one.
fn open_run(
    plan: &mut Plan,
    given: Option<&Path>,
    announced: &Path,
    notify: &mut Notify<'_>,
) -> Result<(RunDirectory, RunLock), Error> {
    match plan.open_run(Some(announced)) {
        Err(Error::RunDirectoryInUse { .. } | Error::RunLocked { .. }) if given.is_none() => {
            let (run, lock) = plan.open_run(None)?;
            let run_path = run.path().to_owned();
            notify(Notice::OtherDirectory { run: run_path });
            Ok((run, lock))
        }
        opened => opened,
    }
}

/// Says what is trained, on what, by which engine, and where it is stored, if it is.
fn announce(
    plan: &Plan,
    run: Option<&Path>,
    device: &OpenDevice,
    view: View,
    notify: &mut Notify<'_>,
) -> anyhow::Result<()> {
    let settings = &plan.config.settings;
    let on_device = settings.cut_to(plan.digits.training.len());
    let engine = EngineKind::choose_and_notify(&on_device, device, notify)?;
    stderr::detail(format_args!(
        "data: {}",
        DataSource::of_run(settings).name()
    ));
    notify(Notice::Training {
        device: device.name.clone(),
        engine: engine.to_string(),
        training_images: plan.digits.training.len(),
        validation_images: plan.digits.validation.len(),
        test_images: plan.test.as_ref().map_or(0, ClassifiedDigits::len),
        digits: settings.digits.0.clone(),
        run: run.map(Path::to_owned),
    });
    if let Some(manifest) = &plan.from {
        let epoch = manifest.epoch;
        notify(Notice::Resumed { epoch });
    }
    let every = every(settings.epochs);
    if view == View::Lines && every > 1 {
        notify(Notice::FewLines { every });
    }
    Ok(())
}

/// Says at the first signal that the training stops, if it is not over; the dashboard leaves no room for it.
fn acknowledge(view: View, is_over: Arc<AtomicBool>) -> impl Fn() + Send + 'static {
    move || {
        if !is_over.load(Ordering::Relaxed)
            && matches!(view, View::Lines | View::EveryLine | View::Hidden)
        {
            stderr::notice_over_status(&Notice::Stopping);
        }
    }
}

fn plan(args: &TrainArgs, notify: &mut Notify<'_>) -> anyhow::Result<Plan> {
    let settings = |base: &RunConfig| args.settings.over(base, args.config.as_deref());
    let plan = match &args.resume {
        None => {
            if let Some(path) = args.run_dir.as_deref().filter(|_| !args.dry_run) {
                RunDirectory::check_unused(path)?;
            }
            let extent = if args.fast_dev_run {
                Extent::FirstBatch
            } else {
                Extent::Everything
            };
            Plan::new_run(settings(&RunConfig::default())?, extent)?
        }
        Some(run) => Plan::resume(run.as_deref(), settings, notify)?,
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
    Ok(match stderr::verbosity() {
        Verbosity::Quiet => View::Hidden,
        Verbosity::Normal => View::Lines,
        Verbosity::Verbose => View::EveryLine,
    })
}

/// The error for text that is not a duration, or one in which nothing can be trained.
#[derive(Debug, thiserror::Error)]
#[error("expected a duration longer than 0, such as `90s`, `10m` or `1h 30m`")]
struct NotADuration;

fn duration(text: &str) -> Result<Duration, NotADuration> {
    let parsed: Option<jiff::SignedDuration> = text.parse().ok();
    parsed
        .and_then(|time| Duration::try_from(time).ok())
        .filter(|time| !time.is_zero())
        .ok_or(NotADuration)
}
