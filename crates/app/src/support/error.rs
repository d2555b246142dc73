//! The errors of this crate.

mod words;

use std::path::{Path, PathBuf};

use data::DataError;
use model::ModelError;

use crate::support::cause::{Contradiction, Damage, Difference, Divergence, RecordFault};
use crate::support::device_error::DeviceError;
use crate::support::download_fault::DownloadFault;
use crate::support::error::words::{
    list, listed, no_checkpoint, not_delivered, pair, rows_there, same_network, suggestion,
};
use crate::support::listing::{enumerated, listed_digits};
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::support::sweep_error::SweepError;
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
    #[error(transparent)]
    Device(#[from] DeviceError),

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
    #[error("{path}: a symbolic link to a {noun}; name the {noun} itself")]
    LinkToRun { path: PathBuf, noun: &'static str },
    #[error(
        "{path}: has a {marker}, but no other file of a {noun}, and so may be something else; delete it by other means \
         if it is a {noun}"
    )]
    OnlyConfig {
        path: PathBuf,
        noun: &'static str,
        marker: &'static str,
    },
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
    #[error(transparent)]
    Sweep(#[from] SweepError),
    #[error("{key}: {message}")]
    Value { key: String, message: String },
    #[error("sweep: {settings}")]
    Combination {
        settings: String,
        source: Box<Error>,
    },
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
    #[error("the page cannot be made: {0}")]
    #[cfg(feature = "serve")]
    Page(#[source] server::BundleError),
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

/// An error and its causes on one line. A cause that the error before it has already told is not told again.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        if text.ends_with(&cause) {
            text
        } else {
            format!("{text}: {cause}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_was_told_is_not_told_again() {
        #[derive(Debug, thiserror::Error)]
        #[error("{text}")]
        struct Told {
            text: &'static str,
            source: Option<Box<Told>>,
        }
        let chain = |texts: &[&'static str]| {
            let mut source = None;
            for text in texts.iter().rev() {
                source = Some(Box::new(Told { text, source }));
            }
            with_causes(&*source.unwrap())
        };
        assert_eq!(
            chain(&["a.png", "decoding: no rows", "no rows"]),
            "a.png: decoding: no rows"
        );
        assert_eq!(chain(&["a", "b", "b", "c"]), "a: b: c");
    }

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
