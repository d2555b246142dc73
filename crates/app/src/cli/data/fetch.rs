//! `app data fetch`: downloads a data set.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::plot::output::check_output_folder;
use crate::cli::stderr::{self, Verbosity};
use crate::fetch::data_set::DataSet;
use crate::fetch::patience::Patience;
use crate::fetch::{FetchEvent, fetch_files};
use crate::support::download_fault::grouped_bytes;
use crate::support::error::Error;
use crate::support::plural::counted;
use crate::support::shell::{quoted, shown};

/// `[####----] 4.20 MB of 9.91 MB, 3.10 MB/s, 2s left`
const BAR: &str = "{msg} [{bar:24}] {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left";

#[derive(Debug, Args)]
pub(crate) struct FetchArgs {
    /// The data set
    #[arg(value_name = "NAME", value_enum)]
    name: DataSet,
    /// Folder for the files [default: the user's cache]
    ///
    /// `$XDG_CACHE_HOME/digits/mnist`, or else ~/.cache/digits/mnist; on macOS
    /// ~/Library/Caches/digits/mnist, on Windows `%LOCALAPPDATA%\digits\mnist`. The files in another
    /// folder are used by its path: --data FOLDER.
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Address of a folder with the files
    ///
    /// Instead of the known ones; several are asked in this order. Proxies are taken from the environment (`HTTPS_PROXY`).
    #[arg(long, value_name = "URL", value_parser = address)]
    mirror: Vec<String>,
}

/// Reads the address of a folder on a server.
fn address(text: &str) -> Result<String, String> {
    let mut host = ["https://", "http://"].iter();
    let host = host.find_map(|scheme| text.strip_prefix(scheme));
    match host {
        Some(host) if !host.is_empty() && !host.starts_with('/') => Ok(text.to_owned()),
        _ => Err("expected an address, such as https://example.org/mnist".to_owned()),
    }
}

pub(crate) fn fetch(args: &FetchArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(folder) = &args.to {
        check_output_folder("--to", folder)?;
    }
    let cached = args.name.folder();
    let folder = match (&args.to, &cached) {
        (Some(folder), _) | (None, Some(folder)) => folder.clone(),
        (None, None) => return Err(Error::NoCacheFolder.into()),
    };
    let mirrors = if args.mirror.is_empty() {
        args.name.mirrors()
    } else {
        args.mirror.clone()
    };
    let files = args.name.files();
    let mut progress = Progress::new();
    let on_fetch = &mut |event| progress.tell(event);
    let fetched = fetch_files(&files, &folder, &mirrors, Patience::default(), on_fetch);
    progress.bar.finish_and_clear();
    fetched?;
    let bytes = files.files.iter().map(|file| file.bytes).sum();
    writeln!(
        out,
        "{}: {} with {} bytes in {}, verified by SHA-256; use --data {}",
        files.name,
        counted(files.files.len(), "file"),
        grouped_bytes(bytes),
        shown(&folder),
        used_as(args.name, &folder, cached.as_deref())
    )?;
    Ok(())
}

/// What `--data` is given for the files in a folder.
fn used_as(set: DataSet, folder: &Path, cached: Option<&Path>) -> String {
    if Some(folder) == cached {
        set.name().to_owned()
    } else {
        quoted(folder)
    }
}

/// What is printed on standard error: a line for each file, and on a terminal a bar.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        // The template is a constant, which a test draws.
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style.progress_chars("#>-"));
        }
        // A target that is no terminal is not drawn on.
        bar.set_draw_target(if stderr::verbosity() == Verbosity::Quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        });
        Self { bar }
    }

    fn tell(&mut self, event: FetchEvent) {
        match event {
            FetchEvent::Received { received } => self.bar.set_position(received),
            FetchEvent::Started {
                file,
                mirror,
                received,
                bytes,
            } => {
                if received > 0 {
                    let received = grouped_bytes(received);
                    self.line(&format!("{file}: continues after {received} bytes"));
                }
                self.bar.set_length(bytes);
                self.bar.reset();
                self.bar.set_position(received);
                self.bar.set_message(file.clone());
                self.detail(&format!("{file}: asking {mirror}"));
            }
            FetchEvent::Waiting { folder } => self.line(&format!(
                "another process downloads into {}; waiting for it",
                shown(&folder)
            )),
            FetchEvent::Present { file } => {
                self.line(&format!("{file}: already there, verified"));
            }
            FetchEvent::Replacing { file } => self.warning(&format!(
                "warning: {file}: what is there is damaged or another file; replacing it"
            )),
            FetchEvent::Failed {
                file,
                mirror,
                fault,
            } => self.warning(&format!("warning: {file}: {mirror}: {fault}")),
            FetchEvent::Finished { file, mirror } => {
                self.line(&format!("{file}: downloaded from {mirror}"));
            }
        }
    }

    fn line(&self, line: &str) {
        self.bar.suspend(|| stderr::note(line));
    }

    fn detail(&self, line: &str) {
        self.bar.suspend(|| stderr::detail(line));
    }

    fn warning(&self, line: &str) {
        self.bar.suspend(|| stderr::print(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_can_be_drawn() {
        ProgressStyle::with_template(BAR).unwrap();
    }

    #[test]
    fn an_address_is_that_of_a_folder_on_a_server() {
        for text in [
            "https://a.org/mnist",
            "http://127.0.0.1:80",
            "https://a.org/mnist/",
        ] {
            assert_eq!(address(text), Ok(text.to_owned()));
        }
        for text in [
            "",
            "mnist",
            "ftp://a.org",
            "https://",
            "https:///mnist",
            "file:///mnist",
        ] {
            assert!(
                address(text).unwrap_err().contains("such as https://"),
                "{text}"
            );
        }
    }
}
