//! The checkpoints of a run: Burn's three records of an epoch, and a manifest.
//!
//! ```text
//! checkpoint/model-N.bpk       the network after epoch N
//! checkpoint/optim-N.bpk       Adam's first and second moments
//! checkpoint/scheduler-N.bpk   the position in the learning-rate schedule
//! checkpoint/epoch-N.toml      the manifest: everything else that the run needs to be resumed,
//!                              with the SHA-256 of the three records and of itself; written last,
//!                              so that a checkpoint that has one is complete, and one that does
//!                              not match it is damaged
//! ```
//!
//! Burn's own checkpointer writes the three records as separate files, and nothing marks the set as
//! complete.

use std::path::{Path, PathBuf};

use burn::optim::OptimizerRecord;
use burn::optim::lr_scheduler::LrSchedulerRecord;
use burn::tensor::Bytes;
use model::Scheduler;

use crate::config::run_config::RunConfig;
use crate::device::select::reference_device;
use crate::run::manifest::Manifest;
use crate::run::optimizer_record::check_optimizer;
use crate::support::atomic_write::{is_temporary, sync_folder, write_in_order};
use crate::support::cause::Damage;
use crate::support::error::{Error, Result};
use crate::support::hash::sha256;

/// The names of the three records in Burn's learner.
pub(crate) const RECORDS: [&str; 3] = ["model", "optim", "scheduler"];

/// The folder of a run's checkpoints.
#[derive(Debug, Clone)]
pub(crate) struct Checkpoints {
    folder: PathBuf,
}

/// The last intact checkpoint of a run, and the errors of later ones.
pub(crate) struct LastComplete {
    pub(crate) manifest: Option<Manifest>,
    pub(crate) damaged: Vec<Error>,
}

impl Checkpoints {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Whether there is a folder of checkpoints, even an empty one.
    pub(crate) fn has_folder(&self) -> bool {
        self.folder.is_dir()
    }

    /// The file of an epoch's network.
    pub(crate) fn network(&self, epoch: usize) -> PathBuf {
        self.record("model", epoch)
    }

    /// The file of the optimizer's state after an epoch.
    pub(crate) fn optimizer(&self, epoch: usize) -> PathBuf {
        self.record("optim", epoch)
    }

    pub(crate) fn record(&self, record: &str, epoch: usize) -> PathBuf {
        self.folder.join(format!("{record}-{epoch}.bpk"))
    }

    fn manifest(&self, epoch: usize) -> PathBuf {
        self.folder.join(format!("epoch-{epoch}.toml"))
    }

    /// Lists the epochs that have a checkpoint with a manifest, in ascending order.
    pub(crate) fn epochs(&self) -> Result<Vec<usize>> {
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

    /// Writes checkpoints, each manifest after the records that it describes.
    pub(crate) fn write(&self, checkpoints: Vec<(Manifest, [Bytes; 3])>) -> Result<()> {
        let mut files: Vec<(PathBuf, Bytes)> = Vec::new();
        for (mut manifest, records) in checkpoints {
            for ((record, bytes), sum) in RECORDS.into_iter().zip(records).zip(&mut manifest.files)
            {
                *sum = sha256(&bytes);
                files.push((self.record(record, manifest.epoch), bytes));
            }
            let bytes = Bytes::from_bytes_vec(manifest.to_bytes()?);
            files.push((self.manifest(manifest.epoch), bytes));
        }
        let files = files.iter().map(|(path, bytes)| (path.as_path(), &**bytes));
        write_in_order(&files.collect::<Vec<_>>())
    }

    /// Reads the manifest of an epoch and checks all files of the checkpoint, because Burn's
    /// learner panics on a damaged one.
    pub(crate) fn read(&self, epoch: usize) -> Result<Manifest> {
        let path = self.manifest(epoch);
        let manifest = Manifest::read(&path)?;
        if manifest.epoch != epoch {
            return Err(Error::ManifestOfOtherEpoch {
                path,
                found: manifest.epoch,
            });
        }
        for (record, expected) in RECORDS.into_iter().zip(&manifest.files) {
            let record = self.record(record, epoch);
            let bytes = fs_err::read(&record).map_err(Error::Unreadable)?;
            if sha256(&bytes) != *expected {
                return Err(Error::Damaged {
                    path: record,
                    damage: Damage::ChecksumInManifest { manifest: path },
                });
            }
        }
        self.check_records(epoch, &manifest.config)?;
        Ok(manifest)
    }

    /// Loads Burn's records as a test, because a file with a matching checksum can still be
    /// invalid.
    fn check_records(&self, epoch: usize, config: &RunConfig) -> Result<()> {
        let [network, optimizer, scheduler] = RECORDS.map(|record| self.record(record, epoch));
        model::load(&config.model(), &network, &reference_device())?;
        check_optimizer(&network, &optimizer, epoch)?;
        OptimizerRecord::load(&optimizer).map_err(|error| Error::record(&optimizer, error))?;
        let record = LrSchedulerRecord::load(&scheduler)
            .map_err(|error| Error::record(&scheduler, error))?;
        // Burn's learner would silently restart the schedule.
        if !Scheduler::can_load(&record) {
            return Err(Error::Damaged {
                path: scheduler,
                damage: Damage::Scheduler,
            });
        }
        Ok(())
    }

    /// Finds the checkpoint to resume from.
    pub(crate) fn last_complete(&self) -> Result<LastComplete> {
        let mut damaged = Vec::new();
        for epoch in self.epochs()?.into_iter().rev() {
            match self.read(epoch) {
                Ok(manifest) => {
                    return Ok(LastComplete {
                        manifest: Some(manifest),
                        damaged,
                    });
                }
                Err(error) => damaged.push(error),
            }
        }
        Ok(LastComplete {
            manifest: None,
            damaged,
        })
    }

    /// Syncs the written checkpoints, and then deletes those that are not in `keep` and the
    /// leftovers of interrupted writes.
    pub(crate) fn prune(&self, keep: impl Fn(usize) -> bool) -> Result<()> {
        if fs_err::read_dir(&self.folder)?.next().is_none() {
            return Ok(());
        }
        sync_folder(&self.folder)?;
        for epoch in self.epochs()?.into_iter().filter(|epoch| !keep(*epoch)) {
            // The manifest is deleted first; otherwise, its missing records would look like damage.
            fs_err::remove_file(self.manifest(epoch))?;
        }
        let kept = self.epochs()?;
        for entry in fs_err::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_orphan = epoch_of_record(&path).is_some_and(|epoch| !kept.contains(&epoch));
            if is_orphan || is_temporary(&path) {
                fs_err::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// The epoch of one of Burn's records, by its name.
fn epoch_of_record(path: &Path) -> Option<usize> {
    let name = path.file_name()?.to_str()?.strip_suffix(".bpk")?;
    let (record, epoch) = name.split_once('-')?;
    RECORDS.contains(&record).then(|| epoch.parse().ok())?
}
