//! Streaming: a data set in chunks; a chunk on disk is read while the caller works on the one before.

use std::borrow::Cow;
use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::mpsc;
use std::thread;

use crate::error::DataError;
use crate::pixels::PIXELS;
use crate::storage::digits::Digits;

/// Images of a chunk where the caller does not choose them, 13 MB: enough work for several processor cores.
const CHUNK: usize = 8192;

/// Some images of a data set, with their labels.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// Pixels, `[n, 400]`: those of this chunk's images and perhaps of others.
    pub buffer: &'a [f32],
    /// For each image of the chunk, its row in `buffer`.
    pub rows: &'a [usize],
    /// For each image of the chunk, its index in the data set that is streamed.
    pub indices: &'a [usize],
    /// For each image of the chunk, the digit that it shows.
    pub labels: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Returns the pixels of this chunk's images alone, `[rows, 400]`; they are copied unless they are consecutive rows
    /// of the buffer.
    #[must_use]
    pub fn images(&self) -> Cow<'a, [f32]> {
        let first = self.rows.first().copied().unwrap_or_default();
        if self.rows.iter().copied().eq(first..first + self.rows.len()) {
            return Cow::Borrowed(&self.buffer[first * PIXELS..][..self.rows.len() * PIXELS]);
        }
        let image = |row: &usize| &self.buffer[row * PIXELS..][..PIXELS];
        Cow::Owned(self.rows.iter().flat_map(image).copied().collect())
    }
}

