//! Arrays of numbers that are no data set, such as the weights of a network: one of a `.npy` file, all of a `.mat` file.

use std::io;

use crate::error::DataError;
use crate::formats::data_file::DataFile;
use crate::formats::mat_file::{self, Array, Content, MatFile};
use crate::formats::npy_header::{self, Header, MemoryOrder};
use crate::formats::npy_number::NumberType;

/// The most characters that an error repeats of a file of another kind.
const MAX_SHOWN: usize = 40;

/// An array of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberArray {
    /// The length of each dimension; there is none for a single number.
    pub shape: Vec<u64>,
    /// The numbers in C order, the last index fastest: as many as the product of `shape`.
    pub values: Vec<f64>,
    /// Whether the program that wrote the file had them as floats, and not as integers.
    pub is_float: bool,
}

/// Reads the array of a `.npy` file, of any numeric type, byte order and memory order; `name` is the file's in errors.
///
/// Memory grows with the bytes, not with the shape that they announce, up to 8 bytes for each of `limit` numbers.
///
/// # Errors
///
/// When the file is damaged, cut short or too long, is no array of real numbers, or has more than `limit` of them.
pub fn read_npy_array(name: &str, bytes: Vec<u8>, limit: u64) -> Result<NumberArray, DataError> {
    if !bytes.starts_with(&npy_header::MAGIC) {
        let found = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_SHOWN)]).into_owned();
        return Err(DataError::NpyHeader { found }.in_file(name));
    }
    let mut file = DataFile::from_memory(name, bytes)?;
    let Header {
        descr,
        order,
        shape,
    } = Header::read(&mut file)?;
    let Some(number) = NumberType::parse(&descr) else {
        return Err(DataError::ArrayType { found: descr }.in_file(name));
    };
    let count = count(&shape).unwrap_or(u64::MAX);
    check_count(count, limit).map_err(|error| error.in_file(name))?;
    let values = read_values(file, count, number)?;
    Ok(NumberArray {
        values: match order {
            MemoryOrder::C => values,
            MemoryOrder::Fortran => c_order(&values, &shape),
        },
        shape,
        is_float: number.is_float(),
    })
}

/// Reads all arrays of real numbers in a MATLAB file of version 5, each with its name, in the order of the file; `name` is
/// the file's in errors. Other variables are skipped.
///
/// Memory grows with the bytes of the file, and for compressed arrays with those that they hold, up to 16 bytes for each
/// of `limit` numbers.
///
/// # Errors
///
/// When the file is damaged or cut short, or all arrays together have more than `limit` numbers.
pub fn read_mat_arrays(
    name: &str,
    bytes: Vec<u8>,
    limit: u64,
) -> Result<Vec<(String, NumberArray)>, DataError> {
    if !bytes.starts_with(&mat_file::MAGIC) {
        let path = name.into();
        return Err(DataError::MatDamaged { path, at: 0 });
    }
    let mut arrays = Vec::new();
    let mut left = limit;
    MatFile::new(DataFile::from_memory(name, bytes)?)?.for_each(|array| {
        let Content::Numbers(number) = array.header.content else {
            return Ok(());
        };
        let count = count(&array.header.dimensions).unwrap_or(u64::MAX);
        let checked = check_count(count, left).map_err(|error| error.in_file(name));
        checked.map_err(io::Error::other)?;
        left -= count;
        arrays.push((array.header.name.clone(), read_columns(array, number)?));
        Ok(())
    })?;
    Ok(arrays)
}

fn read_columns(array: &mut Array<'_>, number: NumberType) -> io::Result<NumberArray> {
    let shape = array.header.dimensions.clone();
    let numbers = array.read_numbers()?;
    let stored = numbers.bytes.chunks_exact(numbers.stored.size());
    let values: Vec<f64> = stored.map(|bytes| numbers.stored.value(bytes)).collect();
    Ok(NumberArray {
        values: c_order(&values, &shape),
        shape,
        is_float: number.is_float(),
    })
}

/// Reads the rest of a file, which must be `count` numbers.
fn read_values(file: DataFile, count: u64, number: NumberType) -> Result<Vec<f64>, DataError> {
    let mut values = Vec::new();
    if count == 0 {
        return Ok(values);
    }
    file.read_rows(count, number.size(), |bytes| {
        values.push(number.value(bytes));
        Ok(())
    })?;
    Ok(values)
}

/// The number of elements of a shape; `None` if 64 bits do not hold it.
fn count(shape: &[u64]) -> Option<u64> {
    let mut lengths = shape.iter();
    lengths.try_fold(1_u64, |count, length| count.checked_mul(*length))
}

fn check_count(found: u64, limit: u64) -> Result<(), DataError> {
    if found > limit {
        return Err(DataError::ArrayLength { found, limit });
    }
    Ok(())
}

/// Puts the numbers of an array in Fortran order, the first index fastest, into C order.
fn c_order(values: &[f64], shape: &[u64]) -> Vec<f64> {
    if values.is_empty() {
        return Vec::new();
    }
    // A dimension of length 1 makes no difference. Others are at most as long as the array, which is in memory.
    let lengths = shape.iter().filter(|&&length| length > 1);
    let lengths = lengths.map(|&length| usize::try_from(length).unwrap_or(usize::MAX));
    let lengths: Vec<usize> = lengths.collect();
    let mut strides = Vec::with_capacity(lengths.len());
    let mut stride = 1;
    for length in &lengths {
        strides.push(stride);
        stride *= length;
    }
    let mut index = vec![0; lengths.len()];
    let mut at = 0;
    let next = values.iter().map(|_| {
        let value = values[at];
        for dimension in (0..index.len()).rev() {
            index[dimension] += 1;
            at += strides[dimension];
            if index[dimension] < lengths[dimension] {
                break;
            }
            index[dimension] = 0;
            at -= strides[dimension] * lengths[dimension];
        }
        value
    });
    next.collect()
}

#[cfg(test)]
mod tests {
    use super::c_order;

    #[test]
    fn the_order_of_columns_becomes_that_of_rows() {
        // NumPy: numpy.arange(24).reshape(2, 3, 4).ravel("F") is put back by reshape((2, 3, 4), order="F").ravel().
        let mut columns = Vec::new();
        for third in 0..4 {
            for second in 0..3 {
                for first in 0..2 {
                    columns.push(f64::from(12 * first + 4 * second + third));
                }
            }
        }
        let rows: Vec<f64> = (0..24).map(f64::from).collect();
        assert_eq!(c_order(&columns, &[2, 3, 4]), rows);
        assert_eq!(c_order(&columns, &[2, 1, 3, 4, 1]), rows);
        assert_eq!(c_order(&rows, &[24]), rows);
        assert_eq!(c_order(&[7.0], &[]), [7.0]);
        assert!(c_order(&[], &[0, u64::MAX, u64::MAX]).is_empty());
    }
}
