//! Requests that wait at the same time, predicted together: on a GPU a launch costs much more than an image.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use data::PIXELS;

use crate::predictor::ensemble::Ensemble;
use crate::predictor::ensemble_logits::EnsembleLogits;
use crate::support::error::Result;

/// How long the first request waits for others on a GPU.
const LONGEST_WAIT: Duration = Duration::from_millis(1);
/// More images than that are not gathered.
const MOST_IMAGES: usize = 1024;

/// Networks, and how requests reach them.
#[derive(Debug)]
pub(crate) struct Gathered {
    ensemble: Arc<Ensemble>,
    /// To the thread that predicts; `None` on a CPU, where each request predicts on its own.
    requests: Option<Sender<Request>>,
}

/// Images that wait, and where their logits are to go.
#[derive(Debug)]
struct Request {
    pixels: Vec<f32>,
    logits: Sender<Result<EnsembleLogits>>,
}

impl Gathered {
    /// Starts a thread if the networks are on a GPU; it ends with this value.
    pub(crate) fn new(ensemble: Ensemble) -> Self {
        let ensemble = Arc::new(ensemble);
        let requests = ensemble.is_on_gpu().then(|| {
            let (sender, receiver) = channel();
            let ensemble = Arc::clone(&ensemble);
            std::thread::spawn(move || predict_gathered(&ensemble, &receiver));
            sender
        });
        Self { ensemble, requests }
    }

    pub(crate) fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    /// Computes the logits of images `[n, 400]`.
    ///
    /// # Errors
    ///
    /// As [`Ensemble::logits_of_pixels`].
    pub(crate) fn logits(&self, pixels: &[f32]) -> Result<EnsembleLogits> {
        if let Some(requests) = &self.requests {
            let (logits, receiver) = channel();
            let pixels = pixels.to_vec();
            if requests.send(Request { pixels, logits }).is_ok()
                && let Ok(found) = receiver.recv()
            {
                return found;
            }
        }
        // On the CPU, or if the thread has ended.
        self.ensemble.logits_of_pixels(pixels)
    }
}

fn predict_gathered(ensemble: &Ensemble, requests: &Receiver<Request>) {
    while let Ok(first) = requests.recv() {
        let until = Instant::now() + LONGEST_WAIT;
        let mut images = first.pixels.len() / PIXELS;
        let mut waiting = vec![first];
        while images < MOST_IMAGES {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(next) = requests.recv_timeout(left) else {
                break;
            };
            images += next.pixels.len() / PIXELS;
            waiting.push(next);
        }
        predict_together(ensemble, &waiting);
    }
}

fn predict_together(ensemble: &Ensemble, waiting: &[Request]) {
    let pixels: Vec<f32> = waiting
        .iter()
        .flat_map(|one| &one.pixels)
        .copied()
        .collect();
    // Who does not wait any more has closed the channel, which is no failure.
    match ensemble.logits_of_pixels(&pixels) {
        Ok(all) => {
            let mut first = 0;
            for one in waiting {
                let images = one.pixels.len() / PIXELS;
                let _ = one.logits.send(Ok(all.part(first, images)));
                first += images;
            }
        }
        // Errors cannot be copied, so each asks once more on its own.
        Err(_) => {
            for one in waiting {
                let _ = one.logits.send(ensemble.logits_of_pixels(&one.pixels));
            }
        }
    }
}
