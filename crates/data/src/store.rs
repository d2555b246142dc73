//! Where rows of pixels lie: in memory, or on the disk where they are more than the memory is meant
//! to hold.

use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use fs_err as fs;

use crate::{DataError, PIXELS};

/// The bytes of a row on the disk.
const ROW: usize = PIXELS * size_of::<f32>();
/// Rows that one read of the disk takes at most: 400 KB, which stay in a processor's cache.
const ROWS_AT_ONCE: usize = 256;

/// How much of a data set is held in memory, and where the rest is put.
#[derive(Debug, Clone)]
pub struct Cache {
    /// The rows of 400 pixels, 1.6 KB each, of the largest data set that is held in memory.
    pub rows: usize,
    /// Where larger ones are put, in a file without a name that goes when it is no longer needed.
    /// A plain `.npy` file of little-endian `f32`, image by image and column by column, is read where it is.
    pub folder: PathBuf,
}

/// The rows of a data set, each 400 finite pixels.
#[derive(Debug)]
pub(crate) enum Store {
    Memory(Vec<f32>),
    Disk(RowFile),
}

/// Rows of little-endian `f32` in a file.
#[derive(Debug)]
pub(crate) struct RowFile {
    file: Mutex<fs::File>,
    /// Where the first row begins.
    start: u64,
}

impl Store {
    /// Copies rows to `out`, `[rows, 400]`, in the order in which they are asked for.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read, or the file was cut short since it was checked.
    ///
    /// # Panics
    ///
    /// When a row in memory is not there, or `out` has another size.
    pub(crate) fn copy(&self, rows: &[usize], out: &mut [f32]) -> Result<(), DataError> {
        assert_eq!(out.len(), rows.len() * PIXELS, "[rows, 400]");
        match self {
            Self::Memory(pixels) => {
                let (images, _) = pixels.as_chunks::<PIXELS>();
                let (out, _) = out.as_chunks_mut::<PIXELS>();
                for (image, &row) in out.iter_mut().zip(rows) {
                    *image = images[row];
                }
                Ok(())
            }
            Self::Disk(file) => file.copy(rows, out),
        }
    }
}

impl RowFile {
    /// Reads neighbours together and in the order of the file, whatever the order asked for.
    fn copy(&self, rows: &[usize], out: &mut [f32]) -> Result<(), DataError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut places: Vec<usize> = (0..rows.len()).collect();
        if !rows.is_sorted() {
            places.sort_unstable_by_key(|&place| rows[place]);
        }
        let (out, _) = out.as_chunks_mut::<PIXELS>();
        let mut read = vec![0.0_f32; ROWS_AT_ONCE.min(rows.len()) * PIXELS];
        let neighbours = places.chunk_by(|&a, &b| rows[b] == rows[a] + 1);
        for places in neighbours.flat_map(|run| run.chunks(ROWS_AT_ONCE)) {
            let images = &mut read[..places.len() * PIXELS];
            let first = self.start + (rows[places[0]] * ROW) as u64;
            file.seek(SeekFrom::Start(first))?;
            file.read_exact(bytemuck::cast_slice_mut(images))?;
            for pixel in &mut *images {
                *pixel = f32::from_bits(u32::from_le(pixel.to_bits()));
            }
            let (images, _) = images.as_chunks::<PIXELS>();
            for (&place, image) in places.iter().zip(images) {
                out[place] = *image;
            }
        }
        Ok(())
    }
}

/// Takes in the rows of a data set, one after the other, and keeps those that are wanted.
pub(crate) struct StoreWriter<'a> {
    cache: &'a Cache,
    /// Which rows of the data set are wanted; none means all.
    wanted: Option<&'a [bool]>,
    /// Rows that came by, wanted or not.
    seen: usize,
    rows: usize,
    memory: Vec<f32>,
    disk: Option<Disk>,
    /// A file that holds the very rows that come by, and where in it they begin.
    source: Option<(&'a Path, u64)>,
}

