//! Networks as one file of HTML: the page with what predicts in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::Decision;
use serde::Serialize;
use server::{Metric, standalone_page};

use crate::predictor::ensemble::Ensemble;
use crate::predictor::guard::{
    CERTAIN_DIGIT_EVIDENCE, DIGIT_EVIDENCE, Guard, OTHER_DIGIT_EVIDENCE,
};
use crate::predictor::member::Member;
use crate::serve::names::{description, metrics_of};
use crate::serve::page_examples::PageExamples;
use crate::support::error::{Error, Result};

/// What the page predicts with: `page/local/README.md` of the server's crate describes it.
#[derive(Serialize)]
struct PageData {
    format: u32,
    name: String,
    description: String,
    digits: Vec<u8>,
    decision: PageDecision,
    epoch: usize,
    metrics: Vec<Metric>,
    networks: Vec<PageNetwork>,
    guard: PageGuard,
    #[serde(skip_serializing_if = "Option::is_none")]
    examples: Option<PageExamples>,
}

#[derive(Serialize)]
struct PageDecision {
    threshold: f64,
    reject: f64,
}

#[derive(Serialize)]
struct PageNetwork {
    layers: Vec<PageLayer>,
}

#[derive(Serialize)]
struct PageLayer {
    inputs: usize,
    units: usize,
    /// 32-bit floats, little-endian, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    kernel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bias: Option<String>,
}

#[derive(Serialize)]
struct PageGuard {
    layers: Vec<PageLayer>,
    /// 16-bit floats, little-endian, in base64.
    weights: String,
    evidence: Evidence,
}

#[derive(Serialize)]
struct Evidence {
    digit: f64,
    other_digit: f64,
    certain_digit: f64,
}

/// The page of networks, of which `name` is the name, with images of their data set.
///
/// # Errors
///
/// [`Error::Csv`] if the history of their run is damaged, [`Error::Page`] if the page's modules are not as they have to be.
pub(crate) fn page(
    name: String,
    ensemble: &Ensemble,
    decision: Decision,
    examples: Option<PageExamples>,
) -> Result<String> {
    let first = ensemble.first();
    let data = PageData {
        format: 1,
        name,
        description: description(ensemble),
        digits: first.config.digits.0.clone(),
        decision: PageDecision {
            threshold: decision.threshold,
            reject: decision.reject,
        },
        epoch: first.epoch,
        metrics: metrics_of(ensemble)?,
        networks: ensemble.members().iter().map(network).collect(),
        guard: guard(),
        examples,
    };
    let data = serde_json::to_string(&data).map_err(std::io::Error::from)?;
    standalone_page(&data).map_err(Error::Page)
}

fn network(member: &Member) -> PageNetwork {
    let layers = member.weights.kernels.iter().zip(&member.weights.biases);
    let layer = |(kernel, bias): (&Vec<f32>, &Vec<f32>)| PageLayer {
        inputs: kernel.len() / bias.len().max(1),
        units: bias.len(),
        kernel: Some(encoded(kernel)),
        bias: Some(encoded(bias)),
    };
    PageNetwork {
        layers: layers.map(layer).collect(),
    }
}

fn encoded(numbers: &[f32]) -> String {
    let bytes: Vec<u8> = numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    STANDARD.encode(bytes)
}

fn guard() -> PageGuard {
    let layers = Guard::layers()
        .into_iter()
        .map(|[inputs, units]| PageLayer {
            inputs,
            units,
            kernel: None,
            bias: None,
        });
    PageGuard {
        layers: layers.collect(),
        weights: STANDARD.encode(Guard::stored_weights()),
        evidence: Evidence {
            digit: DIGIT_EVIDENCE,
            other_digit: OTHER_DIGIT_EVIDENCE,
            certain_digit: CERTAIN_DIGIT_EVIDENCE,
        },
    }
}
