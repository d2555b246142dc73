//! What networks say of an input, as the server's JSON.

use model::Decision;
use server::{
    Detail, DigitProbability, Input, PredictQuery, PredictedDigit, PredictedImage, Predictions,
    Status,
};

use crate::predictor::ensemble_logits::EnsembleLogits;
use crate::predictor::predictions::predicted_digit;
use crate::reading::refusal::Refusal;
use crate::serve::served::{Outcome, PlacedDigit, Served};
use crate::support::error::Result;
use crate::support::plural::counted;

/// Predicts an input.
///
/// # Errors
///
/// As [`Served::predict`].
pub(crate) fn predictions(
    served: &Served,
    input: &Input,
    query: &PredictQuery,
) -> Result<Predictions> {
    let outcome = served.predict(input, query)?;
    let digits = digits(served, &outcome, query)?;
    let images = match input {
        Input::Pixels20(_) | Input::Pixels28(_) => digits.into_iter().map(image_of_one).collect(),
        Input::Drawing { .. } | Input::Picture(_) => {
            vec![image(served, input, digits, outcome.refusal)]
        }
    };
    Ok(Predictions {
        model: served.name.clone(),
        images,
    })
}

/// An image that is one digit.
fn image_of_one(digit: PredictedDigit) -> PredictedImage {
    PredictedImage {
        status: digit.status,
        reason: digit.reason.clone(),
        text: character(&digit).to_string(),
        digits: vec![digit],
    }
}

/// A picture or a drawing with the digits in it.
fn image(
    served: &Served,
    input: &Input,
    digits: Vec<PredictedDigit>,
    refusal: Option<Refusal>,
) -> PredictedImage {
    if let Some(refusal) = refusal {
        return PredictedImage {
            status: status(refusal),
            reason: Some(match (refusal, input) {
                (Refusal::Blank, Input::Picture(_)) => refusal.reason(served.classes.digits()),
                _ => reason(served, refusal),
            }),
            text: digits.iter().map(character).collect(),
            digits,
        };
    }
    let missing = digits.iter().filter(|digit| digit.digit.is_none()).count();
    match (digits.as_slice(), missing) {
        ([only], _) => image_of_one(only.clone()),
        (several, missing) => PredictedImage {
            status: if missing == 0 {
                Status::Digits
            } else {
                Status::Partly
            },
            reason: (missing > 0).then(|| {
                format!(
                    "{} of {} without a prediction",
                    missing,
                    counted(several.len(), "digit")
                )
            }),
            text: several.iter().map(character).collect(),
            digits,
        },
    }
}

fn character(digit: &PredictedDigit) -> char {
    digit.digit.map_or('?', |digit| char::from(b'0' + digit))
}

fn digits(served: &Served, outcome: &Outcome, query: &PredictQuery) -> Result<Vec<PredictedDigit>> {
    let mut predicted = 0..;
    let digit = |digit: &PlacedDigit| {
        // One of several, where one was asked for, has no reason of its own.
        let refusal = digit.refusal.or(outcome.refusal);
        let logits = match refusal {
            None => outcome.logits.as_ref().zip(predicted.next()),
            Some(_) => None,
        };
        let mut found = match (logits, refusal) {
            (Some((logits, index)), _) => of_logits(served, digit, logits, index),
            (None, Some(refusal)) => refused(served, refusal),
            (None, None) => refused(served, Refusal::Blank),
        };
        found.bounds = digit.bounds;
        if query.detail {
            found.detail = Some(Detail {
                pixels: data::row_major(&digit.pixels),
                activations: match logits {
                    Some(_) => served.activations(&digit.pixels)?,
                    None => Vec::new(),
                },
            });
        }
        Ok(found)
    };
    outcome.digits.iter().map(digit).collect()
}

fn refused(served: &Served, refusal: Refusal) -> PredictedDigit {
    PredictedDigit {
        status: status(refusal),
        reason: Some(reason(served, refusal)),
        digit: None,
        probability: None,
        probabilities: Vec::new(),
        looks_like: refusal.looks_like(),
        disagreement: None,
        bounds: None,
        detail: None,
    }
}

/// A digit that the networks were asked about.
fn of_logits(
    served: &Served,
    digit: &PlacedDigit,
    logits: &EnsembleLogits,
    index: usize,
) -> PredictedDigit {
    let Decision { reject, .. } = served.decision;
    let joint = logits.predict(index, served.decision);
    let prediction = joint.prediction;
    let predicted = predicted_digit(&prediction, &served.classes);
    let dispute = Refusal::of_dispute(predicted, digit.looks_like);
    let mut found = match dispute {
        Some(refusal) => refused(served, refusal),
        None => PredictedDigit {
            status: match predicted {
                Some(_) => Status::Digit,
                None => Status::Rejected,
            },
            reason: match predicted {
                Some(_) => None,
                None => Some(format!("no digit has a probability of {reject} or more")),
            },
            digit: predicted,
            probability: predicted.map(|_| prediction.probability),
            probabilities: Vec::new(),
            looks_like: None,
            disagreement: None,
            bounds: None,
            detail: None,
        },
    };
    found.probabilities = probabilities(served, logits.mean_of(index));
    let several = served.ensemble().has_several();
    found.disagreement = several.then_some(joint.disagreement);
    found
}

/// The probability of each digit, of two also of the one without an output.
fn probabilities(served: &Served, logits: &[f32]) -> Vec<DigitProbability> {
    let of = |class: usize, probability: f64| DigitProbability {
        digit: served.classes.digit(class),
        probability,
    };
    let sigmoid = |logit: &f32| model::sigmoid(f64::from(*logit));
    match logits {
        [logit] => vec![of(0, 1.0 - sigmoid(logit)), of(1, sigmoid(logit))],
        several => {
            let classes = several.iter().enumerate();
            classes
                .map(|(class, logit)| of(class, sigmoid(logit)))
                .collect()
        }
    }
}

fn reason(served: &Served, refusal: Refusal) -> String {
    match refusal {
        Refusal::Blank => "nothing is drawn".to_owned(),
        Refusal::SeveralDigits(found) => {
            format!(
                "{} side by side: row=true reads them",
                counted(found, "digit")
            )
        }
        other => other.reason(served.classes.digits()),
    }
}

fn status(refusal: Refusal) -> Status {
    match refusal {
        Refusal::Blank => Status::Blank,
        Refusal::Noise => Status::Noise,
        Refusal::SeveralDigits(_) => Status::SeveralDigits,
        Refusal::NoDigit => Status::NoDigit,
        Refusal::OtherDigit(_) => Status::OtherDigit,
        Refusal::Disputed { .. } => Status::Disputed,
    }
}
