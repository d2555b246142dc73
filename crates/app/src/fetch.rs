//! Downloads the files of a data set, each from the first of several mirrors that delivers it.
//!
//! A file is renamed only once its SHA-256 is right. What was received before a download failed stays in a hidden
//! file, and the next download continues there. Nothing is printed: the caller is told by [`FetchEvent`]s.

pub(crate) mod cache_folder;
pub(crate) mod data_set;
mod download;
pub(crate) mod file_list;
mod partial;
pub(crate) mod patience;

use std::path::{Path, PathBuf};

use crate::fetch::download::Server;
use crate::fetch::file_list::{FileList, RemoteFile};
use crate::fetch::partial::Partial;
use crate::fetch::patience::Patience;
use crate::support::atomic_write::sync_folder;
use crate::support::download_fault::DownloadFault;
use crate::support::error::{Error, Result};
use crate::support::folder::create_folder;
use crate::support::hash::sha256_of_file;
use crate::support::write_obstacle::WriteObstacle;

/// What happens while files are downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say it")]
pub enum FetchEvent {
    /// Another process downloads into the folder, and is waited for.
    Waiting { folder: PathBuf },
    /// A file is there already, with the right content.
    Present { file: String },
    /// A file of this name is there, but is another one; it is replaced.
    Replacing { file: String },
    /// A download begins, or continues after so many bytes.
    Started {
        file: String,
        mirror: String,
        received: u64,
        bytes: u64,
    },
    /// So many bytes of the file are there.
    Received { received: u64 },
    /// A mirror did not deliver a file.
    Failed {
        file: String,
        mirror: String,
        fault: DownloadFault,
    },
    /// A file is there, with the right content.
    Finished { file: String, mirror: String },
}

/// Receives the events of a download.
pub type OnFetch<'a> = dyn FnMut(FetchEvent) + 'a;

/// Downloads the files of a data set into a folder, as far as they are not there yet.
///
/// `mirrors` are addresses of folders, which are asked in order. One process at a time downloads into a folder; others
/// wait.
///
/// # Errors
///
/// [`Error::Download`] if no mirror delivers a file, [`Error::CannotWrite`] and [`Error::Io`] if files cannot be written.
pub fn fetch_files(
    list: &FileList,
    folder: &Path,
    mirrors: &[String],
    patience: Patience,
    on_fetch: &mut OnFetch<'_>,
) -> Result<()> {
    create_folder(folder)?;
    let _lock = lock(folder, on_fetch)?;
    let server = Server::new(patience);
    // A mirror that has delivered is asked first for the next file.
    let mut mirrors = mirrors.to_vec();
    for file in &list.files {
        if is_present(folder, file, on_fetch)? {
            continue;
        }
        let found = fetch_file(&server, list, file, folder, &mirrors, on_fetch)?;
        mirrors.rotate_left(found);
    }
    Ok(())
}

/// Locks a folder until the lock is dropped; waits while another process holds it.
fn lock(folder: &Path, on_fetch: &mut OnFetch<'_>) -> Result<fs_err::File> {
    let path = folder.join(".lock");
    let mut options = fs_err::OpenOptions::new();
    let file = options.create(true).truncate(false).write(true);
    let file = file.open(&path).map_err(|source| Error::CannotWrite {
        path: folder.to_owned(),
        obstacle: WriteObstacle::of(folder, &source),
    })?;
    if file.file().try_lock().is_err() {
        let folder = folder.to_owned();
        on_fetch(FetchEvent::Waiting { folder });
        let locked = file.file().lock();
        locked.map_err(|source| Error::Lock { path, source })?;
    }
    Ok(file)
}

/// Says whether a file is there with the right content.
fn is_present(folder: &Path, remote: &RemoteFile, on_fetch: &mut OnFetch<'_>) -> Result<bool> {
    let path = folder.join(&remote.name);
    let file = remote.name.clone();
    if !path.is_file() {
        return Ok(false);
    }
    let is_whole = path.metadata()?.len() == remote.bytes;
    if is_whole && sha256_of_file(&path)? == remote.sha256 {
        on_fetch(FetchEvent::Present { file });
        return Ok(true);
    }
    on_fetch(FetchEvent::Replacing { file });
    Ok(false)
}

/// Downloads a file from the first mirror that delivers it, and returns which one that is.
fn fetch_file(
    server: &Server,
    list: &FileList,
    file: &RemoteFile,
    folder: &Path,
    mirrors: &[String],
    on_fetch: &mut OnFetch<'_>,
) -> Result<usize> {
    let mut partial = Partial::open(folder, file)?;
    let mut faults = Vec::new();
    for (at, mirror) in mirrors.iter().enumerate() {
        let Some(fault) = from_mirror(server, file, mirror, &mut partial, on_fetch)? else {
            sync_folder(folder)?;
            on_fetch(FetchEvent::Finished {
                file: file.name.clone(),
                mirror: mirror.clone(),
            });
            return Ok(at);
        };
        on_fetch(FetchEvent::Failed {
            file: file.name.clone(),
            mirror: mirror.clone(),
            fault: fault.clone(),
        });
        faults.push((mirror.clone(), fault));
    }
    Err(Error::Download {
        file: file.name.clone(),
        folder: folder.to_owned(),
        files: list.files.iter().map(|file| file.name.clone()).collect(),
        received: partial.length(),
        faults,
    })
}

/// Downloads a file from one mirror; returns why that failed, if the mirror is to blame.
fn from_mirror(
    server: &Server,
    file: &RemoteFile,
    mirror: &str,
    partial: &mut Partial<'_>,
    on_fetch: &mut OnFetch<'_>,
) -> Result<Option<DownloadFault>> {
    loop {
        let earlier = partial.length();
        on_fetch(FetchEvent::Started {
            file: file.name.clone(),
            mirror: mirror.to_owned(),
            received: earlier,
            bytes: file.bytes,
        });
        let mut received = |received| on_fetch(FetchEvent::Received { received });
        if let Err(fault) = server.download(file, mirror, partial, &mut received)? {
            return Ok(Some(fault));
        }
        match partial.finish()? {
            // Another mirror may have sent the first part, which is gone now.
            Some(_) if earlier > 0 => {}
            fault => return Ok(fault),
        }
    }
}
