//! Where a picture is written, and in which format, by its file's ending.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use plots::Figure;

use crate::cli::usage_error::UsageError;
use crate::run::directory::RunDirectory;
use crate::support::atomic_write::write_atomically;

/// Where a picture goes.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// File to write, PNG or SVG by its ending [default: both, in the run's folder plots/]
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
    /// The file that was named, or `plots/<name>.png` and `.svg` in the run's directory.
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

    /// One file, PNG or SVG by its ending.
    pub(crate) fn file(path: &Path) -> Result<Self, UsageError> {
        let format = match ending(path).as_str() {
            "png" => Format::Png,
            "svg" => Format::Svg,
            _ => {
                return Err(UsageError::OutputEnding {
                    path: path.to_owned(),
                    endings: ".png or .svg",
                });
            }
        };
        check_folder(path)?;
        Ok(Self {
            files: vec![(path.to_owned(), format)],
        })
    }

    pub(crate) fn in_run(run: &RunDirectory, name: &str) -> Self {
        let folder = run.plots_path();
        let file = |format, ending| (folder.join(format!("{name}.{ending}")), format);
        Self {
            files: vec![file(Format::Png, "png"), file(Format::Svg, "svg")],
        }
    }

    /// Writes the picture, and prints where.
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

/// A name's ending after its last dot, in lower case.
pub(crate) fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_ascii_lowercase()
}

/// Refuses a file in a folder that does not exist.
pub(crate) fn check_folder(path: &Path) -> Result<(), UsageError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            Err(UsageError::NoOutputFolder {
                path: path.to_owned(),
                folder: folder.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

/// Writes a file atomically, in a folder that is created if it does not exist, and prints where.
pub(crate) fn write_file(path: &Path, bytes: &[u8], out: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs_err::create_dir_all(folder)?;
    }
    write_atomically(path, bytes)?;
    writeln!(out, "{}", path.display())?;
    Ok(())
}
