//! What a training of a point ends with, as it is kept.

use model::{FusedState, LayerValues};

use crate::support::error::{Error, Result, with_causes};
use crate::sweep::point::{PausedRecord, Point, PointRecord, PointState};
use crate::train::course::Paused;

/// A point that was trained, and the numbers to keep of it.
pub(crate) struct Finished {
    pub(crate) record: PointRecord,
    pub(crate) values: Vec<LayerValues>,
}

impl Finished {
    /// A point whose loss became NaN or infinite.
    pub(crate) fn failed(point: Point, error: &Error, seconds: f64) -> Self {
        let epochs = match error {
            Error::Diverged { epoch, .. } | Error::ValidationDiverged { epoch, .. } => epoch - 1,
            _ => 0,
        };
        Self {
            record: PointRecord {
                state: PointState::Failed,
                epochs,
                error: Some(with_causes(error)),
                ..PointRecord::new(point, seconds)
            },
            values: Vec::new(),
        }
    }

    /// A point that was trained: to its end, which early stopping or `epochs` set, or until it is trained on.
    pub(crate) fn new(point: Point, trained: Paused, epochs: usize, seconds: f64) -> Result<Self> {
        let record = PointRecord {
            epochs: trained.epoch,
            ..PointRecord::new(point, seconds)
        };
        if trained.epoch >= epochs || trained.callbacks.stop {
            let (metrics, network) = trained
                .best
                .unwrap_or((trained.metrics, trained.state.weights));
            return Ok(Self {
                record: PointRecord {
                    stopped_early: trained.callbacks.stop,
                    ..record.with_metrics(&metrics)
                },
                values: vec![network],
            });
        }
        let FusedState {
            weights,
            first_moments,
            second_moments,
            steps,
        } = trained.state;
        let mut values = vec![weights, first_moments, second_moments];
        let best = trained.best.map(|(metrics, network)| {
            values.push(network);
            metrics
        });
        let record = record.with_metrics(best.as_ref().unwrap_or(&trained.metrics));
        let paused = PausedRecord {
            steps,
            callbacks: trained.callbacks,
            last: trained.metrics,
            best,
        };
        Ok(Self {
            record: PointRecord {
                state: PointState::Paused,
                // A table as a value is written in one line.
                paused: Some(toml::Value::try_from(paused)?.to_string()),
                ..record
            },
            values,
        })
    }
}
