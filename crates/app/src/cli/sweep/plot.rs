//! `app sweep plot`: the pictures of a sweep.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::plot::output::PlotOutput;
use crate::cli::stderr;
use crate::cli::sweep::pictures::kind::PictureKind;
use crate::cli::sweep::pictures::settings::varied_keys;
use crate::cli::sweep::pictures::{Picture, Results};
use crate::cli::usage_error::UsageError;
use crate::support::error::Error;
use crate::support::sweep_error::SweepError;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::results::{SweepMetric, metric_of};

#[derive(Debug, Args)]
pub(crate) struct PlotArgs {
    /// Sweep [default: the newest in sweeps/]
    sweep: Option<PathBuf>,
    /// Pictures to draw [default: all that the sweep has]
    #[arg(value_name = "KIND", value_enum)]
    kinds: Vec<PictureKind>,
    /// Metric to draw [default: the settings' monitor]
    #[arg(long, value_name = "METRIC", value_enum)]
    metric: Option<SweepMetric>,
    /// Settings to show [default: all that vary]
    ///
    /// The heat map shows the two of them that explain most of the ranking.
    #[arg(long, value_name = "KEY,...", value_delimiter = ',')]
    settings: Vec<String>,
    /// Output file, .png or .svg [default: both, in plots/]
    ///
    /// plots/ is in the sweep's directory. A file takes one picture.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn plot(args: &PlotArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let (path, kinds) = sweep_and_kinds(args);
    let sweep = SweepDirectory::open(path)?;
    let file = args.output.as_deref().map(PlotOutput::file).transpose()?;
    let plan = sweep.plan()?;
    let records = sweep.records(&plan)?;
    if records.is_empty() {
        let sweep = sweep.path().to_owned();
        return Err(Error::Sweep(SweepError::NothingTrained { sweep }).into());
    }
    let keys = keys(args, varied_keys(&plan))?;
    let monitor = metric_of(sweep.path(), &plan, &records, args.metric)?;
    let name = sweep.path().display().to_string();
    let results = Results::new(name, &plan, &records, monitor);
    if !results.has_values() {
        return Err(UsageError::NothingToPlot {
            sweep: sweep.path().to_owned(),
            metric: results.metric.to_string(),
        }
        .into());
    }
    let pictures = pictures(&results, &kinds, &keys)?;
    match (file, &pictures[..]) {
        (Some(file), [picture]) => file.write(&picture.figure, out),
        (Some(_), pictures) => Err(UsageError::OneFileForPictures {
            path: args.output.clone().unwrap_or_default(),
            pictures: pictures.len(),
        }
        .into()),
        (None, pictures) => {
            let folder = sweep.path().join("plots");
            pictures.iter().try_for_each(|picture| {
                PlotOutput::in_folder(&folder, &picture.file_name).write(&picture.figure, out)
            })
        }
    }
}

/// Tells a sweep from the kinds, as it may be left out before them.
fn sweep_and_kinds(args: &PlotArgs) -> (Option<&Path>, Vec<PictureKind>) {
    let mut kinds = args.kinds.clone();
    let mut sweep = args.sweep.as_deref();
    if let Some(name) = sweep.filter(|path| !path.exists())
        && let Ok(kind) = PictureKind::from_str(&name.to_string_lossy(), false)
    {
        kinds.push(kind);
        sweep = None;
    }
    kinds.sort_unstable();
    kinds.dedup();
    (sweep, kinds)
}

/// The settings to show.
fn keys<'a>(args: &'a PlotArgs, varied: Vec<&'a str>) -> Result<Vec<&'a str>, UsageError> {
    if args.settings.is_empty() {
        return Ok(varied);
    }
    let mut keys = Vec::new();
    for asked in &args.settings {
        let name = asked.trim().replace(['-', '.'], "_");
        let Some(key) = varied.iter().find(|key| **key == name) else {
            return Err(UsageError::SettingDoesNotVary {
                key: name,
                varied: varied.iter().map(|key| (*key).to_owned()).collect(),
            });
        };
        if !keys.contains(key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// The pictures that are asked for, or all that there are.
fn pictures(
    results: &Results<'_>,
    kinds: &[PictureKind],
    keys: &[&str],
) -> anyhow::Result<Vec<Picture>> {
    let mut pictures = Vec::new();
    for kind in kinds {
        let found = results.pictures(*kind, keys);
        pictures.extend(found.map_err(|reason| UsageError::NoSuchPicture {
            kind: kind.to_string(),
            reason,
        })?);
    }
    if !kinds.is_empty() {
        return Ok(pictures);
    }
    let (found, left_out) = results.all_pictures(keys);
    if !left_out.is_empty() {
        stderr::note(format_args!("left out: {}", left_out.join("; ")));
    }
    Ok(found)
}
