//! Takes in the rows of a data set one by one and builds a store from those that are wanted.

use std::io::BufWriter;
use std::path::Path;

use fs_err as fs;

use crate::error::DataError;
use crate::storage::cache::Cache;
use crate::storage::row_file::{self, RowFile};
use crate::storage::store::Store;

/// Builds a [`Store`] from the rows of a data set, in the order of the data set.
pub(crate) struct StoreWriter<'a> {
    cache: &'a Cache,
    /// Which rows of the data set are wanted; `None` means all.
    wanted: Option<&'a [bool]>,
    /// Rows so far, wanted or not.
    seen: usize,
    /// Rows so far that are wanted.
    stored: usize,
    memory: Vec<f32>,
    disk: Option<Disk>,
    source: Option<Source<'a>>,
}

/// A file that already holds all rows of the data set in the format of a [`RowFile`].
#[derive(Clone, Copy)]
struct Source<'a> {
    path: &'a Path,
    /// The position in bytes of the first row.
    start: u64,
}

enum Disk {
    /// A new file for the wanted rows.
    Cache(BufWriter<fs::File>),
    /// The file that the rows come from.
    Source(RowFile),
}

/// A finished store.
pub(crate) struct Written {
    pub(crate) store: Store,
    /// The number of rows of the data set, wanted or not.
    pub(crate) seen: usize,
    pub(crate) contents: Contents,
}

/// Which rows a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contents {
    /// Those that are wanted.
    WantedRows,
    /// All rows of the data set.
    AllRows,
}

impl<'a> StoreWriter<'a> {
    /// Starts an empty store; `wanted` says for each row of the data set whether to store it, and `None` stores all.
    pub(crate) fn new(cache: &'a Cache, wanted: Option<&'a [bool]>) -> Self {
        Self {
            cache,
            wanted,
            seen: 0,
            stored: 0,
            memory: Vec::new(),
            disk: None,
            source: None,
        }
    }

    /// Names a file that holds all rows from byte `start` on. If memory does not suffice, the store reads that file
    /// instead of writing one.
    pub(crate) fn can_read_in_place(&mut self, path: &'a Path, start: u64) {
        self.source = Some(Source { path, start });
    }

    /// Skips the next row if it is not wanted, and says whether it did.
    pub(crate) fn skip_unwanted(&mut self) -> bool {
        let is_wanted = |wanted: &[bool]| wanted.get(self.seen) == Some(&true);
        let skips = !self.wanted.is_none_or(is_wanted);
        self.seen += usize::from(skips);
        skips
    }

    /// Skips the next rows that are not wanted, up to `at_most`, if there are `at_least` so many one after another, and
    /// returns how many it skipped.
    pub(crate) fn skip_unwanted_run(&mut self, at_least: usize, at_most: usize) -> usize {
        let Some(wanted) = self.wanted else {
            return 0;
        };
        let next = wanted.get(self.seen..).unwrap_or_default();
        let unwanted = next.iter().position(|&is_wanted| is_wanted);
        let run = unwanted.map_or(at_most, |run| run.min(at_most));
        if run < at_least {
            return 0;
        }
        self.seen += run;
        run
    }

    /// Stores the next row, 400 pixels, if it is wanted.
    ///
    /// # Errors
    ///
    /// When a pixel is not finite, or the row cannot be written to disk.
    pub(crate) fn push(&mut self, image: &[f32]) -> Result<(), DataError> {
        if self.skip_unwanted() {
            return Ok(());
        }
        if let Some(pixel) = image.iter().position(|pixel| !pixel.is_finite()) {
            return Err(DataError::NonFinitePixel {
                row: self.seen,
                pixel,
                found: image[pixel],
            });
        }
        if self.stored == self.cache.rows_in_memory {
            self.move_to_disk()?;
        }
        match &mut self.disk {
            None => self.memory.extend_from_slice(image),
            Some(Disk::Cache(file)) => {
                row_file::write(file, image).map_err(|source| self.write_error(source))?;
            }
            Some(Disk::Source(_)) => {}
        }
        self.seen += 1;
        self.stored += 1;
        Ok(())
    }

    /// Moves the rows so far from memory to disk, where the others follow.
    fn move_to_disk(&mut self) -> Result<(), DataError> {
        let memory = std::mem::take(&mut self.memory);
        if let Some(Source { path, start }) = self.source {
            let file = fs::File::open(path)?;
            self.disk = Some(Disk::Source(RowFile::new(file, start)));
            return Ok(());
        }
        let folder = &self.cache.folder;
        let file = tempfile::tempfile_in(folder).map_err(|source| self.write_error(source))?;
        let mut file = BufWriter::new(fs::File::from_parts(file, folder.join("rows")));
        row_file::write(&mut file, &memory).map_err(|source| self.write_error(source))?;
        self.disk = Some(Disk::Cache(file));
        Ok(())
    }

    /// Returns the store.
    ///
    /// # Errors
    ///
    /// When the last rows cannot be written to disk.
    pub(crate) fn finish(mut self) -> Result<Written, DataError> {
        let (store, contents) = match self.disk.take() {
            None => (
                Store::Memory(std::mem::take(&mut self.memory)),
                Contents::WantedRows,
            ),
            Some(Disk::Source(file)) => (Store::Disk(file), Contents::AllRows),
            Some(Disk::Cache(file)) => {
                let file = file
                    .into_inner()
                    .map_err(|error| self.write_error(error.into_error()))?;
                (Store::Disk(RowFile::new(file, 0)), Contents::WantedRows)
            }
        };
        Ok(Written {
            store,
            seen: self.seen,
            contents,
        })
    }

