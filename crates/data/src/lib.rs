//! Handwritten digits for the network: reads files, hands out batches.
//!
//! A digit is an image of 20 x 20 pixels with a label, 0 to 9. The pixels are stored column by column (column-major), as
//! in the course; images of other sizes are resized as the course's were (see [`resize()`]). The digits come from
//!
//! - the 5,000 embedded in the program: [`Digits::embedded`];
//! - IDX files, as MNIST is published: one of images and one of labels, each plain or gzipped;
//! - `.npy` files, as in the course: `X.npy` and `y.npy`, each plain or gzipped; also images of other sizes;
//! - `.npz` archives of such arrays, as Keras's `mnist.npz`;
//! - CSV files, as Kaggle's: a label and the pixels of an image in each line;
//! - MATLAB files of version 5, as the course's `ex4data1.mat`, with images and labels in one file;
//! - PNG or JPEG pictures: a folder with one subfolder per digit; the digit is found in each ([`prepare`]).
//!
//! [`read`] recognizes the format by content. Files are not trusted: whatever is wrong with one is returned as a
//! [`DataError`], and memory use grows with the data read, not with the sizes that a header announces. A data set larger
//! than its [`Cache`] allows stays on disk and is [streamed](Digits::stream).
//!
//! # From files to batches
//!
//! ```
//! use burn::data::dataloader::DataLoader;
//! use burn::tensor::Device;
//! use data::{Classes, ClassifiedDigits, DigitBatcher, DigitLoader, LoaderConfig, Sampler};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two digits to tell apart: 0 is the negative class, 1 the positive one.
//! let classes = Classes::new(&[0, 1])?;
//! let images = ClassifiedDigits::embedded(classes);
//! assert_eq!(images.len(), 1000);
//!
//! // Hold out 20 % of each class.
//! let split = data::split(images.digits().labels(), 0.2, 0)?;
//! let (train, validation) = (images.select(&split.train), images.select(&split.validation));
//! assert_eq!((train.len(), validation.len()), (800, 200));
//!
//! // Batches of 32 images in a new order in each epoch.
//! let config = LoaderConfig {
//!     batcher: DigitBatcher::new(classes.outputs()),
//!     batch_size: 32,
//!     sampler: Sampler::Shuffled { seed: 0 },
//!     first_epoch: 1,
//! };
//! let loader = DigitLoader::new(std::sync::Arc::new(train), config, Device::flex());
//! for batch in loader.iter() {
//!     let batch = batch?;
//!     assert_eq!(batch.images.dims(), [32, data::PIXELS]);
//!     assert_eq!(batch.targets.dims(), [32, 1]);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! To read files, put [`read_classes`] in the place of [`ClassifiedDigits::embedded`]:
//!
//! ```no_run
//! # fn main() -> Result<(), data::DataError> {
//! use data::{Cache, Classes, PixelOrder};
//!
//! let paths = ["X.npy".into(), "y.npy".into()];
//! let all = Classes::new(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])?;
//! let images = data::read_classes(&paths, PixelOrder::Column, &Cache::unlimited(), all)?;
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! A folder imports only folders before it in this list: `file_kind`, `foreign_file`, `error`, `pixels`, `preparation`,
//! `storage`, `formats`, `augment`, `loader`.
//!
//! - `file_kind`, `foreign_file`, `error`: why data is refused;
//! - `pixels/`: the pixels of one image: their layout, padding to a square, the resize to 20 x 20, their
//!   scale;
//! - `preparation/`: a picture as people make it, to the ink of its digits in MNIST's framing ([`prepare`]): `plane`,
//!   `picture`, `threshold`, `distance`, `color`, `frame`, `components`, `ink`, `plate`, `lines`, `digits`, `framing`,
//!   `cuts`;
//! - `storage/`: images and labels in memory or on disk: `cache` and `row_file`, `store`, `writer`, `picture_files`, then [`Digits`],
//!   `stream`, `checksum`, [`Classes`] and [`ClassifiedDigits`];
//! - `formats/`: from paths to a data set: `npz`, `byte_source`, `blocks` and `data_file`, a reader per format, `detect`,
//!   `folder`, `locate`, `image_kind`, `wanted`, `read`, and `embedded`; `array`, for arrays that are no data set;
//! - `augment/`: training images replaced by digits of fonts, shifted, turned, bent and drawn with another pen, anew in
//!   each epoch ([`Augmenter`]);
//! - `loader/`: which images train and which validate ([`split()`], [`fold()`]), in which order ([`Sampler`]), in which
//!   batches ([`DigitLoader`], [`ResidentLoader`]).

mod augment;
mod error;
mod file_kind;
mod foreign_file;
mod formats;
mod loader;
mod pixels;
mod preparation;
mod storage;

pub use augment::{Augment, Augmenter, Original};
pub use error::{BatchOrderError, CsvError, DataError};
pub use file_kind::FileKind;
pub use foreign_file::ForeignFile;
pub use formats::{
    ImageKind, NumberArray, PictureReading, PixelFormat, half_to_f32, image_kind, is_in_archive,
    npy_header, read, read_classes, read_mat_arrays, read_npy_array, read_picture,
    read_picture_bytes, read_picture_pixels, read_rows, read_some_classes,
    read_whole_picture_bytes, test_part, write_images_npy, write_labels_npy,
};
pub use loader::{
    DigitBatch, DigitBatcher, DigitLoader, Example, LoaderConfig, ResidentLoader, Sampler, Split,
    fold, read_batch_order, split,
};
pub use pixels::{PIXELS, PixelOrder, PixelScale, SIDE, ScaleNotice, resize, row_major};
pub use preparation::{
    Area, InkedDigit, MOST_PIECES, NoInk, Picture, Prepared, PreparedDrawing, prepare,
    prepare_drawing,
};
pub use storage::{Cache, Chunk, Classes, ClassifiedDigits, Digits, Unclear, UnclearPicture};
