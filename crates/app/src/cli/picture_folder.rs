//! The pictures in a folder.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::support::error::{Error, Result};
use crate::support::listing::enumerated;
use crate::support::natural_order::natural_order;
use crate::support::plural::counted;
use crate::support::shell::quoted;

/// The first bytes of PNG and JPEG files.
const STARTS: [&[u8]; 2] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"];
/// Their endings.
const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];

/// A folder, whose subfolders are not entered.
pub(crate) struct PictureFolder {
    folder: PathBuf,
    /// By name, 2.png before 10.png.
    pub(crate) pictures: Vec<PathBuf>,
    /// Files that are no pictures, or hidden.
    files: usize,
    folders: usize,
}

impl PictureFolder {
    /// Lists a folder: a file is a picture if it is named like one, even if it is damaged, or begins like one.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] if the folder cannot be read.
    pub(crate) fn list(folder: &Path) -> Result<Self> {
        let mut listed = Self {
            folder: folder.to_owned(),
            pictures: Vec::new(),
            files: 0,
            folders: 0,
        };
        for entry in fs_err::read_dir(folder).map_err(Error::Unreadable)? {
            let entry = entry.map_err(Error::Unreadable)?;
            let (path, name) = (entry.path(), entry.file_name());
            let is_hidden = name.as_encoded_bytes().starts_with(b".");
            if path.is_dir() {
                listed.folders += 1;
            } else if !is_hidden && (is_named_like_a_picture(&path) || begins_like_one(&path)) {
                listed.pictures.push(path);
            } else {
                listed.files += 1;
            }
        }
        listed
            .pictures
            .sort_by(|a, b| natural_order(&a.to_string_lossy(), &b.to_string_lossy()));
        Ok(listed)
    }

    /// Says what else is in it; none if there is nothing.
    pub(crate) fn others(&self) -> Option<String> {
        let mut skipped = Vec::new();
        if self.files > 0 {
            skipped.push(format!(
                "{} that {} no PNG or JPEG picture",
                counted(self.files, "file"),
                if self.files == 1 { "is" } else { "are" }
            ));
        }
        if self.folders > 0 {
            skipped.push(counted(self.folders, "subfolder"));
        }
        let folder = quoted(&self.folder);
        (!skipped.is_empty()).then(|| format!("skipped in {folder}: {}", enumerated(&skipped)))
    }
}

/// Says whether a file has the ending of a picture.
pub(crate) fn is_named_like_a_picture(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ENDINGS
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

fn begins_like_one(path: &Path) -> bool {
    // A pipe or a device would block.
    if !path.is_file() {
        return false;
    }
    let mut start = Vec::new();
    let read = fs_err::File::open(path).and_then(|file| file.take(8).read_to_end(&mut start));
    read.is_ok() && STARTS.iter().any(|known| start.starts_with(known))
}
