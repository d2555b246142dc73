//! `app plot`: pictures of data, runs and networks. One file per picture.

pub(crate) mod activations;
pub(crate) mod choice;
pub(crate) mod curves;
pub(crate) mod data;
pub(crate) mod embedding;
pub(crate) mod evaluation;
pub(crate) mod history;
pub(crate) mod model;
pub(crate) mod output;
pub(crate) mod predictions;
pub(crate) mod shown;
pub(crate) mod terminal_history;
pub(crate) mod weights;

use std::io::Write;

use clap::Subcommand;

use crate::cli::arguments::DeviceArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum PlotCommand {
    /// Random digits of a data set, each with its label
    Data(data::PlotDataArgs),
    /// Digits with label and prediction: random, chosen, misclassified or uncertain ones
    Predictions(predictions::PlotPredictionsArgs),
    /// Loss, accuracy and learning rate by epoch, of one or several runs
    History(history::PlotHistoryArgs),
    /// Confusion matrix, ROC and precision-recall curves, calibration and probabilities
    Evaluation(evaluation::PlotEvaluationArgs),
    /// Weights of the first layer as images; histograms of weights and biases by layer
    Weights(weights::PlotWeightsArgs),
    /// The activations of every layer for one image
    Activations(activations::PlotActivationsArgs),
    /// The layers as Keras's `plot_model` draws them, or as Mermaid and Graphviz text
    Model(model::PlotModelArgs),
    /// The activations of the second hidden layer in two dimensions (PCA)
    Embedding(embedding::PlotEmbeddingArgs),
}

pub(crate) fn plot(
    command: &PlotCommand,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match command {
        PlotCommand::Data(args) => data::data(args, out),
        PlotCommand::Predictions(args) => predictions::predictions(args, device, out),
        PlotCommand::History(args) => history::history(args, out),
        PlotCommand::Evaluation(args) => evaluation::evaluation(args, device, out),
        PlotCommand::Weights(args) => weights::weights(args, out),
        PlotCommand::Activations(args) => activations::activations(args, device, out),
        PlotCommand::Model(args) => model::model(args, out),
        PlotCommand::Embedding(args) => embedding::embedding(args, device, out),
    }
}
