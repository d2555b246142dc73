//! A program around the server that predicts without a network, by rules that a test can follow by hand.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use server::{
    DigitProbability, Example, FirstLayer, Input, LayerWeights, Metric, Model, PredictQuery,
    PredictedDigit, PredictedImage, Predictions, Run, Service, ServiceError, Status, Training,
    Weights,
};

/// The name of the only run.
pub(crate) const RUN: &str = "run-1";

/// The program, and what tests see and change of it.
#[derive(Default)]
pub(crate) struct Pretend {
    /// What was predicted.
    pub(crate) seen: Mutex<Vec<(Input, PredictQuery)>>,
    /// How far the training is.
    pub(crate) training: Mutex<Option<Training>>,
    /// How often somebody asked for it.
    pub(crate) looks: AtomicUsize,
    /// How often somebody asked for weights of it.
    pub(crate) loaded_layers: AtomicUsize,
    /// Whether the network cannot be loaded.
    pub(crate) is_broken: AtomicBool,
    /// Whether the picture `wait` is answered.
    pub(crate) gate: Gate,
}

/// Where predictions of the picture `wait` wait.
#[derive(Default)]
pub(crate) struct Gate {
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Gate {
    /// Waits until it is opened.
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.0 += 1;
        self.changed.notify_all();
        let limit = Duration::from_secs(20);
        let waited = self
            .changed
            .wait_timeout_while(state, limit, |(_, is_open)| !*is_open);
        waited.unwrap().0.0 -= 1;
    }

    /// Lets all pass.
    pub(crate) fn open(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
    }

    /// Waits until so many wait.
    pub(crate) fn await_waiting(&self, count: usize) {
        let state = self.state.lock().unwrap();
        let limit = Duration::from_secs(20);
        let waited = self
            .changed
            .wait_timeout_while(state, limit, |(waiting, _)| *waiting < count);
        assert!(
            !waited.unwrap().1.timed_out(),
            "expected {count} predictions to begin"
        );
    }
}

impl Pretend {
    fn check(&self, run: Option<&str>) -> Result<(), ServiceError> {
        if let Some(name) = run.filter(|run| *run != RUN) {
            return Err(ServiceError::UnknownRun {
                name: name.to_owned(),
            });
        }
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(ServiceError::Failed {
                reason: "the network of run-1 cannot be loaded".to_owned(),
            });
        }
        Ok(())
    }
}

impl Service for Pretend {
    /// The digit of an image is its number of pixels with ink, modulo 10; that of a drawing its number of strokes; that of
    /// a picture its number of bytes.
    fn predict(&self, input: &Input, query: &PredictQuery) -> Result<Predictions, ServiceError> {
        self.check(query.run.as_deref())?;
        self.seen
            .lock()
            .unwrap()
            .push((input.clone(), query.clone()));
        let images = match input {
            Input::Pixels20(pixels) => pixels.chunks(400).map(|image| digit(ink(image))).collect(),
            Input::Pixels28(pixels) => pixels.chunks(784).map(|image| digit(ink(image))).collect(),
            Input::Drawing { strokes, .. } if strokes.is_empty() => vec![blank()],
            Input::Drawing { strokes, .. } => vec![digit(strokes.len())],
            Input::Picture(bytes) => vec![self.picture(bytes)?],
        };
        Ok(Predictions {
            model: RUN.to_owned(),
            images,
        })
    }

    fn is_ready(&self) -> bool {
        self.check(None).is_ok()
    }

    fn predicts_at_once(&self, _query: &PredictQuery) -> bool {
        true
    }

    fn model(&self, run: Option<&str>) -> Result<Model, ServiceError> {
        self.check(run)?;
        Ok(Model {
            name: RUN.to_owned(),
            description: "a network that counts".to_owned(),
            digits: (0..10).collect(),
            networks: 1,
            layers: vec![400, 25, 15, 10],
            parameters: 10_575,
            epoch: 3,
            metrics: vec![Metric {
                name: "loss".to_owned(),
                value: Some(0.5),
            }],
            device: "none".to_owned(),
        })
    }

