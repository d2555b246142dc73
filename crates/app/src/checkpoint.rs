//! The checkpoint of an epoch: Burn's three records, sealed by the state of the run.
//!
//! ```text
//! checkpoint/model-N.bpk       the network after epoch N
//! checkpoint/optim-N.bpk       Adam's means
//! checkpoint/scheduler-N.bpk   the learning rate's step
//! checkpoint/epoch-N.toml      all else that the run needs to go on, with the SHA-256 of the three
//!                              and of itself; written last, so that a checkpoint that has it is
//!                              whole, and one that does not match it is damaged
//! ```
//!
//! Burn's own checkpointer writes the three side by side without a sign that all are there.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender};

use anyhow::Context;
use burn::optim::OptimizerRecord;
use burn::optim::lr_scheduler::LrSchedulerRecord;
use burn::tensor::Bytes;
use burn_train::checkpoint::{
    Checkpoint, Checkpointer, CheckpointerError, CheckpointingAction, CheckpointingStrategy,
};
use burn_train::metric::store::EventStoreClient;
use model::Scheduler;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::backend;
use crate::config::RunConfig;
use crate::failure::BadInput;
use crate::history::Epoch;
use crate::monitor::Verdict;
use crate::optimizer_record::check_optimizer;
use crate::whole_files::{is_temporary, sync_folder, write_in_order};

/// The layout of [`State`]; another number is refused.
const VERSION: u32 = 1;
/// Burn's three records, by the names its learner gives them.
const PARTS: [&str; 3] = ["model", "optim", "scheduler"];

/// What a run needs to go on, beside Burn's records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    version: u32,
    /// The epoch after which this was written; 0 before the first.
    pub(crate) epoch: usize,
    /// The `--backend` that computed it.
    pub(crate) backend: String,
    /// SHA-256 of the images and labels trained on and held out.
    pub(crate) data: String,
    /// SHA-256 of model, optim and scheduler.
    files: [String; 3],
    pub(crate) verdict: Verdict,
    /// None before the first epoch.
    pub(crate) figures: Option<Epoch>,
    pub(crate) config: RunConfig,
}

/// The folder of a run's checkpoints.
#[derive(Debug, Clone)]
pub(crate) struct Checkpoints {
    folder: PathBuf,
}

/// The last whole checkpoint of a run, and what was wrong with later ones.
pub(crate) struct LastWhole {
    pub(crate) state: Option<State>,
    pub(crate) damaged: Vec<BadInput>,
}

impl State {
    /// The state after an epoch, or before the first with number 0 and no figures.
    pub(crate) fn new(
        epoch: usize,
        figures: Option<Epoch>,
        verdict: Verdict,
        backend: &str,
        data: &str,
        config: &RunConfig,
    ) -> Self {
        Self {
            version: VERSION,
            epoch,
            backend: backend.to_owned(),
            data: data.to_owned(),
            files: [const { String::new() }; 3],
            verdict,
            figures,
            config: config.clone(),
        }
    }
}

impl Checkpoints {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The file of an epoch's network.
    pub(crate) fn network(&self, epoch: usize) -> PathBuf {
        self.part("model", epoch)
    }

    /// The file of what the optimizer remembers after an epoch.
    pub(crate) fn optimizer(&self, epoch: usize) -> PathBuf {
        self.part("optim", epoch)
    }

    fn part(&self, part: &str, epoch: usize) -> PathBuf {
        self.folder.join(format!("{part}-{epoch}.bpk"))
    }

    fn seal(&self, epoch: usize) -> PathBuf {
        self.folder.join(format!("epoch-{epoch}.toml"))
    }

    /// Lists the epochs that have a sealed checkpoint, ascending.
    pub(crate) fn epochs(&self) -> anyhow::Result<Vec<usize>> {
        let mut epochs = Vec::new();
        if self.folder.is_dir() {
            for entry in fs_err::read_dir(&self.folder)? {
                let name = entry?.file_name();
                let epoch = name.to_str().and_then(|name| {
                    let epoch = name.strip_prefix("epoch-")?.strip_suffix(".toml")?;
                    epoch.parse::<usize>().ok()
                });
                epochs.extend(epoch);
            }
        }
        epochs.sort_unstable();
        Ok(epochs)
    }

