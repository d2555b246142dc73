//! Usage errors that clap cannot detect.

use std::path::PathBuf;

use crate::support::listing::enumerated;
use crate::support::plural::counted;
use crate::support::shell::quoted;
use crate::support::similar::most_similar;

/// A usage error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    #[error("--tui needs a terminal on standard output; remove it")]
    #[cfg(feature = "tui")]
    DashboardWithoutTerminal,
    #[error(
        "--host {host}: other machines can reach it, so --token-file FILE is needed, with a secret such as `openssl rand -hex \
         16` prints; 127.0.0.1 answers this machine alone"
    )]
    #[cfg(feature = "serve")]
    TokenNeeded { host: std::net::IpAddr },
    #[error("--token-file: {0}")]
    #[cfg(feature = "serve")]
    TokenUnreadable(std::io::Error),
    #[error("--token-file {file}: {error}")]
    #[cfg(feature = "serve")]
    TokenFile {
        file: PathBuf,
        error: server::ServeError,
    },
    #[error("--allow-host or --allow-origin: {0}")]
    #[cfg(feature = "serve")]
    Serve(server::ServeError),
    #[error(
        "the network was imported: how it was trained is not known, and so no network can be trained like it; name a run \
         that was trained here"
    )]
    SuspectsOfImported,
    #[error("nothing to predict: give pictures or a folder of them, or rows such as --index 0,500")]
    NothingToPredict,
    #[error(
        "whole pictures are resized, by --pictures or because the network was trained on such: there is no \
         preparation to show; --pictures prepared shows what it would be"
    )]
    NoPreparation,
    #[error("no picture: give PNG or JPEG files, or a folder of them")]
    NoPictures,
    #[error("expected at most {most} pictures, found {found}")]
    TooManyPictures { found: usize, most: usize },
    #[error("{run}: the run or sweep belongs before the pictures")]
    RunAfterPictures { run: PathBuf },
    #[error(
        "{run}: this command shows one network; evaluate, predict, plot predictions and plot evaluation take several \
         runs, for the mean of their networks"
    )]
    OneNetwork { run: PathBuf },
    #[error(
        "which format? name one of {formats} with --format, or a file with its ending with --output, such as --output \
         model.onnx"
    )]
    NoFormat { formats: String },
    #[error("--output {path}: a file of {name} ends with .{ending}{reason}")]
    FormatEnding {
        path: PathBuf,
        name: &'static str,
        ending: &'static str,
        reason: &'static str,
    },
    #[error(
        "--augment {path}: these settings change no images; set some in the table [augment], as those of robust are"
    )]
    NoAugmentation { path: PathBuf },
    #[error("augmented images stand beside the original; choose --cols 2 or more")]
    NoColumnForAugmented,
    #[error("{flag} is for --format {formats}")]
    NotOfFormat {
        flag: &'static str,
        formats: &'static str,
    },
    #[error(
        "the file does not say which digits its {outputs} outputs mean; name them in their order, such as --digits \
         1,4,7"
    )]
    DigitsNeeded { outputs: usize },
    #[error(
        "{folder}: a folder, not a file of weights; a run is used as it is, and TensorFlow's SavedModel is not read"
    )]
    FolderAsWeights { folder: PathBuf },
    #[error(
        "its last layer has 2 outputs, but for two digits networks here have one, the probability of the second"
    )]
    TwoOutputs,
    #[error("--digits {digits}: a network with {} tells {} apart", counted(*outputs, "output"), match outputs {
        1 => "two digits".to_owned(),
        outputs => format!("{outputs} digits"),
    })]
    DigitsOfOutputs { digits: String, outputs: usize },
    #[error(
        "{folder}: a folder, and neither a run (it has no config.toml) nor one with PNG or JPEG pictures; subfolders are \
         not searched: name them, such as {}/*",
        quoted(folder.components().as_path())
    )]
    FolderWithoutPictures { folder: PathBuf },
    #[error(
        "{folder}: a folder; give one picture of those in it, or predict all of them with: app predict {}",
        quoted(folder.components().as_path())
    )]
    FolderAsPicture { folder: PathBuf },
    #[error("{pattern}: no such file, and as a pattern it matches no name")]
    NoMatch { pattern: PathBuf },
    #[error("expected one image: a picture file, or a row such as --index 500")]
    NotOneImage,
    #[error("{flag} {path}: expected the extension {extensions}")]
    OutputExtension {
        flag: &'static str,
        path: PathBuf,
        extensions: &'static str,
    },
    #[error("{flag} {path}: the folder {folder} does not exist")]
    NoOutputFolder {
        flag: &'static str,
        path: PathBuf,
        folder: PathBuf,
    },
    #[error("{flag} {path}: a folder; name a file, such as one in it")]
    FolderAsFile { flag: &'static str, path: PathBuf },
    #[error(
        "{flag} {path}: {} is a file, not a folder; name a new folder, or one that exists",
        quoted(file)
    )]
    FileAsFolder {
        flag: &'static str,
        path: PathBuf,
        /// The path itself, or one above it.
        file: PathBuf,
    },
    #[error("--csv and --save name the same path, {path}: one is a file, and the other a folder")]
    CsvAsFolder { path: PathBuf },
    #[error("{flag} {path}: the run or sweep in this folder needs this file; choose another name")]
    NeededFile { flag: &'static str, path: PathBuf },
    #[error("{runs} runs: one picture can show at most {most}")]
    TooManyRuns { runs: usize, most: usize },
    #[error("{run}: the network was imported, and not trained here, so there is no history")]
    ImportedHistory { run: PathBuf },
    #[error("{kind}: there is no such picture of this sweep: {reason}")]
    NoSuchPicture { kind: String, reason: &'static str },
    #[error(
        "--output {path}: a file takes one picture, found {pictures}; name one, such as spread, or by-setting with \
         --settings learning_rate"
    )]
    OneFileForPictures { path: PathBuf, pictures: usize },
    #[error("--settings {key}: does not vary in this sweep; {}{}", match &varied[..] {
        [] => "no setting does".to_owned(),
        varied => format!("expected some of {}", varied.join(", ")),
    }, similar_to(key, varied))]
    SettingDoesNotVary { key: String, varied: Vec<String> },
    #[error(
        "{sweep}: no point has a value of {metric}; `app sweep report` shows why points failed"
    )]
    NothingToPlot { sweep: PathBuf, metric: String },
    #[error(
        "two principal components need at least {least} images; found {}",
        counted(*images, "image")
    )]
    TooFewImages { images: usize, least: usize },
    #[error(
        "{flag} cannot be used with picture files alone: it is about the rows of a data set, which --index \
         chooses"
    )]
    SourceOfPictures { flag: &'static str },
    #[error(
        "{flag} has no effect: {reason}; without --data it is about the run's own data set, of which random digits are shown"
    )]
    #[cfg(feature = "serve")]
    ServedDataFlag {
        flag: &'static str,
        reason: &'static str,
    },
    #[error(
        "--on test: the data set has no test part, such as MNIST's t10k files beside its train files"
    )]
    NoTestImages,
    #[error(
        "no image was a validation image of all {networks} networks: they chose theirs by their seeds or folds; give \
         other images with --data, or choose --on all or --on training, which some of them were trained on"
    )]
    NoCommonValidationImages { networks: usize },
    #[error(
        "{} and {} do not read the same images in the same way; choose for both with {flag}",
        networks[0], networks[1]
    )]
    OtherData {
        networks: [String; 2],
        flag: &'static str,
    },
    #[error("--on validation: the run has no validation images; use --on training")]
    NoValidationImages,
    #[error(
        "the network was imported: which images it was trained on is not known; use --on all or --on test"
    )]
    PartOfImported,
    #[error(
        "with --index, --on can only be test: other rows are counted in the whole of the training and validation \
         images"
    )]
    OnWithIndex,
    #[error(
        "with --data, --on can only be test: a data set that the run does not know has no other parts"
    )]
    OnWithData,
    #[error("{key}: not used in a cross-validation, {reason}; remove this setting")]
    NotInCrossval {
        key: &'static str,
        reason: &'static str,
    },
    #[error(
        "--data takes one folder, or a file of images and a file of labels; found the folder {folder} and {other}: is \
         {other} a run? It would need a config.toml"
    )]
    SecondDataPath { folder: PathBuf, other: PathBuf },
    #[error(
        "--top: no sweep is named, of which it would take the best networks, as in app evaluate sweeps/first --top 3"
    )]
    TopWithoutSweep,
    #[error(
        "{sweep}: a sweep keeps only the last network of each point; `app sweep extract` makes a run of a point, with \
         checkpoints"
    )]
    CheckpointOfSweep { sweep: PathBuf },
    #[error("--data {run}: a run or a sweep, not a data set; name it before --data")]
    RunAsData { run: PathBuf },
    #[error("found two runs, {first} and {second}, which follows --data; name one")]
    TwoRuns { first: PathBuf, second: PathBuf },
    #[error(
        "{flag} is for --range-test; see a sweep's results with: app sweep show, plot or report"
    )]
    OnlyOfRangeTest { flag: &'static str },
    #[error("--vary {key} is given twice; give all values at once: --vary {key}=A,B")]
    VariedTwice { key: String },
    #[error(
        "{sweep}: a resumed sweep keeps its settings; start a new one with: app sweep --config {} {flags}",
        quoted(&sweep.join("sweep.toml"))
    )]
    ResumedSweep { sweep: PathBuf, flags: String },
    #[error("{path}: was started with a different {key}; choose another --sweep-dir")]
    OtherSweep { path: PathBuf, key: String },
    #[error(
        "--threshold is for networks of two digits; this one has {outputs} outputs, of which the largest is the \
         prediction: reject unlikely ones with --reject"
    )]
    ThresholdOfSeveral { outputs: usize },
    #[error(
        "nothing is deleted: standard input is no terminal, on which to confirm it; {} would be deleted, with --yes \
         without asking",
        enumerated(names)
    )]
    UnconfirmedDeletion { names: Vec<String> },
    #[error("--values {name}: expected one of {}{}", names.join(", "), similar_to(name, names))]
    UnknownWeight { name: String, names: Vec<String> },
    #[error("{command}: no such command{}", meant(similar.as_deref()))]
    NoSuchCommand {
        command: String,
        similar: Option<String>,
    },
}

/// What a mistyped name was meant to be, after a list of names.
fn similar_to(name: &str, names: &[String]) -> String {
    meant(most_similar(name, names.iter().cloned()).as_deref())
}

fn meant(similar: Option<&str>) -> String {
    similar.map_or_else(String::new, |name| {
        format!("; a similar one exists: {name}")
    })
}
