//! Run directories: their files, and how they are written and read.

pub(crate) mod callbacks;
pub(crate) mod checkpoint;
pub(crate) mod checkpoint_name;
pub(crate) mod contents;
pub(crate) mod create;
pub(crate) mod deletable;
pub(crate) mod directory;
pub(crate) mod history;
pub(crate) mod imported;
pub(crate) mod lock;
pub(crate) mod manifest;
pub(crate) mod optimizer_record;
pub(crate) mod result;
pub(crate) mod selection;
pub(crate) mod sessions;
pub(crate) mod start_files;
pub(crate) mod summary;
