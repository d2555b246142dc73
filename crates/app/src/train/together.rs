//! Trains many networks at once on a GPU, epoch by epoch, in memory: each as [`InMemory`] does, up to
//! rounding.
//!
//! [`InMemory`]: crate::train::in_memory::InMemory

use std::time::Instant;

use data::{ClassifiedDigits, Sampler};
use model::{
    Adam, EpochPlan, FusedState, GpuDevice, GpuImages, GpuTraining, LayerValues, StepMetrics,
};
use rayon::prelude::*;

use crate::config::resolved::ResolvedConfig;
use crate::dataset::training_data::TrainingData;
use crate::device::select::reference_device;
use crate::support::error::{Error, Result};
use crate::train::course::{Course, Paused, Wanted, set_validation, training_metrics};
use crate::train::engine::gpu::upload;
use crate::train::epoch_metrics::RunningMetrics;
use crate::train::initial_weights::initial_network;
use crate::train::loader::shuffled;
use crate::train::signals::StopRequest;

/// Of each network about so many images are trained on before a stop may be requested.
const IMAGES_AT_ONCE: usize = 4096;

/// The images of a data set on a GPU.
pub(crate) struct SharedImages {
    device: GpuDevice,
    images: GpuImages,
    /// The place of each row of the data set.
    places: Vec<usize>,
}

impl SharedImages {
    pub(crate) fn new(digits: &ClassifiedDigits, device: &GpuDevice) -> Result<Self> {
        let rows = (0..digits.len()).map(|index| digits.row(index));
        let mut places = vec![0; rows.clone().max().map_or(0, |row| row + 1)];
        for (place, row) in rows.enumerate() {
            places[row] = place;
        }
        Ok(Self {
            device: device.clone(),
            images: upload(digits, device)?,
            places,
        })
    }

    /// The places of images that were selected from the data set.
    fn places_of(&self, selected: &ClassifiedDigits) -> Vec<usize> {
        let rows = (0..selected.len()).map(|index| selected.row(index));
        rows.map(|row| self.places[row]).collect()
    }
}

/// A training that is to be done with others.
pub(crate) struct Start<'a> {
    pub(crate) config: &'a ResolvedConfig,
    /// Images that were selected from the shared ones.
    pub(crate) digits: TrainingData,
    pub(crate) from: Option<Paused>,
    /// The epochs that are to be finished.
    pub(crate) last: usize,
}

/// One of the networks.
struct Member<'a> {
    course: Course<'a>,
    last: usize,
    adam: Adam,
    batch_size: usize,
    class_weight: Option<Vec<f32>>,
    /// The places of its images.
    training: Vec<usize>,
    validation: Vec<usize>,
    sampler: Sampler,
    learning_rate: f64,
    /// Why its training ended with an error.
    error: Option<Error>,
}

/// Networks between two epochs.
pub(crate) struct Moment<'a> {
    training: &'a GpuTraining,
    members: &'a [Member<'a>],
    /// How many of them trained another epoch.
    pub(crate) trained: usize,
}

impl Moment<'_> {
    /// The trainings after their last epochs; `None` for those that cannot be resumed there.
    ///
    /// # Errors
    ///
    /// [`Error::Gpu`] if the device failed.
    pub(crate) fn now(&self) -> Result<Vec<Option<Paused>>> {
        let members = self.members.iter().zip(self.training.states()?);
        let now = members.map(|(member, state)| {
            let is_whole = member.error.is_none();
            is_whole.then(|| member.course.now(state)).flatten()
        });
        Ok(now.collect())
    }
}

/// What a member does in an epoch.
struct Epoch {
    number: usize,
    rows: Vec<usize>,
    rates: Vec<f64>,
    metrics: RunningMetrics,
}

impl<'a> Member<'a> {
    fn new(start: Start<'a>, images: &SharedImages) -> Result<(Self, FusedState)> {
        let Start {
            config,
            digits,
            from,
            last,
        } = start;
        let settings = &config.settings;
        let (course, state) = if let Some(from) = from {
            Course::resumed(config, digits.counts(), from)
        } else {
            let network = initial_network(settings, &reference_device())?;
            let state = FusedState::read(&network, None)?;
            (Course::new(config, digits.counts()), state)
        };
        let member = Self {
            learning_rate: course.scheduler().schedule.learning_rate,
            course,
            last,
            adam: settings.adam(),
            batch_size: settings.batch_size,
            class_weight: settings.loss_weights(&digits.training),
            training: images.places_of(&digits.training),
            validation: images.places_of(&digits.validation),
            sampler: shuffled(settings, digits.training.len()),
            error: None,
        };
        Ok((member, state))
    }

