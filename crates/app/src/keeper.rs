//! Keeps the epochs that are over on the disk, while the next ones are trained.
//!
//! A disk takes longer to confirm a checkpoint than a CPU to train an epoch of a small network. So
//! epochs are kept together that ended while the disk was busy: all their lines in the history, but
//! only those checkpoints that would not be removed at once. Epochs are announced when they are on
//! the disk.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use burn::tensor::Bytes;

use crate::checkpoint::State;
use crate::config::RunConfig;
use crate::history;
use crate::progress::Progress;
use crate::run_dir::RunDir;
use crate::tensorboard::EventFile;

/// Epochs that wait to be kept; a training that is further ahead waits for the disk.
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
}

impl Work {
    fn keep_all(mut self, receiver: &Receiver<Finished>) -> anyhow::Result<()> {
        while let Ok(first) = receiver.recv() {
            let mut finished = vec![first];
            finished.extend(receiver.try_iter());
            self.keep(finished)?;
        }
        Ok(())
    }

    /// Keeps some epochs that follow each other.
    fn keep(&mut self, finished: Vec<Finished>) -> anyhow::Result<()> {
        let figures = finished.iter().map(|finished| &finished.state.figures);
        let figures: Vec<_> = figures.flatten().cloned().collect();
        history::append(&self.run.history(), &figures)?;
        let Some(last) = finished.last() else {
            return Ok(());
        };
        let (epoch, best) = (last.state.epoch, last.state.verdict.best);
        let RunConfig {
            keep_last,
            keep_every,
            ..
        } = last.state.config;
        let stays = |kept: usize| {
            kept + keep_last > epoch
                || best.is_some_and(|best| best.epoch == kept)
                || (keep_every > 0 && kept > 0 && kept.is_multiple_of(keep_every))
        };
        let checkpoints = self.run.checkpoints();
        let mut written = Vec::new();
        for Finished { state, records } in finished {
            if stays(state.epoch) {
                written.push((state, records()?));
            }
        }
        checkpoints.write(written)?;
        checkpoints.prune(stays)?;
        for figures in &figures {
            if let Some(file) = &mut self.event_file {
                file.append(figures.epoch, &figures.figures())?;
            }
            self.progress.print(figures);
        }
        Ok(())
    }
}
