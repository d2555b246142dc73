//! The images that a run's pictures show, and what the pictures say about them.

use data::DigitPair;

use crate::cli::images::ImageArgs;
use crate::cli::source_args::SourceArgs;
use crate::config::run_config::RunConfig;
use crate::dataset::training_data::EvaluatedOn;

/// Images of two digits, and which ones they are.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) pair: DigitPair,
    which: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Images that the user named.
    Given,
    Validation,
    Training,
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
        let (pair, evaluated_on) = images.read(source, config)?;
        let which = match evaluated_on {
            EvaluatedOn::Given => Which::Given,
            EvaluatedOn::Validation => Which::validation(config),
            EvaluatedOn::Training => Which::Training,
            EvaluatedOn::All { training } => Which::All { training },
        };
        Ok(Self { pair, which })
    }

    /// How many images of which kind, such as "200 validation images".
    pub(crate) fn description(&self) -> String {
        let images = self.pair.len();
        match self.which {
            Which::Given => format!("{} given {}", images, plural(images)),
            Which::Validation => format!("{} validation {}", images, plural(images)),
            Which::Training => format!("{images} training {}", plural(images)),
            Which::All { training } => format!(
                "{images} {}, {training} of which it was trained on",
                plural(images)
            ),
        }
    }

    /// The same with the two digits, such as "200 validation images of 0 and 1".
    pub(crate) fn description_with_digits(&self) -> String {
        let (images, pair) = (self.pair.len(), &self.pair);
        let of = |kind: &str| {
            let (negative, positive) = (pair.negative(), pair.positive());
            format!(
                "{images} {kind}{} of {negative} and {positive}",
                plural(images)
            )
        };
        match self.which {
            Which::Given => of("given "),
            Which::Validation => of("validation "),
            Which::Training => of("training "),
            Which::All { training } => {
                format!("{} ({training} of them training images)", of(""))
            }
        }
    }
}

fn plural(images: usize) -> &'static str {
    if images == 1 { "image" } else { "images" }
}
