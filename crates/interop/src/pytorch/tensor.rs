//! The numbers of a tensor: those of a storage, in the order that its strides give.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::archive::{Archive, MAX_BYTES};
use crate::element::ByteOrder;
use crate::error::InteropError;
use crate::format::Format;

use super::global::Global;
use super::refusal::{INSTEAD, shown};
use super::value::{Storage, Tensor};

/// The most dimensions of a tensor.
const MAX_DIMENSIONS: usize = 8;

/// The storages of an archive, each read once, when a tensor needs it.
pub(super) struct Storages<'a> {
    archive: Archive<'a>,
    folder: String,
    order: ByteOrder,
    read: BTreeMap<Rc<str>, Vec<u8>>,
}

impl<'a> Storages<'a> {
    pub(super) fn new(archive: Archive<'a>, folder: String, order: ByteOrder) -> Self {
        Self {
            archive,
            folder,
            order,
            read: BTreeMap::new(),
        }
    }

    fn get(&mut self, key: &Rc<str>) -> Result<&[u8], InteropError> {
        if !self.read.contains_key(key) {
            let name = format!("{}data/{key}", self.folder);
            self.read.insert(key.clone(), self.archive.read(&name)?);
        }
        Ok(self.read.get(key).map_or(&[], Vec::as_slice))
    }
}

/// The shape of a tensor and its numbers, the last index fastest; `left` is how many numbers may still be made of the
/// file, because strides of 0 make many of one.
///
/// # Errors
///
/// [`InteropError::Unsupported`] if they are no floating-point numbers, [`InteropError::TooLarge`] if they are too many,
/// and [`InteropError::Damaged`] if they are not all in the storage.
pub(super) fn values(
    tensor: &Tensor,
    name: &str,
    storages: &mut Storages,
    left: &mut usize,
) -> Result<(Vec<usize>, Vec<f32>), InteropError> {
    let Storage { key, kind, length } = &tensor.storage;
    let Global::Storage(element) = kind else {
        return Err(InteropError::Unsupported {
            what: format!("its tensor {:?} has no floating-point numbers", shown(name)),
            instead: INSTEAD,
        });
    };
    let (count, end) = extent(tensor).ok_or_else(|| damaged(name, "has an impossible shape"))?;
    *left = left.checked_sub(count).ok_or(InteropError::TooLarge {
        found: (count as u64).saturating_mul(size_of::<f32>() as u64),
        limit: MAX_BYTES,
    })?;
    let order = storages.order;
    let bytes = storages.get(key)?;
    if length.checked_mul(element.size()) != Some(bytes.len()) {
        let reason = format!("has {} bytes of {length} numbers", bytes.len());
        return Err(damaged(name, &reason));
    }
    if end > *length {
        let reason = format!("takes {end} numbers of a storage of {length}");
        return Err(damaged(name, &reason));
    }
    let places = (0..count).map(|number| place(tensor, number));
    let values = places.filter_map(|place| element.get(bytes, place, order));
    Ok((tensor.shape.clone(), values.collect()))
}

/// How many numbers a tensor has, and where the last one ends in the storage; `None` if these are no numbers.
fn extent(tensor: &Tensor) -> Option<(usize, usize)> {
    let dimensions = tensor.shape.len();
    if dimensions > MAX_DIMENSIONS || tensor.strides.len() != dimensions {
        return None;
    }
    let mut shape = tensor.shape.iter();
    let count = shape.try_fold(1_usize, |count, size| count.checked_mul(*size))?;
    if count == 0 {
        return Some((0, 0));
    }
    let mut sides = tensor.shape.iter().zip(&tensor.strides);
    let last = sides.try_fold(tensor.offset, |last, (size, stride)| {
        last.checked_add((size - 1).checked_mul(*stride)?)
    })?;
    Some((count, last.checked_add(1)?))
}

/// The place in the storage of a number, counted with the last index fastest.
fn place(tensor: &Tensor, mut number: usize) -> usize {
    let mut place = tensor.offset;
    for (size, stride) in tensor.shape.iter().zip(&tensor.strides).rev() {
        place += number % size * stride;
        number /= size;
    }
    place
}

fn damaged(name: &str, reason: &str) -> InteropError {
    let name = shown(name);
    InteropError::damaged(Format::PyTorch, format!("its tensor {name:?} {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Element;

    fn tensor(offset: usize, shape: &[usize], strides: &[usize]) -> Tensor {
        Tensor {
            storage: Storage {
                key: Rc::from("0"),
                kind: Global::Storage(Element::F32),
                length: 12,
            },
            offset,
            shape: shape.to_vec(),
            strides: strides.to_vec(),
        }
    }

    // torch.arange(12).as_strided(shape, strides, offset).flatten()
    #[test]
    fn strides_and_offsets_give_the_places_of_pytorch() {
        for (offset, shape, strides, expected) in [
            (0, &[2, 3][..], &[3, 1][..], &[0, 1, 2, 3, 4, 5][..]),
            (0, &[3, 2], &[1, 3], &[0, 3, 1, 4, 2, 5]),
            (4, &[2, 2], &[4, 2], &[4, 6, 8, 10]),
            (5, &[3], &[0], &[5, 5, 5]),
            (7, &[], &[], &[7]),
        ] {
            let tensor = tensor(offset, shape, strides);
            let found: Vec<usize> = (0..expected.len()).map(|at| place(&tensor, at)).collect();
            assert_eq!(found, expected);
            let end = expected.iter().max().unwrap() + 1;
            assert_eq!(extent(&tensor), Some((expected.len(), end)));
        }
    }

    #[test]
    fn impossible_shapes_have_no_extent() {
        assert_eq!(extent(&tensor(0, &[usize::MAX, 2], &[1, 1])), None);
        assert_eq!(extent(&tensor(0, &[2, 2], &[usize::MAX, 1])), None);
        assert_eq!(extent(&tensor(usize::MAX, &[1], &[1])), None);
        assert_eq!(extent(&tensor(0, &[2], &[])), None);
        assert_eq!(extent(&tensor(0, &[1; 9], &[1; 9])), None);
        assert_eq!(extent(&tensor(9, &[0, 2], &[1, 1])), Some((0, 0)));
    }
}
