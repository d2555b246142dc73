//! Atomic writes: a file is either complete or absent, even after a kill or a power failure.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::support::error::{Error, Result};
use crate::support::write_obstacle::WriteObstacle;

/// Prefix of the names of files that are still being written.
const TEMPORARY: &str = ".incomplete-";

/// Says whether a path is a temporary file that an interrupted write left behind.
pub(crate) fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with(TEMPORARY))
}

/// Syncs a folder. Before that, a power failure can undo a rename.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        fs_err::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Writes a file atomically: to a temporary file in the same folder, which is then renamed.
///
/// A symbolic link stays, and its target is written. A device or a pipe, such as `/dev/stdout`, gets the bytes as they come.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |source| write_error(path, source);
    if let Some(device) = open_device(path) {
        return device
            .and_then(|mut device| device.write_all(bytes))
            .map_err(failed);
    }
    let target = target(path);
    write_in_order(&[(&target, bytes)])?;
    sync_folder(folder_of(&target)).map_err(failed)
}

/// Opens a device or a pipe, which a file must not replace; `None` for everything else.
fn open_device(path: &Path) -> Option<std::io::Result<File>> {
    let found = path.metadata().ok()?;
    // What is in /dev may be a link to a file, to which standard output is redirected.
    let is_device = path.starts_with("/dev") || !(found.is_file() || found.is_dir());
    is_device.then(|| File::options().append(true).open(path))
}

/// The file that a symbolic link leads to, or else the path itself.
fn target(path: &Path) -> PathBuf {
    let is_link = path
        .symlink_metadata()
        .is_ok_and(|found| found.is_symlink());
    let target = is_link.then(|| path.canonicalize().ok()).flatten();
    target.unwrap_or_else(|| path.to_owned())
}

/// Writes a large file atomically, part by part: `write` gets the temporary file, through a buffer.
///
/// # Errors
///
/// Those of `write`, and [`Error::Write`] or [`Error::CannotWrite`].
pub(crate) fn write_in_parts(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let failed = |source| write_error(path, source);
    let path = &target(path);
    let mut file = BufWriter::new(temporary(path).map_err(failed)?);
    write(&mut file)?;
    let file = file
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    sync_folder(folder_of(path)).map_err(failed)
}

/// Writes several files atomically. Files are renamed in order; renames are durable once the
/// directory is [synced](sync_folder).
///
/// The files are synced in parallel, which is hardly slower than syncing one of them.
pub(crate) fn write_in_order(files: &[(&Path, &[u8])]) -> Result<()> {
    let written: Vec<std::io::Result<NamedTempFile>> = match files {
        [(path, bytes)] => vec![write_temporary(path, bytes)],
        _ => std::thread::scope(|scope| {
            let files = files.iter();
            let threads = files.map(|file| scope.spawn(|| write_temporary(file.0, file.1)));
            let threads: Vec<_> = threads.collect();
            let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
            let panicked = || Err(std::io::Error::other("the writing thread panicked"));
            joined
                .map(|written| written.unwrap_or_else(|_| panicked()))
                .collect()
        }),
    };
    for (file, (path, _)) in written.into_iter().zip(files) {
        let renamed = file.and_then(|file| Ok(file.persist(path)?));
        renamed.map_err(|source| write_error(path, source))?;
    }
    Ok(())
}

/// The temporary name of a file until it is renamed.
pub(crate) fn hidden_name(name: &str) -> String {
    format!("{TEMPORARY}{name}")
}

pub(crate) fn write_error(path: &Path, source: std::io::Error) -> Error {
    let path = path.to_owned();
    match WriteObstacle::of(folder_of(&path), &source) {
        WriteObstacle::Other(_) => Error::Write { path, source },
        obstacle => Error::CannotWrite { path, obstacle },
    }
}

fn write_temporary(path: &Path, bytes: &[u8]) -> std::io::Result<NamedTempFile> {
    let mut file = temporary(path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A new file beside `path`, to be renamed.
fn temporary(path: &Path) -> std::io::Result<NamedTempFile> {
    let mut new = tempfile::Builder::new();
    new.prefix(TEMPORARY);
    // The permissions of a normal file according to the umask; those of a temporary file are
    // private.
    #[cfg(unix)]
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    new.tempfile_in(folder_of(path))
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent();
    let named = folder.filter(|folder| !folder.as_os_str().is_empty());
    named.unwrap_or_else(|| Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_device_a_device() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        fs_err::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs_err::read(&file).unwrap(), b"new");

        let null = Path::new("/dev/null");
        write_atomically(null, b"nothing").unwrap();
        assert!(!null.metadata().unwrap().is_file());
    }

    #[test]
    fn files_before_a_failed_rename_are_written_and_no_temporary_file_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
        write_in_order(&[(&a, b"first"), (&b, b"second")]).unwrap();
        assert_eq!(fs_err::read(&a).unwrap(), b"first");
        assert_eq!(fs_err::read(&b).unwrap(), b"second");

        // `taken` is a directory, so the rename onto it fails: files before it are written, files after it not.
        let [c, taken, d] = ["c", "taken", "d"].map(|name| folder.path().join(name));
        fs_err::create_dir(&taken).unwrap();
        let files: [(&Path, &[u8]); 3] = [(&c, b"third"), (&taken, b"none"), (&d, b"none")];
        let message = write_in_order(&files).unwrap_err().to_string();
        assert!(message.contains("taken"), "{message}");
        assert!(c.exists() && !d.exists());
        let left = fs_err::read_dir(folder.path()).unwrap();
        assert!(
            left.map(|entry| entry.unwrap().path())
                .all(|path| !is_temporary(&path))
        );
    }
}
