//! `app data --output`: the images and labels as `X.npy` and `y.npy`, for Python.

use std::io::Write;
use std::path::Path;

use data::{DataError, Digits, write_images_npy, write_labels_npy};

use crate::config::digit_list::DigitList;
use crate::support::atomic_write::write_in_parts;
use crate::support::error::Result;
use crate::support::folder::create_folder;

/// Writes the images of a data set, or of some digits in it, and prints the files.
pub(crate) fn write_arrays(
    folder: &Path,
    digits: &Digits,
    only: Option<&DigitList>,
    out: &mut dyn Write,
) -> Result<()> {
    let chosen = only
        .map(|list| digits.classified(list.classes()?))
        .transpose()?;
    let digits = chosen.as_ref().map_or(digits, |chosen| chosen.digits());
    create_folder(folder)?;
    let [images, labels] = ["X.npy", "y.npy"].map(|name| folder.join(name));
    write_in_parts(&images, |file| Ok(write_images_npy(digits, file)?))?;
    write_in_parts(&labels, |file| {
        Ok(write_labels_npy(digits, file).map_err(DataError::from)?)
    })?;
    for path in [images, labels] {
        writeln!(out, "{}", path.display())?;
    }
    Ok(())
}
