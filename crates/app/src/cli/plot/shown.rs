//! The images that a run's pictures show, and what the pictures say about them.

use data::ClassifiedDigits;
use model::Decision;
use plots::grouped;

use crate::cli::images::ImageArgs;
use crate::cli::source_args::SourceArgs;
use crate::config::run_config::RunConfig;
use crate::dataset::DataPart;
use crate::dataset::training_data::EvaluatedOn;
use crate::predictor::ensemble::Ensemble;
use crate::predictor::predictions::Predictions;
use crate::support::listing::listed_digits;
use crate::support::plural::counted;

/// Images of a run's digits, and which ones they are.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) images: ClassifiedDigits,
    which: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Images that the user named.
    Given,
    /// The test part of the data set.
    Test,
    Validation,
    Training,
    /// Those of an imported network, which was trained elsewhere.
    WholeDataSet,
    /// As many training images, and validation images besides them.
    All {
        training: usize,
    },
}

impl Which {
    /// Validation images, unless the run was validated on its training images.
    fn validation(config: &RunConfig) -> Self {
        match config.overfit_batches {
            None => Self::Validation,
            Some(_) => Self::Training,
        }
    }
}

impl Shown {
    /// Reads the images of a run, or those of `--data`.
    pub(crate) fn read(
        images: &ImageArgs,
        source: &SourceArgs,
        config: &RunConfig,
    ) -> anyhow::Result<Self> {
        Ok(Self::new(images.read(source, config)?, config))
    }

    /// Reads the images of networks, or those of `--data`.
    pub(crate) fn read_for(
        images: &ImageArgs,
        source: &SourceArgs,
        ensemble: &Ensemble,
    ) -> anyhow::Result<Self> {
        let read = images.read_for(source, ensemble)?;
        Ok(Self::new(read, ensemble.config()))
    }

    fn new((images, evaluated_on): (ClassifiedDigits, EvaluatedOn), config: &RunConfig) -> Self {
        let which = match evaluated_on {
            EvaluatedOn::Given => Which::Given,
            EvaluatedOn::Test => Which::Test,
            EvaluatedOn::Validation => Which::validation(config),
            EvaluatedOn::Training => Which::Training,
            EvaluatedOn::WholeDataSet => Which::WholeDataSet,
            EvaluatedOn::All { training } => Which::All { training },
        };
        Self { images, which }
    }

    /// The predictions that logits, `[images, outputs]`, mean for the images.
    pub(crate) fn predictions(&self, logits: Vec<f32>, decision: Decision) -> Predictions {
        let images = &self.images;
        let rows = (0..images.len()).map(|index| images.row(index)).collect();
        let (classes, digits) = (*images.classes(), images.digits().clone());
        Predictions::new(classes, digits, rows, logits, decision).of_part(self.part())
    }

    /// The part of the data set that their rows are counted in.
    pub(crate) fn part(&self) -> DataPart {
        match self.which {
            Which::Test => DataPart::Test,
            _ => DataPart::Main,
        }
    }

    /// How many images of which kind, such as "200 validation images".
    pub(crate) fn description(&self) -> String {
        let images = self.images.len();
        match self.which {
            Which::Given => counted(images, "given image"),
            Which::Test => counted(images, "test image"),
            Which::Validation => counted(images, "validation image"),
            Which::Training => counted(images, "training image"),
            Which::WholeDataSet => counted(images, "image"),
            Which::All { training } => format!(
                "{}, {} of which it was trained on",
                counted(images, "image"),
                grouped(training)
            ),
        }
    }

    /// The same with the digits, such as "200 validation images of 0 and 1".
    pub(crate) fn description_with_digits(&self) -> String {
        let images = self.images.len();
        let digits = listed_digits(self.images.classes().digits());
        let of = |noun: &str| format!("{} of {digits}", counted(images, noun));
        match self.which {
            Which::Given => of("given image"),
            Which::Test => of("test image"),
            Which::Validation => of("validation image"),
            Which::Training => of("training image"),
            Which::WholeDataSet => of("image"),
            Which::All { training } => {
                let training = grouped(training);
                format!("{} ({training} of them training images)", of("image"))
            }
        }
    }
}