enum Disk {
    New(BufWriter<fs::File>),
    Source(fs::File, u64),
}

/// A store, and what it has of a data set.
pub(crate) struct Written {
    pub(crate) store: Store,
    /// The rows of the data set.
    pub(crate) seen: usize,
    /// Whether the rows that are not wanted are in the store as well.
    pub(crate) has_all: bool,
}

impl<'a> StoreWriter<'a> {
    pub(crate) fn new(cache: &'a Cache, wanted: Option<&'a [bool]>) -> Self {
        Self {
            cache,
            wanted,
            seen: 0,
            rows: 0,
            memory: Vec::new(),
            disk: None,
            source: None,
        }
    }

    /// Lets the rows, if they are too many, stay in a file that has them as they are, from `start` on.
    pub(crate) fn leave_in(&mut self, path: &'a Path, start: u64) {
        self.source = Some((path, start));
    }

    /// Goes past the next row if it is not wanted, and says so.
    pub(crate) fn skips(&mut self) -> bool {
        let is_wanted = |wanted: &[bool]| wanted.get(self.seen) == Some(&true);
        let skips = !self.wanted.is_none_or(is_wanted);
        self.seen += usize::from(skips);
        skips
    }

    /// Takes in one image, 400 pixels, if it is wanted.
    ///
    /// # Errors
    ///
    /// When a pixel is not finite, or the disk does not take the row.
    pub(crate) fn push(&mut self, image: &[f32]) -> Result<(), DataError> {
        if self.skips() {
            return Ok(());
        }
        if let Some(pixel) = image.iter().position(|pixel| !pixel.is_finite()) {
            return Err(DataError::NonFinitePixel {
                row: self.seen,
                pixel,
                found: image[pixel],
            });
        }
        if self.rows == self.cache.rows {
            self.leave_memory()?;
        }
        match &mut self.disk {
            None => self.memory.extend_from_slice(image),
            Some(Disk::New(file)) => {
                write(file, image).map_err(|source| self.no_room(source))?;
            }
            Some(Disk::Source(..)) => {}
        }
        self.seen += 1;
        self.rows += 1;
        Ok(())
    }

    /// Goes on with the disk.
    fn leave_memory(&mut self) -> Result<(), DataError> {
        let memory = std::mem::take(&mut self.memory);
        if let Some((path, start)) = self.source {
            self.disk = Some(Disk::Source(fs::File::open(path)?, start));
            return Ok(());
        }
        let folder = &self.cache.folder;
        let file = tempfile::tempfile_in(folder).map_err(|source| self.no_room(source))?;
        let mut file = BufWriter::new(fs::File::from_parts(file, folder.join("rows")));
        write(&mut file, &memory).map_err(|source| self.no_room(source))?;
        self.disk = Some(Disk::New(file));
        Ok(())
    }

    /// The store with the rows that were wanted.
    pub(crate) fn finish(mut self) -> Result<Written, DataError> {
        let (seen, has_all) = (self.seen, matches!(self.disk, Some(Disk::Source(..))));
        let on_disk = |file, start| {
            let file = Mutex::new(file);
            Store::Disk(RowFile { file, start })
        };
        let store = match self.disk.take() {
            None => Store::Memory(self.memory),
            Some(Disk::Source(file, start)) => on_disk(file, start),
            Some(Disk::New(file)) => {
                let written = file.into_inner();
                let file = written.map_err(|error| self.no_room(error.into_error()))?;
                on_disk(file, 0)
            }
        };
        Ok(Written {
            store,
            seen,
            has_all,
        })
    }

    fn no_room(&self, source: std::io::Error) -> DataError {
        DataError::NoRoom {
            folder: self.cache.folder.clone(),
            rows: self.cache.rows,
            source,
        }
    }
}

