//! The files of a run directory that belong to the run.

use std::ffi::OsStr;
use std::path::Path;

use crate::run::checkpoint::RECORDS;
use crate::run::deletable::{Contents, Deletable};
use crate::run::directory::RunDirectory;
use crate::support::error::Result;

/// What belongs to a run.
static OF_RUN: Contents = Contents {
    noun: "run",
    marker: "config.toml",
    is_own: is_of_run,
    folders: &[("checkpoint", is_of_checkpoint), ("plots", is_picture)],
};

/// The other files of a run, beside TensorBoard's event files and those in folders.
const FILES: [&str; 20] = [
    "batch_order.csv",
    "ensemble.c",
    "ensemble.html",
    "ensemble.onnx",
    "ensemble.rs",
    "history.csv",
    "model.bpk",
    "model.c",
    "model.html",
    "model.keras",
    "model.mat",
    "model.npz",
    "model.onnx",
    "model.rs",
    "model.safetensors",
    "model.weights.h5",
    "report.html",
    "result.toml",
    "sessions.csv",
    "without.txt",
];

/// The pictures in `plots/`, each as .png and .svg.
const PICTURES: [&str; 16] = [
    "activations",
    "calibration",
    "confusion-matrix",
    "embedding",
    "errors",
    "evaluation",
    "history",
    "history-compared",
    "model",
    "precision-recall",
    "predictions",
    "preparation",
    "probabilities",
    "roc",
    "uncertain",
    "weights",
];

/// Opens a run that is to be deleted, and locks it.
///
/// # Errors
///
/// As [`RunDirectory::open`] and [`Deletable::open`].
pub(crate) fn deletable_run(path: &Path) -> Result<Deletable> {
    Deletable::open(path, &OF_RUN, |path| {
        RunDirectory::open(Some(path)).map(drop)
    })
}

fn is_of_run(name: &str) -> bool {
    FILES.contains(&name) || name.starts_with("events.out.tfevents.")
}

fn is_of_checkpoint(name: &str) -> bool {
    let numbered = |start: &str, end: &str| {
        let number = name
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end));
        number.is_some_and(|number| number.parse::<usize>().is_ok())
    };
    let mut records = RECORDS.iter();
    numbered("epoch-", ".toml") || records.any(|record| numbered(&format!("{record}-"), ".bpk"))
}

/// Says whether a file has the name of a picture of a network, or of several.
pub(crate) fn is_picture(name: &str) -> bool {
    let stem = picture_stem(name);
    stem.is_some_and(|stem| PICTURES.contains(&stem.trim_end_matches("-ensemble")))
}

/// The name of a PNG or SVG file without its ending; none of other files.
pub(crate) fn picture_stem(name: &str) -> Option<&str> {
    let path = Path::new(name);
    let formats = ["png", "svg"].map(OsStr::new);
    let is_picture = path
        .extension()
        .is_some_and(|ending| formats.contains(&ending));
    path.file_stem()?.to_str().filter(|_| is_picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_look_like_those_of_a_run_are_not_its_own() {
        for (name, expected) in [
            ("model-12.bpk", true),
            ("optim-1.bpk", true),
            ("scheduler-1.bpk", true),
            ("epoch-7.toml", true),
            ("model-best.bpk", false),
            ("model-1.bpk.bak", false),
            ("weights-1.bpk", false),
            ("epoch-.toml", false),
        ] {
            assert_eq!(is_of_checkpoint(name), expected, "{name}");
        }
        for (name, expected) in [
            ("history.png", true),
            ("roc.svg", true),
            ("roc-ensemble.svg", true),
            ("history.csv", false),
            ("history", false),
            ("mine.png", false),
        ] {
            assert_eq!(is_picture(name), expected, "{name}");
        }
        assert!(is_of_run("events.out.tfevents.1.host.2.0") && !is_of_run("events.out"));
    }
}
