//! `app plot model`: the layers of a network as a diagram, or as text for Mermaid and Graphviz.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use plots::{DenseLayer, Figure};

use crate::cli::arguments::OtherRuns;
use crate::cli::plot::output::{PlotOutput, check_folder, extension, write_file};
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::run::directory::RunDirectory;

#[derive(Debug, Args)]
pub(crate) struct PlotModelArgs {
    /// Run directory [default: the newest in runs/]
    run: Option<PathBuf>,
    #[command(flatten)]
    others: OtherRuns,
    /// Output file, .png, .svg, .mmd or .dot [default: plots/]
    ///
    /// By default .png and .svg, in plots/ in the run's directory. .mmd is Mermaid and .dot Graphviz text.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn model(args: &PlotModelArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    args.others.refuse()?;
    let run = RunDirectory::open(args.run.as_deref())?;
    let layers = layers(&run.config()?);
    let Some(path) = args.output.as_deref() else {
        return PlotOutput::in_run(&run, "model").write(&model_figure(&run, &layers), out);
    };
    let text = match extension(path).as_str() {
        "mmd" => plots::mermaid(&layers),
        "dot" => plots::dot(&layers),
        "png" | "svg" => return PlotOutput::file(path)?.write(&model_figure(&run, &layers), out),
        _ => {
            let (path, extensions) = (path.to_owned(), ".png, .svg, .mmd or .dot");
            return Err(UsageError::OutputExtension {
                flag: "--output",
                path,
                extensions,
            }
            .into());
        }
    };
    check_folder("--output", path)?;
    write_file(path, text.as_bytes(), out)
}

pub(crate) fn model_figure(run: &RunDirectory, layers: &[DenseLayer]) -> Figure {
    let title = format!("Model of {}", run.path().display());
    plots::model_diagram(&title, layers)
}

/// The layers of a run's network.
pub(crate) fn layers(config: &RunConfig) -> Vec<DenseLayer> {
    let model = config.model();
    let outputs = match model.outputs {
        1 => Vec::new(),
        _ => config.digits.0.clone(),
    };
    let layers = model.layers().into_iter();
    layers
        .zip([Vec::new(), Vec::new(), outputs])
        .map(|(layer, digits)| DenseLayer {
            name: layer.name.to_owned(),
            inputs: layer.inputs,
            units: layer.units,
            activation: "sigmoid".to_owned(),
            digits,
        })
        .collect()
}
