//! The networks that are served: those with which the server was started, and those of other runs of their folder; loaded
//! anew after each checkpoint, while the ones before still predict.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use crate::config::run_config::RunConfig;
use crate::device::adapter::OpenDevice;
use crate::predictor::member::Member;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::serve::first_layers::FirstLayers;
use crate::serve::served::{Manner, Served};
use crate::serve::stamp::Stamp;
use crate::support::error::{Error, Result, with_causes};

/// How often files are looked at.
pub(crate) const BETWEEN_LOOKS: Duration = Duration::from_millis(500);
/// That many networks of other runs are kept in memory.
const MOST_KEPT: usize = 16;

/// Loads the networks with which the server was started.
pub(crate) type LoadNetworks = Box<dyn Fn() -> anyhow::Result<Vec<Member>> + Send + Sync>;

/// Which networks are served, and how.
pub(crate) struct ServedNetworks {
    /// Their name: a run's, a sweep's, or `ensemble`.
    pub(crate) name: String,
    /// The folders of their runs and sweeps.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) load: LoadNetworks,
    /// How their pictures are read, and their outputs become predictions.
    pub(crate) manner: Box<dyn Fn(&RunConfig) -> Manner + Send + Sync>,
    /// The settings of a run with the data set whose images are examples.
    pub(crate) data: Box<dyn Fn(&RunConfig) -> RunConfig + Send + Sync>,
    /// The first layers of their training, if this process trains.
    pub(crate) first_layers: Option<Arc<FirstLayers>>,
    pub(crate) device: OpenDevice,
}

/// Loaded networks.
pub(crate) struct Loaded {
    source: ServedNetworks,
    /// Those with which the server was started, or why they cannot be loaded yet.
    first: RwLock<Slot>,
    /// Those of other runs, by name.
    others: Mutex<HashMap<String, (Arc<Served>, Stamp)>>,
}

/// The networks with which the server was started, and the state of their files when they were loaded.
struct Slot {
    served: Result<Arc<Served>, String>,
    stamp: Stamp,
}

/// What a look at the files showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Look {
    /// Nothing new.
    Same,
    /// Networks were loaded.
    Loaded {
        /// Their name, with the epoch.
        name: String,
    },
    /// There are new files, but they cannot be loaded; those from before are served on.
    Failed {
        /// Why.
        reason: String,
    },
    /// A request failed, of which the client is told no more than that.
    Request {
        /// Why.
        reason: String,
    },
}

impl Loaded {
    /// Loads the networks with which the server is started; if they cannot be, [`first`](Self::first) says why.
    pub(crate) fn new(source: ServedNetworks) -> Self {
        let stamp = Stamp::of(&source.folders);
        let served = source.loaded();
        Self {
            first: RwLock::new(Slot { served, stamp }),
            others: Mutex::default(),
            source,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.source.name
    }

    /// The settings of networks with the data set whose images are examples.
    pub(crate) fn data(&self, served: &Served) -> RunConfig {
        (self.source.data)(served.ensemble().config())
    }

    /// The first layers of the training of the first networks, if this process trains.
    pub(crate) fn first_layers(&self) -> Option<&FirstLayers> {
        self.source.first_layers.as_deref()
    }

    /// The first folder that is served, of a run or a sweep.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.source.folders.first().map(PathBuf::as_path)
    }

    /// The networks with which the server was started, or why there are none.
    pub(crate) fn first(&self) -> Result<Arc<Served>, String> {
        let first = self.first.read().unwrap_or_else(PoisonError::into_inner);
        first.served.clone()
    }

    /// The network of another run.
    ///
    /// # Errors
    ///
    /// As [`Member::open`] and [`Served::new`].
    pub(crate) fn of_run(&self, name: &str, run: &RunDirectory) -> Result<Arc<Served>> {
        let stamp = Stamp::of(&[run.path().to_owned()]);
        let others = || self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((served, known)) = others().get(name)
            && *known == stamp
        {
            return Ok(Arc::clone(served));
        }
        // Not while others wait for the lock.
        let member = Member::open(run, CheckpointName::Last)?;
        let manner = (self.source.manner)(&member.config);
        let served = Served::new(name.to_owned(), vec![member], manner, &self.source.device)?;
        let served = Arc::new(served);
        let mut others = others();
        if others.len() >= MOST_KEPT {
            others.clear();
        }
        others.insert(name.to_owned(), (Arc::clone(&served), stamp));
        Ok(served)
    }

    /// Loads the networks anew if there are new files.
    pub(crate) fn look(&self) -> Look {
        let stamp = Stamp::of(&self.source.folders);
        let known = self.first.read().unwrap_or_else(PoisonError::into_inner);
        if known.stamp == stamp {
            return Look::Same;
        }
        drop(known);
        let found = self.source.loaded();
        let look = match &found {
            Ok(served) => Look::Loaded {
                name: served.ensemble().name(),
            },
            Err(reason) => Look::Failed {
                reason: reason.clone(),
            },
        };
        let mut first = self.first.write().unwrap_or_else(PoisonError::into_inner);
        first.stamp = stamp;
        if found.is_ok() || first.served.is_err() {
            first.served = found;
        }
        look
    }
}

impl ServedNetworks {
    fn loaded(&self) -> Result<Arc<Served>, String> {
        let load = || -> anyhow::Result<Arc<Served>> {
            let members = (self.load)()?;
            let Some(first) = members.first() else {
                return Err(Error::NoNetworks.into());
            };
            let manner = (self.manner)(&first.config);
            let served = Served::new(self.name.clone(), members, manner, &self.device)?;
            Ok(Arc::new(served))
        };
        load().map_err(|error| with_causes(error.as_ref()))
    }
}
