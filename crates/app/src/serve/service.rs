//! The program as the server sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use server::{
    Example, FirstLayer, Input, Model, PredictQuery, Predictions, Run, Service, ServiceError,
    Training, Weights,
};

use crate::run::directory::RunDirectory;
use crate::serve::described;
use crate::serve::examples::KeptExamples;
use crate::serve::first_layers::FirstLayers;
use crate::serve::networks::{BETWEEN_LOOKS, Loaded, Look, ServedNetworks};
use crate::serve::predictions::predictions;
use crate::serve::runs::Runs;
use crate::serve::served::Served;
use crate::serve::training::{first_layer, training};
use crate::support::error::{Error, with_causes};
use crate::support::error_kind::ErrorKind;
use crate::sweep::directory::SweepDirectory;

/// Who is told of new checkpoints and of errors that clients are not.
pub(crate) type Report = Arc<dyn Fn(Look) + Send + Sync>;

/// What is said of a run without a network.
const NO_NETWORK: &str = "the run has no checkpoint that can be loaded; the server's log says why";
/// What is said of a run whose data set cannot be read.
const NO_DATA: &str = "the run's data set cannot be read; the server's log says why, and its flag --data names another place";

/// Networks, runs and data for the server.
pub(crate) struct ProgramService {
    loaded: Arc<Loaded>,
    runs: Runs,
    examples: KeptExamples,
    /// Told of what happens.
    report: Report,
    /// Chooses the next example; a step that has no divisor in common with most numbers of images.
    next_example: AtomicUsize,
}

impl ProgramService {
    /// Loads the networks, and loads them anew when there are new checkpoints, of which `report` is told.
    pub(crate) fn start(
        networks: ServedNetworks,
        runs: std::path::PathBuf,
        report: Report,
    ) -> Self {
        let loaded = Arc::new(Loaded::new(networks));
        let watched = Arc::downgrade(&loaded);
        let told = Arc::clone(&report);
        std::thread::spawn(move || {
            while let Some(loaded) = watched.upgrade() {
                match loaded.look() {
                    Look::Same => {}
                    news => told(news),
                }
                drop(loaded);
                std::thread::sleep(BETWEEN_LOOKS);
            }
        });
        Self {
            loaded,
            runs: Runs::new(runs),
            examples: KeptExamples::default(),
            report,
            next_example: AtomicUsize::new(started()),
        }
    }

    /// Reads the images that are shown as examples; they are read when they are asked for otherwise.
    ///
    /// # Errors
    ///
    /// As [`KeptExamples::of`].
    pub(crate) fn read_examples(&self) -> Result<(), Error> {
        if let Ok(served) = self.loaded.first() {
            self.examples.of(&self.loaded.data(&served))?;
        }
        Ok(())
    }

    /// The name of the networks with which the server is started.
    pub(crate) fn name(&self) -> &str {
        self.loaded.name()
    }

    /// Why the networks with which the server is started cannot be loaded; `None` if they are.
    pub(crate) fn obstacle(&self) -> Option<String> {
        self.loaded.first().err()
    }

    fn served(&self, run: Option<&str>) -> Result<Arc<Served>, ServiceError> {
        let first = || {
            let first = self.loaded.first();
            first.map_err(|_reported| ServiceError::NotReady {
                reason: NO_NETWORK.to_owned(),
            })
        };
        match run {
            None => first(),
            Some(name) if name == self.loaded.name() => first(),
            Some(name) => {
                let run = self.run(name)?;
                let found = self.loaded.of_run(name, &run);
                // Most often one whose first checkpoint is not yet written.
                found.map_err(|error| self.not_ready(&error))
            }
        }
    }

    /// What a client is told of an error, whose message may name files: that is for the program's own log.
    fn failed(&self, error: &Error) -> ServiceError {
        self.tell(error);
        ServiceError::Failed {
            reason: "the program failed; the server's log says why".to_owned(),
        }
    }

    fn not_ready(&self, error: &Error) -> ServiceError {
        self.tell(error);
        ServiceError::NotReady {
            reason: NO_NETWORK.to_owned(),
        }
    }

