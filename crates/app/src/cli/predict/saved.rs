//! The folder of `--save`: pictures with the prediction drawn in.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::cli::prepared_picture::{ShownPrediction, prepared_picture};
use crate::reading::picture::ReadPicture;
use crate::support::atomic_write::write_atomically;
use crate::support::folder::create_folder;
use crate::support::plural::counted;
use crate::support::shell::quoted;

/// A folder, and the names of the files that were written to it.
pub(super) struct SavedPictures {
    folder: PathBuf,
    names: HashSet<String>,
}

impl SavedPictures {
    /// Creates the folder if it does not exist.
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        create_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            names: HashSet::new(),
        })
    }

    /// Writes a picture.
    pub(super) fn write(
        &mut self,
        name: &str,
        read: &ReadPicture,
        prediction: ShownPrediction,
    ) -> anyhow::Result<()> {
        let stem = Path::new(name).file_stem().unwrap_or_default();
        let file = self.unused_name(&stem.to_string_lossy());
        let figure = plots::predicted(&prepared_picture(name.to_owned(), read, prediction));
        write_atomically(&self.folder.join(file), &figure.to_png()?)?;
        Ok(())
    }

    /// `NAME.png`, or `NAME-2.png` if there is one already.
    fn unused_name(&mut self, stem: &str) -> String {
        let candidates = std::iter::once(format!("{stem}.png"))
            .chain((2..).map(|number| format!("{stem}-{number}.png")));
        let mut unused = candidates.filter(|name| !self.names.contains(name));
        // The candidates do not end.
        let name = unused.next().unwrap_or_default();
        self.names.insert(name.clone());
        name
    }

    /// `wrote 12 pictures to DIR`
    pub(super) fn summary(&self) -> String {
        let pictures = counted(self.names.len(), "picture");
        format!("wrote {pictures} to {}", quoted(&self.folder))
    }
}
