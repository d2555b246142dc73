//! Where a picture is written, and as what, by its file's ending.

use std::io::Write;
use std::path::{Path, PathBuf};

use plots::Figure;

use crate::failure::BadInput;
use crate::plot_cli::OutputArgs;
use crate::run_dir::RunDir;
use crate::whole_files::write_whole;

/// The files that a picture is written to, known to be possible before anything is computed.
pub(crate) struct PlotOutput {
    files: Vec<(PathBuf, Format)>,
}

/// What a picture's file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Png,
    Svg,
}

impl PlotOutput {
    /// The file that was named, or else `plots/<name>.png` and `.svg` in the run's directory.
    pub(crate) fn new(args: &OutputArgs, run: &RunDir, name: &str) -> Result<Self, BadInput> {
        match &args.output {
            Some(file) => Self::file(file),
            None => Ok(Self::in_run(run, name)),
        }
    }

    /// One file, PNG or SVG by its ending.
    pub(crate) fn file(path: &Path) -> Result<Self, BadInput> {
        let format = match ending(path).as_str() {
            "png" => Format::Png,
            "svg" => Format::Svg,
            _ => {
                let message = format!(
                    "--output {}: expected a name that ends in .png or .svg",
                    path.display()
                );
                return Err(BadInput(message));
            }
        };
        check_folder(path)?;
        Ok(Self {
            files: vec![(path.to_owned(), format)],
        })
    }

    pub(crate) fn in_run(run: &RunDir, name: &str) -> Self {
        let folder = run.path().join("plots");
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

/// What stands behind a name's last dot, in small letters.
pub(crate) fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_ascii_lowercase()
}

/// Refuses a file whose folder is not there, unless it is a run's own.
pub(crate) fn check_folder(path: &Path) -> Result<(), BadInput> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            let message = format!(
                "--output {}: there is no folder {}",
                path.display(),
                folder.display()
            );
            Err(BadInput(message))
        }
        _ => Ok(()),
    }
}

/// Writes a file whole, in a folder that is made if need be, and prints where.
pub(crate) fn write_file(path: &Path, bytes: &[u8], out: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs_err::create_dir_all(folder)?;
    }
    write_whole(path, bytes)?;
    writeln!(out, "{}", path.display())?;
    Ok(())
}
