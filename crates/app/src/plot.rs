//! `app plot`: pictures of data, runs and networks.

use std::io::Write;

use crate::cli::DeviceArgs;
use crate::plot_cli::PlotCommand;
use crate::{plot_digits, plot_evaluation, plot_history, plot_network};

pub(crate) fn plot(
    command: &PlotCommand,
    chosen: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match command {
        PlotCommand::Data(args) => plot_digits::data(args, out),
        PlotCommand::Predictions(args) => plot_digits::predictions(args, chosen, out),
        PlotCommand::History(args) => plot_history::history(args, out),
        PlotCommand::Evaluation(args) => plot_evaluation::evaluation(args, chosen, out),
        PlotCommand::Weights(args) => plot_network::weights(args, out),
        PlotCommand::Activations(args) => plot_network::activations(args, chosen, out),
        PlotCommand::Model(args) => plot_network::model(args, out),
        PlotCommand::Embedding(args) => plot_network::embedding(args, chosen, out),
    }
}
