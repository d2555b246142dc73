//! A stream of server-sent events, as in
//! [HTML](https://html.spec.whatwg.org/multipage/server-sent-events.html): the program is asked four times a second, and
//! what has changed is sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::refusal::Refusal;
use crate::site::Site;
use crate::wire::training::Training;

/// How often the program is asked.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// How often something is sent at least, so that nobody in between takes the connection for dead.
const SPEAK_EVERY: Duration = Duration::from_secs(15);

/// Events that wait for a client that reads slowly.
const WAITING_EVENTS: usize = 2;

/// How far a client knows a training.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// The run; `None` if the client did not say.
    run: Option<String>,
    /// The last epoch that it knows.
    epoch: usize,
}

impl Position {
    /// Reads an id as events have it, or an epoch alone; what is neither is the beginning.
    pub(super) fn from_id(id: &str) -> Self {
        let (run, epoch) = match id.rsplit_once(':') {
            Some((run, epoch)) => (Some(run.to_owned()), epoch),
            None => (None, id),
        };
        match epoch.parse() {
            Ok(epoch) => Self { run, epoch },
            Err(_no_number) => Self::default(),
        }
    }
}

/// The body of a response, an event a frame.
pub(super) struct Events {
    receiver: mpsc::Receiver<Bytes>,
}

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let event = self.receiver.poll_recv(context);
        event.map(|event| event.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Opens a stream, whose first event is sent at once.
pub(super) async fn open(
    site: Arc<Site>,
    run: Option<String>,
    position: Position,
) -> Result<Events, Refusal> {
    let Ok(place) = Arc::clone(&site.streams).try_acquire_owned() else {
        return Err(Refusal::busy(
            "too many streams of events are open; close one, or ask for /v1/training",
        ));
    };
    let mut follower = Follower {
        site,
        run,
        position,
        sent: None,
    };
    let first = follower.ask().await?;
    let (sender, receiver) = mpsc::channel(WAITING_EVENTS);
    tokio::spawn(follower.follow(first, sender, place));
    Ok(Events { receiver })
}

/// Follows a training for one client.
struct Follower {
    site: Arc<Site>,
    run: Option<String>,
    position: Position,
    /// The run, state and number of planned epochs that were sent last.
    sent: Option<(String, String, usize)>,
}

impl Follower {
    /// Asks for what the client does not know; if that is another training, from its beginning.
    async fn ask(&mut self) -> Result<Training, Refusal> {
        let training = self.ask_after(self.position.epoch).await?;
        let is_known = self
            .position
            .run
            .as_ref()
            .is_none_or(|run| *run == training.run);
        self.position.run = Some(training.run.clone());
        if is_known || self.position.epoch == 0 {
            return Ok(training);
        }
        self.position.epoch = 0;
        self.ask_after(0).await
    }

    /// Asks for what came after an epoch.
    async fn ask_after(&self, epoch: usize) -> Result<Training, Refusal> {
        let (service, run) = (Arc::clone(&self.site.service), self.run.clone());
        let job = move || service.training(run.as_deref(), epoch);
        Ok(self.site.work.run(job).await??)
    }

    /// Sends what changes, until the client or the server goes.
    async fn follow(
        mut self,
        first: Training,
        sender: mpsc::Sender<Bytes>,
        place: OwnedSemaphorePermit,
    ) {
        let _open = OpenStream::new(Arc::clone(&self.site));
        let mut stopping = self.site.stopping.clone();
        tokio::select! {
            () = self.send_changes(first, &sender) => {}
            () = sender.closed() => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
        drop(place);
    }

    /// Sends what changes, until the client goes or the program fails.
    async fn send_changes(&mut self, first: Training, sender: &mpsc::Sender<Bytes>) {
        let mut clock = interval(ASK_EVERY);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        clock.tick().await;
        let mut training: Result<Training, Refusal> = Ok(first);
        let mut spoken = Instant::now();
        loop {
            let failed = training.as_ref().err().filter(|refusal| !refusal.is_busy());
            let event = match (&training, failed) {
                (Ok(training), _) => self.change(training),
                (Err(_), Some(refusal)) => Some(event("problem", "", &refusal.problem())),
                // Too many others ask: this one does so again at the next tick.
                (Err(_), None) => None,
            };
            let is_over = failed.is_some();
            let is_silent = spoken.elapsed() >= SPEAK_EVERY;
            let event = event.or_else(|| is_silent.then(|| Bytes::from_static(b":\n\n")));
            if let Some(event) = event {
                spoken = Instant::now();
                if sender.send(event).await.is_err() || is_over {
                    return;
                }
            }
            clock.tick().await;
            training = self.ask().await;
        }
    }

    /// Makes an event of what the client does not know yet.
    fn change(&mut self, training: &Training) -> Option<Bytes> {
        let now = (
            training.run.clone(),
            training.state.clone(),
            training.planned_epochs,
        );
        if training.epochs.is_empty() && self.sent.as_ref() == Some(&now) {
            return None;
        }
        self.sent = Some(now);
        if let Some(newest) = training.epochs.last() {
            self.position.epoch = newest.epoch;
        }
        let id = format!(
            "{}:{}",
            training.run.replace(['\r', '\n', '\0'], " "),
            self.position.epoch
        );
        Some(event("training", &id, training))
    }
}

/// Writes an event. JSON has no line breaks, so its data are one line.
fn event(name: &str, id: &str, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).unwrap_or_default();
    let id = if id.is_empty() {
        String::new()
    } else {
        format!("id: {id}\n")
    };
    format!("{id}event: {name}\ndata: {data}\n\n").into()
}

/// Counts an open stream as long as it lives.
struct OpenStream(Arc<Site>);

impl OpenStream {
    fn new(site: Arc<Site>) -> Self {
        site.metrics.event_streams.inc();
        Self(site)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.metrics.event_streams.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[test]
    fn an_id_names_the_run_and_its_last_epoch() {
        let position = |run: Option<&str>, epoch| Position {
            run: run.map(str::to_owned),
            epoch,
        };
        assert_eq!(Position::from_id("a:b:7"), position(Some("a:b"), 7));
        assert_eq!(Position::from_id("7"), position(None, 7));
        for id in ["", "a", "a:", "a:-1", "99999999999999999999999"] {
            assert_eq!(Position::from_id(id), Position::default(), "{id}");
        }
    }
}
