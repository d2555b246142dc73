//! What an error means for the caller, and so the exit code of the program.

use data::DataError;
use model::ModelError;

use crate::support::device_error::DeviceError;
use crate::support::error::Error;
use crate::support::sweep_error::SweepError;
use crate::support::write_obstacle::WriteObstacle;

/// What an error means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A failure of the machine or of the program.
    Failed,
    /// A setting, a path or a file is invalid; the message says what is valid.
    BadInput,
    /// A signal stopped the training; the run can be resumed.
    Interrupted {
        /// 128 plus the signal's number, as shells report it.
        exit_code: u8,
    },
}

impl Error {
    /// Classifies the error; the kind determines the exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Interrupted { exit_code, .. }
            | Self::CrossvalInterrupted { exit_code, .. }
            | Self::SuspectsInterrupted { exit_code, .. }
            | Self::SweepInterrupted { exit_code, .. } => ErrorKind::Interrupted {
                exit_code: *exit_code,
            },
            Self::Data(source) | Self::DataSet { source, .. } => kind_of_data(source),
            Self::Model(source) => kind_of_model(source),
            Self::Device(source) => kind_of_device(source),
            Self::InFile { source, .. }
            | Self::TrainingStopped { source, .. }
            | Self::SweepStopped { source, .. }
            | Self::Combination { source, .. } => source.kind(),
            Self::CannotWrite { obstacle, .. } | Self::CreateRun { obstacle, .. } => match obstacle
            {
                // Another path would do.
                WriteObstacle::BelowFile { .. } | WriteObstacle::TooLong => ErrorKind::BadInput,
                _ => ErrorKind::Failed,
            },
            Self::Io(_)
            | Self::Write { .. }
            | Self::Lock { .. }
            | Self::Download { .. }
            | Self::NoCacheFolder
            | Self::Diverged { .. }
            | Self::ValidationDiverged { .. }
            | Self::NotStarted
            | Self::Sweep(SweepError::AllPointsFailed { .. } | SweepError::SweepGone { .. })
            | Self::MissingRecords { .. }
            | Self::Burn(_)
            | Self::Signals(_)
            | Self::ExportDiffers { .. }
            | Self::UnreadablePictures { .. }
            | Self::Clock => ErrorKind::Failed,
            #[cfg(feature = "serve")]
            Self::Page(_) => ErrorKind::Failed,
            #[cfg(feature = "wgpu")]
            Self::Gpu(_) => ErrorKind::Failed,
            _ => ErrorKind::BadInput,
        }
    }
}

pub(crate) fn kind_of_data(error: &DataError) -> ErrorKind {
    match error {
        DataError::CacheWrite { .. } => ErrorKind::Failed,
        _ => ErrorKind::BadInput,
    }
}

fn kind_of_device(error: &DeviceError) -> ErrorKind {
    match error {
        DeviceError::NotCompiledIn { .. }
        | DeviceError::DeviceIndex { .. }
        | DeviceError::DeviceWithoutBackend
        | DeviceError::FusedDoesNotApply(_) => ErrorKind::BadInput,
        DeviceError::NoCpuBackend
        | DeviceError::NoDevice { .. }
        | DeviceError::OpenDevice { .. }
        | DeviceError::WrongStep { .. }
        | DeviceError::DeviceMemory { .. }
        | DeviceError::WrongLogit { .. } => ErrorKind::Failed,
    }
}

pub(crate) fn kind_of_model(error: &ModelError) -> ErrorKind {
    match error {
        ModelError::NotWeights { .. }
        | ModelError::BurnpackVersion { .. }
        | ModelError::DamagedBurnpack { .. }
        | ModelError::Read { .. }
        | ModelError::Shape { .. }
        | ModelError::MissingWeight { .. }
        | ModelError::UnknownWeight { .. }
        | ModelError::Io { .. }
        | ModelError::Json { .. }
        | ModelError::WeightShape { .. }
        | ModelError::WeightType { .. }
        | ModelError::NonFiniteWeight { .. } => ErrorKind::BadInput,
        _ => ErrorKind::Failed,
    }
}
