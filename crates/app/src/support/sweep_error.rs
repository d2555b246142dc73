//! The errors of sweeps and range tests.

use std::path::PathBuf;

use crate::support::plural::counted;
use crate::support::shell::quoted;

/// An error of a dependency.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a sweep or a range test is refused, or cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum SweepError {
    #[error("{key}: not used in a range test, {reason}; remove this setting")]
    NotInRangeTest {
        key: &'static str,
        reason: &'static str,
    },
    #[error("sweep: {key}: expected {expected}, found {found}")]
    SweepSetting {
        key: String,
        expected: String,
        found: String,
    },
    #[error("sweep: vary.{key}")]
    SweepValues { key: String, source: Source },
    #[error("sweep: {key}: cannot vary: {reason}")]
    CannotVary { key: String, reason: &'static str },
    #[error("{key}: not used in a sweep, because {reason}; remove this setting")]
    NotInSweep {
        key: &'static str,
        reason: &'static str,
    },
    #[error(
        "sweep: vary.{key}: no such setting; {}",
        similar.as_ref().map_or_else(
            || "configs/default.toml has all".to_owned(),
            |similar| format!("a similar one exists: {similar}")
        )
    )]
    NoSuchSetting {
        key: String,
        similar: Option<String>,
    },
    #[error(
        "halving: it needs trainings that can be paused, which those by Burn's steps cannot; train on the CPU \
         without gradient clipping, or without halving"
    )]
    HalvingWithBurn,
    #[error("{path}: not a sweep (it has no sweep.toml); create one with `app sweep`")]
    NotASweep { path: PathBuf },
    #[error("no sweep in {folder}/; create one with `app sweep`, or give the directory of one")]
    NoSweep { folder: PathBuf },
    #[error("no unfinished sweep in {folder}/; `app sweep show` shows the newest one")]
    NoUnfinishedSweep { folder: PathBuf },
    #[error("{path}: already exists; choose a new or empty directory")]
    SweepPathInUse { path: PathBuf },
    #[error(
        "{path}: already exists; choose a new or empty directory, or resume the sweep in it: app sweep --resume {}",
        quoted(path)
    )]
    SweepDirectoryInUse { path: PathBuf },
    #[error(
        "{sweep}: deleted or moved while it was trained; if it was moved, resume it where it is now: app sweep \
         --resume DIR"
    )]
    SweepGone { sweep: PathBuf },
    #[error("{sweep}: no point {point}; it has points 1 to {points}")]
    NoSuchPoint {
        sweep: PathBuf,
        point: usize,
        points: usize,
    },
    #[error(
        "{sweep}: a sweep, not a run; evaluate, predict, plot predictions and plot evaluation take it as well, \
         `app sweep report {}` writes a report about it, and `app sweep extract` makes a run of one of its points",
        quoted(sweep)
    )]
    SweepAsRun { sweep: PathBuf },
    #[error(
        "{sweep}: {wanted} networks are wanted, but it has only {}, of which those with the same weights count once",
        counted(*networks, "trained network")
    )]
    FewNetworks {
        sweep: PathBuf,
        wanted: usize,
        networks: usize,
    },
    #[error(
        "{sweep}: {wanted} networks are wanted, but only {} trained for all epochs; halving dropped {dropped}",
        if *networks == 1 { "1 was".to_owned() } else { format!("{networks} were") }
    )]
    DroppedNetworks {
        sweep: PathBuf,
        wanted: usize,
        networks: usize,
        dropped: usize,
    },
    #[error(
        "{sweep}: point {point} was dropped by halving after {}; app sweep best lists the points that were trained \
         to the end",
        counted(*epochs, "epoch")
    )]
    PointDropped {
        sweep: PathBuf,
        point: usize,
        epochs: usize,
    },
    #[error(
        "{sweep}: point {point} is paused after {}, because the sweep is not finished; resume it with: app sweep --resume {}",
        counted(*epochs, "epoch"),
        quoted(sweep)
    )]
    PointPaused {
        sweep: PathBuf,
        point: usize,
        epochs: usize,
    },
    #[error(
        "{sweep}: point {point} is half-trained, after {}; resume the sweep with: app sweep --resume {}",
        counted(*epochs, "epoch"),
        quoted(sweep)
    )]
    PointHalfTrained {
        sweep: PathBuf,
        point: usize,
        epochs: usize,
    },
    #[error("{sweep}: point {point} is {state}")]
    PointWithoutNetwork {
        sweep: PathBuf,
        point: usize,
        state: &'static str,
    },
    #[error(
        "{sweep}: no point is trained yet; resume it with: app sweep --resume {}",
        quoted(sweep)
    )]
    NothingTrained { sweep: PathBuf },
    #[error("{sweep}: all {points} points failed; point {point}: {reason}")]
    AllPointsFailed {
        sweep: PathBuf,
        points: usize,
        point: usize,
        reason: String,
    },
    #[error(
        "{sweep}/networks.bin is damaged: the checksum of the network at offset {offset} does not match; delete the row of this \
         offset in points.csv, and train the point again with: app sweep --resume {}",
        quoted(sweep)
    )]
    DamagedNetwork { sweep: PathBuf, offset: u64 },
    #[error("{sweep}: no point has {metric}, but: {}", known.join(", "))]
    NoSuchSweepMetric {
        sweep: PathBuf,
        metric: String,
        known: Vec<String>,
    },
    #[error(
        "{sweep}: the images or labels differ from those that the sweep was started with; restore them, \
         or give the place to which they were moved: --data PATH"
    )]
    OtherSweepData { sweep: PathBuf },
    #[error(
        "{sweep}: the initial weights have other content than those that the sweep was started with; restore them"
    )]
    OtherSweepWeights { sweep: PathBuf },
}
