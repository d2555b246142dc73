//! The command line of `plot` and `report`: clap types and their help text, nothing else.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::{AnswerArgs, NetworkArgs, SourceArgs};
use crate::settings::two;

/// Where a picture goes.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// File to write, PNG or SVG by its ending [default: both, in the run's folder plots/]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlotCommand {
    /// Random digits of a data set, each with its label
    Data(PlotDataArgs),
    /// The same with a network's answers: label, yhat; or its mistakes alone
    Predictions(PlotPredictionsArgs),
    /// Loss and accuracy by epoch, of one run or of several
    History(PlotHistoryArgs),
    /// Confusion matrix, ROC, precision-recall, calibration and probabilities
    Evaluation(PlotEvaluationArgs),
    /// What the first layer's units look for; weights and biases by layer
    Weights(PlotWeightsArgs),
    /// One image's way through the network
    Activations(PlotActivationsArgs),
    /// The layers, as Keras's `plot_model` draws them; .mmd and .dot write Mermaid and Graphviz
    Model(PlotModelArgs),
    /// The images as the second hidden layer sees them, in two dimensions (PCA)
    Embedding(PlotEmbeddingArgs),
}

/// Which images a grid shows.
#[derive(Debug, Args)]
pub(crate) struct GridArgs {
    /// Rows of the grid
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) rows: u16,
    /// Columns of the grid
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) cols: u16,
    /// Seed of the random choice
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Show these rows of the data set instead, from 0, as `0,500`
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    pub(crate) index: Vec<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct PlotDataArgs {
    #[command(flatten)]
    pub(crate) grid: GridArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// The two digits to choose from
    #[arg(long, value_name = "A,B", value_parser = two::<u8>, default_value = "0,1")]
    pub(crate) digits: [u8; 2],
    /// File to write, PNG or SVG by its ending
    #[arg(long, short, value_name = "FILE", default_value = "digits.png")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PlotPredictionsArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    /// Show only the images answered wrongly, the most confident mistakes first
    #[arg(long, conflicts_with_all = ["index", "uncertain"])]
    pub(crate) errors: bool,
    /// Show the images whose probability is nearest to 0.5
    #[arg(long, conflicts_with = "index")]
    pub(crate) uncertain: bool,
    #[command(flatten)]
    pub(crate) grid: GridArgs,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PlotHistoryArgs {
    /// Run directories, up to 7 to compare [default: the newest in runs/]
    #[arg(value_name = "RUN")]
    pub(crate) runs: Vec<PathBuf>,
    /// Draw in the terminal; while a run trains, draw again after each epoch
    #[arg(long, conflicts_with = "output")]
    pub(crate) terminal: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// A part of `plot evaluation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvaluationPartName {
    /// Labels against answers
    ConfusionMatrix,
    /// True against false positives at each threshold
    Roc,
    /// Precision against recall at each threshold
    PrecisionRecall,
    /// Whether probabilities mean what they say
    Calibration,
    /// Histogram of the probabilities by digit
    Probabilities,
}

#[derive(Debug, Args)]
pub(crate) struct PlotEvaluationArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    /// Draw this part alone
    #[arg(long, value_enum)]
    pub(crate) only: Option<EvaluationPartName>,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PlotWeightsArgs {
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PlotActivationsArgs {
    /// Run directory [default: the newest in runs/], then a picture file, PNG or JPEG
    #[arg(value_name = "[RUN] PICTURE")]
    pub(crate) paths: Vec<PathBuf>,
    /// Row of the data set instead of a picture, from 0
    #[arg(long, value_name = "ROW")]
    pub(crate) index: Option<usize>,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PlotModelArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    /// File to write: PNG, SVG, .mmd (Mermaid) or .dot (Graphviz) by its ending [default: PNG and
    /// SVG, in the run's folder plots/]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PlotEmbeddingArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Run directory [default: the newest in runs/]
    pub(crate) run: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) answers: AnswerArgs,
    /// File to write [default: report.html in the run's directory]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
