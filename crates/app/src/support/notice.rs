//! Notices that the library sends to its caller. The library itself prints nothing; the caller
//! decides what to do with a notice.

use std::path::{Path, PathBuf};

use crate::support::listing::{enumerated, listed_digits};
use crate::support::missing::as_typed;
use crate::support::plural::counted;
use crate::support::shell::quoted;

use data::{ScaleNotice, Unclear, UnclearPicture};
use plots::grouped;

/// An event that is neither a result nor an error.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// `--backend auto` uses the CPU, because there is no GPU.
    NoGpu {
        /// What was looked for and not found.
        reason: String,
        /// The device used instead.
        device: String,
    },
    /// `--backend auto` fell back to the CPU from a GPU that does not work.
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
    /// The saved state of a point of a sweep is damaged.
    DamagedPoint {
        /// The number of the point.
        point: usize,
        /// File and cause.
        cause: String,
        /// The epoch from which it is trained.
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
        /// Number of images in the test part of the data set; 0 if it has none.
        test_images: usize,
        /// The digits that the network tells apart.
        digits: Vec<u8>,
        /// The run directory; none if nothing is stored.
        run: Option<PathBuf>,
    },
    /// The run is trained by Burn's steps, although nobody asked for them.
    BurnsSteps {
        /// Why the fused step is not used.
        reason: String,
    },
    /// A sweep on a GPU trains one point after the other, because the images are too many.
    OneAfterTheOther {
        /// The number of images.
        images: usize,
    },
    /// A given setting changes nothing.
    WithoutEffect {
        /// Its key.
        key: &'static str,
        /// Why.
        reason: String,
    },
    /// A batch is the whole training set, which is smaller than the batch size that was given.
    WholeBatch {
        /// The batch size.
        batch_size: usize,
        /// The number of training images.
        images: usize,
    },
    /// The last epochs have a learning rate so low that they change nothing.
    RateEnds {
        /// The first of these epochs.
        epoch: usize,
        /// All epochs.
        epochs: usize,
        /// The highest learning rate from there on.
        rate: f64,
        /// The run that is resumed, which keeps its schedule; none for a new run.
        resumed: Option<PathBuf>,
    },
    /// The warm-up takes all steps.
    EndlessWarmup {
        /// The learning rate that it reaches.
        reached: f64,
        /// The learning rate that is set.
        learning_rate: f64,
    },
    /// The announced run directory was created by another training.
    OtherDirectory {
        /// The run directory.
        run: PathBuf,
    },
    /// Of many epochs, only some are printed.
    FewLines {
        /// Every how many epochs one is.
        every: usize,
    },
    /// Training is stopped after the current step, by a signal.
    Stopping,
    /// The pixels of a file were rescaled, or their scale is unclear.
    PixelScale(ScaleNotice),
    /// Pictures in the folder of a data set were not read, because they are in no subfolder of a digit.
    SkippedPictures {
        /// How many.
        pictures: usize,
        /// The first by name.
        first: PathBuf,
    },
    /// Pictures of a data set, at least one, that do not show one digit.
    UnclearPictures(Vec<UnclearPicture>),
    /// A run is resumed.
    Resumed {
        /// The last finished epoch.
        epoch: usize,
    },
}

impl Notice {
    /// Says whether something is wrong that the caller should always see.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        match self {
            Self::FellBack { .. }
            | Self::DamagedCheckpoint { .. }
            | Self::DamagedPoint { .. }
            | Self::EarlierCheckpoint { .. } => true,
            Self::PixelScale(scale) => !matches!(scale, ScaleNotice::Rescaled { .. }),
            _ => false,
        }
    }
}