fn write(file: &mut impl Write, pixels: &[f32]) -> std::io::Result<()> {
    if cfg!(target_endian = "little") {
        return file.write_all(bytemuck::cast_slice(pixels));
    }
    pixels
        .iter()
        .try_for_each(|pixel| file.write_all(&pixel.to_le_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An image all of whose pixels are the row's number.
    fn image(row: u16) -> [f32; PIXELS] {
        [f32::from(row); PIXELS]
    }

    fn store(rows: u16, in_memory: usize, folder: &Path) -> Store {
        let cache = Cache {
            rows: in_memory,
            folder: folder.to_owned(),
        };
        let mut writer = StoreWriter::new(&cache, None);
        for row in 0..rows {
            writer.push(&image(row)).unwrap();
        }
        let written = writer.finish().unwrap();
        assert_eq!(written.seen, usize::from(rows));
        written.store
    }

    #[test]
    fn rows_come_back_in_the_order_asked_for_from_memory_and_from_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let asked = [999_u16, 3, 4, 5, 0, 998, 3, 500];
        let expected: Vec<f32> = asked.iter().flat_map(|&row| image(row)).collect();
        let rows = asked.map(usize::from);
        for in_memory in [1000, 999, 1] {
            let store = store(1000, in_memory, folder.path());
            assert_eq!(matches!(store, Store::Memory(_)), in_memory == 1000);
            let mut out = vec![0.0; rows.len() * PIXELS];
            store.copy(&rows, &mut out).unwrap();
            assert!(out == expected, "{in_memory} in memory");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn rows_that_are_not_wanted_take_no_room_unless_their_file_has_them() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = [false, true, true, false, true];
        for (in_memory, left_in_file) in [(3, false), (2, false), (2, true)] {
            let cache = Cache {
                rows: in_memory,
                folder: folder.path().to_owned(),
            };
            let path = folder.path().join("rows");
            let bytes: Vec<u8> = (0..5).flat_map(image).flat_map(f32::to_le_bytes).collect();
            fs::write(&path, bytes).unwrap();
            let mut writer = StoreWriter::new(&cache, Some(&wanted));
            if left_in_file {
                writer.leave_in(&path, 0);
            }
            for row in 0..5 {
                writer.push(&image(row)).unwrap();
            }
            let written = writer.finish().unwrap();
            assert_eq!((written.seen, written.has_all), (5, left_in_file));
            let mut out = [0.0; PIXELS];
            let last = if left_in_file { 4 } else { 2 };
            written.store.copy(&[last], &mut out).unwrap();
            assert_eq!(out.map(f32::to_bits), image(4).map(f32::to_bits));
        }
    }

    #[test]
    fn a_folder_that_takes_no_file_is_named_with_what_to_do() {
        let cache = Cache {
            rows: 1,
            folder: "/nowhere/at/all".into(),
        };
        let mut writer = StoreWriter::new(&cache, None);
        writer.push(&image(0)).unwrap();
        let message = writer.push(&image(1)).unwrap_err().to_string();
        assert!(message.starts_with("/nowhere/at/all: "), "{message}");
        assert!(message.contains("more than 1 rows"), "{message}");
    }

    #[test]
    fn a_file_that_was_cut_short_since_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        let bytes: Vec<u8> = (0..3).flat_map(image).flat_map(f32::to_le_bytes).collect();
        fs::write(&path, &bytes).unwrap();
        let cache = Cache {
            rows: 2,
            folder: "/nowhere/at/all".into(),
        };
        let mut writer = StoreWriter::new(&cache, None);
        writer.leave_in(&path, 0);
        for row in 0..3 {
            writer.push(&image(row)).unwrap();
        }
        let Written { store, .. } = writer.finish().unwrap();
        let mut out = [0.0; 2 * PIXELS];
        store.copy(&[2, 0], &mut out).unwrap();
        assert_eq!((out[0], out[PIXELS]), (2.0, 0.0));
        fs::write(&path, &bytes[..2 * ROW]).unwrap();
        assert!(store.copy(&[2, 0], &mut out).is_err());
    }
}