    fn weights(&self, run: Option<&str>) -> Result<Weights, ServiceError> {
        self.check(run)?;
        let layer = LayerWeights {
            inputs: 2,
            units: 1,
            kernel: vec![0.5, -0.5],
            bias: vec![0.25],
        };
        Ok(Weights {
            model: RUN.to_owned(),
            layers: vec![layer],
        })
    }

    fn runs(&self) -> Result<Vec<Run>, ServiceError> {
        self.check(None)?;
        Ok(vec![Run {
            name: RUN.to_owned(),
            is_default: true,
            state: "finished".to_owned(),
            digits: (0..10).collect(),
            epochs: 3,
            metrics: vec![Metric {
                name: "loss".to_owned(),
                value: None,
            }],
        }])
    }

    fn example(&self, run: Option<&str>) -> Result<Example, ServiceError> {
        self.check(run)?;
        Ok(Example {
            row: 7,
            label: 4,
            pixels: vec![0.5; 400],
        })
    }

    fn training(&self, run: Option<&str>, after: usize) -> Result<Training, ServiceError> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.check(run)?;
        let mut training = self
            .training
            .lock()
            .unwrap()
            .clone()
            .unwrap_or_else(|| Training {
                run: RUN.to_owned(),
                state: "finished".to_owned(),
                planned_epochs: 0,
                epochs: Vec::new(),
                weight_epochs: Vec::new(),
            });
        training.epochs.retain(|epoch| epoch.epoch > after);
        Ok(training)
    }

    /// One unit, whose weights grow from pixel to pixel; of epoch 3 alone.
    fn first_layer(
        &self,
        run: Option<&str>,
        epoch: Option<usize>,
    ) -> Result<FirstLayer, ServiceError> {
        self.check(run)?;
        self.loaded_layers.fetch_add(1, Ordering::Relaxed);
        match epoch {
            None | Some(3) => Ok(FirstLayer {
                run: RUN.to_owned(),
                epoch: 3,
                units: 1,
                largest: 0.5,
                weights: (0..400)
                    .map(|at| i8::try_from(at % 255 - 127).unwrap())
                    .collect(),
            }),
            Some(epoch) => Err(ServiceError::UnknownEpoch { epoch }),
        }
    }
}

impl Pretend {
    /// A picture does what its bytes say.
    fn picture(&self, bytes: &[u8]) -> Result<PredictedImage, ServiceError> {
        match bytes {
            b"panic" => panic!("a secret that no client may see"),
            b"fail" => Err(ServiceError::Failed {
                reason: "the device is gone".to_owned(),
            }),
            b"bad" => Err(ServiceError::Input {
                reason: "picture: neither PNG nor JPEG".to_owned(),
            }),
            b"slow" => {
                std::thread::sleep(Duration::from_secs(1));
                Ok(digit(4))
            }
            _ if bytes.starts_with(b"wait") => {
                self.gate.pass();
                Ok(digit(4))
            }
            _ => Ok(digit(bytes.len())),
        }
    }
}

fn ink(image: &[f32]) -> usize {
    image.iter().filter(|pixel| **pixel > 0.0).count()
}

fn digit(count: usize) -> PredictedImage {
    let digit = u8::try_from(count % 10).unwrap();
    PredictedImage {
        status: Status::Digit,
        reason: None,
        text: digit.to_string(),
        digits: vec![PredictedDigit {
            status: Status::Digit,
            reason: None,
            digit: Some(digit),
            probability: Some(0.75),
            probabilities: vec![DigitProbability {
                digit,
                probability: 0.75,
            }],
            looks_like: None,
            disagreement: None,
            bounds: None,
            detail: None,
        }],
    }
}

fn blank() -> PredictedImage {
    PredictedImage {
        status: Status::Blank,
        reason: Some("nothing is drawn".to_owned()),
        text: String::new(),
        digits: Vec::new(),
    }
}
