//! The received part of a file, in a hidden file beside its place.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::fetch::file_list::RemoteFile;
use crate::support::atomic_write::{hidden_name, write_error};
use crate::support::download_fault::DownloadFault;
use crate::support::error::Result;
use crate::support::hash::sha256_of_file;

/// The part of a file that was received, now or earlier.
pub(super) struct Partial<'a> {
    file: &'a RemoteFile,
    path: PathBuf,
    target: PathBuf,
    length: u64,
    open: Option<fs_err::File>,
}

impl<'a> Partial<'a> {
    /// Finds what was received earlier.
    pub(super) fn open(folder: &Path, file: &'a RemoteFile) -> Result<Self> {
        let path = folder.join(hidden_name(&file.name));
        let mut partial = Self {
            file,
            length: path.metadata().map_or(0, |meta| meta.len()),
            path,
            target: folder.join(&file.name),
            open: None,
        };
        if partial.length > file.bytes {
            partial.discard()?;
        }
        Ok(partial)
    }

    /// The bytes so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Adds bytes at the end.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.try_append(bytes);
        written.map_err(|source| write_error(&self.path, source))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    fn try_append(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let open = if let Some(open) = self.open.take() {
            open
        } else {
            let mut options = fs_err::OpenOptions::new();
            options.create(true).append(true).open(&self.path)?
        };
        self.open.insert(open).write_all(bytes)
    }

    /// Forgets all bytes.
    pub(super) fn discard(&mut self) -> Result<()> {
        self.open = None;
        self.length = 0;
        match fs_err::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(write_error(&self.path, error))
            }
            _ => Ok(()),
        }
    }

    /// Gives the file its name if its content is right, and otherwise forgets it and returns what is wrong.
    pub(super) fn finish(&mut self) -> Result<Option<DownloadFault>> {
        let found = sha256_of_file(&self.path)?;
        if found != self.file.sha256 {
            self.discard()?;
            let expected = self.file.sha256.clone();
            return Ok(Some(DownloadFault::OtherContent { expected, found }));
        }
        let renamed = self.try_rename();
        renamed.map_err(|source| write_error(&self.target, source))?;
        Ok(None)
    }

    fn try_rename(&mut self) -> std::io::Result<()> {
        if let Some(open) = self.open.take() {
            open.sync_all()?;
        }
        fs_err::rename(&self.path, &self.target)
    }
}
