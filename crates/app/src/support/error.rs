//! The errors of this crate.

use std::path::{Path, PathBuf};

use data::DataError;
use model::ModelError;

use crate::support::cause::{
    Contradiction, Damage, Difference, Divergence, FusedObstacle, RecordFault,
};
use crate::support::download_fault::{DownloadFault, grouped_bytes};
use crate::support::listing::{enumerated, listed_digits};
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::support::without_fault::WithoutFault;
use crate::support::write_obstacle::WriteObstacle;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of a dependency.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the messages document the variants")]
pub enum Error {
    // The data, the model and the file system.
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("{name}")]
    DataSet { name: String, source: DataError },
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("{path}")]
    ForeignWeights {
        path: PathBuf,
        source: interop::InteropError,
    },
    #[error(
        "{path}: not written, because it has other weights when it is read again, with which probabilities differ from \
         ours by up to {difference:.1e}; this is a fault of this program"
    )]
    ExportDiffers { path: PathBuf, difference: f64 },
    #[error("{path}: {length} bytes; a file of weights may have at most {limit}")]
    WeightsFileTooLarge {
        path: PathBuf,
        length: u64,
        limit: u64,
    },
    #[error(
        "{path}: the weights are those of {} hidden units and {}, but --hidden-units is {} and the digits need {}; \
         choose --hidden-units and --digits as the weights have them",
        pair(*found), counted(outputs[1], "output"), pair(*hidden_units), counted(outputs[0], "output")
    )]
    ForeignSizes {
        path: PathBuf,
        /// The hidden units of the settings.
        hidden_units: [usize; 2],
        /// Those of the file.
        found: [usize; 2],
        /// The outputs that the digits of the settings need, and those of the file.
        outputs: [usize; 2],
    },
    #[error(
        "{run}: was imported, and not trained here, so that there is nothing to resume; train its network on with: app \
         train --init {} --digits {} --hidden-units {}", quoted(run), listed(digits), pair(*hidden_units)
    )]
    ImportedRun {
        run: PathBuf,
        digits: Vec<u8>,
        hidden_units: [usize; 2],
    },
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A file that the user named.
    #[error(transparent)]
    Unreadable(std::io::Error),
    #[error("{path}: no such {expected}{}", suggestion(similar.as_deref()))]
    Missing {
        path: PathBuf,
        /// What it should be, such as "run" or "picture".
        expected: &'static str,
        /// The nearest name that exists.
        similar: Option<PathBuf>,
    },
    #[error("cannot write {path}")]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("cannot write {path}: {obstacle}")]
    CannotWrite {
        path: PathBuf,
        obstacle: WriteObstacle,
    },
    #[error("{path}")]
    Csv { path: PathBuf, source: csv::Error },
    #[error("--index {row}: the data set has {}", rows_there(*rows))]
    NoSuchRow { row: usize, rows: usize },
    #[error("--index {row}: the test part has {}", rows_there(*rows))]
    NoSuchTestRow { row: usize, rows: usize },

    // Downloads.
    #[error(
        "{data_set}: not downloaded yet, {folder} lacks {}; download it with: app data fetch {data_set}",
        enumerated(missing)
    )]
    NotFetched {
        data_set: &'static str,
        folder: PathBuf,
        missing: Vec<String>,
    },
    #[error("{}", not_delivered(file, folder, files, *received, faults))]
    Download {
        /// The file that no mirror delivered.
        file: String,
        folder: PathBuf,
        /// All files of the data set.
        files: Vec<String>,
        /// The bytes of `file` that are kept.
        received: u64,
        /// Each mirror with what it did.
        faults: Vec<(String, DownloadFault)>,
    },
    #[error("the user has no home directory, and so no cache; name a folder with --to")]
    NoCacheFolder,

    // Configuration.
    #[error("{path}: not UTF-8 text at byte {at}")]
    NotUtf8 { path: PathBuf, at: usize },
    #[error("{path}: {excerpt}")]
    Toml { path: PathBuf, excerpt: String },

    #[error("the configuration cannot be written as TOML")]
    ToToml(#[from] toml::ser::Error),
    #[error("{key}: expected {expected}, found {found}")]
    Setting {
        key: &'static str,
        expected: String,
        found: String,
    },
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// An error in a file, with the path of the file.
    #[error("{path}")]
    InFile { path: PathBuf, source: Box<Error> },
    #[error(
        "monitor: without validation images there is no {monitor}; set a validation_split, or monitor loss"
    )]
    NoValidationImages { monitor: String },
    #[error(
        "the run was trained with other settings: {}; only these may change: {}",
        list(changed), may_change.join(", ")
    )]
    OtherSettings {
        changed: Vec<Difference>,
        may_change: &'static [&'static str],
    },

    // Devices.
    #[error(
        "backend {backend} is not compiled in; build with --features {backend}, or use one of: {}",
        compiled_in.join(", ")
    )]
    NotCompiledIn {
        backend: String,
        compiled_in: Vec<String>,
    },
    #[error("no CPU backend is compiled in; build with --features ndarray")]
    NoCpuBackend,
    #[error(
        "backend {backend} finds no device on this machine: {cause}; install the driver, or train \
         on the CPU with --backend ndarray"
    )]
    NoDevice {
        backend: String,
        cause: &'static str,
    },
    #[error(
        "--device {index}: backend {backend} has {}, numbered from 0; `app devices` lists them",
        counted(*count, "device")
    )]
    DeviceIndex {
        index: usize,
        backend: String,
        count: usize,
    },
    #[error("--device needs a backend: choose one with --backend")]
    DeviceWithoutBackend,
    #[error("cannot open device {index} of {backend}")]
    OpenDevice {
        index: usize,
        backend: String,
        source: Source,
    },
    #[error(
        "{device} with {engine} computes incorrectly: one training step changes the loss from \
         {:.6} to {:.6}, and an independent computation on the CPU from {:.6} to {:.6}; update \
         the driver, or train with --backend ndarray",
        found[0], found[1], expected[0], expected[1]
    )]
    WrongStep {
        device: String,
        engine: String,
        /// Before and after the step.
        found: [f64; 2],
        expected: [f64; 2],
    },
    #[error(
        "{device} cannot allocate what a training step on {} needs: {cause}; use a smaller \
         --batch-size or fewer --hidden-units, or train with --backend ndarray",
        counted(*batch_size, "image")
    )]
    DeviceMemory {
        device: String,
        batch_size: usize,
        cause: String,
    },
    #[error(
        "{device} computes incorrectly: the logit of image {image} is {found}, and {expected} on \
         the CPU; update the driver, or use --backend ndarray"
    )]
    WrongLogit {
        device: String,
        image: usize,
        found: f32,
        expected: f32,
    },
    #[error("--engine fused: {0}; use --engine burn or auto")]
    FusedDoesNotApply(FusedObstacle),

    // Runs.
    #[error("{path}: not a run directory (it has no config.toml); create one with `app train`")]
    NotARun { path: PathBuf },
    #[error(
        "{path}: a file of weights, not a run; make a run of it with: app import {}",
        quoted(path)
    )]
    WeightsAsRun { path: PathBuf },
    #[error(
        "{path}: a folder of runs; name one of them, such as {}",
        quoted(newest)
    )]
    FolderOfRuns { path: PathBuf, newest: PathBuf },
    #[error(
        "{path}: cannot create this directory: {obstacle}; choose another one (--run-dir, --sweep-dir)"
    )]
    CreateRun {
        path: PathBuf,
        obstacle: WriteObstacle,
    },
    #[error("no run in {folder}/; create one with `app train`, or give a run directory")]
    NoRun { folder: PathBuf },
    #[error("no unfinished run in {folder}/; `app runs` lists all runs")]
    NoUnfinishedRun { folder: PathBuf },
    #[error(
        "{path}: already exists; choose a new or empty directory, or resume the run in it: \
         app train --resume {}",
        quoted(path)
    )]
    RunDirectoryInUse { path: PathBuf },
    #[error(
        "{path}: another process is training in it; wait until it ends, or choose another directory \
         (--run-dir, --sweep-dir)"
    )]
    RunLocked { path: PathBuf },
    #[error("{path}: a process is training in it; it can be deleted when that has ended")]
    RunInUse { path: PathBuf },
    #[error("{path}: a symbolic link to a run; name the run itself")]
    LinkToRun { path: PathBuf },
    #[error(
        "{path}: has a config.toml, but no other file of a run, and so may be something else; delete it by other \
         means if it is a run"
    )]
    OnlyConfig { path: PathBuf },
    #[error("cannot lock {path}")]
    Lock {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{path} is damaged: {damage}")]
    Damaged { path: PathBuf, damage: Damage },
    #[error(
        "{path} is damaged: its checksum does not match result.toml; the checkpoint of epoch \
         {epoch} has the same network: --checkpoint {epoch}"
    )]
    NetworkDamaged { path: PathBuf, epoch: usize },
    #[error("{path}: belongs to epoch {found}")]
    ManifestOfOtherEpoch { path: PathBuf, found: usize },
    #[error(
        "{path}: expected version {expected}, found {}; it was written by another version of this program",
        found.map_or_else(|| "none".to_owned(), |found| found.to_string())
    )]
    ManifestVersion {
        path: PathBuf,
        expected: String,
        found: Option<i64>,
    },
    #[error("{path}: cannot read the record")]
    Record { path: PathBuf, source: Source },
    #[error("{path}: {tensor}: {fault}")]
    RecordFault {
        path: PathBuf,
        tensor: String,
        fault: RecordFault,
    },
    #[error("{run}: {}", no_checkpoint(run, *epoch, kept))]
    NoCheckpoint {
        run: PathBuf,
        epoch: usize,
        kept: Vec<usize>,
    },
    #[error(
        "{run}: every checkpoint is damaged; start again with: app train --config {}",
        quoted(config)
    )]
    NoWholeCheckpoint { run: PathBuf, config: PathBuf },
    #[error(
        "{run}: the images or labels differ from those that the run was trained on; restore them, \
         or start a new run with --init {}",
        quoted(run)
    )]
    OtherData { run: PathBuf },
    #[error(
        "{run}: {path} has other content than the initial weights that the run started with; restore \
         it, or start a new run with --init {}",
        quoted(run)
    )]
    OtherInitialWeights { run: PathBuf, path: PathBuf },
    #[error(
        "{run}: {path} has other content than the batch order that the run started with; restore it, \
         or give the run's copy: --batch-order {}",
        quoted(copy)
    )]
    OtherBatchOrder {
        run: PathBuf,
        path: PathBuf,
        /// The run's own copy of the order.
        copy: PathBuf,
    },
    #[error("{path}: line {line}: {fault}")]
    WithoutLine {
        path: PathBuf,
        /// From 1.
        line: usize,
        fault: WithoutFault,
    },
    #[error(
        "{path}: the list was made for another data set, with other labels; make one for this data set with `app data \
         suspects`, or remove the line `# labels:` if its rows are meant"
    )]
    WithoutOtherData { path: PathBuf },
    #[error("{path}: the list leaves no image of the digit {digit}")]
    WithoutAll { path: PathBuf, digit: u8 },
    #[error(
        "{run}: {path} has other content than the list of images that the run leaves out; restore it, or give the run's \
         copy: --without {}",
        quoted(copy)
    )]
    OtherWithout {
        run: PathBuf,
        path: PathBuf,
        /// The run's own copy of the list.
        copy: PathBuf,
    },
    #[error("epochs: expected at least {finished}, the number of finished epochs, found {found}")]
    EpochsFinished { finished: usize, found: usize },
    #[error(
        "{run}: the run is finished after epoch {epoch}; use it with `app evaluate` and `app predict`, or \
         train further with more --epochs"
    )]
    RunFinished { run: PathBuf, epoch: usize },

    // Several networks.
    #[error("no network to predict with")]
    NoNetworks,
    #[error(
        "{} tells {} apart, and {} {}: networks that predict together must tell the same digits apart, in the same order",
        networks[0], listed_digits(&digits[0]), networks[1], listed_digits(&digits[1])
    )]
    OtherDigits {
        networks: [String; 2],
        digits: [Vec<u8>; 2],
    },
    #[error("{}", same_network(networks))]
    SameNetwork { networks: [String; 2] },

    // Sweeps.
    #[error("{key}: not used in a range test, {reason}; remove this setting")]
    NotInRangeTest {
        key: &'static str,
        reason: &'static str,
    },
    #[error("{key}: {message}")]
    Value { key: String, message: String },
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
    #[error("sweep: {settings}")]
    Combination {
        settings: String,
        source: Box<Error>,
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
    #[error(
        "{path}: already exists; choose a new or empty directory, or resume the sweep in it: app sweep --resume {}",
        quoted(path)
    )]
    SweepDirectoryInUse { path: PathBuf },
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
    #[error(
        "interrupted after {finished} of {}; resume with: app sweep --resume {}",
        counted(*points, "point"),
        quoted(sweep)
    )]
    SweepInterrupted {
        sweep: PathBuf,
        finished: usize,
        points: usize,
        /// 128 plus the signal's number, as shells report it.
        exit_code: u8,
    },

    // Training.
    #[error(
        "epoch {epoch}: {cause} (learning rate {learning_rate:?}); lower --learning-rate, or set \
         --global-clipnorm"
    )]
    Diverged {
        epoch: usize,
        cause: Divergence,
        learning_rate: f64,
    },
    #[error("validation of epoch {epoch}: {cause}")]
    ValidationDiverged { epoch: usize, cause: Divergence },
    #[error(
        "training stopped; once the cause is fixed, resume with: app train --resume {}",
        quoted(run)
    )]
    TrainingStopped { run: PathBuf, source: Box<Error> },
    #[error(
        "the sweep stopped; once the cause is fixed, resume with: app sweep --resume {}",
        quoted(sweep)
    )]
    SweepStopped { sweep: PathBuf, source: Box<Error> },
    #[error(
        "interrupted after epoch {finished} of {epochs}; resume with: app train --resume {}",
        quoted(run)
    )]
    Interrupted {
        run: PathBuf,
        finished: usize,
        epochs: usize,
        /// 128 plus the signal's number, as shells report it.
        exit_code: u8,
    },
    #[error(
        "interrupted after {finished} of {}; resume with: {command}",
        counted(*folds, "fold")
    )]
    CrossvalInterrupted {
        finished: usize,
        folds: usize,
        command: String,
        /// 128 plus the signal's number, as shells report it.
        exit_code: u8,
    },
    #[error("{unreadable} of {pictures} pictures could not be read; the messages above say why")]
    UnreadablePictures { unreadable: usize, pictures: usize },
    #[error("interrupted after {finished} of {}; nothing is stored", counted(*networks, "network"))]
    SuspectsInterrupted {
        finished: usize,
        networks: usize,
        /// 128 plus the signal's number, as shells report it.
        exit_code: u8,
    },
    #[error("the training ended before its first epoch")]
    NotStarted,
    #[error("Burn's learner returned no records for epoch {epoch}")]
    MissingRecords { epoch: usize },
    #[error("Burn failed")]
    Burn(#[source] Source),
    #[cfg(feature = "wgpu")]
    #[error(transparent)]
    Gpu(#[from] model::GpuError),
    #[error("cannot listen for signals")]
    Signals(#[source] std::io::Error),
    #[error("the system clock is set to a time before 1970; correct it")]
    Clock,
}

impl Error {
    /// Wraps an error of Burn about one of its records.
    pub(crate) fn record(path: &Path, source: impl Into<Source>) -> Self {
        Self::Record {
            path: path.to_owned(),
            source: source.into(),
        }
    }

    /// Wraps an error of Burn that does not involve a file.
    pub(crate) fn burn(source: impl Into<Source>) -> Self {
        Self::Burn(source.into())
    }
}

/// An error and its causes on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Digits as a flag takes them: `0,1`.
fn listed(digits: &[u8]) -> String {
    let digits: Vec<String> = digits.iter().map(u8::to_string).collect();
    digits.join(",")
}

/// Two numbers as a flag takes them: `25,15`.
fn pair([first, second]: [usize; 2]) -> String {
    format!("{first},{second}")
}

/// Says which mirrors did not deliver a file, and what to do, in several lines.
fn not_delivered(
    file: &str,
    folder: &Path,
    files: &[String],
    received: u64,
    faults: &[(String, DownloadFault)],
) -> String {
    let mut lines = vec![format!("no mirror has delivered {file}:")];
    let told = faults.iter();
    lines.extend(told.map(|(mirror, fault)| format!("  {mirror}: {fault}")));
    if received > 0 {
        let received = grouped_bytes(received);
        lines.push(format!(
            "the first {received} bytes are kept; the same command continues there"
        ));
    }
    lines.push(format!(
        "without a network here, download {} elsewhere, from one of these addresses, and put them into {}; the \
         same command then verifies them",
        enumerated(files),
        quoted(folder)
    ));
    lines.join("\n")
}

fn suggestion(similar: Option<&Path>) -> String {
    similar.map_or_else(String::new, |path| {
        format!("; a similar name exists: {}", path.display())
    })
}

fn same_network([first, second]: &[String; 2]) -> String {
    if first == second {
        format!("{first} is named twice, and would count twice; name it once")
    } else {
        format!(
            "{first} and {second} have the same weights, which would count twice; name one of them"
        )
    }
}

fn rows_there(rows: usize) -> String {
    match rows {
        0 => "no rows".to_owned(),
        1 => "only row 0".to_owned(),
        rows => format!("rows 0 to {}", rows - 1),
    }
}

fn list(changed: &[Difference]) -> String {
    let changed = changed.iter().map(|Difference { key, values }| {
        let [was, is] = values;
        format!("{key} (was {was}, is {is})")
    });
    changed.collect::<Vec<_>>().join(", ")
}

fn no_checkpoint(run: &Path, epoch: usize, kept: &[usize]) -> String {
    if kept.is_empty() {
        let run = quoted(run);
        return format!("no epoch is finished yet; resume it with: app train --resume {run}");
    }
    let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
    format!(
        "no checkpoint of epoch {epoch}; there {} of epoch{} {}; keep_last and keep_every determine which are kept",
        if kept.len() == 1 {
            "is a checkpoint"
        } else {
            "are checkpoints"
        },
        if kept.len() == 1 { "" } else { "s" },
        kept.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_not_there_is_told_which_are() {
        for (rows, expected) in [
            (0, "--index 7: the data set has no rows"),
            (1, "--index 7: the data set has only row 0"),
            (5, "--index 7: the data set has rows 0 to 4"),
        ] {
            assert_eq!(Error::NoSuchRow { row: 7, rows }.to_string(), expected);
        }
    }

    #[test]
    fn an_epoch_without_a_checkpoint_is_told_which_have_one() {
        let message = |kept: &[usize]| {
            let (run, kept) = (PathBuf::from("my run"), kept.to_vec());
            let epoch = 3;
            Error::NoCheckpoint { run, epoch, kept }.to_string()
        };
        assert_eq!(
            message(&[]),
            "my run: no epoch is finished yet; resume it with: app train --resume 'my run'"
        );
        let start = "my run: no checkpoint of epoch 3; there ";
        for (kept, rest) in [
            (&[1][..], "is a checkpoint of epoch 1; keep_last "),
            (&[1, 2], "are checkpoints of epochs 1, 2; keep_last "),
        ] {
            let message = message(kept);
            assert!(message.starts_with(&format!("{start}{rest}")), "{message}");
        }
    }
}
