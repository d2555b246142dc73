//! Notices that the library sends to its caller. The library itself prints nothing; the caller
//! decides what to do with a notice.

use std::path::PathBuf;

use data::ScaleNotice;

/// An event that is neither a result nor an error.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// `--backend auto` fell back to the CPU.
    FellBack {
        /// Why no GPU is used.
        reason: String,
        /// The device used instead.
        device: String,
    },
    /// The self-check of a GPU begins; it compiles the kernels.
    CheckingDevice {
        /// Backend and device.
        device: String,
    },
    /// A checkpoint is damaged and an earlier one is tried.
    DamagedCheckpoint {
        /// File and cause.
        cause: String,
    },
    /// The checkpoint that is used instead of damaged ones.
    EarlierCheckpoint {
        /// Its epoch.
        epoch: usize,
    },
    /// A resumed run continues on another backend than before.
    OtherBackend {
        /// The backend that trained the finished epochs.
        before: String,
        /// The backend chosen now.
        now: String,
    },
    /// Training begins.
    Training {
        /// Backend and device.
        device: String,
        /// The implementation of the training step.
        engine: String,
        /// Number of training images.
        training_images: usize,
        /// Number of validation images.
        validation_images: usize,
        /// The negative digit, then the positive one.
        digits: [u8; 2],
        /// The run directory.
        run: PathBuf,
    },
    /// The pixels of a file were rescaled, or their scale is unclear.
    PixelScale(ScaleNotice),
    /// A run is resumed.
    Resumed {
        /// The last finished epoch.
        epoch: usize,
    },
}

/// Receives the library's notices.
pub type Notify<'a> = dyn FnMut(Notice) + 'a;

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FellBack { reason, device } => write!(f, "{reason}; using {device}"),
            Self::CheckingDevice { device } => {
                write!(f, "checking {device} and compiling its kernels ...")
            }
            Self::DamagedCheckpoint { cause } => write!(f, "warning: {cause}"),
            Self::EarlierCheckpoint { epoch } => {
                write!(f, "warning: using the checkpoint of epoch {epoch} instead")
            }
            Self::OtherBackend { before, now } => write!(
                f,
                "so far, the run was trained on {before}; {now} rounds differently"
            ),
            Self::Training {
                device,
                engine,
                training_images,
                validation_images,
                digits: [negative, positive],
                run,
            } => write!(
                f,
                "training on {device} with {engine}: {training_images} images of {negative} and \
                 {positive}, {validation_images} for validation; run {}",
                run.display()
            ),
            Self::PixelScale(notice) => write!(f, "{notice}"),
            Self::Resumed { epoch } => write!(f, "resumed from epoch {epoch}"),
        }
    }
}
