//! Writes finished epochs to the disk while the next ones are trained.
//!
//! Syncing a checkpoint takes longer than training an epoch of a small network. So epochs are
//! written in groups, at most ten times a second: all their rows in the history, but only the
//! checkpoints that are retained. An epoch is reported after it has been synced to disk.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::config::run_config::RunConfig;
use crate::run::directory::RunDirectory;
use crate::run::history::EpochMetrics;
use crate::run::manifest::Manifest;
use crate::support::csv_log;
use crate::support::error::Result;
use crate::train::progress::Progress;
use crate::train::records::MakeRecords;
use crate::train::tensorboard::EventFile;

/// The shortest time between two writes.
const WRITE_EVERY: Duration = Duration::from_millis(100);
/// The capacity of the queue; if it is full, the training waits for the thread.
const WAITING: usize = 64;

/// A finished epoch, and what a run needs to be resumed after it.
pub(crate) struct FinishedEpoch {
    /// For the start of a run, it has epoch 0 and no metrics.
    pub(crate) manifest: Manifest,
    pub(crate) records: MakeRecords,
}

/// A thread that writes finished epochs.
pub(crate) struct CheckpointWriter {
    sender: Option<SyncSender<FinishedEpoch>>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl CheckpointWriter {
    /// Starts the thread for a run.
    pub(crate) fn start(
        run: RunDirectory,
        event_file: Option<EventFile>,
        progress: Progress,
    ) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let work = Work {
            run,
            event_file,
            progress,
            metrics: Vec::new(),
            finished: Vec::new(),
        };
        Self {
            sender: Some(sender),
            thread: Some(std::thread::spawn(move || work.write_all(&receiver))),
        }
    }

    /// Queues an epoch for writing; returns an error if an earlier one could not be written.
    pub(crate) fn submit(&mut self, finished: FinishedEpoch) -> Result<()> {
        if let Some(sender) = &self.sender
            && sender.send(finished).is_ok()
        {
            return Ok(());
        }
        // The thread only ends before the sender is dropped if it failed.
        self.finish()
    }

    /// Waits until all epochs are written; returns an error if one could not be written.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.sender = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(written)) => written,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(()),
        }
    }
}

impl Drop for CheckpointWriter {
    fn drop(&mut self) {
        self.sender = None;
        // `finish` reports errors; after a panic in another thread, they are ignored.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// The state of the thread.
struct Work {
    run: RunDirectory,
    event_file: Option<EventFile>,
    progress: Progress,
    /// The metrics of the epochs that are not written yet.
    metrics: Vec<EpochMetrics>,
    /// Those of them whose checkpoints are retained.
    finished: Vec<FinishedEpoch>,
}

/// Says whether the checkpoint of an epoch is retained if `last` is the last epoch.
fn is_retained(epoch: usize, last: &Manifest) -> bool {
    let RunConfig {
        keep_last,
        keep_every,
        ..
    } = last.config;
    epoch + keep_last > last.epoch
        || last.callbacks.best.is_some_and(|best| best.epoch == epoch)
        || (keep_every > 0 && epoch > 0 && epoch.is_multiple_of(keep_every))
}

impl Work {
    fn write_all(mut self, receiver: &Receiver<FinishedEpoch>) -> Result<()> {
        let mut not_before = Instant::now();
        while let Ok(first) = receiver.recv() {
            self.take(first);
            let left = || not_before.saturating_duration_since(Instant::now());
            while let Ok(next) = receiver.recv_timeout(left()) {
                self.take(next);
            }
            self.write()?;
            not_before = Instant::now() + WRITE_EVERY;
        }
        Ok(())
    }

    fn take(&mut self, next: FinishedEpoch) {
        self.metrics.extend(next.manifest.metrics.clone());
        self.finished.push(next);
        if let Some((last, before)) = self.finished.split_last()
            && before
                .iter()
                .any(|finished| !is_retained(finished.manifest.epoch, &last.manifest))
        {
            let last = last.manifest.clone();
            self.finished
                .retain(|finished| is_retained(finished.manifest.epoch, &last));
        }
    }

    /// Writes the queued epochs: first their rows in the history, then the checkpoints, so that
    /// every epoch with a checkpoint has a row.
    fn write(&mut self) -> Result<()> {
        let metrics = std::mem::take(&mut self.metrics);
        csv_log::append(&self.run.history_path(), &metrics)?;
        let mut written = Vec::new();
        for FinishedEpoch { manifest, records } in self.finished.drain(..) {
            written.push((manifest, records()?));
        }
        let Some((last, _)) = written.last() else {
            return Ok(());
        };
        let last = last.clone();
        let checkpoints = self.run.checkpoints();
        checkpoints.write(written)?;
        checkpoints.prune(|epoch| is_retained(epoch, &last))?;
        for epoch in &metrics {
            if let Some(file) = &mut self.event_file {
                file.append(epoch.epoch, &epoch.named())?;
            }
            self.progress.print(epoch);
        }
        Ok(())
    }
}
