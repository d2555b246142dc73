//! The output files of a picture; the extension determines the format.

use std::ffi::OsStr;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use plots::Figure;

use crate::cli::usage_error::UsageError;
use crate::predictor::ensemble::Ensemble;
use crate::run::directory::{PLOTS, RunDirectory};
use crate::support::atomic_write::write_atomically;
use crate::support::folder::create_folder;
use crate::support::shell::shown;

/// The output file of a picture.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Output file, .png or .svg [default: both, in plots/]
    ///
    /// plots/ is in the directory of the run or sweep, of several in that of the first.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The files that a picture is written to, checked before anything is computed.
pub(crate) struct PlotOutput {
    files: Vec<(PathBuf, Format)>,
}

/// The format of a picture's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Png,
    Svg,
}

impl PlotOutput {
    /// The given file, by default `plots/<name>.png` and `.svg` in the run's directory.
    pub(crate) fn new(
        args: &OutputArgs,
        run: &RunDirectory,
        name: &str,
    ) -> Result<Self, UsageError> {
        match &args.output {
            Some(file) => Self::file(file),
            None => Ok(Self::in_run(run, name)),
        }
    }

    /// The same for the predictions of networks: by default in the directory of the first, and of several with `-ensemble`
    /// after the name.
    pub(crate) fn of_networks(
        args: &OutputArgs,
        ensemble: &Ensemble,
        name: &str,
    ) -> Result<Self, UsageError> {
        let folder = ensemble.first().directory.join(PLOTS);
        match &args.output {
            Some(file) => Self::file(file),
            None if ensemble.has_several() => {
                Ok(Self::in_folder(&folder, &format!("{name}-ensemble")))
            }
            None => Ok(Self::in_folder(&folder, name)),
        }
    }

    /// One file, PNG or SVG by its extension.
    pub(crate) fn file(path: &Path) -> Result<Self, UsageError> {
        Self::file_of("--output", path)
    }

    /// The same for a file that another flag names.
    pub(crate) fn file_of(flag: &'static str, path: &Path) -> Result<Self, UsageError> {
        let format = match extension(path).as_str() {
            "png" => Format::Png,
            "svg" => Format::Svg,
            _ => {
                return Err(UsageError::OutputExtension {
                    flag,
                    path: path.to_owned(),
                    extensions: ".png or .svg",
                });
            }
        };
        check_folder(flag, path)?;
        Ok(Self {
            files: vec![(path.to_owned(), format)],
        })
    }

    pub(crate) fn in_run(run: &RunDirectory, name: &str) -> Self {
        Self::in_folder(&run.plots_path(), name)
    }

    /// `<name>.png` and `.svg` in a folder, which is created if it does not exist.
    pub(crate) fn in_folder(folder: &Path, name: &str) -> Self {
        let file = |format, extension| (folder.join(format!("{name}.{extension}")), format);
        Self {
            files: vec![file(Format::Png, "png"), file(Format::Svg, "svg")],
        }
    }

    /// Writes the picture, and prints the paths.
    pub(crate) fn write(&self, figure: &Figure, out: &mut dyn Write) -> anyhow::Result<()> {
        for (path, format) in &self.files {
            let bytes = match format {
                Format::Png => figure.to_png()?,
                Format::Svg => figure.to_svg().into_bytes(),
            };
            write_file(path, &bytes, out)?;
        }
        Ok(())
    }
}

/// The extension of a file name in lower case.
pub(crate) fn extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default();
    extension.to_string_lossy().to_ascii_lowercase()
}

/// Returns an error if no file can be written there: its folder does not exist, a folder has this name, or it is one that a
/// run or a sweep needs.
pub(crate) fn check_folder(flag: &'static str, path: &Path) -> Result<(), UsageError> {
    if is_needed(path) {
        let path = path.to_owned();
        return Err(UsageError::NeededFile { flag, path });
    }
    if path.is_dir() {
        let path = path.to_owned();
        return Err(UsageError::FolderAsFile { flag, path });
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            check_output_folder(flag, folder)?;
            Err(UsageError::NoOutputFolder {
                flag,
                path: path.to_owned(),
                folder: folder.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

/// Returns an error if there can be no folder of this name, because it, or one above it, is a file.
pub(crate) fn check_output_folder(flag: &'static str, path: &Path) -> Result<(), UsageError> {
    match path.ancestors().find(|path| path.exists()) {
        Some(file) if !file.is_dir() => Err(UsageError::FileAsFolder {
            flag,
            path: path.to_owned(),
            file: file.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Says whether a file exists and is one without which a run or a sweep is damaged.
fn is_needed(path: &Path) -> bool {
    const NEEDED: [&str; 12] = [
        "batch_order.csv",
        "config.toml",
        "history.csv",
        "inputs.toml",
        "model.bpk",
        "networks.bin",
        "points.csv",
        "result.toml",
        "run.lock",
        "sessions.csv",
        "sweep.toml",
        "without.txt",
    ];
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let is_of_run = ["config.toml", "sweep.toml"]
        .iter()
        .any(|name| folder.join(name).is_file());
    let name = path.file_name().and_then(OsStr::to_str);
    is_of_run && path.exists() && name.is_some_and(|name| NEEDED.contains(&name))
}

/// Writes a file atomically, in a folder that is created if it does not exist, and prints its path.
pub(crate) fn write_file(path: &Path, bytes: &[u8], out: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    write_atomically(path, bytes)?;
    // A program that reads the output needs the name itself.
    let name = if std::io::stdout().is_terminal() {
        shown(path)
    } else {
        path.display().to_string()
    };
    writeln!(out, "{name}")?;
    Ok(())
}
