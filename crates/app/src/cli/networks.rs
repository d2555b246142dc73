//! The networks that the runs and sweeps on a command line stand for.

use std::path::Path;

use clap::Args;
use serde::Serialize;

use crate::cli::source_args::SourceArgs;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::predictor::member::Member;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::listing::enumerated;
use crate::support::missing::check_exists;
use crate::support::parse::within;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::members::{BestNetworks, best_networks};

/// How many networks of a sweep.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct TopArgs {
    /// Networks of a sweep: its best N [default: 1]
    ///
    /// The first that `app sweep best` lists: those with the best metric, by default the validation loss. Images by which
    /// they were chosen, such as validation images, make them look better than they are.
    #[arg(long, value_name = "N", value_parser = within(1..=1000, 3), help_heading = "Network")]
    top: Option<u16>,
}

/// Which network it is, as keys of JSON.
#[derive(Debug, Serialize)]
pub(crate) struct NetworkJson {
    /// The directory of a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    /// The directory of a sweep.
    #[serde(skip_serializing_if = "Option::is_none")]
    sweep: Option<String>,
    /// The number of the sweep's point.
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<usize>,
    /// The name by which the checkpoint was chosen; `last` of a sweep.
    checkpoint: String,
    /// The epoch of the network.
    epoch: usize,
}

impl NetworkJson {
    pub(crate) fn of(member: &Member) -> Self {
        let directory = Some(member.directory.display().to_string());
        let (run, sweep) = match member.point {
            None => (directory, None),
            Some(_) => (None, directory),
        };
        Self {
            run,
            sweep,
            point: member.point,
            checkpoint: member.checkpoint.to_string(),
            epoch: member.epoch,
        }
    }
}

/// Loads the networks of runs and sweeps, or that of the newest run if nothing is named.
pub(crate) fn members(
    paths: &[&Path],
    checkpoint: CheckpointName,
    top: TopArgs,
) -> anyhow::Result<Vec<Member>> {
    let is_sweep = |path: &&Path| SweepDirectory::is_sweep(path);
    if top.top.is_some() && !paths.iter().any(is_sweep) {
        for path in paths {
            check_exists(path, "run or sweep")?;
        }
        return Err(UsageError::TopWithoutSweep.into());
    }
    if paths.is_empty() {
        let newest = RunDirectory::open(None)?;
        return Ok(vec![Member::open(&newest, checkpoint)?]);
    }
    let mut members = Vec::new();
    for path in paths {
        if is_sweep(path) {
            members.extend(members_of_sweep(path, checkpoint, top)?);
        } else {
            let run = RunDirectory::open(Some(path))?;
            members.push(Member::open(&run, checkpoint)?);
        }
    }
    Ok(members)
}

/// Loads the best networks of a sweep, and says which of them are left out.
fn members_of_sweep(
    path: &Path,
    checkpoint: CheckpointName,
    top: TopArgs,
) -> anyhow::Result<Vec<Member>> {
    if checkpoint != CheckpointName::Last {
        let sweep = path.to_owned();
        return Err(UsageError::CheckpointOfSweep { sweep }.into());
    }
    let sweep = SweepDirectory::open(Some(path))?;
    let BestNetworks { members, repeated } = best_networks(&sweep, top.top.unwrap_or(1).into())?;
    let repeated: Vec<String> = repeated.iter().map(usize::to_string).collect();
    if !repeated.is_empty() {
        stderr::note(format_args!(
            "left out of {}, because better points have the same weights: {}",
            path.display(),
            enumerated(&repeated)
        ));
    }
    Ok(members)
}

/// Returns an error if networks were trained on different data sets, or read their pixels differently, and no flag says
/// which images they are to predict.
pub(crate) fn check_same_data(source: &SourceArgs, members: &[Member]) -> Result<(), UsageError> {
    let Some((first, others)) = members.split_first() else {
        return Ok(());
    };
    let of_first = source.over(&first.config);
    for other in others {
        let of_other = source.over(&other.config);
        let flag = if of_first.paths != of_other.paths {
            "--data"
        } else if of_first.paths.is_empty() {
            continue;
        } else if of_first.pixel_order != of_other.pixel_order {
            "--pixel-order"
        } else if of_first.pixel_scale != of_other.pixel_scale {
            "--pixel-scale"
        } else {
            continue;
        };
        let networks = [first, other].map(Member::origin);
        return Err(UsageError::OtherData { networks, flag });
    }
    Ok(())
}
