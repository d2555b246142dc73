//! The files of a sweep's directory that belong to the sweep.

use std::path::Path;

use crate::run::contents::{is_picture, picture_stem};
use crate::run::deletable::{Contents, Deletable};
use crate::run::directory::{PLOTS, SWEEP_FILE};
use crate::support::error::Result;
use crate::sweep::directory::SweepDirectory;

/// What belongs to a sweep.
static OF_SWEEP: Contents = Contents {
    noun: "sweep",
    marker: SWEEP_FILE,
    is_own: is_of_sweep,
    folders: &[(PLOTS, is_picture_of_sweep)],
};

/// The files of a sweep, beside exported networks and those in folders.
const FILES: [&str; 5] = [
    "inputs.toml",
    "networks.bin",
    "points.csv",
    "report.html",
    "without.txt",
];

/// The endings of exported networks.
const EXPORTED: [&str; 8] = [
    "c",
    "keras",
    "mat",
    "npz",
    "onnx",
    "rs",
    "safetensors",
    "weights.h5",
];

/// The pictures in `plots/` that only a sweep has, beside one by each setting.
const PICTURES: [&str; 4] = ["heat-map", "parallel-coordinates", "spread", "time"];

/// Opens a sweep that is to be deleted, and locks it.
///
/// # Errors
///
/// As [`SweepDirectory::open`] and [`Deletable::open`].
pub(crate) fn deletable_sweep(path: &Path) -> Result<Deletable> {
    Deletable::open(path, &OF_SWEEP, |path| {
        SweepDirectory::open(Some(path)).map(drop)
    })
}

fn is_of_sweep(name: &str) -> bool {
    FILES.contains(&name) || is_exported(name)
}

/// Says whether it is the name of a network that `app export` has written: `point-3.onnx`, `ensemble.c`.
fn is_exported(name: &str) -> bool {
    let Some((stem, ending)) = name.split_once('.') else {
        return false;
    };
    let point = stem.strip_prefix("point-");
    let is_stem = stem == "ensemble" || point.is_some_and(|point| point.parse::<usize>().is_ok());
    is_stem && EXPORTED.contains(&ending)
}

fn is_picture_of_sweep(name: &str) -> bool {
    let stem = picture_stem(name);
    let is_of_sweep = |stem: &str| PICTURES.contains(&stem) || stem.starts_with("by-");
    is_picture(name) || stem.is_some_and(is_of_sweep)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_only_look_like_those_of_a_sweep_are_not_its_own() {
        for (name, expected) in [
            ("points.csv", true),
            ("point-12.onnx", true),
            ("ensemble.weights.h5", true),
            ("point-best.onnx", false),
            ("point-1.txt", false),
            ("point-1", false),
            ("history.csv", false),
        ] {
            assert_eq!(is_of_sweep(name), expected, "{name}");
        }
        for (name, expected) in [
            ("by-learning_rate.svg", true),
            ("time.png", true),
            ("roc-ensemble.png", true),
            ("time.csv", false),
            ("bypass.png", false),
        ] {
            assert_eq!(is_picture_of_sweep(name), expected, "{name}");
        }
    }
}
