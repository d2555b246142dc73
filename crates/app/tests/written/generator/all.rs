//! Makes pictures of digits that MNIST's makers did not make, of what is no digit, and of several digits in a row.
//!
//! Nothing is trained on them: they show how well a network reads what people write. Everything is a function of the
//! seed and of the name of the picture; `crates/app/examples/written.rs` writes them into folders.

mod file;
mod fonts;
mod geometry;
mod glyph;
mod hand;
mod kinds;
mod mask;
mod none;
mod picture;
mod random;
mod rows;
mod skeletons;
mod sources;
mod strokes;
mod surface;

pub(crate) use file::File;
pub(crate) use kinds::KINDS;
pub(crate) use none::NONE;
pub(crate) use picture::Picture;
pub(crate) use rows::ROWS;
pub(crate) use sources::Sources;

/// A picture as it will be stored, and its name without the ending.
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) picture: Picture,
    pub(crate) file: File,
}

impl Made {
    pub(crate) fn file_name(&self) -> String {
        format!("{}.{}", self.name, self.file.ending())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.file.write(&self.picture)
    }
}
