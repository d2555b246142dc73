//! The pictures to classify, read some at a time, by all cores.

use std::path::PathBuf;
use std::time::Instant;

use plots::grouped;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::cli::picture_folder::PictureFolder;
use crate::cli::stderr::{self, Verbosity};
use crate::dataset::read_picture;
use crate::support::error::{Error, Result};
use crate::support::error_kind::ErrorKind;
use crate::support::number_format::format_estimate;
use crate::train::progress::status_line::StatusLine;

/// Pictures that are in memory at a time.
const BATCH: usize = 256;
/// The time left is not estimated before that many pictures.
const MEASURED: usize = 2 * BATCH;

/// Images to classify.
#[derive(Default)]
pub(super) struct Batch {
    /// `[n, 400]`.
    pub(super) pixels: Vec<f32>,
    /// The source of each, with its label, if that is known.
    pub(super) sources: Vec<(String, Option<u8>)>,
    pub(super) unreadable: Vec<Unreadable>,
}

/// A picture that could not be read.
pub(super) struct Unreadable {
    /// The number of images of the batch before it.
    pub(super) after: usize,
    pub(super) path: PathBuf,
    pub(super) error: Error,
}

/// The pictures, of which some are already read.
pub(super) struct Inputs {
    pictures: Vec<PathBuf>,
    read: usize,
    unreadable: usize,
    /// Whether a picture that cannot be read ends the command: the only one that was named.
    is_single: bool,
    started: Instant,
    status: Option<StatusLine>,
}

impl Inputs {
    /// The pictures of these paths; a folder stands for those in it.
    pub(super) fn new(paths: &[PathBuf]) -> Result<Self> {
        let is_single = matches!(paths, [path] if !path.is_dir());
        let mut pictures = Vec::new();
        for path in paths {
            if path.is_dir() {
                let folder = PictureFolder::list(path)?;
                if let Some(others) = folder.others() {
                    stderr::note(others);
                }
                pictures.extend(folder.pictures);
            } else {
                pictures.push(path.clone());
            }
        }
        Ok(Self {
            pictures,
            read: 0,
            unreadable: 0,
            is_single,
            started: Instant::now(),
            status: None,
        })
    }

    /// Shows how many are predicted, if standard error is a terminal and more than a batch is to be read.
    pub(super) fn show_progress(&mut self) {
        if self.pictures.len() > BATCH && stderr::verbosity() >= Verbosity::Normal {
            self.status = StatusLine::on_terminal();
        }
    }

    pub(super) fn pictures(&self) -> usize {
        self.pictures.len()
    }

    pub(super) fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// Reads the next pictures; none after the last. If there are several, one that cannot be read is part of the
    /// batch, and the others are still predicted.
    pub(super) fn next_batch(&mut self) -> Result<Option<Batch>> {
        let left = &self.pictures[self.read..];
        let next = &left[..left.len().min(BATCH)];
        if next.is_empty() {
            self.clear_status();
            return Ok(None);
        }
        let mut batch = Batch::default();
        let read: Vec<Result<Vec<f32>>> = next.par_iter().map(|path| read_picture(path)).collect();
        for (path, read) in next.iter().zip(read) {
            match read {
                Ok(pixels) => {
                    batch.pixels.extend(pixels);
                    batch.sources.push((path.display().to_string(), None));
                }
                Err(error) if !self.is_single && error.kind() == ErrorKind::BadInput => {
                    let (after, path) = (batch.sources.len(), path.clone());
                    batch.unreadable.push(Unreadable { after, path, error });
                }
                Err(error) => return Err(error),
            }
        }
        self.read += next.len();
        self.unreadable += batch.unreadable.len();
        if batch.unreadable.is_empty() {
            self.draw_status();
        } else {
            // Lines follow that name them.
            self.clear_status();
        }
        Ok(Some(batch))
    }

    fn clear_status(&mut self) {
        if let Some(status) = &mut self.status {
            status.clear();
        }
    }

    fn draw_status(&mut self) {
        let Some(status) = &mut self.status else {
            return;
        };
        let (read, all) = (self.read, self.pictures.len());
        let now = Instant::now();
        let started = self.started;
        status.draw(now, || {
            let mut parts = vec![format!("predicted {} of {}", grouped(read), grouped(all))];
            if read >= MEASURED {
                #[expect(clippy::cast_precision_loss, reason = "an estimate")]
                let left = (all - read) as f64 / read as f64;
                let left = (now - started).mul_f64(left);
                parts.push(format!("{} left", format_estimate(left)));
            }
            parts
        });
    }
}
