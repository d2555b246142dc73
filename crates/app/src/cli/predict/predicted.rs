//! The prediction of one image, as JSON and as a line of text.

use std::io::Write;

use data::Classes;
use model::{Decision, format_metric};
use serde::Serialize;

use crate::cli::networks::NetworkJson;
use crate::cli::predict::inputs::Source;
use crate::predictor::ensemble_logits::EnsembleLogits;
use crate::predictor::predictions::predicted_digit;
use crate::support::listing::listed_digits;

/// One prediction; the keys of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Predicted<'a> {
    /// None if there are several.
    #[serde(flatten)]
    pub(super) network: Option<&'a NetworkJson>,
    /// `row N`, `test row N`, or the picture's path.
    pub(super) source: String,
    /// The probability of a digit, in [0, 1].
    pub(super) probability: f64,
    /// That digit: of two the positive one, of more the most probable one.
    pub(super) probability_of: u8,
    /// The predicted digit; null if the prediction is none of the digits.
    pub(super) digit: Option<u8>,
    /// Of more than two digits, the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) runner_up: Option<DigitProbability>,
    /// Of more than two digits, each in the order of the run's digits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) probabilities: Vec<DigitProbability>,
    /// Its label, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<u8>,
    #[serde(flatten)]
    pub(super) joint: Option<Joint<'a>>,
    /// `digit`, or `rejected` if no output is sure enough of one.
    pub(super) status: &'static str,
    /// Where the digit is in the picture: left, top, right, bottom, in pixels.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub(super) bounds: Option<[usize; 4]>,
}

/// What only several networks have.
#[derive(Debug, Serialize)]
pub(super) struct Joint<'a> {
    /// The standard deviation of the networks' probabilities of the predicted digit, in [0, 0.5].
    pub(super) disagreement: f64,
    /// The number of networks whose most probable digit is that of their mean.
    pub(super) agreeing: usize,
    pub(super) networks: Vec<OfNetwork<'a>>,
}

/// What one of several networks predicts.
#[derive(Debug, Serialize)]
pub(super) struct OfNetwork<'a> {
    #[serde(flatten)]
    pub(super) network: &'a NetworkJson,
    /// Its own prediction; null if that is none of the digits.
    pub(super) digit: Option<u8>,
    /// Its probability of the digit that `probability_of` names.
    pub(super) probability: f64,
}

/// A digit and its probability, in [0, 1].
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct DigitProbability {
    pub(super) digit: u8,
    pub(super) probability: f64,
}

/// Networks that predict, and how.
pub(super) struct Networks {
    /// At least one.
    pub(super) names: Vec<NetworkJson>,
    pub(super) classes: Classes,
    pub(super) decision: Decision,
}

impl Networks {
    /// The only network; none if there are several.
    pub(super) fn only(&self) -> Option<&NetworkJson> {
        match self.names.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

impl Predicted<'_> {
    /// What is drawn into its picture: `7, P = 0.98`.
    pub(super) fn label_in_picture(&self) -> String {
        let probability = format_metric(self.probability_of_digit());
        format!("{}, P = {probability}", name(self.digit))
    }

    /// The probability of the predicted digit, in [0, 1].
    pub(super) fn probability_of_digit(&self) -> f64 {
        match self.digit {
            Some(digit) if digit != self.probability_of => 1.0 - self.probability,
            _ => self.probability,
        }
    }

    /// The prediction of the image `index` of these logits.
    pub(super) fn new<'a>(
        networks: &'a Networks,
        logits: &EnsembleLogits,
        index: usize,
        source: &Source,
    ) -> Predicted<'a> {
        let Networks {
            names,
            classes,
            decision,
        } = networks;
        let of_image = logits.mean_of(index);
        let found = decision.predict(of_image);
        let (named, runner_up, probabilities) = if let [logit] = of_image {
            let of_positive = DigitProbability {
                digit: classes.output_digits()[0],
                probability: model::sigmoid(f64::from(*logit)),
            };
            (of_positive, None, Vec::new())
        } else {
            let probability = |class: usize| DigitProbability {
                digit: classes.digit(class),
                probability: model::sigmoid(f64::from(of_image[class])),
            };
            (
                probability(found.class),
                Some(probability(found.runner_up.0)),
                (0..of_image.len()).map(probability).collect(),
            )
        };
        let only = networks.only();
        Predicted {
            network: only,
            source: source.name.clone(),
            probability: named.probability,
            probability_of: named.digit,
            digit: predicted_digit(&found, classes),
            runner_up,
            probabilities,
            label: source.label,
            status: if found.is_rejected {
                "rejected"
            } else {
                "digit"
            },
            bounds: source.bounds,
            joint: match only {
                Some(_) => None,
                None => Some(joint(logits, index, *decision, classes, names)),
            },
        }
    }
}

/// What several networks predict for one image, together and one by one.
fn joint<'a>(
    logits: &EnsembleLogits,
    index: usize,
    decision: Decision,
    classes: &Classes,
    networks: &'a [NetworkJson],
) -> Joint<'a> {
    let found = logits.predict(index, decision);
    let members = networks.iter().zip(logits.members_of(index));
    let networks = members.map(|(network, logits)| {
        let of_named = match logits {
            [logit] => *logit,
            logits => logits[found.prediction.class],
        };
        OfNetwork {
            network,
            digit: predicted_digit(&decision.predict(logits), classes),
            probability: model::sigmoid(f64::from(of_named)),
        }
    });
    Joint {
        disagreement: found.disagreement,
        agreeing: found.agreeing,
        networks: networks.collect(),
    }
}

/// The predicted digit, or that there is none.
fn name(digit: Option<u8>) -> String {
    digit.map_or_else(|| "none of them".to_owned(), |digit| digit.to_string())
}

/// Prints a line.
pub(super) fn print(
    predicted: &Predicted<'_>,
    classes: &Classes,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let Predicted {
        source,
        probability,
        probability_of,
        digit,
        label,
        ..
    } = predicted;
    let probability = format_metric(*probability);
    let source = plots::printable(source);
    write!(
        out,
        "{source}: {}, P({probability_of}) = {probability}",
        name(*digit)
    )?;
    if let Some(second) = predicted.runner_up {
        let probability = format_metric(second.probability);
        write!(out, ", then P({}) = {probability}", second.digit)?;
    }
    if let Some(joint) = &predicted.joint {
        let disagreement = format_metric(joint.disagreement);
        let (agreeing, networks) = (joint.agreeing, joint.networks.len());
        write!(
            out,
            ", disagreement {disagreement}, {agreeing} of {networks} networks agree"
        )?;
    }
    match label {
        Some(label) if Some(*label) == *digit => writeln!(out, ", correct"),
        Some(label) if classes.class(*label).is_some() => match digit {
            Some(_) => writeln!(out, ", wrong: the label is {label}"),
            None => writeln!(out, ", rejected: the label is {label}"),
        },
        Some(label) => writeln!(
            out,
            ", but the label is {label}: the network only knows {}",
            listed_digits(classes.digits())
        ),
        None => writeln!(out),
    }
}