/// Receives the library's notices.
pub type Notify<'a> = dyn FnMut(Notice) + 'a;

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoGpu { reason, device } | Self::FellBack { reason, device } => {
                write!(f, "{reason}; using {device}")
            }
            Self::CheckingDevice { device } => {
                write!(f, "checking {device} and compiling its kernels ...")
            }
            Self::DamagedCheckpoint { cause } => write!(f, "warning: {cause}"),
            Self::EarlierCheckpoint { epoch } => {
                write!(f, "warning: using the checkpoint of epoch {epoch} instead")
            }
            Self::DamagedPoint {
                point,
                cause,
                epoch,
            } => write!(
                f,
                "warning: {cause}; point {point} is trained again from epoch {epoch}"
            ),
            Self::OtherBackend { before, now } => {
                write!(f, "so far trained on {before}; {now} rounds differently")
            }
            Self::Training {
                device,
                engine,
                training_images,
                validation_images,
                test_images,
                digits,
                run,
            } => {
                let images = counted(*training_images, "image");
                let (digits, validation) = (listed_digits(digits), grouped(*validation_images));
                write!(
                    f,
                    "training on {device} with {engine}: {images} of {digits}, "
                )?;
                write!(f, "{validation} for validation")?;
                if *test_images > 0 {
                    write!(f, ", {} for the test", grouped(*test_images))?;
                }
                match run {
                    Some(run) => write!(f, "; run {}", quoted(run)),
                    None => f.write_str("; nothing is stored"),
                }
            }
            Self::BurnsSteps { reason } => write!(f, "note: trained by Burn's steps: {reason}"),
            Self::OneAfterTheOther { images } => write!(
                f,
                "note: one point is trained after the other: {} are more than the 128 MB that many \
                 networks share on a GPU",
                counted(*images, "image")
            ),
            Self::WithoutEffect { key, reason } => write!(f, "note: {key} has no effect: {reason}"),
            Self::WholeBatch { batch_size, images } => write!(
                f,
                "note: batch_size is {}: a batch is all {}",
                grouped(*batch_size),
                counted(*images, "training image")
            ),
            Self::RateEnds {
                epoch,
                epochs,
                rate,
                resumed,
            } => write_rate_ends(f, [*epoch, *epochs], *rate, resumed.as_deref()),
            Self::EndlessWarmup {
                reached,
                learning_rate,
            } => write!(
                f,
                "note: warmup_steps takes all steps: the learning rate rises to {reached:.1e} \
                 instead of {learning_rate}"
            ),
            Self::OtherDirectory { run } => write!(
                f,
                "another training has just created that directory; run {}",
                quoted(run)
            ),
            Self::FewLines { every } => write!(
                f,
                "printing every {every}th epoch, or one in ten seconds; history.csv has all, and -v prints \
                 all"
            ),
            Self::Stopping => f.write_str("stopping after this step; Ctrl-C again stops at once"),
            Self::PixelScale(notice) => write!(f, "{notice}"),
            Self::SkippedPictures { pictures, first } => write!(
                f,
                "note: skipped {} in no folder of a digit, such as {}",
                counted(*pictures, "picture"),
                quoted(first)
            ),
            Self::UnclearPictures(pictures) => write_unclear(f, pictures),
            Self::Resumed { epoch } => write!(f, "resumed from epoch {epoch}"),
        }
    }
}

/// How many there are of each kind, what becomes of them, and the first of them.
fn write_unclear(f: &mut std::fmt::Formatter<'_>, pictures: &[UnclearPicture]) -> std::fmt::Result {
    /// More would not fit on two lines.
    const NAMED: usize = 3;
    let kinds = [
        (Unclear::Blank, "blank"),
        (Unclear::Noise, "noise"),
        (
            Unclear::SeveralDigits,
            "with several digits, of which the one with most ink counts",
        ),
    ];
    let found = kinds.into_iter().filter_map(|(kind, words)| {
        let count = pictures.iter().filter(|picture| picture.shows == kind);
        let count = count.count();
        (count > 0).then(|| format!("{} {words}", grouped(count)))
    });
    let found: Vec<String> = found.collect();
    let named = pictures.iter().take(NAMED);
    let named: Vec<String> = named
        .map(|picture| quoted(&as_typed(&picture.path)))
        .collect();
    let such_as = if pictures.len() > NAMED {
        "such as "
    } else {
        ""
    };
    write!(
        f,
        "note: {} without one clear digit, {}: {such_as}{}",
        counted(pictures.len(), "picture"),
        enumerated(&found),
        enumerated(&named)
    )
}

fn write_rate_ends(
    f: &mut std::fmt::Formatter<'_>,
    [epoch, epochs]: [usize; 2],
    rate: f64,
    resumed: Option<&Path>,
) -> std::fmt::Result {
    write!(f, "note: from epoch {epoch} of {epochs} on ")?;
    if rate == 0.0 {
        write!(f, "the learning rate is 0: these epochs change nothing; ")?;
    } else {
        write!(
            f,
            "the learning rate is at most {rate:.1e}: these epochs change nothing; "
        )?;
    }
    match resumed {
        Some(run) => write!(
            f,
            "a resumed run keeps its schedule, so start a new one with its weights: --init {}",
            quoted(run)
        ),
        None => f.write_str(
            "raise learning_rate, train fewer epochs, or give the schedule more decay_steps",
        ),
    }
}