    fn tell(&self, error: &Error) {
        let reason = with_causes(error);
        (self.report)(Look::Request { reason });
    }

    /// The run with which the server was started, of several the first.
    fn first_run(&self) -> Result<RunDirectory, ServiceError> {
        let folder = self.loaded.folder();
        if folder.is_some_and(SweepDirectory::is_sweep) {
            return Err(ServiceError::Input {
                reason: "the epochs of a sweep's networks are not kept; choose a run".to_owned(),
            });
        }
        RunDirectory::open(folder).map_err(|error| self.failed(&error))
    }

    /// The run whose training is asked for, with what is kept of it in memory.
    fn trained(
        &self,
        run: Option<&str>,
    ) -> Result<(RunDirectory, Option<&FirstLayers>), ServiceError> {
        match run {
            Some(name) if name != self.loaded.name() => Ok((self.run(name)?, None)),
            _ => Ok((self.first_run()?, self.loaded.first_layers())),
        }
    }

    fn run(&self, name: &str) -> Result<RunDirectory, ServiceError> {
        let found = self.runs.find(name).map_err(|error| self.failed(&error))?;
        found.ok_or_else(|| ServiceError::UnknownRun {
            name: name.to_owned(),
        })
    }
}

impl Service for ProgramService {
    fn predict(&self, input: &Input, query: &PredictQuery) -> Result<Predictions, ServiceError> {
        let served = self.served(query.run.as_deref())?;
        predictions(&served, input, query).map_err(|error| match error.kind() {
            ErrorKind::BadInput => ServiceError::Input {
                reason: with_causes(&error),
            },
            _ => self.failed(&error),
        })
    }

    fn predicts_at_once(&self, query: &PredictQuery) -> bool {
        // Of another run, files are looked at.
        let is_first = query
            .run
            .as_deref()
            .is_none_or(|run| run == self.loaded.name());
        let first = self.loaded.first();
        is_first && first.is_ok_and(|served| !served.ensemble().is_on_gpu())
    }

    fn is_ready(&self) -> bool {
        self.loaded.first().is_ok()
    }

    fn model(&self, run: Option<&str>) -> Result<Model, ServiceError> {
        Ok(described::model(&*self.served(run)?))
    }

    fn weights(&self, run: Option<&str>) -> Result<Weights, ServiceError> {
        Ok(described::weights(&*self.served(run)?))
    }

    fn runs(&self) -> Result<Vec<Run>, ServiceError> {
        let runs = self.runs.list(self.loaded.name());
        runs.map_err(|error| self.failed(&error))
    }

    fn example(&self, run: Option<&str>) -> Result<Example, ServiceError> {
        let served = self.served(run)?;
        let examples = self.examples.of(&self.loaded.data(&served));
        let examples = examples.map_err(|error| {
            self.tell(&error);
            ServiceError::Failed {
                reason: NO_DATA.to_owned(),
            }
        })?;
        let number = self.next_example.fetch_add(7919, Ordering::Relaxed);
        examples.one(number).ok_or_else(|| ServiceError::Failed {
            reason: "the data set has no image of the network's digits".to_owned(),
        })
    }

    fn training(&self, run: Option<&str>, after: usize) -> Result<Training, ServiceError> {
        let (run, layers) = self.trained(run)?;
        training(&run, after, layers).map_err(|error| self.failed(&error))
    }

    fn first_layer(
        &self,
        run: Option<&str>,
        epoch: Option<usize>,
    ) -> Result<FirstLayer, ServiceError> {
        let (run, layers) = self.trained(run)?;
        let found = first_layer(&run, epoch, layers).map_err(|error| self.failed(&error))?;
        found.ok_or_else(|| match epoch {
            Some(epoch) => ServiceError::UnknownEpoch { epoch },
            None => ServiceError::NotReady {
                reason: NO_NETWORK.to_owned(),
            },
        })
    }
}

/// A number that differs from start to start.
fn started() -> usize {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |time| time.subsec_nanos() as usize)
}
