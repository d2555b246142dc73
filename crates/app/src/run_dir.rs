//! What a run directory holds, and where.
//!
//! ```text
//! config.toml                  the resolved configuration, written before the first step
//! history.csv                  a line for each epoch
//! checkpoint/model-N.bpk       the network after epoch N, with optim-N.bpk and scheduler-N.bpk
//! model.bpk                    the trained network, written last: a run that has it is finished
//! ```

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use burn::optim::OptimizerRecord;
use burn::optim::lr_scheduler::LrSchedulerRecord;
use burn::tensor::Device;
use model::Mlp;

use crate::backend;
use crate::cli::CheckpointName;
use crate::config::RunConfig;
use crate::failure::BadInput;
use crate::history;

/// Where runs are kept unless a directory is named.
const RUNS: &str = "runs";
/// The three files that make the checkpoint of an epoch, as Burn's learner names them.
const CHECKPOINT_FILES: [&str; 3] = ["model", "optim", "scheduler"];

/// A directory with a run in it.
#[derive(Debug, Clone)]
pub(crate) struct RunDir {
    path: PathBuf,
}

impl RunDir {
    /// Makes a fresh directory, `runs/<date and time>` unless `path` names one, and writes the
    /// configuration into it.
    pub(crate) fn create(path: Option<&Path>, config: &RunConfig) -> anyhow::Result<Self> {
        let path = path.map_or_else(fresh_path, Path::to_owned);
        // An old run's files would be taken for the new one's.
        if path.exists() && (!path.is_dir() || fs_err::read_dir(&path)?.next().is_some()) {
            let message = format!(
                "{}: is there already; name a directory that is new or empty, or go on with the \
                 run in it: --resume {0}",
                path.display()
            );
            return Err(BadInput(message).into());
        }
        let run = Self { path };
        fs_err::create_dir_all(run.checkpoints())?;
        write_whole(&run.path.join("config.toml"), config.to_toml()?.as_bytes())?;
        Ok(run)
    }

    /// Opens the run at `path`, or the newest in `runs/`.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => newest()?,
        };
        if !path.join("config.toml").is_file() {
            let message = format!(
                "{}: not a run directory (no config.toml in it); `app train` makes one",
                path.display()
            );
            return Err(BadInput(message).into());
        }
        Ok(Self { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn checkpoints(&self) -> PathBuf {
        self.path.join("checkpoint")
    }

    pub(crate) fn history(&self) -> PathBuf {
        self.path.join("history.csv")
    }

    pub(crate) fn trained_model(&self) -> PathBuf {
        self.path.join("model.bpk")
    }

    pub(crate) fn config(&self) -> anyhow::Result<RunConfig> {
        RunConfig::read(&self.path.join("config.toml"))
    }

    /// The last epoch of which the whole checkpoint is there; 0 if there is none.
    pub(crate) fn last_checkpoint(&self) -> anyhow::Result<usize> {
        let mut last = 0;
        if !self.checkpoints().is_dir() {
            return Ok(last);
        }
        for entry in fs_err::read_dir(self.checkpoints())? {
            let name = entry?.file_name();
            let epoch = name.to_str().and_then(|name| {
                let epoch = name.strip_prefix("model-")?.strip_suffix(".bpk")?;
                epoch.parse::<usize>().ok()
            });
            if let Some(epoch) = epoch.filter(|epoch| *epoch > last)
                && CHECKPOINT_FILES
                    .iter()
                    .all(|part| self.checkpoint_file(part, epoch).is_file())
            {
                last = epoch;
            }
        }
        Ok(last)
    }

    /// Reads the checkpoint of an epoch once: Burn's learner panics at a damaged one.
    pub(crate) fn check_checkpoint(&self, epoch: usize, config: &RunConfig) -> anyhow::Result<()> {
        let refuse = |error: anyhow::Error| {
            let hint = "remove the file to go on from the epoch before";
            BadInput(format!("{error:#}; {hint}"))
        };
        let [network, optimizer, scheduler] =
            CHECKPOINT_FILES.map(|part| self.checkpoint_file(part, epoch));
        model::load(&config.model(), &network, &backend::reference())
            .map_err(|error| refuse(error.into()))?;
        OptimizerRecord::load(&optimizer)
            .with_context(|| optimizer.display().to_string())
            .map_err(refuse)?;
        LrSchedulerRecord::load(&scheduler)
            .with_context(|| scheduler.display().to_string())
            .map_err(refuse)?;
        Ok(())
    }

    /// Loads one of the run's networks onto a device.
    pub(crate) fn load(
        &self,
        name: CheckpointName,
        config: &RunConfig,
        device: &Device,
    ) -> anyhow::Result<Mlp> {
        let file = match name {
            CheckpointName::Last if self.trained_model().is_file() => self.trained_model(),
            CheckpointName::Last => self.network_of(self.last_checkpoint()?)?,
            CheckpointName::Best => self.network_of(self.best_epoch()?)?,
            CheckpointName::Epoch(epoch) => self.network_of(epoch)?,
        };
        Ok(model::load(&config.model(), &file, device)?)
    }

    /// The epoch with the lowest validation loss, or training loss where nothing was held out.
    fn best_epoch(&self) -> anyhow::Result<usize> {
        let rows = history::read(&self.history())?;
        let best = rows
            .iter()
            .min_by(|a, b| a.monitored_loss().total_cmp(&b.monitored_loss()));
        Ok(best.map_or(0, |row| row.epoch))
    }

    fn network_of(&self, epoch: usize) -> anyhow::Result<PathBuf> {
        let file = self.checkpoint_file("model", epoch);
        if file.is_file() {
            return Ok(file);
        }
        let last = self.last_checkpoint()?;
        let kept = match last {
            0 => "it has no checkpoint yet".to_owned(),
            last => format!("its checkpoints are of epochs 1 to {last}"),
        };
        let run = self.path.display();
        Err(BadInput(format!("{run}: no network of epoch {epoch}; {kept}")).into())
    }

    fn checkpoint_file(&self, part: &str, epoch: usize) -> PathBuf {
        self.checkpoints().join(format!("{part}-{epoch}.bpk"))
    }
}

/// Writes a file whole or not at all: to a temporary file beside it, which then takes its name.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// `runs/<date and time>`, with a number behind it if that is taken.
fn fresh_path() -> PathBuf {
    let now = jiff::ZonedDateTime::now()
        .strftime("%Y-%m-%dT%H-%M-%S")
        .to_string();
    let runs = Path::new(RUNS);
    let first = runs.join(&now);
    if !first.exists() {
        return first;
    }
    (2..1000)
        .map(|number| runs.join(format!("{now}-{number}")))
        .find(|path| !path.exists())
        .unwrap_or(first)
}

/// The run in `runs/` whose configuration was written last.
fn newest() -> anyhow::Result<PathBuf> {
    let mut newest = None;
    if Path::new(RUNS).is_dir() {
        for entry in fs_err::read_dir(RUNS)? {
            let path = entry?.path();
            let Ok(written) = path
                .join("config.toml")
                .metadata()
                .and_then(|file| file.modified())
            else {
                continue;
            };
            newest = newest.max(Some((written, path)));
        }
    }
    let found = newest.map(|(_, path)| path);
    let message = || BadInput("no run in runs/; make one with `app train`, or name one".to_owned());
    Ok(found.ok_or_else(message)?)
}
