//! The pictures to classify, read some at a time, by all cores.

use std::path::{Path, PathBuf};
use std::time::Instant;

use data::PictureReading;
use plots::grouped;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::cli::picture_folder::PictureFolder;
use crate::cli::stderr::{self, Verbosity};
use crate::reading::found::{Expected, FoundDigit};
use crate::reading::picture::{self, ReadPicture};
use crate::reading::refusal::Refusal;
use crate::support::error::{Error, Result};
use crate::support::error_kind::ErrorKind;
use crate::support::number_format::format_estimate;
use crate::train::progress::status_line::StatusLine;

/// Pictures that are in memory at a time.
const BATCH: usize = 256;
/// The same if they are kept until they are drawn, some megabytes each.
const KEPT: usize = 16;
/// The time left is not estimated before that many pictures.
const MEASURED: usize = 2 * BATCH;

/// Images to classify, and what cannot be.
#[derive(Default)]
pub(super) struct Batch {
    /// `[n, 400]`.
    pub(super) pixels: Vec<f32>,
    /// In the order of the output; each digit takes the next image of `pixels`.
    pub(super) items: Vec<Item>,
}

/// What is printed for a row of the data set or for a picture.
pub(super) enum Item {
    /// One digit, and which it looks like beyond doubt, if any.
    Digit(Source, Option<u8>),
    /// Digits from left to right, of which those without a refusal take images.
    Row(Source, Vec<InRow>),
    /// A picture that gets no prediction.
    Refused(Source, Refusal),
    /// A picture that could not be read.
    Unreadable { path: PathBuf, error: Error },
}

/// Where an image comes from.
#[derive(Default)]
pub(super) struct Source {
    /// `row N`, `test row N`, or the picture's path.
    pub(super) name: String,
    pub(super) label: Option<u8>,
    /// Where the digit is in the picture: left, top, right, bottom, in pixels.
    pub(super) bounds: Option<[usize; 4]>,
    /// What is shown and saved of the picture, if anything is.
    pub(super) shown: Option<Box<ReadPicture>>,
}

impl Source {
    /// How many digits were found in the picture.
    pub(super) fn found_digits(&self) -> usize {
        self.shown.as_ref().map_or(0, |read| read.digits.len())
    }
}

/// A digit of a row.
pub(super) struct InRow {
    pub(super) bounds: [usize; 4],
    pub(super) looks_like: Option<u8>,
    pub(super) refusal: Option<Refusal>,
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
    pub(super) fn next_batch(&mut self, how: &HowRead<'_>) -> Result<Option<Batch>> {
        let left = &self.pictures[self.read..];
        let most = if how.keeps_pictures { KEPT } else { BATCH };
        let next = &left[..left.len().min(most)];
        if next.is_empty() {
            self.clear_status();
            return Ok(None);
        }
        let read: Vec<Result<Read>> = next.par_iter().map(|path| how.read(path)).collect();
        let mut batch = Batch::default();
        for (path, read) in next.iter().zip(read) {
            match read {
                Ok(read) => batch.add(path, read, how),
                Err(error) if !self.is_single && error.kind() == ErrorKind::BadInput => {
                    self.unreadable += 1;
                    let path = path.clone();
                    batch.items.push(Item::Unreadable { path, error });
                }
                Err(error) => return Err(error),
            }
        }
        self.read += next.len();
        let is_line_on_stderr = |item: &Item| matches!(item, Item::Unreadable { .. });
        if batch.items.iter().any(is_line_on_stderr) {
            self.clear_status();
        } else {
            self.draw_status();
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

/// How pictures are read.
pub(super) struct HowRead<'a> {
    pub(super) reading: PictureReading,
    pub(super) expected: Expected,
    /// The digits that the network tells apart.
    pub(super) digits: &'a [u8],
    /// Whether pictures are shown or saved.
    pub(super) keeps_pictures: bool,
}

/// A picture that was read.
enum Read {
    /// With the digits that were found in it.
    Prepared(Box<ReadPicture>),
    /// As a whole, 400 pixels.
    Resized(Vec<f32>),
}

impl HowRead<'_> {
    fn read(&self, path: &Path) -> Result<Read> {
        Ok(match self.reading {
            PictureReading::Prepared => {
                Read::Prepared(Box::new(picture::read(path, self.digits, self.expected)?))
            }
            PictureReading::Resized => {
                Read::Resized(picture::read_pixels(path, PictureReading::Resized)?)
            }
        })
    }
}

impl Batch {
    fn add(&mut self, path: &Path, read: Read, how: &HowRead<'_>) {
        let mut source = Source {
            name: path.display().to_string(),
            ..Source::default()
        };
        let found = match read {
            Read::Prepared(found) => found,
            Read::Resized(pixels) => {
                self.pixels.extend(pixels);
                self.items.push(Item::Digit(source, None));
                return;
            }
        };
        let predicted = found.digits.iter().filter(|digit| digit.refusal.is_none());
        if found.refusal.is_none() {
            self.pixels
                .extend(predicted.flat_map(|digit| &digit.pixels));
        }
        let bounds = |digit: &FoundDigit| found.box_in_file(&digit.area);
        let in_row = found.digits.iter().map(|digit| InRow {
            bounds: bounds(digit),
            looks_like: digit.looks_like,
            refusal: digit.refusal,
        });
        let in_row: Vec<InRow> = in_row.collect();
        source.bounds = match found.digits.as_slice() {
            [only] => Some(bounds(only)),
            _ => None,
        };
        let refusal = found.refusal;
        source.shown = how.keeps_pictures.then_some(found);
        self.items.push(match (refusal, how.expected) {
            (Some(refusal), _) => Item::Refused(source, refusal),
            (None, Expected::One) => {
                Item::Digit(source, in_row.first().and_then(|digit| digit.looks_like))
            }
            (None, Expected::Row) => Item::Row(source, in_row),
        });
    }
}
