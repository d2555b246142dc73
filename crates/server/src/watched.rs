//! The trainings that clients follow. For each one task asks the program four times a second, however many clients follow
//! it, and ends when none does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch::{self, Receiver, Sender};
use tokio::time::{MissedTickBehavior, interval};

use crate::refusal::Refusal;
use crate::service::Service;
use crate::wire::problem::Problem;
use crate::wire::training::Training;
use crate::work::Work;

/// How often the program is asked.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// The trainings that are followed, by the run that clients named, if they named one.
pub(crate) struct Watched {
    service: Arc<dyn Service>,
    work: Arc<Work>,
    tasks: Mutex<HashMap<Option<String>, Sender<Known>>>,
}

/// What is known of a training.
#[derive(Debug)]
pub(crate) struct Known {
    /// With all its epochs.
    pub(crate) training: Training,
    /// Goes up when another training has taken the place of this one, whose epochs do not continue the known ones.
    pub(crate) generation: u64,
    /// Why it is not followed any more.
    pub(crate) problem: Option<Problem>,
}

impl Watched {
    /// No training yet.
    pub(crate) fn new(service: Arc<dyn Service>, work: Arc<Work>) -> Arc<Self> {
        Arc::new(Self {
            service,
            work,
            tasks: Mutex::default(),
        })
    }

    /// Follows a training until the receiver is dropped.
    ///
    /// # Errors
    ///
    /// Why the program has no such training.
    pub(crate) async fn follow(
        self: &Arc<Self>,
        run: Option<String>,
    ) -> Result<Receiver<Known>, Refusal> {
        if let Some(sender) = self.tasks().get(&run) {
            return Ok(sender.subscribe());
        }
        let training = self.ask(run.as_deref(), 0).await?;
        let mut tasks = self.tasks();
        // Another client may have been faster.
        if let Some(sender) = tasks.get(&run) {
            return Ok(sender.subscribe());
        }
        let (sender, receiver) = watch::channel(Known {
            training,
            generation: 0,
            problem: None,
        });
        tasks.insert(run.clone(), sender.clone());
        tokio::spawn(Arc::clone(self).keep_asking(run, sender));
        Ok(receiver)
    }

    fn tasks(&self) -> MutexGuard<'_, HashMap<Option<String>, Sender<Known>>> {
        // No other thread panics while it holds the lock.
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the epochs after one.
    async fn ask(&self, run: Option<&str>, after: usize) -> Result<Training, Refusal> {
        let (service, run) = (Arc::clone(&self.service), run.map(str::to_owned));
        let job = move || service.training(run.as_deref(), after);
        Ok(self.work.run(job).await??)
    }

    /// Tells all who follow a training what is new, until none does or the program fails.
    async fn keep_asking(self: Arc<Self>, run: Option<String>, sender: Sender<Known>) {
        let mut clock = interval(ASK_EVERY);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        clock.tick().await;
        loop {
            tokio::select! {
                () = sender.closed() => {
                    let mut tasks = self.tasks();
                    // Unless somebody has come in this moment.
                    if sender.is_closed() {
                        tasks.remove(&run);
                        return;
                    }
                }
                _ = clock.tick() => match self.look(run.as_deref(), &sender).await {
                    Ok(()) => {}
                    // Too many others ask: this one does so again at the next tick.
                    Err(refusal) if refusal.is_busy() => {}
                    Err(refusal) => {
                        self.tasks().remove(&run);
                        sender.send_modify(|known| known.problem = Some(refusal.problem()));
                        return;
                    }
                },
            }
        }
    }

    /// Asks for what is new.
    async fn look(&self, run: Option<&str>, sender: &Sender<Known>) -> Result<(), Refusal> {
        let (name, newest) = {
            let training = &sender.borrow().training;
            (training.run.clone(), training.epochs.last().cloned())
        };
        // The newest epoch is asked for once more: if it is another one by now, so is the training.
        let after = newest
            .as_ref()
            .map_or(0, |newest| newest.epoch.saturating_sub(1));
        let mut found = self.ask(run, after).await?;
        let is_same =
            found.run == name && (newest.is_none() || found.epochs.first() == newest.as_ref());
        if is_same {
            let known = usize::from(newest.is_some());
            found.epochs.drain(..known);
        } else if after > 0 {
            found = self.ask(run, 0).await?;
        }
        sender.send_if_modified(|known| {
            if is_same {
                known.continue_with(found)
            } else {
                known.replace_by(found)
            }
        });
        Ok(())
    }
}

impl Known {
    /// The last epoch, or 0.
    pub(crate) fn newest(&self) -> usize {
        self.training.epochs.last().map_or(0, |newest| newest.epoch)
    }

    /// Adds what came after the known epochs; says whether anything changes by it.
    fn continue_with(&mut self, later: Training) -> bool {
        let known = std::mem::replace(&mut self.training, later);
        let later = std::mem::replace(&mut self.training.epochs, known.epochs);
        let is_new = !later.is_empty()
            || known.state != self.training.state
            || known.planned_epochs != self.training.planned_epochs
            || known.weight_epochs != self.training.weight_epochs;
        self.training.epochs.extend(later);
        is_new
    }

    fn replace_by(&mut self, other: Training) -> bool {
        self.training = other;
        self.generation += 1;
        true
    }
}