    /// Writes checkpoints, each seal after the records that it is for.
    pub(crate) fn write(&self, checkpoints: Vec<(State, [Bytes; 3])>) -> anyhow::Result<()> {
        let mut files: Vec<(PathBuf, Bytes)> = Vec::new();
        for (mut state, records) in checkpoints {
            for ((part, bytes), sum) in PARTS.into_iter().zip(records).zip(&mut state.files) {
                *sum = sha256(&bytes);
                files.push((self.part(part, state.epoch), bytes));
            }
            let text = toml::to_string(&state)?;
            let sealed = format!("sha256 = \"{}\"\n{text}", sha256(text.as_bytes()));
            let sealed = Bytes::from_bytes_vec(sealed.into_bytes());
            files.push((self.seal(state.epoch), sealed));
        }
        let files = files.iter().map(|(path, bytes)| (path.as_path(), &**bytes));
        write_in_order(&files.collect::<Vec<_>>())
    }

    /// Reads and checks the checkpoint of an epoch, records and all: Burn's learner panics at a
    /// damaged one.
    pub(crate) fn read(&self, epoch: usize) -> Result<State, BadInput> {
        let seal = self.seal(epoch);
        let state = read_seal(&seal)?;
        if state.epoch != epoch {
            let message = format!("{}: is of epoch {}", seal.display(), state.epoch);
            return Err(BadInput(message));
        }
        for (part, expected) in PARTS.into_iter().zip(&state.files) {
            let path = self.part(part, epoch);
            let bytes = fs_err::read(&path).map_err(|error| BadInput(error.to_string()))?;
            if sha256(&bytes) != *expected {
                let message = format!(
                    "{}: is damaged: its checksum is not that of {}",
                    path.display(),
                    seal.display()
                );
                return Err(BadInput(message));
            }
        }
        self.check_records(epoch, &state.config)
            .map_err(|error| BadInput(format!("{error:#}")))?;
        Ok(state)
    }

    /// Loads Burn's records once: files whose checksums were made to match can still be foreign.
    fn check_records(&self, epoch: usize, config: &RunConfig) -> anyhow::Result<()> {
        let [network, optimizer, scheduler] = PARTS.map(|part| self.part(part, epoch));
        model::load(&config.model(), &network, &backend::reference())?;
        check_optimizer(&network, &optimizer, epoch)?;
        OptimizerRecord::load(&optimizer).with_context(|| optimizer.display().to_string())?;
        let path = scheduler.display();
        let scheduler = LrSchedulerRecord::load(&scheduler).with_context(|| path.to_string())?;
        // Burn's learner would start the schedule anew.
        if !Scheduler::can_load(&scheduler) {
            anyhow::bail!("{path}: is damaged: it lacks the learning rate or its step");
        }
        Ok(())
    }

    /// Finds the checkpoint to go on from.
    pub(crate) fn last_whole(&self) -> anyhow::Result<LastWhole> {
        let mut damaged = Vec::new();
        for epoch in self.epochs()?.into_iter().rev() {
            match self.read(epoch) {
                Ok(state) => {
                    return Ok(LastWhole {
                        state: Some(state),
                        damaged,
                    });
                }
                Err(error) => damaged.push(error),
            }
        }
        Ok(LastWhole {
            state: None,
            damaged,
        })
    }

