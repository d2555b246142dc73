//! Files that are written whole or not at all, however the process ends or the power fails.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use tempfile::NamedTempFile;

/// How the names of files begin that are not whole yet.
const TEMPORARY: &str = ".incomplete-";

/// Says whether a file is one that [`write_whole`] did not finish.
pub(crate) fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with(TEMPORARY))
}

/// Waits until the names in a folder are on the disk: a power cut forgets a rename that was not.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        fs_err::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Writes a file whole or not at all: to a temporary file beside it, which then takes its name.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_in_order(&[(path, bytes)])?;
    sync_folder(folder_of(path)).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes each of some files whole or not at all. None takes its name before those that stand
/// before it have theirs; a power cut forgets the names until the folder is [synced](sync_folder).
///
/// A disk confirms several files together in little more time than one.
pub(crate) fn write_in_order(files: &[(&Path, &[u8])]) -> anyhow::Result<()> {
    let written: Vec<std::io::Result<NamedTempFile>> = match files {
        [(path, bytes)] => vec![write_temporary(path, bytes)],
        _ => std::thread::scope(|scope| {
            let files = files.iter();
            let threads = files.map(|file| scope.spawn(|| write_temporary(file.0, file.1)));
            let threads: Vec<_> = threads.collect();
            let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
            let panicked = || Err(std::io::Error::other("the thread that writes it panicked"));
            joined
                .map(|written| written.unwrap_or_else(|_| panicked()))
                .collect()
        }),
    };
    for (file, (path, _)) in written.into_iter().zip(files) {
        let renamed = file.and_then(|file| Ok(file.persist(path)?));
        renamed.with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn write_temporary(path: &Path, bytes: &[u8]) -> std::io::Result<NamedTempFile> {
    let mut new = tempfile::Builder::new();
    new.prefix(TEMPORARY);
    // As any other file: who may read it is for the umask to say.
    #[cfg(unix)]
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = new.tempfile_in(folder_of(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent();
    let named = folder.filter(|folder| !folder.as_os_str().is_empty());
    named.unwrap_or_else(|| Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_are_written_and_nothing_is_left_of_those_that_cannot_be() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
        write_in_order(&[(&a, b"first"), (&b, b"second")]).unwrap();
        assert_eq!(fs_err::read(&a).unwrap(), b"first");
        assert_eq!(fs_err::read(&b).unwrap(), b"second");

        // A folder takes no file's name: what stands before it is written, what follows is not.
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
