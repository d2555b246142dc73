//! The files of a data set, with their lengths and checksums.

/// The files of a data set.
#[derive(Debug, Clone)]
pub struct FileList {
    /// Its name on the command line.
    pub name: String,
    /// Its files.
    pub files: Vec<RemoteFile>,
}

/// A file that can be downloaded.
#[derive(Debug, Clone)]
pub struct RemoteFile {
    /// Its name, in the folder and on each mirror.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}