    /// Waits until those that were written are on the disk, and then removes the checkpoints that
    /// `keep` does not name, and whatever a killed process left half-written.
    pub(crate) fn prune(&self, keep: impl Fn(usize) -> bool) -> anyhow::Result<()> {
        sync_folder(&self.folder)?;
        let sealed = self.epochs()?;
        for epoch in sealed.into_iter().filter(|epoch| !keep(*epoch)) {
            // The seal goes first: a checkpoint without its parts would be taken for damaged.
            fs_err::remove_file(self.seal(epoch))?;
        }
        let sealed = self.epochs()?;
        for entry in fs_err::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_orphan = epoch_of_part(&path).is_some_and(|epoch| !sealed.contains(&epoch));
            if is_orphan || is_temporary(&path) {
                fs_err::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// The epoch of one of Burn's records, by its name.
fn epoch_of_part(path: &Path) -> Option<usize> {
    let name = path.file_name()?.to_str()?.strip_suffix(".bpk")?;
    let (part, epoch) = name.split_once('-')?;
    PARTS.contains(&part).then(|| epoch.parse().ok())?
}

/// Reads an epoch's seal and checks it against its own first line.
pub(crate) fn read_seal(path: &Path) -> Result<State, BadInput> {
    let damaged = |what: &str| BadInput(format!("{}: is damaged: {what}", path.display()));
    let bytes = fs_err::read(path).map_err(|error| BadInput(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| damaged("it is not UTF-8 text"))?;
    let (first, rest) = text.split_once('\n').unwrap_or_default();
    if first != format!("sha256 = \"{}\"", sha256(rest.as_bytes())) {
        return Err(damaged("its checksum does not match"));
    }
    let table: toml::Table = toml::from_str(rest).map_err(|error| damaged(&error.to_string()))?;
    let version = table.get("version").and_then(toml::Value::as_integer);
    if version != Some(VERSION.into()) {
        let found = version.map_or("none".to_owned(), |version| version.to_string());
        let message = format!(
            "{}: expected version {VERSION}, found {found}; it was written by another version of this program",
            path.display()
        );
        return Err(BadInput(message));
    }
    toml::from_str(rest).map_err(|error| damaged(&error.to_string()))
}

/// The checksum of bytes, as `sha256sum` prints it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hands one of Burn's records, as bytes, to [`Parts`], and reads it back from its file.
///
/// The learner gives its optimizer to a checkpointer and to nobody else.
pub(crate) struct Part {
    position: usize,
    checkpoints: Checkpoints,
    sender: Sender<(usize, Result<Bytes, String>)>,
}

/// The records of an epoch, from the three threads on which Burn saves them.
pub(crate) struct Parts {
    receiver: Receiver<(usize, Result<Bytes, String>)>,
}

/// Makes the checkpointers of model, optimizer and scheduler, and the place where they meet.
pub(crate) fn parts(checkpoints: &Checkpoints) -> ([Part; 3], Parts) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let part = |position| Part {
        position,
        checkpoints: checkpoints.clone(),
        sender: sender.clone(),
    };
    ([part(0), part(1), part(2)], Parts { receiver })
}

impl Parts {
    /// Waits for all three records of the epoch that was just given to Burn's checkpointer.
    pub(crate) fn receive(&self) -> anyhow::Result<[Bytes; 3]> {
        let mut records = [None, None, None];
        for _ in PARTS {
            let (position, bytes) = self.receiver.recv().context("a checkpointer is gone")?;
            let bytes = bytes.map_err(|error| anyhow::anyhow!("{}: {error}", PARTS[position]))?;
            records[position] = Some(bytes);
        }
        let [Some(network), Some(optimizer), Some(scheduler)] = records else {
            anyhow::bail!("a checkpointer handed in its record twice");
        };
        Ok([network, optimizer, scheduler])
    }
}

impl<R: Checkpoint> Checkpointer<R> for Part {
    fn save(&self, _: usize, record: R) -> Result<(), CheckpointerError> {
        let bytes = record
            .checkpoint_into_bytes()
            .map_err(|error| error.to_string());
        self.sender
            .send((self.position, bytes))
            .map_err(|error| CheckpointerError::Unknown(error.to_string()))
    }

    fn restore(&self, epoch: usize) -> Result<R, CheckpointerError> {
        R::load(self.checkpoints.part(PARTS[self.position], epoch))
    }

    fn delete(&self, _: usize) -> Result<(), CheckpointerError> {
        Ok(()) // [`Checkpoints::prune`] does.
    }
}

/// Saves each time it is asked: what is kept is decided by [`Checkpoints::prune`].
pub(crate) struct SaveAlways;

impl CheckpointingStrategy for SaveAlways {
    fn checkpointing(&mut self, _: usize, _: &EventStoreClient) -> Vec<CheckpointingAction> {
        vec![CheckpointingAction::Save]
    }
}
