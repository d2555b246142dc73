//! A stream of server-sent events, as in
//! [HTML](https://html.spec.whatwg.org/multipage/server-sent-events.html): of a training that is
//! [watched](crate::watched), what has changed is sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::time::timeout;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::watched::Known;
use crate::wire::training::Training;

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
    let known = site.watched.follow(run).await?;
    let generation = known.borrow().generation;
    let follower = Follower {
        known,
        position,
        generation,
    };
    let (sender, receiver) = mpsc::channel(WAITING_EVENTS);
    tokio::spawn(follower.follow(site, sender, place));
    Ok(Events { receiver })
}

/// Follows a training for one client.
struct Follower {
    known: watch::Receiver<Known>,
    position: Position,
    /// The training that the position is in.
    generation: u64,
}

impl Follower {
    /// Sends what changes, until the client or the server goes.
    async fn follow(
        mut self,
        site: Arc<Site>,
        sender: mpsc::Sender<Bytes>,
        place: OwnedSemaphorePermit,
    ) {
        let mut stopping = site.stopping.clone();
        let _open = OpenStream::new(site);
        tokio::select! {
            () = self.send_changes(&sender) => {}
            () = sender.closed() => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
        drop(place);
    }

    /// Sends what changes, until the client goes or the program fails.
    async fn send_changes(&mut self, sender: &mpsc::Sender<Bytes>) {
        let mut event = self.news();
        loop {
            if sender.send(event).await.is_err() {
                return;
            }
            event = match timeout(SPEAK_EVERY, self.known.changed()).await {
                Ok(Ok(())) => self.news(),
                // The problem has been sent.
                Ok(Err(_ended)) => return,
                Err(_silence) => Bytes::from_static(b":\n\n"),
            };
        }
    }

    /// Makes an event of what the client does not know yet.
    fn news(&mut self) -> Bytes {
        let known = self.known.borrow_and_update();
        if let Some(problem) = &known.problem {
            return event("problem", "", problem);
        }
        let training = &known.training;
        let is_other = |run: &String| *run != training.run;
        if known.generation != self.generation
            || self.position.epoch > known.newest()
            || self.position.run.as_ref().is_some_and(is_other)
        {
            self.position.epoch = 0;
        }
        let first = training
            .epochs
            .partition_point(|epoch| epoch.epoch <= self.position.epoch);
        self.generation = known.generation;
        self.position = Position {
            run: Some(training.run.clone()),
            epoch: known.newest(),
        };
        let run = training.run.replace(['\r', '\n', '\0'], " ");
        let id = format!("{run}:{}", known.newest());
        let news = Training {
            run: training.run.clone(),
            state: training.state.clone(),
            planned_epochs: training.planned_epochs,
            epochs: training.epochs[first..].to_vec(),
            weight_epochs: training.weight_epochs.clone(),
        };
        event("training", &id, &news)
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
