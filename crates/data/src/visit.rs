//! Images handed on piece by piece; what lies on the disk is read while the piece before is worked on.

use std::borrow::Cow;
use std::sync::mpsc;
use std::thread;

use crate::{DataError, Digits, PIXELS};

/// Images of a piece that is read in order, 13 MB: work for several processor cores.
const IN_ORDER: usize = 8192;

/// Some images of a data set.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// Pixels, `[n, 400]`, these images' among them.
    pub images: &'a [f32],
    /// Where in `images` each of them stands, from 0.
    pub rows: &'a [usize],
    /// The digit that each of them shows.
    pub labels: &'a [u8],
}

impl<'a> Piece<'a> {
    /// Returns the pixels of these images alone, `[rows, 400]`; copied where they do not follow each other in `images`.
    #[must_use]
    pub fn pixels(&self) -> Cow<'a, [f32]> {
        let first = self.rows.first().copied().unwrap_or_default();
        if self.rows.iter().copied().eq(first..first + self.rows.len()) {
            return Cow::Borrowed(&self.images[first * PIXELS..][..self.rows.len() * PIXELS]);
        }
        let image = |row: &usize| &self.images[row * PIXELS..][..PIXELS];
        Cow::Owned(self.rows.iter().flat_map(image).copied().collect())
    }
}

impl Digits {
    /// Hands on the images of each of `pieces`, which list them by index, until `visit` returns something.
    ///
    /// Nothing is copied of what is in memory. Of what is on the disk two pieces are in memory: one is worked on, and a
    /// thread reads the next.
    ///
    /// # Errors
    ///
    /// Those of `visit`, and [`DataError::Io`] when the disk cannot be read.
    ///
    /// # Panics
    ///
    /// When an index is not below [`len`](Self::len), as indexing a slice does.
    pub fn visit<T, E: From<DataError>>(
        &self,
        pieces: impl Iterator<Item = Vec<usize>> + Send,
        mut visit: impl FnMut(Piece<'_>) -> Result<Option<T>, E>,
    ) -> Result<Option<T>, E> {
        let labels = |indices: &[usize]| -> Vec<u8> {
            indices.iter().map(|&index| self.label(index)).collect()
        };
        if let Some(images) = self.memory() {
            for indices in pieces {
                let rows: Vec<usize> = indices.iter().map(|&index| self.place(index)).collect();
                let found = visit(Piece {
                    images,
                    rows: &rows,
                    labels: &labels(&indices),
                })?;
                if found.is_some() {
                    return Ok(found);
                }
            }
            return Ok(None);
        }
        thread::scope(|scope| {
            // Without room for a piece that waits: the one that was read is handed over when it is asked for.
            let (sender, receiver) = mpsc::sync_channel(0);
            // Fresh memory costs as much as reading does.
            let (used_sender, used) = mpsc::channel::<Vec<f32>>();
            scope.spawn(move || {
                for indices in pieces {
                    let mut images = used.try_recv().unwrap_or_default();
                    let read = self.read_images_of(&indices, &mut images);
                    let read = read.map(|()| images);
                    let is_last = read.is_err();
                    if sender.send((indices, read)).is_err() || is_last {
                        return;
                    }
                }
            });
            for (indices, images) in receiver {
                let images = images?;
                let rows: Vec<usize> = (0..images.len() / PIXELS).collect();
                let found = visit(Piece {
                    images: &images,
                    rows: &rows,
                    labels: &labels(&indices),
                })?;
                if found.is_some() {
                    return Ok(found);
                }
                // Nobody takes it after the last piece.
                let _ = used_sender.send(images);
            }
            Ok(None)
        })
    }

    /// Lists all images in their order, as [`visit`](Self::visit) takes them.
    pub fn in_order(&self) -> impl Iterator<Item = Vec<usize>> + Send + use<> {
        let images = self.len();
        let pieces = (0..images).step_by(IN_ORDER);
        pieces.map(move |first| (first..images.min(first + IN_ORDER)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Cache, StoreWriter};

    /// As many images, whose pixels and label are the row's number and its last digit; `in_memory` or fewer stay there.
    fn numbered(rows: u16, in_memory: usize) -> (Digits, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache {
            rows: in_memory,
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

    #[test]
    fn pieces_hold_the_same_images_from_memory_and_from_the_disk() {
        for in_memory in [5000, 100] {
            let (digits, _folder) = numbered(5000, in_memory);
            assert_eq!(digits.memory().is_some(), in_memory == 5000);
            let odd: Vec<usize> = (0..2500).map(|index| 2 * index + 1).collect();
            let digits = digits.select(&odd);
            let pieces = vec![vec![2499, 0, 7], vec![], (100..2000).collect()];
            let mut seen = Vec::new();
            let ended: Result<Option<()>, DataError> =
                digits.visit(pieces.clone().into_iter(), |piece| {
                    let first = piece.rows.iter().map(|row| piece.images[row * PIXELS]);
                    seen.push((first.collect::<Vec<f32>>(), piece.labels.to_vec()));
                    let pixels = piece.pixels();
                    let images = pixels.chunks(PIXELS).zip(piece.rows);
                    let mut images =
                        images.map(|(image, row)| image == &piece.images[row * PIXELS..][..PIXELS]);
                    assert!(images.len() == piece.rows.len() && images.all(|same| same));
                    Ok(None)
                });
            assert_eq!(ended.unwrap(), None);
            for (piece, (firsts, labels)) in pieces.iter().zip(seen) {
                let rows: Vec<u16> = piece
                    .iter()
                    .map(|&i| u16::try_from(2 * i + 1).unwrap())
                    .collect();
                assert!(rows.iter().map(|&row| f32::from(row)).eq(firsts));
                assert!(
                    rows.iter()
                        .map(|row| row % 10)
                        .eq(labels.into_iter().map(u16::from))
                );
            }
        }
    }

    #[test]
    fn a_visit_ends_where_it_is_asked_to_and_with_the_error_it_meets() {
        for in_memory in [10_000, 100] {
            let (digits, _folder) = numbered(10_000, in_memory);
            let mut pieces = 0;
            let found = digits.visit(digits.in_order(), |piece| {
                pieces += 1;
                let place = piece
                    .rows
                    .iter()
                    .position(|row| piece.images[row * PIXELS] >= 9000.0);
                Ok::<_, DataError>(place)
            });
            assert_eq!((found.unwrap(), pieces), (Some(9000 - 8192), 2));
            let failed = digits.visit(digits.in_order(), |_| {
                Err::<Option<()>, _>(DataError::NoRows)
            });
            assert!(matches!(failed, Err(DataError::NoRows)));
        }
    }

    #[test]
    fn in_order_lists_every_image_once() {
        let (digits, _folder) = numbered(16_386, usize::MAX);
        let pieces: Vec<Vec<usize>> = digits.in_order().collect();
        assert_eq!(
            pieces.iter().map(Vec::len).collect::<Vec<_>>(),
            [8192, 8192, 2]
        );
        assert!(pieces.concat().into_iter().eq(0..16_386));
    }

    #[test]
    fn the_checksum_is_that_of_the_bytes_and_the_same_from_the_disk() {
        // Python: hashlib.sha256(np.repeat(np.arange(3, dtype="<f4"), 400).tobytes() + bytes([0, 1, 2]))
        let expected = "0426ba0c96835c68aed7d57df5a6e08f963146161a0478e3240dac45333d25c6";
        for in_memory in [3, 1] {
            let (digits, _folder) = numbered(3, in_memory);
            let found = digits.sha256().unwrap().map(|byte| format!("{byte:02x}"));
            assert_eq!(found.concat(), expected);
        }
    }
}
