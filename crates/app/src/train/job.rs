//! The inputs of a training, and how it can end.

use std::sync::Arc;
use std::time::Instant;

use crate::config::resolved::ResolvedConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::adapter::{AdapterKind, OpenDevice};
use crate::device::engine_choice::EngineKind;
use crate::device::select::reference_device;
use crate::run::callbacks::CallbackState;
use crate::run::directory::RunDirectory;
use crate::run::manifest::Manifest;
use crate::run::start_files::weights_checksum;
use crate::support::error::Result;
use crate::train::signals::StopRequest;

/// A training that is about to start or to be resumed.
pub(crate) struct Job<'a> {
    pub(crate) run: &'a RunDirectory,
    pub(crate) config: &'a ResolvedConfig,
    pub(crate) digits: &'a TrainingData,
    pub(crate) device: &'a OpenDevice,
    /// The checkpoint to resume from; none for a new run.
    pub(crate) from: Option<Manifest>,
    pub(crate) view: View,
    pub(crate) stop: StopRequest,
    /// When to stop, finished or not.
    pub(crate) deadline: Option<Instant>,
    /// Told of each finished epoch.
    pub(crate) on_epoch: Option<OnEpoch>,
}

/// Told of a finished epoch, and of the kernel of the first layer after it: `[400, units]`, row by row.
pub(crate) type OnEpoch = Arc<dyn Fn(usize, &[f32]) + Send + Sync>;

impl Job<'_> {
    /// The number of epochs that are already finished.
    pub(crate) fn finished_epochs(&self) -> usize {
        self.from.as_ref().map_or(0, |manifest| manifest.epoch)
    }

    /// The checksum of the file of initial weights, if there is one: of a resumed run, the one that
    /// it started with.
    pub(crate) fn initial_weights_checksum(&self) -> Result<Option<String>> {
        match (&self.from, &self.config.settings.init) {
            (Some(manifest), _) => Ok(manifest.init.clone()),
            (None, Some(init)) => weights_checksum(init).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The engine of the run.
    pub(crate) fn engine(&self) -> Result<EngineKind> {
        let images = self.digits.training.len();
        EngineKind::choose(&self.config.settings.cut_to(images), self.device)
    }

    /// The device of Burn's learner: that of the run, or the CPU if our own kernels train on a GPU, so that
    /// the driver compiles no others.
    pub(crate) fn learner_device(&self) -> Result<OpenDevice> {
        Ok(match self.engine()? {
            EngineKind::Burn | EngineKind::Fused => self.device.clone(),
            EngineKind::Kernels => OpenDevice {
                device: reference_device(),
                kind: AdapterKind::Cpu,
                ..self.device.clone()
            },
        })
    }

    /// Training steps of an epoch.
    pub(crate) fn steps_per_epoch(&self) -> usize {
        let images = self.digits.training.len();
        images.div_ceil(self.config.settings.batch_size)
    }
}

/// How the progress of a training is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// A status line, and a line for each epoch, or for some of many, on standard error.
    Lines,
    /// The same with a line for each epoch, however many there are.
    EveryLine,
    /// Burn's dashboard, on standard output.
    #[cfg(feature = "tui")]
    Dashboard,
    /// No output.
    #[default]
    Hidden,
}

/// Why a training ended, if no error ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All epochs are finished.
    AllEpochs,
    /// Early stopping: the monitored metric did not improve for too long.
    StoppedEarly,
    /// A signal or the dashboard requested it.
    Interrupted {
        /// 128 plus the signal's number, as shells report it.
        exit_code: u8,
    },
    /// The time limit is reached.
    OutOfTime,
}

/// The result of a training.
pub(crate) struct Fitted {
    pub(crate) ended: Ended,
    pub(crate) callbacks: CallbackState,
}
