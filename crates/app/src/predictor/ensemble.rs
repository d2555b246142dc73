//! Several networks that predict together: the mean of their probabilities. One is the usual case.

use data::Digits;
use model::{Decision, FusedNetwork};

use crate::config::run_config::RunConfig;
use crate::device::adapter::{AdapterKind, OpenDevice};
use crate::predictor::comparison::compare_with_cpu;
use crate::predictor::device_network::DeviceNetwork;
use crate::predictor::ensemble_logits::EnsembleLogits;
use crate::predictor::member::Member;
use crate::predictor::predictions::Predictions;
use crate::run::checkpoint_name::CheckpointName;
use crate::support::error::{Error, Result};
use crate::support::listing::enumerated;
use crate::support::plural::counted;

/// The most runs or points that a name lists.
const MOST_LISTED: usize = 5;
/// Those that it lists of more.
const LISTED: usize = 3;

/// One or several networks, loaded on a device, that tell the same digits apart.
///
/// The probability of an output is the mean of the networks' probabilities of it.
#[derive(Debug)]
pub struct Ensemble {
    members: Vec<Member>,
    /// One for each member.
    networks: Vec<DeviceNetwork>,
}

impl Ensemble {
    /// Loads networks onto a device.
    ///
    /// # Errors
    ///
    /// [`Error::NoNetworks`] if there is none, [`Error::OtherDigits`] if two do not tell the same digits apart, in the same
    /// order, [`Error::SameNetwork`] if two have the same weights, and [`Error::Model`] if the device fails.
    pub fn new(members: Vec<Member>, device: &OpenDevice) -> Result<Self> {
        let Some((first, others)) = members.split_first() else {
            return Err(Error::NoNetworks);
        };
        for other in others {
            check_digits(first, other)?;
        }
        check_weights(&members)?;
        let networks = members.iter().map(|member| {
            let network = member
                .weights
                .network(&member.config.model(), &device.device);
            DeviceNetwork::new(network, device.clone(), member.config.batch_size)
        });
        Ok(Self {
            networks: networks.collect::<Result<_>>()?,
            members,
        })
    }

    /// The networks, at least one.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The first network.
    #[must_use]
    pub fn first(&self) -> &Member {
        // There is one, as `new` has checked.
        &self.members[0]
    }

    /// The settings of the first network, of which all have the digits.
    #[must_use]
    pub fn config(&self) -> &RunConfig {
        &self.first().config
    }

    /// Says whether there are several networks.
    #[must_use]
    pub fn has_several(&self) -> bool {
        self.members.len() > 1
    }

    /// Says whether the networks are on a GPU, also on one that software makes.
    #[must_use]
    pub fn is_on_gpu(&self) -> bool {
        let device = self.networks.first().map(DeviceNetwork::device);
        device.is_some_and(|device| device.kind != AdapterKind::Cpu)
    }

    /// A name for users: that of one network, or how many there are and of which runs.
    #[must_use]
    pub fn name(&self) -> String {
        let [first, _, ..] = self.members.as_slice() else {
            return self.first().name.clone();
        };
        let checkpoints = match first.checkpoint {
            CheckpointName::Last => String::new(),
            CheckpointName::Best => "best checkpoints of ".to_owned(),
            CheckpointName::Epoch(epoch) => format!("checkpoints of epoch {epoch} of "),
        };
        let networks = counted(self.members.len(), "network");
        let origins = match self.points_of_one_sweep() {
            Some(points) => {
                format!("points {} of {}", listed(points), first.directory.display())
            }
            None => listed(self.members.iter().map(Member::origin).collect()),
        };
        format!("mean of {networks} ({checkpoints}{origins})")
    }

    /// The numbers of the networks' points, if all are of the same sweep.
    fn points_of_one_sweep(&self) -> Option<Vec<String>> {
        let sweep = &self.first().directory;
        let points = self.members.iter().map(|member| {
            let is_of_sweep = member.directory == *sweep;
            member.point.filter(|_| is_of_sweep)
        });
        points.map(|point| Some(point?.to_string())).collect()
    }

    /// Computes the logits of each network for each image.
    ///
    /// On a GPU, the first logits of each are compared with those of the CPU.
    ///
    /// # Errors
    ///
    /// As [`Predictor::logits`](crate::Predictor::logits).
    pub fn logits(&self, images: &Digits) -> Result<EnsembleLogits> {
        let mut found = vec![Vec::new(); self.networks.len()];
        images.stream(images.sequential_chunks(), |chunk| {
            let pixels = chunk.images();
            for (network, logits) in self.networks.iter().zip(&mut found) {
                logits.extend(network.logits_of_pixels(&pixels)?);
            }
            Ok::<_, Error>(())
        })?;
        for ((member, network), logits) in self.members.iter().zip(&self.networks).zip(&found) {
            let on_cpu = || Ok(FusedNetwork::new(&member.weights));
            compare_with_cpu(network.device(), images, logits, on_cpu)?;
        }
        Ok(EnsembleLogits::new(found, self.config().model().outputs))
    }

    /// Computes the logits of images `[n, 400]`, row by row, pixels column by column.
    ///
    /// # Errors
    ///
    /// As [`logits`](Self::logits).
    pub fn logits_of_pixels(&self, pixels: &[f32]) -> Result<EnsembleLogits> {
        let unknown = vec![0; pixels.len() / data::PIXELS];
        self.logits(&Digits::new(pixels.to_vec(), unknown)?)
    }

    /// Classifies labelled images by the mean of the networks; `rows` are their rows in the data set, or in the part of it
    /// that [`Predictions::of_part`] names.
    ///
    /// # Errors
    ///
    /// As [`logits`](Self::logits).
    pub fn predict(
        &self,
        images: Digits,
        rows: Vec<usize>,
        decision: Decision,
    ) -> Result<Predictions> {
        let logits = self.logits(&images)?.into_mean();
        let classes = self.config().digits.classes()?;
        Ok(Predictions::new(classes, images, rows, logits, decision))
    }
}

/// Lists names; of many the first ones, and how many others there are.
fn listed(mut names: Vec<String>) -> String {
    if names.len() > MOST_LISTED {
        let others = counted(names.len() - LISTED, "other");
        names.truncate(LISTED);
        names.push(others);
    }
    enumerated(&names)
}

/// Returns an error if two networks do not tell the same digits apart, in the same order.
fn check_digits(first: &Member, other: &Member) -> Result<()> {
    if first.config.digits == other.config.digits {
        return Ok(());
    }
    Err(Error::OtherDigits {
        networks: [first, other].map(Member::origin),
        digits: [first, other].map(|member| member.config.digits.0.clone()),
    })
}

/// Returns an error if two networks are the same, weight for weight, such as those of a run that was named twice.
fn check_weights(members: &[Member]) -> Result<()> {
    for (index, other) in members.iter().enumerate() {
        let before = &members[..index];
        if let Some(first) = before.iter().find(|one| one.weights == other.weights) {
            return Err(Error::SameNetwork {
                networks: [first, other].map(Member::origin),
            });
        }
    }
    Ok(())
}
