//! How a training ends before its last epoch: by an error, or by Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use burn_train::Interrupter;
use burn_train::logger::TrainingProgressLogger;

use crate::failure::INTERRUPTED;

/// Remembers the error that training ended with: Burn's dashboard forgets it before the learner
/// reads it.
#[derive(Clone)]
pub(crate) struct Ending {
    interrupter: Interrupter,
    error: Arc<Mutex<Option<String>>>,
}

impl Ending {
    pub(crate) fn new(interrupter: Interrupter) -> Self {
        Self {
            interrupter,
            error: Arc::default(),
        }
    }

    /// The error, if there was one.
    pub(crate) fn error(&self) -> Option<String> {
        let kept = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        let late = || self.interrupter.error().map(|error| error.to_string());
        kept.clone().or_else(late)
    }
}

impl TrainingProgressLogger for Ending {
    fn end(&mut self) {
        let error = self.interrupter.error().map(|error| error.to_string());
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    fn start(&mut self, _: usize, _: usize, _: Option<usize>, _: Option<&str>) {}
    fn update_epoch(&mut self, _: usize) {}
    fn start_split(&mut self, _: &str, _: usize) {}
    fn update_split(&mut self, _: usize) {}
    fn end_split(&mut self) {}
    fn log_event_training(&mut self, _: String) {}
}

/// Lets Ctrl-C end the training after the batch in progress, and a second one at once; the
/// checkpoints of whole epochs stay either way.
pub(crate) fn stop_on_ctrl_c(interrupter: &Interrupter) -> anyhow::Result<Arc<AtomicBool>> {
    let asked = Arc::new(AtomicBool::new(false));
    let (handler_asked, handler_interrupter) = (asked.clone(), interrupter.clone());
    ctrlc::set_handler(move || {
        if handler_asked.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED.into());
        }
        handler_interrupter.stop(Some("Ctrl-C"));
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(asked)
}