    fn is_open(&self) -> bool {
        self.error.is_none() && self.course.is_open(self.last)
    }

    /// The next epoch; without rows if there is none.
    fn next_epoch(&self) -> Epoch {
        let number = self.course.epoch() + 1;
        let (mut rows, mut rates) = (Vec::new(), Vec::new());
        if self.is_open() {
            let order = self.sampler.epoch_indices(self.training.len(), number);
            rows = order.iter().map(|&index| self.training[index]).collect();
            let scheduler = self.course.scheduler();
            let steps = scheduler.next_step..;
            let steps = steps.take(rows.len().div_ceil(self.batch_size));
            rates = steps.map(|step| scheduler.schedule.at(step)).collect();
        }
        Epoch {
            number,
            rows,
            rates,
            metrics: RunningMetrics::new(),
        }
    }

    /// The steps of a part of an epoch.
    fn part<'b>(&'b self, epoch: &'b Epoch, part: usize) -> EpochPlan<'b> {
        let steps = (IMAGES_AT_ONCE / self.batch_size).max(1);
        let [rows, rates] = [
            (epoch.rows.len(), steps * self.batch_size),
            (epoch.rates.len(), steps),
        ]
        .map(|(length, part_length)| {
            let first = (part * part_length).min(length);
            first..(first + part_length).min(length)
        });
        EpochPlan {
            rows: if self.error.is_some() {
                &[]
            } else {
                &epoch.rows[rows]
            },
            batch_size: self.batch_size,
            learning_rates: if self.error.is_some() {
                &[]
            } else {
                &epoch.rates[rates]
            },
            class_weight: self.class_weight.as_deref(),
        }
    }

    /// Adds the metrics of some steps of an epoch.
    fn add(&mut self, epoch: &mut Epoch, lengths: &[usize], rates: &[f64], steps: &[StepMetrics]) {
        for ((&sums, &images), &rate) in steps.iter().zip(lengths).zip(rates) {
            self.learning_rate = rate;
            if let Err(error) = epoch.metrics.add_sums(sums, images) {
                self.error = Some(error.in_training(epoch.number, rate));
                return;
            }
        }
    }
}

