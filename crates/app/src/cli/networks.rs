//! The networks that the runs on a command line stand for.

use std::path::Path;

use serde::Serialize;

use crate::cli::source_args::SourceArgs;
use crate::cli::usage_error::UsageError;
use crate::predictor::member::Member;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::support::error::Result;

/// Which network of which run it is, as keys of JSON.
#[derive(Debug, Serialize)]
pub(crate) struct NetworkJson {
    run: String,
    /// The name by which the checkpoint was chosen.
    checkpoint: String,
    /// The epoch of the network.
    epoch: usize,
}

impl NetworkJson {
    pub(crate) fn of(member: &Member) -> Self {
        Self {
            run: member.run.display().to_string(),
            checkpoint: member.checkpoint.to_string(),
            epoch: member.epoch,
        }
    }
}

/// Loads the networks of runs, or that of the newest run if none is named.
pub(crate) fn members(runs: &[&Path], checkpoint: CheckpointName) -> Result<Vec<Member>> {
    if runs.is_empty() {
        return members_of(None, checkpoint);
    }
    let mut members = Vec::new();
    for run in runs {
        members.extend(members_of(Some(run), checkpoint)?);
    }
    Ok(members)
}

/// Loads the networks of one argument. A run has one; a directory of another kind, which `run_paths::is_run` must recognize, may have
/// several.
fn members_of(run: Option<&Path>, checkpoint: CheckpointName) -> Result<Vec<Member>> {
    let run = RunDirectory::open(run)?;
    Ok(vec![Member::open(&run, checkpoint)?])
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
        let runs = [first, other].map(|member| member.run.clone());
        return Err(UsageError::OtherData { runs, flag });
    }
    Ok(())
}
