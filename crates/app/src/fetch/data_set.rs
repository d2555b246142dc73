//! Data sets that are downloaded by name, and used by that name: `--data mnist`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::fetch::cache_folder::cache_folder;
use crate::fetch::file_list::{FileList, RemoteFile};
use crate::support::error::{Error, Result};

/// A data set that can be downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataSet {
    /// 70,000 handwritten digits: LeCun, Cortes, Burges; CC BY-SA 3.0
    Mnist,
}

const ALL: [DataSet; 1] = [DataSet::Mnist];

/// MNIST's files as they are published: name, bytes, SHA-256.
///
/// The sums are those that are published for them in several places; all but that of the training images were computed
/// as well, from the files in github.com/fgnt/mnist.
const MNIST_FILES: [(&str, u64, &str); 4] = [
    (
        "train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    (
        "train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    (
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    (
        "t10k-labels-idx1-ubyte.gz",
        4542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
];

/// Where MNIST's files can be had: the mirrors of `TensorFlow` Datasets and of torchvision, and a repository.
const MNIST_MIRRORS: [&str; 3] = [
    "https://storage.googleapis.com/cvdf-datasets/mnist",
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://raw.githubusercontent.com/fgnt/mnist/master",
];

impl DataSet {
    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mnist => "mnist",
        }
    }

    /// Its files.
    pub(crate) fn files(self) -> FileList {
        let files = match self {
            Self::Mnist => MNIST_FILES,
        };
        let files = files.map(|(name, bytes, sha256)| RemoteFile {
            name: name.to_owned(),
            bytes,
            sha256: sha256.to_owned(),
        });
        FileList {
            name: self.name().to_owned(),
            files: files.to_vec(),
        }
    }

    /// The addresses of the folders that have these files.
    pub(crate) fn mirrors(self) -> Vec<String> {
        let mirrors = match self {
            Self::Mnist => MNIST_MIRRORS,
        };
        mirrors.map(str::to_owned).to_vec()
    }

    /// The folder in the user's cache; none if the user has no home directory.
    pub(crate) fn folder(self) -> Option<PathBuf> {
        cache_folder().map(|cache| cache.join(self.name()))
    }
}

/// The path of a data set that was named: `mnist` is the folder of the downloaded files, unless something of this name is
/// in the current directory.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    let named = ALL.into_iter().find(|set| path == Path::new(set.name()));
    let folder = named.filter(|_| !path.exists()).and_then(DataSet::folder);
    folder.unwrap_or_else(|| path.to_owned())
}

/// Returns an error if a path is that of a data set that can be downloaded, and files of it are missing.
///
/// # Errors
///
/// [`Error::NotFetched`].
pub(crate) fn check_fetched(path: &Path) -> Result<()> {
    let set = ALL.into_iter();
    let mut set = set.filter(|set| set.folder().is_some_and(|folder| folder == path));
    let Some(set) = set.next() else {
        return Ok(());
    };
    let names = set.files().files.into_iter().map(|file| file.name);
    let missing: Vec<String> = names.filter(|name| !path.join(name).is_file()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::NotFetched {
        data_set: set.name(),
        folder: path.to_owned(),
        missing,
    })
}
