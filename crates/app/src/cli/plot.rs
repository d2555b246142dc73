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
pub(crate) mod preparation;
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
    /// Digits with label and prediction, such as the misclassified ones
    ///
    /// By default random ones; also chosen rows, and those that the network is least certain of.
    Predictions(predictions::PlotPredictionsArgs),
    /// Loss, accuracy and learning rate by epoch, of one or several runs
    History(history::PlotHistoryArgs),
    /// Confusion matrix, ROC and precision-recall curves, calibration
    ///
    /// And a histogram of the probabilities of each digit.
    Evaluation(evaluation::PlotEvaluationArgs),
    /// Weights of the first layer as images, and histograms of all
    ///
    /// A histogram for the weights and one for the biases of each layer.
    Weights(weights::PlotWeightsArgs),
    /// Activations of every layer for one image
    Activations(activations::PlotActivationsArgs),
    /// How pictures become what the network gets
    ///
    /// The original, the ink that was found in it, each digit as the network gets it, and the prediction.
    Preparation(preparation::PlotPreparationArgs),
    /// A diagram of the layers, also as Mermaid or Graphviz text
    ///
    /// As Keras's `plot_model` draws it.
    Model(model::PlotModelArgs),
    /// Activations of the second hidden layer in two dimensions (PCA)
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
        PlotCommand::Preparation(args) => preparation::preparation(args, device, out),
        PlotCommand::Model(args) => model::model(args, out),
        PlotCommand::Embedding(args) => embedding::embedding(args, device, out),
    }
}