    fn write_error(&self, source: std::io::Error) -> DataError {
        DataError::CacheWrite {
            folder: self.cache.folder.clone(),
            rows: self.cache.rows_in_memory,
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::PIXELS;

    /// An image whose pixels are all the row's number.
    fn image(row: u16) -> [f32; PIXELS] {
        [f32::from(row); PIXELS]
    }

    fn cache(rows_in_memory: usize, folder: &Path) -> Cache {
        Cache {
            rows_in_memory,
            folder: folder.to_owned(),
        }
    }

    /// A file of rows that are numbered, without a header.
    fn write_rows(path: &Path, rows: u16) {
        let bytes: Vec<u8> = (0..rows)
            .flat_map(image)
            .flat_map(f32::to_le_bytes)
            .collect();
        fs::write(path, bytes).unwrap();
    }

    fn store(rows: u16, in_memory: usize, folder: &Path) -> Store {
        let cache = cache(in_memory, folder);
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
    fn rows_that_are_not_wanted_take_no_room_unless_their_file_is_read_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        write_rows(&path, 5);
        let wanted = [false, true, false, true, true];
        for (in_memory, source, expected, last) in [
            (3, None, Contents::WantedRows, 2),
            (3, Some(&path), Contents::WantedRows, 2),
            (2, None, Contents::WantedRows, 2),
            (2, Some(&path), Contents::AllRows, 4),
        ] {
            let cache = cache(in_memory, folder.path());
            let mut writer = StoreWriter::new(&cache, Some(&wanted));
            if let Some(path) = source {
                writer.can_read_in_place(path, 0);
            }
            for row in 0..5 {
                writer.push(&image(row)).unwrap();
            }
            let written = writer.finish().unwrap();
            assert_eq!((written.seen, written.contents), (5, expected));
            assert_eq!(matches!(written.store, Store::Memory(_)), in_memory == 3);
            let mut out = [0.0; PIXELS];
            written.store.copy(&[last], &mut out).unwrap();
            assert_eq!(out.map(f32::to_bits), image(4).map(f32::to_bits));
        }
    }

    #[test]
    fn rows_beyond_the_announced_ones_are_not_wanted() {
        let cache = Cache::unlimited();
        let mut writer = StoreWriter::new(&cache, Some(&[true]));
        for row in 0..3 {
            writer.push(&image(row)).unwrap();
        }
        let written = writer.finish().unwrap();
        assert_eq!(written.seen, 3);
        assert!(matches!(written.store, Store::Memory(pixels) if pixels.len() == PIXELS));
    }

    #[test]
    fn a_run_of_unwanted_rows_is_skipped_if_it_is_long_enough() {
        let cache = Cache::unlimited();
        let wanted = [true, false, false, false, true, false];
        let mut writer = StoreWriter::new(&cache, Some(&wanted));
        assert_eq!(writer.skip_unwanted_run(1, 9), 0);
        writer.push(&image(0)).unwrap();
        assert_eq!(writer.skip_unwanted_run(4, 9), 0);
        assert_eq!(writer.skip_unwanted_run(3, 9), 3);
        writer.push(&image(4)).unwrap();
        // Rows beyond the announced ones are not wanted either.
        assert_eq!(writer.skip_unwanted_run(3, 2), 0);
        assert_eq!(writer.skip_unwanted_run(2, 7), 7);
        assert_eq!(writer.finish().unwrap().seen, 12);
        let mut everything = StoreWriter::new(&cache, None);
        assert_eq!(everything.skip_unwanted_run(1, 9), 0);
    }

    #[test]
    fn a_pixel_that_is_not_finite_is_named_by_its_row_in_the_data_set() {
        let cache = Cache::unlimited();
        let mut writer = StoreWriter::new(&cache, Some(&[false, true, false, true]));
        let mut bad = image(3);
        bad[399] = f32::NEG_INFINITY;
        for row in 0..3 {
            // What is not wanted is not looked at.
            let image = if row == 1 { image(row) } else { bad };
            writer.push(&image).unwrap();
        }
        let message = writer.push(&bad).unwrap_err().to_string();
        assert!(message.starts_with("row 3, pixel 399: "), "{message}");
        assert!(message.ends_with("found -inf"), "{message}");
    }

    #[test]
    fn a_cache_folder_that_takes_no_file_is_named_with_what_to_do() {
        let cache = cache(1, Path::new("/nowhere/at/all"));
        let mut writer = StoreWriter::new(&cache, None);
        writer.push(&image(0)).unwrap();
        let message = writer.push(&image(1)).unwrap_err().to_string();
        assert!(message.starts_with("/nowhere/at/all: "), "{message}");
        assert!(message.contains("more than 1 row"), "{message}");
        assert!(message.contains("TMPDIR"), "{message}");
    }

    #[test]
    fn a_file_that_was_cut_short_since_it_was_read_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        write_rows(&path, 3);
        let cache = cache(2, Path::new("/nowhere/at/all"));
        let mut writer = StoreWriter::new(&cache, None);
        writer.can_read_in_place(&path, 0);
        for row in 0..3 {
            writer.push(&image(row)).unwrap();
        }
        let Written { store, .. } = writer.finish().unwrap();
        let mut out = [0.0; 2 * PIXELS];
        store.copy(&[2, 0], &mut out).unwrap();
        assert_eq!((out[0], out[PIXELS]), (2.0, 0.0));
        write_rows(&path, 2);
        assert!(store.copy(&[2, 0], &mut out).is_err());
    }
}
