//! What an evaluation of several networks adds to that of one: the metrics of each network, and how well their disagreement
//! finds mistakes.

use std::io::Write;

use data::ClassifiedDigits;
use model::{Decision, Evaluation, FoundMistakes, SUREST_PERCENT, find_mistakes, format_metric};
use plots::printable;
use serde::Serialize;

use crate::cli::networks::NetworkJson;
use crate::predictor::ensemble::Ensemble;
use crate::predictor::ensemble_logits::EnsembleLogits;
use crate::predictor::predictions::evaluate;

/// Several networks, evaluated one by one and by their disagreement.
#[derive(Debug)]
pub(crate) struct Several<'a> {
    ensemble: &'a Ensemble,
    /// The evaluation of each network.
    evaluations: Vec<Evaluation>,
    /// The mean of the images' disagreements.
    disagreement: f64,
    /// The images whose most probable digit is not their label, rejected or not.
    mistakes: usize,
    by_disagreement: FoundMistakes,
    /// How well a low probability of the predicted digit finds mistakes, to be compared with.
    by_probability: FoundMistakes,
}

/// The keys of `--json` that only several networks have.
#[derive(Debug, Serialize)]
pub(crate) struct SeveralJson {
    networks: Vec<OfNetwork>,
    /// The means over the networks.
    mean_of_networks: Metrics,
    /// The mean over the images.
    disagreement: f64,
    mistakes: MistakesJson,
}

#[derive(Debug, Serialize)]
struct OfNetwork {
    #[serde(flatten)]
    network: NetworkJson,
    #[serde(flatten)]
    metrics: Metrics,
}

/// The metrics of one network that are listed.
#[derive(Debug, Clone, Copy, Serialize)]
struct Metrics {
    accuracy: f64,
    loss: f64,
    /// Of more than two digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_loss: Option<f64>,
}

#[derive(Debug, Serialize)]
struct MistakesJson {
    images: usize,
    by_disagreement: FoundJson,
    by_probability: FoundJson,
}

#[derive(Debug, Serialize)]
struct FoundJson {
    roc_auc: Option<f64>,
    accuracy_of_surest: Vec<OfSurest>,
}

#[derive(Debug, Serialize)]
struct OfSurest {
    percent: usize,
    accuracy: Option<f64>,
}

impl<'a> Several<'a> {
    /// Evaluates the networks on images of which they computed the logits.
    pub(crate) fn new(
        ensemble: &'a Ensemble,
        logits: &EnsembleLogits,
        images: &ClassifiedDigits,
        decision: Decision,
    ) -> Self {
        let members = logits.members().iter();
        let evaluations = members.map(|logits| evaluate(logits, images, decision));
        let joint = (0..logits.images()).map(|index| logits.predict(index, decision));
        let joint: Vec<_> = joint.collect();
        let wrong = joint.iter().zip(images.class_labels());
        let wrong = wrong.map(|(found, label)| found.prediction.class != usize::from(label));
        let wrong: Vec<bool> = wrong.collect();
        let disagreements: Vec<f64> = joint.iter().map(|found| found.disagreement).collect();
        let improbable = joint.iter().map(|found| 1.0 - found.prediction.probability);
        Self {
            ensemble,
            evaluations: evaluations.collect(),
            disagreement: mean(disagreements.iter().copied()),
            mistakes: wrong.iter().filter(|is_wrong| **is_wrong).count(),
            by_disagreement: find_mistakes(&disagreements, &wrong),
            by_probability: find_mistakes(&improbable.collect::<Vec<_>>(), &wrong),
        }
    }

    pub(crate) fn json(&self) -> SeveralJson {
        let members = self.ensemble.members().iter().zip(&self.evaluations);
        let networks = members.map(|(member, evaluation)| OfNetwork {
            network: NetworkJson::of(member),
            metrics: Metrics::of(evaluation),
        });
        SeveralJson {
            networks: networks.collect(),
            mean_of_networks: self.mean_metrics(),
            disagreement: self.disagreement,
            mistakes: MistakesJson {
                images: self.mistakes,
                by_disagreement: FoundJson::of(&self.by_disagreement),
                by_probability: FoundJson::of(&self.by_probability),
            },
        }
    }

    fn mean_metrics(&self) -> Metrics {
        let all: Vec<Metrics> = self.evaluations.iter().map(Metrics::of).collect();
        let log_losses: Option<Vec<f64>> = all.iter().map(|of| of.log_loss).collect();
        Metrics {
            accuracy: mean(all.iter().map(|of| of.accuracy)),
            loss: mean(all.iter().map(|of| of.loss)),
            log_loss: log_losses.map(|of| mean(of.into_iter())),
        }
    }

    /// Prints a line for each network, and a table of how well disagreement finds mistakes.
    pub(crate) fn print(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let members = self.ensemble.members().iter();
        let mut names: Vec<String> = members.map(|of| printable(&of.name)).collect();
        names.push("mean".to_owned());
        let mut metrics: Vec<Metrics> = self.evaluations.iter().map(Metrics::of).collect();
        metrics.push(self.mean_metrics());
        let width = names
            .iter()
            .map(|name| name.chars().count())
            .max()
            .unwrap_or(0);
        let log_loss = metrics.iter().any(|of| of.log_loss.is_some());
        let heading = if log_loss { "  log loss" } else { "" };
        writeln!(out, "{:<width$}  accuracy      loss{heading}", "network")?;
        for (name, of) in names.iter().zip(&metrics) {
            let [accuracy, loss] = [of.accuracy, of.loss].map(format_metric);
            let log_loss = of
                .log_loss
                .map(|value| format!("  {:>8}", format_metric(value)));
            let log_loss = log_loss.unwrap_or_default();
            writeln!(out, "{name:<width$}  {accuracy:>8}  {loss:>8}{log_loss}")?;
        }
        writeln!(
            out,
            "\ndisagreement       {} on average",
            format_metric(self.disagreement)
        )?;
        let [first, others @ ..] = SUREST_PERCENT;
        let others = others.map(|percent| format!("{:>8}", format!("{percent} %")));
        writeln!(
            out,
            "mistakes found by  roc auc  accuracy of the surest {first} %{}",
            others.concat()
        )?;
        for (name, found) in [
            ("disagreement", &self.by_disagreement),
            ("probability", &self.by_probability),
        ] {
            let [first, others @ ..] = found.accuracy_of_surest.map(defined);
            let others = others.map(|accuracy| format!("{accuracy:>8}"));
            let (area, others) = (defined(found.roc_auc), others.concat());
            writeln!(out, "{name:<17}  {area:>7}  {first:>27}{others}")?;
        }
        writeln!(out)
    }
}

impl Metrics {
    fn of(evaluation: &Evaluation) -> Self {
        Self {
            accuracy: evaluation.accuracy,
            loss: evaluation.loss,
            log_loss: evaluation.several.as_ref().map(|several| several.log_loss),
        }
    }
}

impl FoundJson {
    fn of(found: &FoundMistakes) -> Self {
        let surest = SUREST_PERCENT.into_iter().zip(found.accuracy_of_surest);
        let surest = surest.map(|(percent, accuracy)| OfSurest { percent, accuracy });
        Self {
            roc_auc: found.roc_auc,
            accuracy_of_surest: surest.collect(),
        }
    }
}

/// A metric, or a dash where it is undefined.
fn defined(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), format_metric)
}

/// The arithmetic mean; 0 of no values.
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    let count = values.len().max(1) as f64;
    values.sum::<f64>() / count
}
