//! How well an exported file agrees with our own predictions.

use std::fmt;

use data::ClassifiedDigits;
use interop::{Network, Precision};
use model::sigmoid;
use plots::grouped;

use crate::cli::stderr;
use crate::dataset::DataSource;
use crate::interchange::predictions::{correct, pixels, probabilities};
use crate::predictor::ensemble::Ensemble;
use crate::support::error::{Result, with_causes};
use crate::support::plural::counted;

/// The most multiplications of the comparison, about a second on two cores. Of a larger data set, every second or third
/// image is compared, and so on.
const MOST_PRODUCTS: usize = 2_000_000_000;

/// Images with our probabilities for them.
pub(super) struct Compared {
    images: ClassifiedDigits,
    pixels: Vec<f32>,
    /// `[images, outputs]`, in [0, 1].
    ours: Vec<f64>,
    of_all: usize,
}

/// The result of a comparison.
pub(super) struct Agreement {
    /// The largest difference of a probability.
    pub(super) difference: f64,
    images: usize,
    of_all: usize,
    /// With 8-bit weights: the images that are classified correctly before, and after.
    correct: Option<[usize; 2]>,
}

impl Compared {
    /// Reads the images of the networks' digits in their data set, or else in the built-in one, and classifies them.
    pub(super) fn read(ensemble: &Ensemble) -> Result<Self> {
        let config = ensemble.config();
        let classes = config.digits.classes()?;
        let read = DataSource::of_run(config).classified_in_part(classes);
        let all = read.unwrap_or_else(|error| {
            stderr::note(format_args!(
                "the data set of the run cannot be read ({}): compared on the built-in digits",
                with_causes(&error)
            ));
            ClassifiedDigits::embedded(classes)
        });
        let parameters: usize = ensemble
            .members()
            .iter()
            .map(|member| member.config.parameters())
            .sum();
        let step = all.len().saturating_mul(parameters) / MOST_PRODUCTS + 1;
        let some: Vec<usize> = (0..all.len()).step_by(step).collect();
        let images = all.select(&some);
        let logits = ensemble.logits(images.digits())?;
        let ours = logits.mean().iter().map(|logit| sigmoid((*logit).into()));
        Ok(Self {
            ours: ours.collect(),
            pixels: pixels(&images)?,
            of_all: all.len(),
            images,
        })
    }

    /// Compares with the mean of the probabilities of these networks.
    pub(super) fn with(&self, networks: &[Network], precision: Precision) -> Agreement {
        let mut theirs = vec![0.0; self.ours.len()];
        #[expect(clippy::cast_precision_loss, reason = "there are few networks")]
        let share = 1.0 / networks.len() as f64;
        for network in networks {
            let found = probabilities(network, &self.pixels);
            for (mean, probability) in theirs.iter_mut().zip(found) {
                *mean += share * probability;
            }
        }
        let differences = self.ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs());
        let correct = match precision {
            Precision::F32 => None,
            Precision::Int8 => {
                Some([&self.ours, &theirs].map(|answers| correct(answers, &self.images)))
            }
        };
        Agreement {
            difference: differences.fold(0.0, f64::max),
            images: self.images.len(),
            of_all: self.of_all,
            correct,
        }
    }
}

impl Agreement {
    /// What 8-bit weights cost, for the file itself.
    pub(super) fn cost(&self) -> Option<String> {
        let [before, after] = self.correct?;
        Some(format!(
            "accuracy: compared with 32-bit weights on {}, a probability differs by at most {:.1e}; {} images are \
             classified correctly, {} with 32-bit weights",
            self.images(),
            self.difference,
            grouped(after),
            grouped(before)
        ))
    }

    fn images(&self) -> String {
        let all = counted(self.of_all, "image");
        if self.images == self.of_all {
            all
        } else {
            format!("{} of {all}", grouped(self.images))
        }
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "read again: its probabilities differ from ours by at most {:.1e}, on {}",
            self.difference,
            self.images()
        )?;
        let Some([before, after]) = self.correct else {
            return Ok(());
        };
        write!(
            formatter,
            "\n8-bit weights: {} correct, {} with 32-bit weights",
            grouped(after),
            grouped(before)
        )
    }
}