impl Digits {
    /// Calls `each` with the images of every chunk in `chunks`, which lists them by index.
    ///
    /// Images in memory are not copied. Of images on disk, two chunks are in memory: the caller works on one while a
    /// thread reads the next.
    ///
    /// # Errors
    ///
    /// Those of `each`, and [`DataError::Io`] when the disk cannot be read.
    ///
    /// # Panics
    ///
    /// When an index is not less than [`len`](Self::len), as indexing a slice does.
    pub fn stream<E: From<DataError>>(
        &self,
        chunks: impl Iterator<Item = Vec<usize>> + Send,
        mut each: impl FnMut(Chunk<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let each = |chunk: Chunk<'_>| Ok(ControlFlow::<Infallible>::Continue(each(chunk)?));
        self.stream_until(chunks, each).map(|_| ())
    }

    /// Does the same until `each` breaks, and returns the value of the break, or `None` after the last chunk.
    ///
    /// # Errors
    ///
    /// Those of [`stream`](Self::stream).
    ///
    /// # Panics
    ///
    /// When an index is not less than [`len`](Self::len), as indexing a slice does.
    pub fn stream_until<B, E: From<DataError>>(
        &self,
        chunks: impl Iterator<Item = Vec<usize>> + Send,
        each: impl FnMut(Chunk<'_>) -> Result<ControlFlow<B>, E>,
    ) -> Result<Option<B>, E> {
        match self.buffer() {
            Some(buffer) => self.stream_from_memory(buffer, chunks, each),
            None => self.stream_from_disk(chunks, each),
        }
    }

    /// Lists all images in order, in chunks for [`stream`](Self::stream).
    pub fn sequential_chunks(&self) -> impl Iterator<Item = Vec<usize>> + Send + use<> {
        let images = self.len();
        let chunks = (0..images).step_by(CHUNK);
        chunks.map(move |first| (first..images.min(first + CHUNK)).collect())
    }

    fn stream_from_memory<B, E>(
        &self,
        buffer: &[f32],
        chunks: impl Iterator<Item = Vec<usize>>,
        mut each: impl FnMut(Chunk<'_>) -> Result<ControlFlow<B>, E>,
    ) -> Result<Option<B>, E> {
        for indices in chunks {
            let rows: Vec<usize> = indices.iter().map(|&at| self.buffer_row(at)).collect();
            let chunk = Chunk {
                buffer,
                rows: &rows,
                indices: &indices,
                labels: &self.labels_at(&indices),
            };
            if let ControlFlow::Break(value) = each(chunk)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn stream_from_disk<B, E: From<DataError>>(
        &self,
        chunks: impl Iterator<Item = Vec<usize>> + Send,
        mut each: impl FnMut(Chunk<'_>) -> Result<ControlFlow<B>, E>,
    ) -> Result<Option<B>, E> {
        thread::scope(|scope| {
            // The channel holds no chunk: the reader waits with a finished chunk until it is asked for.
            let (sender, receiver) = mpsc::sync_channel(0);
            // Buffers go back to the reader, because allocating one takes as long as reading a chunk.
            let (used_sender, used) = mpsc::channel::<Vec<f32>>();
            scope.spawn(move || {
                for indices in chunks {
                    let mut buffer = used.try_recv().unwrap_or_default();
                    let read = self.copy_images(&indices, &mut buffer).map(|()| buffer);
                    // The receiver goes away at a break and at the first error.
                    if sender.send((indices, read)).is_err() {
                        return;
                    }
                }
            });
            for (indices, buffer) in receiver {
                let buffer = buffer?;
                let rows: Vec<usize> = (0..indices.len()).collect();
                let chunk = Chunk {
                    buffer: &buffer,
                    rows: &rows,
                    indices: &indices,
                    labels: &self.labels_at(&indices),
                };
                if let ControlFlow::Break(value) = each(chunk)? {
                    return Ok(Some(value));
                }
                // After the last chunk the reader is gone, which is fine.
                let _ = used_sender.send(buffer);
            }
            Ok(None)
        })
    }

    fn labels_at(&self, indices: &[usize]) -> Vec<u8> {
        indices.iter().map(|&index| self.label(index)).collect()
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "small whole numbers are exact")]
mod tests {
    use super::*;
    use crate::storage::cache::Cache;
    use crate::storage::numbered::numbered;
    use crate::storage::writer::StoreWriter;

    #[test]
    fn chunks_hold_the_images_asked_for_from_memory_and_from_disk() {
        for rows_in_memory in [5000, 100] {
            let (digits, _folder) = numbered(5000, rows_in_memory);
            assert_eq!(digits.buffer().is_some(), rows_in_memory == 5000);
            let odd: Vec<usize> = (0..2500).map(|index| 2 * index + 1).collect();
            let digits = digits.select(&odd);
            let chunks = vec![vec![2499, 0, 7], vec![], (100..2000).collect(), vec![5]];
            let mut streamed = Vec::new();
            digits
                .stream(chunks.clone().into_iter(), |chunk| {
                    let images = chunk.images();
                    let by_row = chunk
                        .rows
                        .iter()
                        .map(|row| &chunk.buffer[row * PIXELS..][..PIXELS]);
                    assert!(by_row.eq(images.chunks(PIXELS)));
                    let (images, _) = images.as_chunks::<PIXELS>();
                    assert!(images.iter().all(|image| image == &[image[0]; PIXELS]));
                    let firsts: Vec<f32> = images.iter().map(|image| image[0]).collect();
                    let row = |at: &usize| f32::from(u16::try_from(digits.row(*at)).unwrap());
                    assert!(chunk.indices.iter().map(row).eq(firsts.iter().copied()));
                    streamed.push((firsts, chunk.labels.to_vec()));
                    Ok::<_, DataError>(())
                })
                .unwrap();
            let expected: Vec<(Vec<f32>, Vec<u8>)> = chunks
                .iter()
                .map(|chunk| {
                    let rows = chunk
                        .iter()
                        .map(|&index| u16::try_from(2 * index + 1).unwrap());
                    let labels = rows.clone().map(|row| u8::try_from(row % 10).unwrap());
                    (rows.map(f32::from).collect(), labels.collect())
                })
                .collect();
            assert!(streamed == expected, "{rows_in_memory} in memory");
        }
    }

    #[test]
    fn consecutive_rows_are_not_copied_and_others_are() {
        let buffer: Vec<f32> = [0.0, 1.0, 2.0, 3.0].map(|row| [row; PIXELS]).concat();
        let images = |rows: &[usize]| {
            let chunk = Chunk {
                buffer: &buffer,
                rows,
                indices: &[],
                labels: &[],
            };
            let images = chunk.images();
            let is_borrowed = matches!(images, Cow::Borrowed(_));
            let firsts: Vec<f32> = images.chunks(PIXELS).map(|image| image[0]).collect();
            (firsts, is_borrowed)
        };
        assert_eq!(images(&[1, 2]), (vec![1.0, 2.0], true));
        assert_eq!(images(&[3]), (vec![3.0], true));
        assert_eq!(images(&[2, 1]), (vec![2.0, 1.0], false));
        assert_eq!(images(&[0, 2]), (vec![0.0, 2.0], false));
    }

    #[test]
    fn a_stream_ends_at_a_break_and_at_an_error() {
        for rows_in_memory in [10_000, 100] {
            let (digits, _folder) = numbered(10_000, rows_in_memory);
            let mut chunks = 0;
            let found = digits.stream_until(digits.sequential_chunks(), |chunk| {
                chunks += 1;
                let mut rows = chunk.rows.iter();
                let position = rows.position(|row| chunk.buffer[row * PIXELS] >= 9000.0);
                Ok::<_, DataError>(position.map_or(ControlFlow::Continue(()), ControlFlow::Break))
            });
            assert_eq!((found.unwrap(), chunks), (Some(9000 - 8192), 2));
            let mut chunks = 0;
            let first = digits.stream_until(digits.sequential_chunks(), |_| {
                chunks += 1;
                Ok::<_, DataError>(ControlFlow::Break("first"))
            });
            assert_eq!((first.unwrap(), chunks), (Some("first"), 1));
            let mut chunks = 0;
            let failed = digits.stream(digits.sequential_chunks(), |_| {
                chunks += 1;
                Err(DataError::NoRows)
            });
            assert!(matches!(failed, Err(DataError::NoRows)));
            assert_eq!(chunks, 1);
        }
    }

    #[test]
    fn a_disk_that_cannot_be_read_ends_the_stream_with_its_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        fs_err::write(&path, vec![0; 9000 * PIXELS * size_of::<f32>()]).unwrap();
        let cache = Cache {
            rows_in_memory: 1,
            folder: folder.path().to_owned(),
        };
        let mut writer = StoreWriter::new(&cache, None);
        writer.can_read_in_place(&path, 0);
        for _ in 0..9000 {
            writer.push(&[0.0; PIXELS]).unwrap();
        }
        let digits = Digits::of_written(writer.finish().unwrap(), vec![0; 9000], None);
        fs_err::write(&path, vec![0; 8500 * PIXELS * size_of::<f32>()]).unwrap();
        let mut chunks = 0;
        let failed = digits.stream(digits.sequential_chunks(), |_| {
            chunks += 1;
            Ok(())
        });
        assert!(matches!(failed, Err(DataError::Io(_))));
        assert_eq!(chunks, 1);
    }

    #[test]
    fn sequential_chunks_list_every_image_once() {
        let (digits, _folder) = numbered(16_386, usize::MAX);
        let chunks: Vec<Vec<usize>> = digits.sequential_chunks().collect();
        assert_eq!(
            chunks.iter().map(Vec::len).collect::<Vec<_>>(),
            [8192, 8192, 2]
        );
        assert!(chunks.concat().into_iter().eq(0..16_386));
    }
}
