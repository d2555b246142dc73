//! Keeps the epochs that are over on the disk, while the next ones are trained.
//!
//! A disk takes longer to confirm a checkpoint than a CPU to train an epoch of a small network. So
//! epochs are kept ten times a second at most, together: all their lines in the history, but only
//! those checkpoints that would not be removed at once. Epochs are announced when they are on the
//! disk.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use burn::tensor::Bytes;

use crate::checkpoint::State;
use crate::config::RunConfig;
use crate::history::{self, Epoch};
use crate::progress::Progress;
use crate::run_dir::RunDir;
use crate::tensorboard::EventFile;

/// The least time from one time that epochs are kept to the next.
const EVERY: Duration = Duration::from_millis(100);
/// Epochs that wait for the thread; a training that is further ahead waits for the disk.
const WAITING: usize = 64;

/// An epoch that is over, and what a run needs to go on from it.
pub(crate) struct Finished {
    /// With epoch 0 and no figures for the start.
    pub(crate) state: State,
    pub(crate) records: MakeRecords,
}

/// Makes Burn's records of network, optimizer and scheduler, if they are wanted.
pub(crate) type MakeRecords = Box<dyn FnOnce() -> anyhow::Result<[Bytes; 3]> + Send>;

/// A thread that keeps epochs.
pub(crate) struct Keeper {
    sender: Option<SyncSender<Finished>>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Keeper {
    /// Starts the thread for a run.
    pub(crate) fn start(run: RunDir, event_file: Option<EventFile>, progress: Progress) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let work = Work {
            run,
            event_file,
            progress,
            figures: Vec::new(),
            finished: Vec::new(),
        };
        Self {
            sender: Some(sender),
            thread: Some(std::thread::spawn(move || work.keep_all(&receiver))),
        }
    }

    /// Hands over an epoch.
    ///
    /// # Errors
    ///
    /// When an earlier one could not be kept.
    pub(crate) fn keep(&mut self, finished: Finished) -> anyhow::Result<()> {
        if let Some(sender) = &self.sender
            && sender.send(finished).is_ok()
        {
            return Ok(());
        }
        // The thread goes before its time only where it failed.
        self.end()
    }

    /// Waits until all epochs are on the disk.
    ///
    /// # Errors
    ///
    /// When one could not be kept.
    pub(crate) fn end(&mut self) -> anyhow::Result<()> {
        self.sender = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(kept)) => kept,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(()),
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.sender = None;
        // Whoever wants to know calls `end`.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// What the thread works with.
struct Work {
    run: RunDir,
    event_file: Option<EventFile>,
    progress: Progress,
    /// Of the epochs that are yet to be kept.
    figures: Vec<Epoch>,
    /// Those of them whose checkpoints are to stay.
    finished: Vec<Finished>,
}

/// Says whether the checkpoint of an epoch stays where `last` is the last one.
fn stays(kept: usize, last: &State) -> bool {
    let RunConfig {
        keep_last,
        keep_every,
        ..
    } = last.config;
    kept + keep_last > last.epoch
        || last.verdict.best.is_some_and(|best| best.epoch == kept)
        || (keep_every > 0 && kept > 0 && kept.is_multiple_of(keep_every))
}

impl Work {
    fn keep_all(mut self, receiver: &Receiver<Finished>) -> anyhow::Result<()> {
        let mut not_before = Instant::now();
        while let Ok(first) = receiver.recv() {
            self.take(first);
            let left = || not_before.saturating_duration_since(Instant::now());
            while let Ok(next) = receiver.recv_timeout(left()) {
                self.take(next);
            }
            self.keep()?;
            not_before = Instant::now() + EVERY;
        }
        Ok(())
    }

    fn take(&mut self, next: Finished) {
        self.figures.extend(next.state.figures.clone());
        self.finished.push(next);
        if let Some((last, before)) = self.finished.split_last()
            && before
                .iter()
                .any(|finished| !stays(finished.state.epoch, &last.state))
        {
            let last = last.state.clone();
            self.finished
                .retain(|finished| stays(finished.state.epoch, &last));
        }
    }

    /// Keeps the epochs that were taken.
    fn keep(&mut self) -> anyhow::Result<()> {
        let figures = std::mem::take(&mut self.figures);
        history::append(&self.run.history(), &figures)?;
        let mut written = Vec::new();
        for Finished { state, records } in self.finished.drain(..) {
            written.push((state, records()?));
        }
        let Some((last, _)) = written.last() else {
            return Ok(());
        };
        let last = last.clone();
        let checkpoints = self.run.checkpoints();
        checkpoints.write(written)?;
        checkpoints.prune(|epoch| stays(epoch, &last))?;
        for figures in &figures {
            if let Some(file) = &mut self.event_file {
                file.append(figures.epoch, &figures.figures())?;
            }
            self.progress.print(figures);
        }
        Ok(())
    }
}
