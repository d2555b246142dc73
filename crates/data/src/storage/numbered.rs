//! The data set of the tests of streams and checksums.

use crate::pixels::PIXELS;
use crate::storage::cache::Cache;
use crate::storage::digits::Digits;
use crate::storage::writer::StoreWriter;

/// Images whose pixels are all the row's number, and whose label is its last digit; at most `rows_in_memory` images
/// stay in memory.
pub(crate) fn numbered(rows: u16, rows_in_memory: usize) -> (Digits, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache {
        rows_in_memory,
        folder: folder.path().to_owned(),
    };
    let mut writer = StoreWriter::new(&cache, None);
    for row in 0..rows {
        writer.push(&[f32::from(row); PIXELS]).unwrap();
    }
    let labels = (0..rows).map(|row| u8::try_from(row % 10).unwrap());
    let digits = Digits::of_written(writer.finish().unwrap(), labels.collect(), None);
    (digits, folder)
}
