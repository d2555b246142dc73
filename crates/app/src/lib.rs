//! Trains the digits network, evaluates it and predicts with it: the program `app` as a library.
//!
//! ```
//! use app::{CheckpointName, DeviceChoice, Predictor, RunConfig, TrainOptions, TrainingData};
//!
//! # fn main() -> app::Result<()> {
//! let folder = tempfile::tempdir()?;
//! let config = RunConfig {
//!     epochs: 5,
//!     ..RunConfig::default()
//! };
//! let choice = DeviceChoice {
//!     backend: app::BackendName::Flex,
//!     index: None,
//! };
//! let device = app::open_checked(&choice, &config, &mut |notice| println!("{notice}"))?;
//! let options = TrainOptions {
//!     run: Some(folder.path().join("run")),
//!     ..TrainOptions::default()
//! };
//! let run = app::train(&config, &device, &options)?;
//!
//! let predictor = Predictor::open(run, CheckpointName::Last, device)?;
//! let validation = TrainingData::read(predictor.config())?.validation;
//! let evaluation = predictor.evaluate(&validation, model::Decision::default())?;
//! assert!(evaluation.accuracy > 0.9);
//! # Ok(())
//! # }
//! ```
//!
//! - [`RunConfig`] holds the settings, [`RunDirectory`] a run on disk;
//! - [`open_device`] and [`open_checked`] open a CPU or a GPU;
//! - [`train()`] trains, [`resume`] continues, [`Predictor`] predicts and evaluates, [`Ensemble`] does so with several
//!   networks.
//!
//! The library prints nothing: it returns [`Error`]s and passes [`Notice`]s to the caller. It writes
//! into the given directories only, or into `runs/` if none is given, and unpacks a large data set
//! into an unnamed temporary file. Two functions change the process, and only if they are called:
//! [`StopRequest::listen`] installs signal handlers, of which a second signal ends the process, and
//! [`prepare_environment`] sets environment variables, without which Burn's engine cannot resume a
//! run on a machine without a GPU. [`main`] is the program `app`, whose commands are in `cli/`.
//!
//! # Folders
//!
//! A folder imports only folders before it in this list: `support`, `terminal`, `fetch`, `config`,
//! `device`, `interchange`, `dataset`, `run`, `predictor`, `reading`, `train`, `sweep`, `serve`,
//! `cli`.
//!
//! - `support`: errors, notices, atomic writes, CSV files, checksums;
//! - `terminal`: digits and curves as text;
//! - `fetch`: data sets that are downloaded, and where they are kept;
//! - `config`: the settings of flags, file and run, merged, checked and resolved;
//! - `device`: backends, devices, engines, and whether a device computes correctly;
//! - `interchange`: networks in the files of other programs;
//! - `dataset`: the images of a run;
//! - `run`: what a run directory holds;
//! - `predictor`: a trained network on a device, or several that predict together;
//! - `train`: the engines, the epoch loop, and everything around them;
//! - `sweep`: many trainings, kept in one folder;
//! - `serve`: what the HTTP server is told of networks, runs and trainings;
//! - `cli`: one file for each command.

mod cli;
mod config;
mod dataset;
mod device;
mod fetch;
#[cfg(fuzzing)]
pub mod fuzz;
mod interchange;
mod predictor;
mod reading;
mod run;
#[cfg(feature = "serve")]
mod serve;
mod support;
mod sweep;
mod terminal;
mod train;

pub use cli::main;
pub use config::augment_config::AugmentConfig;
pub use config::choices::{EngineName, PixelOrderName, ScheduleName};
pub use config::class_weights::{ClassWeights, NamedWeights};
pub use config::digit_list::DigitList;
pub use config::monitor::{Monitor, MonitorMode, MonitoredMetric};
pub use config::resolved::{ImageCounts, ResolvedConfig};
pub use config::run_config::RunConfig;
pub use dataset::training_data::{EvaluatedOn, TrainingData, evaluation_images};
pub use dataset::{DataSource, check_rows, notify_images};
pub use device::adapter::{Adapter, AdapterKind, OpenDevice, adapters};
pub use device::backend_name::BackendName;
pub use device::engine_choice::EngineKind;
pub use device::environment::prepare_environment;
pub use device::select::{DeviceChoice, open_cpu, open_device};
pub use device::self_check::{StepLosses, check, open_checked};
pub use fetch::file_list::{FileList, RemoteFile};
pub use fetch::patience::Patience;
pub use fetch::{FetchEvent, OnFetch, fetch_files};
pub use predictor::Predictor;
pub use predictor::ensemble::Ensemble;
pub use predictor::ensemble_logits::{EnsembleLogits, JointPrediction};
pub use predictor::guard::{
    CERTAIN_DIGIT_EVIDENCE, DIGIT_EVIDENCE, Guard, Judgement, OTHER_DIGIT_EVIDENCE, Verdict,
    gradient_histograms,
};
pub use predictor::member::Member;
pub use predictor::predictions::{Predictions, evaluate, predicted_digit};
pub use run::callbacks::{BestEpoch, CallbackState};
pub use run::checkpoint_name::{CheckpointName, UnknownCheckpoint};
pub use run::directory::RunDirectory;
pub use run::history::EpochMetrics;
pub use run::result::TrainingResult;
pub use run::sessions::Session;
pub use run::summary::{RunState, RunSummary};
pub use support::cause::{
    Contradiction, Damage, Difference, Divergence, FusedObstacle, RecordFault,
};
pub use support::device_error::DeviceError;
pub use support::download_fault::DownloadFault;
pub use support::error::{Error, Result, Source};
pub use support::error_kind::ErrorKind;
pub use support::notice::{Notice, Notify};
pub use support::sweep_error::SweepError;
pub use support::write_obstacle::WriteObstacle;
pub use train::range_test::rate_range::RateRange;
pub use train::range_test::{RangeTest, RangeTestStep, range_test};
pub use train::session::{TrainOptions, resume, train};
pub use train::signals::StopRequest;
