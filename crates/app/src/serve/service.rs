//! The program as the server sees it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use server::{
    Example, Input, Model, PredictQuery, Predictions, Run, Service, ServiceError, Training, Weights,
};

use crate::run::directory::RunDirectory;
use crate::serve::described;
use crate::serve::examples::Examples;
use crate::serve::networks::{BETWEEN_LOOKS, Loaded, Look, ServedNetworks};
use crate::serve::predictions::predictions;
use crate::serve::runs::Runs;
use crate::serve::served::Served;
use crate::serve::training::training;
use crate::support::error::{Error, Result, with_causes};
use crate::support::error_kind::ErrorKind;

/// Networks, runs and data for the server.
pub(crate) struct ProgramService {
    loaded: Arc<Loaded>,
    runs: Runs,
    /// Images of the data sets of runs, by name.
    examples: Mutex<HashMap<String, Arc<Examples>>>,
    /// Chooses the next example; a step that has no divisor in common with most numbers of images.
    next_example: AtomicUsize,
}

impl ProgramService {
    /// Loads the networks, and loads them anew when there are new checkpoints, of which `report` is told.
    pub(crate) fn start(
        networks: ServedNetworks,
        runs: std::path::PathBuf,
        report: impl Fn(Look) + Send + 'static,
    ) -> Self {
        let loaded = Arc::new(Loaded::new(networks));
        let watched = Arc::downgrade(&loaded);
        std::thread::spawn(move || {
            while let Some(loaded) = watched.upgrade() {
                match loaded.look() {
                    Look::Same => {}
                    news => report(news),
                }
                drop(loaded);
                std::thread::sleep(BETWEEN_LOOKS);
            }
        });
        Self {
            loaded,
            runs: Runs::new(runs),
            examples: Mutex::default(),
            next_example: AtomicUsize::new(started()),
        }
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
            first.map_err(|reason| ServiceError::NotReady { reason })
        };
        match run {
            None => first(),
            Some(name) if name == self.loaded.name() => first(),
            Some(name) => {
                let run = self.run(name)?;
                self.loaded
                    .of_run(name, &run)
                    .map_err(|error| failed(&error))
            }
        }
    }

    fn examples_of(&self, served: &Served) -> Result<Arc<Examples>> {
        let all = || self.examples.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all().get(&served.name) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(Examples::read(served.ensemble().config())?);
        all().insert(served.name.clone(), Arc::clone(&read));
        Ok(read)
    }

    fn run(&self, name: &str) -> Result<RunDirectory, ServiceError> {
        let found = self.runs.find(name).map_err(|error| failed(&error))?;
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
            _ => failed(&error),
        })
    }

    fn predicts_at_once(&self) -> bool {
        let first = self.loaded.first();
        first.is_ok_and(|served| !served.ensemble().is_on_gpu())
    }

    fn model(&self, run: Option<&str>) -> Result<Model, ServiceError> {
        described::model(&*self.served(run)?).map_err(|error| failed(&error))
    }

    fn weights(&self, run: Option<&str>) -> Result<Weights, ServiceError> {
        Ok(described::weights(&*self.served(run)?))
    }

    fn runs(&self) -> Result<Vec<Run>, ServiceError> {
        let runs = self.runs.list(self.loaded.name());
        runs.map_err(|error| failed(&error))
    }

    fn example(&self, run: Option<&str>) -> Result<Example, ServiceError> {
        let served = self.served(run)?;
        let examples = self.examples_of(&served).map_err(|error| failed(&error))?;
        let number = self.next_example.fetch_add(7919, Ordering::Relaxed);
        examples.one(number).ok_or_else(|| ServiceError::Failed {
            reason: "the data set has no image of the network's digits".to_owned(),
        })
    }

    fn training(&self, run: Option<&str>, after: usize) -> Result<Training, ServiceError> {
        let run = self.run(run.unwrap_or(self.loaded.name()))?;
        training(&run, after).map_err(|error| failed(&error))
    }
}

/// A number that differs from start to start.
fn started() -> usize {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |time| time.subsec_nanos() as usize)
}

/// An error whose message may name files: what a client is told names none.
fn failed(error: &Error) -> ServiceError {
    ServiceError::Failed {
        reason: with_causes(error),
    }
}
