//! The probabilities of each image, by networks that were not trained on it.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;

use data::ClassifiedDigits;
use model::sigmoid;

use crate::cli::stderr;
use crate::cli::sweep::live::Live;
use crate::dataset::training_data::TrainingData;
use crate::device::adapter::OpenDevice;
use crate::predictor::device_network::DeviceNetwork;
use crate::support::error::Error;
use crate::support::notice::Notice;
use crate::sweep::finished::Finished;
use crate::sweep::plan::SweepPlan;
use crate::sweep::results::monitored;
use crate::sweep::train_points::{Circumstances, Event, PointEngine, Task};
use crate::sweep::unfinished::Unfinished;
use crate::train::signals::StopRequest;

/// Trains the networks of a plan with folds, and returns the probability of each class for each image, `[n, classes]`:
/// the mean over the networks that were not trained on it.
pub(super) fn out_of_fold(
    plan: &SweepPlan,
    images: &ClassifiedDigits,
    device: &OpenDevice,
) -> anyhow::Result<Vec<f64>> {
    let stop = StopRequest::listen_and(|| stderr::notice_over_status(&Notice::Stopping))?;
    let scratch = tempfile::tempdir()?;
    let epochs = AtomicUsize::new(0);
    let circumstances = Circumstances {
        plan,
        engine: PointEngine::choose(plan, device, images.len(), &mut stderr::notice)?,
        images,
        test: None,
        device,
        stop: &stop,
        epochs: &epochs,
        unfinished: &Unfinished::in_vain(scratch.path(), device),
    };
    let tasks = plan.points().map(|point| Task {
        last: plan.config(&point).epochs,
        point,
        from: None,
        seconds: 0.0,
    });
    let tasks: Vec<Task> = tasks.collect();
    let mut live = Live::new(plan, monitored(plan, true), stop.clone(), &epochs);
    live.start(&tasks);
    let mut records = BTreeMap::new();
    let mut networks = Vec::new();
    circumstances.train(tasks, |event| {
        if let Event::Finished(finished) = event {
            let Finished { record, values } = *finished;
            networks.extend(values.into_iter().next().map(|of| (record.point, of)));
            records.insert(record.point, record);
            live.count();
        }
        live.show(&records);
        Ok(())
    })?;
    live.end();
    if let Some(exit_code) = stop.exit_code() {
        let (finished, networks) = (records.len(), plan.size());
        return Err(Error::SuspectsInterrupted {
            finished,
            networks,
            exit_code,
        }
        .into());
    }
    if let Some(record) = records.values().find(|record| record.error.is_some()) {
        let error = record.error.as_deref().unwrap_or_default();
        anyhow::bail!("network {} of {}: {error}", record.point, plan.size());
    }
    // Sums of floating-point numbers depend on their order, which is not that in which trainings end.
    networks.sort_by_key(|(point, _)| *point);
    let mut sums = Sums::new(images);
    for (number, weights) in networks {
        let Some(point) = plan.point(number) else {
            continue;
        };
        let config = plan.config(&point);
        let judged = TrainingData::split(images, &config)?.validation;
        let network = weights.network(&config.model(), &device.device);
        let network = DeviceNetwork::new(network, device.clone(), config.batch_size)?;
        sums.add(&judged, &network.logits(judged.digits())?);
    }
    Ok(sums.means(plan.seeds.len()))
}

/// The sums of the probabilities of each image.
struct Sums<'a> {
    images: &'a ClassifiedDigits,
    classes: usize,
    /// `[n, classes]`.
    of_classes: Vec<f64>,
}

impl<'a> Sums<'a> {
    fn new(images: &'a ClassifiedDigits) -> Self {
        let classes = images.classes().digits().len();
        Self {
            images,
            classes,
            of_classes: vec![0.0; images.len() * classes],
        }
    }

    /// Adds the probabilities of some of the images, whose order is the same, from their logits, `[judged, outputs]`.
    fn add(&mut self, judged: &ClassifiedDigits, logits: &[f32]) {
        let outputs = judged.classes().outputs();
        let mut place = 0;
        for (index, logits) in logits.chunks_exact(outputs).enumerate() {
            while self.images.row(place) != judged.row(index) {
                place += 1;
            }
            let of_image = &mut self.of_classes[place * self.classes..][..self.classes];
            match logits {
                [logit] => {
                    of_image[0] += sigmoid(-f64::from(*logit));
                    of_image[1] += sigmoid(f64::from(*logit));
                }
                logits => {
                    for (sum, logit) in of_image.iter_mut().zip(logits) {
                        *sum += sigmoid(f64::from(*logit));
                    }
                }
            }
        }
    }

    fn means(self, networks: usize) -> Vec<f64> {
        #[expect(clippy::cast_precision_loss, reason = "few networks")]
        let networks = networks.max(1) as f64;
        self.of_classes
            .into_iter()
            .map(|sum| sum / networks)
            .collect()
    }
}
