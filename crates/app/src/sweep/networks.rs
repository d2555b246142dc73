//! The networks of a sweep's points, and the parts of trainings that halving has paused: `networks.bin`.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

use model::{FusedState, LayerValues, MlpConfig};

use crate::support::cause::Damage;
use crate::support::error::{Error, Result};
use crate::support::sweep_error::SweepError;
use crate::sweep::directory::SweepDirectory;
use crate::sweep::halving::is_finished;
use crate::sweep::point::{PausedRecord, Place, PointRecord, PointState};
use crate::train::course::Paused;

impl SweepDirectory {
    /// Reads numbers of a point.
    fn numbers(&self, place: Place) -> Result<Vec<f32>> {
        let path = self.networks_path();
        let mut file = fs_err::File::open(&path)?;
        file.seek(SeekFrom::Start(place.offset))?;
        let mut bytes = vec![0; place.numbers * size_of::<f32>()];
        file.read_exact(&mut bytes)?;
        if crc32c::crc32c(&bytes) != place.crc32c {
            return Err(Error::Sweep(SweepError::DamagedNetwork {
                sweep: self.path.clone(),
                offset: place.offset,
            }));
        }
        let numbers = bytes.as_chunks::<4>().0.iter();
        Ok(numbers.map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// Reads the values of a point: its network, or the parts of a paused training.
    pub(crate) fn values(&self, place: Place, config: &MlpConfig) -> Result<Vec<LayerValues>> {
        let numbers = self.numbers(place)?;
        let layers = config.layers().into_iter();
        let length: usize = layers.map(|layer| layer.parameters()).sum();
        let parts = numbers.chunks(length);
        let parts = parts.map(|part| LayerValues::from_numbers(config, part));
        parts
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| Error::Damaged {
                path: self.networks_path(),
                damage: Damage::OtherNetwork,
            })
    }

    /// Reads a paused training; `None` if the point is not paused.
    pub(crate) fn paused(
        &self,
        record: &PointRecord,
        config: &MlpConfig,
    ) -> Result<Option<Paused>> {
        let (Some(paused), Some(place)) = (&record.paused, record.place()) else {
            return Ok(None);
        };
        let damaged = |damage| Error::Damaged {
            path: self.points_path(),
            damage,
        };
        let paused =
            toml::from_str::<BTreeMap<String, PausedRecord>>(&format!("paused = {paused}"));
        let paused = paused.map_err(|error| damaged(Damage::Toml(error.message().to_owned())))?;
        let paused = paused.into_values().next();
        let mut values = self.values(place, config)?.into_iter();
        let (Some(paused), Some(weights), Some(first_moments), Some(second_moments)) =
            (paused, values.next(), values.next(), values.next())
        else {
            return Err(damaged(Damage::OtherNetwork));
        };
        Ok(Some(Paused {
            epoch: record.epochs,
            state: FusedState {
                weights,
                first_moments,
                second_moments,
                steps: paused.steps,
            },
            callbacks: paused.callbacks,
            best: paused.best.zip(values.next()),
            metrics: paused.last,
        }))
    }

    /// Reads the network of a trained point.
    ///
    /// # Errors
    ///
    /// [`SweepError::PointWithoutNetwork`], [`SweepError::PointDropped`] and [`SweepError::PointPaused`] if it is not trained, [`SweepError::DamagedNetwork`] if the file is
    /// damaged.
    pub(crate) fn network(&self, record: &PointRecord, config: &MlpConfig) -> Result<LayerValues> {
        let without = |state| {
            Error::Sweep(SweepError::PointWithoutNetwork {
                sweep: self.path.clone(),
                point: record.point,
                state,
            })
        };
        let place = match (record.state, record.place()) {
            (PointState::Trained, Some(place)) => place,
            (PointState::Paused, _) => {
                let (sweep, point, epochs) = (self.path.clone(), record.point, record.epochs);
                let plan = self.plan()?;
                return Err(if is_finished(&plan, &self.records(&plan)?) {
                    Error::Sweep(SweepError::PointDropped {
                        sweep,
                        point,
                        epochs,
                    })
                } else {
                    Error::Sweep(SweepError::PointPaused {
                        sweep,
                        point,
                        epochs,
                    })
                });
            }
            _ => return Err(without("failed: it has no network")),
        };
        let values = self.values(place, config)?;
        values
            .into_iter()
            .next()
            .ok_or_else(|| without("without a network"))
    }
}