/// Trains networks of one architecture; `None` if a stop was requested before all are trained. A training
/// that diverges ends with an error of its own. `on_epoch` is called after each epoch.
///
/// # Errors
///
/// [`Error::Gpu`] if the device failed, those of `on_epoch`, and those of initial weights that cannot be read.
pub(crate) fn train_together(
    starts: Vec<Start<'_>>,
    images: &SharedImages,
    stop: &StopRequest,
    mut on_epoch: impl FnMut(&Moment<'_>) -> Result<()>,
) -> Result<Option<Vec<Result<Paused>>>> {
    let started = starts.into_par_iter();
    let started = started.map(|start| Member::new(start, images));
    let (mut members, states): (Vec<_>, Vec<_>) =
        started.collect::<Result<Vec<_>>>()?.into_iter().unzip();
    let networks = members.iter().map(|member| member.adam.clone()).zip(states);
    let networks: Vec<(Adam, FusedState)> = networks.collect();
    let mut training = GpuTraining::new(&images.device, &networks)?;
    drop(networks);
    while members.iter().any(Member::is_open) {
        let started = Instant::now();
        let open = members.iter().filter(|member| member.is_open()).count();
        let Some(epochs) = train_epoch(&mut training, &mut members, images, stop)? else {
            return Ok(None);
        };
        let validated = validate(&training, &mut members, images, |member| {
            member.is_open() && member.course.is_validated_each_epoch()
        })?;
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let seconds = started.elapsed().as_secs_f64() / open as f64;
        end_epoch(&training, &mut members, &epochs, &validated, seconds)?;
        on_epoch(&Moment {
            training: &training,
            members: &members,
            trained: open,
        })?;
    }
    let validated = validate(&training, &mut members, images, |member| {
        member.error.is_none() && member.course.is_validated_at_the_end()
    })?;
    let ended = members.into_iter().zip(validated).zip(training.states()?);
    let ended = ended.map(|((mut member, validated), state)| {
        if let Some(error) = member.error {
            return Err(error);
        }
        if let Some(found) = &validated {
            member.course.set_validation(found);
        }
        member.course.paused(state, member.learning_rate)
    });
    Ok(Some(ended.collect()))
}

/// Trains one epoch of each network that has one; `None` if a stop was requested.
fn train_epoch(
    training: &mut GpuTraining,
    members: &mut [Member<'_>],
    images: &SharedImages,
    stop: &StopRequest,
) -> Result<Option<Vec<Epoch>>> {
    let mut epochs: Vec<Epoch> = members.par_iter().map(Member::next_epoch).collect();
    for part in 0.. {
        if stop.exit_code().is_some() {
            return Ok(None);
        }
        let pairs = members.iter().zip(&epochs);
        let plans: Vec<EpochPlan<'_>> = pairs
            .map(|(member, epoch)| member.part(epoch, part))
            .collect();
        if plans.iter().all(|plan| plan.rows.is_empty()) {
            break;
        }
        let found = training.train(&images.images, &plans)?;
        let batches: Vec<(Vec<usize>, Vec<f64>)> = plans
            .iter()
            .map(|plan| {
                let batches = plan.rows.chunks(plan.batch_size);
                (
                    batches.map(<[usize]>::len).collect(),
                    plan.learning_rates.to_vec(),
                )
            })
            .collect();
        let of_members = members
            .iter_mut()
            .zip(&mut epochs)
            .zip(&found)
            .zip(&batches);
        for (((member, epoch), steps), (lengths, rates)) in of_members {
            member.add(epoch, lengths, rates, steps);
        }
    }
    Ok(Some(epochs))
}

/// Computes the validation metrics of some of the networks.
fn validate(
    training: &GpuTraining,
    members: &mut [Member<'_>],
    images: &SharedImages,
    is_validated: impl Fn(&Member<'_>) -> bool,
) -> Result<Vec<Option<RunningMetrics>>> {
    let rows = members.iter().map(|member| {
        if is_validated(member) {
            member.validation.as_slice()
        } else {
            &[]
        }
    });
    let rows: Vec<&[usize]> = rows.collect();
    let counts: Vec<usize> = rows.iter().map(|rows| rows.len()).collect();
    let found = training.evaluate(&images.images, &rows)?;
    let members = members.iter_mut().zip(counts).zip(found);
    let metrics = members.map(|((member, images), sums)| {
        if images == 0 {
            return None;
        }
        let mut metrics = RunningMetrics::new();
        if let Err(error) = metrics.add_sums(sums, images) {
            // That of the epoch that is not ended, or of the last one.
            let epoch = member.course.epoch() + usize::from(member.is_open());
            member.error = Some(error.in_validation(epoch));
        }
        Some(metrics)
    });
    Ok(metrics.collect())
}

/// Runs the callbacks of each network that trained an epoch, and keeps the weights that became the best.
fn end_epoch(
    training: &GpuTraining,
    members: &mut [Member<'_>],
    epochs: &[Epoch],
    validated: &[Option<RunningMetrics>],
    seconds: f64,
) -> Result<()> {
    let mut wanted = Vec::new();
    let of_members = members.iter_mut().zip(epochs).zip(validated).enumerate();
    for (index, ((member, epoch), validated)) in of_members {
        if epoch.rows.is_empty() || member.error.is_some() {
            continue;
        }
        let mut metrics = training_metrics(epoch.number, &epoch.metrics, member.learning_rate);
        if let Some(found) = validated {
            set_validation(&mut metrics, found);
        }
        metrics.seconds = seconds;
        if member.course.on_epoch_end(metrics) == Wanted::Weights {
            wanted.push(index);
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let mut weights: Vec<Option<LayerValues>> = training
        .states()?
        .into_iter()
        .map(|state| Some(state.weights))
        .collect();
    for index in wanted {
        if let Some(weights) = weights[index].take() {
            members[index].course.keep_best(weights);
        }
    }
    Ok(())
}
