//! Passes Burn's records of network, optimizer and learning-rate schedule from the learner to a
//! checkpoint, and back.

use std::sync::mpsc::{Receiver, Sender};

use burn::tensor::Bytes;
use burn_train::checkpoint::{
    Checkpoint, Checkpointer, CheckpointerError, CheckpointingAction, CheckpointingStrategy,
};
use burn_train::metric::store::EventStoreClient;

use crate::run::checkpoint::{Checkpoints, RECORDS};
use crate::support::error::{Error, Result, Source};

/// Creates the three records of an epoch when called.
pub(crate) type MakeRecords = Box<dyn FnOnce() -> Result<[Bytes; 3]> + Send>;

/// A record or an error, with its index in [`RECORDS`].
type Delivery = (usize, Result<Bytes, Source>);

/// One of the learner's three checkpointers: sends a record to [`Records`] as bytes, and reads it
/// back from its file.
///
/// The learner only exposes its optimizer to a checkpointer.
pub(crate) struct RecordSender {
    position: usize,
    checkpoints: Checkpoints,
    sender: Sender<Delivery>,
}

/// Receives the records of an epoch from the three threads on which Burn saves them.
pub(crate) struct Records {
    receiver: Receiver<Delivery>,
}

/// Creates the checkpointers of network, optimizer and schedule, and the receiver of their records.
pub(crate) fn checkpointers(checkpoints: &Checkpoints) -> ([RecordSender; 3], Records) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let of = |position| RecordSender {
        position,
        checkpoints: checkpoints.clone(),
        sender: sender.clone(),
    };
    ([of(0), of(1), of(2)], Records { receiver })
}

impl Records {
    /// Waits for the three records of the epoch that was just passed to Burn's checkpointer.
    pub(crate) fn receive(&self, epoch: usize) -> Result<[Bytes; 3]> {
        let missing = || Error::MissingRecords { epoch };
        let mut records = [None, None, None];
        for _ in RECORDS {
            let (position, bytes) = self.receiver.recv().map_err(|_| missing())?;
            records[position] = Some(bytes.map_err(Error::Burn)?);
        }
        match records {
            [Some(network), Some(optimizer), Some(schedule)] => Ok([network, optimizer, schedule]),
            _ => Err(missing()),
        }
    }
}

impl<R: Checkpoint> Checkpointer<R> for RecordSender {
    fn save(&self, _: usize, record: R) -> Result<(), CheckpointerError> {
        let bytes = record.checkpoint_into_bytes().map_err(Source::from);
        self.sender
            .send((self.position, bytes))
            .map_err(|error| CheckpointerError::Unknown(error.to_string()))
    }

    fn restore(&self, epoch: usize) -> Result<R, CheckpointerError> {
        R::load(self.checkpoints.record(RECORDS[self.position], epoch))
    }

    fn delete(&self, _: usize) -> Result<(), CheckpointerError> {
        Ok(()) // [`Checkpoints::prune`] deletes.
    }
}

/// Saves whenever the epoch loop requests it; [`Checkpoints::prune`] deletes old checkpoints.
pub(crate) struct SaveAlways;

impl CheckpointingStrategy for SaveAlways {
    fn checkpointing(&mut self, _: usize, _: &EventStoreClient) -> Vec<CheckpointingAction> {
        vec![CheckpointingAction::Save]
    }
}
