//! `app summary`: the network's layers and parameter counts, as Keras's `model.summary()`, and what
//! Keras's `model.compile()` is given.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use plots::grouped;

use crate::cli::weights::shape;
use crate::config::choices::ScheduleName;
use crate::config::class_weights::{ClassWeights, NamedWeights};
use crate::config::run_config::RunConfig;
use crate::run::directory::RunDirectory;
use crate::support::listing::enumerated;

#[derive(Debug, Args)]
pub(crate) struct SummaryArgs {
    /// Run directory [default: the network of the default settings]
    run: Option<PathBuf>,
}

/// Bytes of an f32.
const PARAMETER_BYTES: usize = 4;

pub(crate) fn summary(args: &SummaryArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let config = match &args.run {
        Some(run) => RunDirectory::open(Some(run))?.config()?,
        None => RunConfig::default(),
    };
    let layers = config.model().layers();
    let rule = "-".repeat(48);
    writeln!(
        out,
        "{:<18}{:<18}{:>12}",
        "Layer (type)", "Output shape", "Parameters"
    )?;
    writeln!(out, "{rule}")?;
    for layer in &layers {
        writeln!(
            out,
            "{:<18}{:<18}{:>12}",
            format!("{} (Dense)", layer.name),
            format!("(None, {})", layer.units),
            grouped(layer.parameters())
        )?;
    }
    writeln!(out, "{rule}")?;
    let total = config.parameters();
    #[expect(clippy::cast_precision_loss, reason = "shown with two decimals")]
    let kibibytes = (total * PARAMETER_BYTES) as f64 / 1024.0;
    writeln!(
        out,
        "Total parameters: {} ({kibibytes:.2} KB), all trainable",
        grouped(total)
    )?;
    for layer in &layers {
        let (kernel, bias) = (shape(&[layer.inputs, layer.units]), shape(&[layer.units]));
        writeln!(out, "{}: weights {kernel}, biases {bias}", layer.name)?;
    }
    writeln!(out, "Activation after each layer: sigmoid")?;
    writeln!(out, "Loss: {}", loss(&config))?;
    writeln!(out, "Optimizer: {}", optimizer(&config))?;
    Ok(())
}

/// The loss, with the class weights if there are any.
pub(crate) fn loss(config: &RunConfig) -> String {
    let name = "binary cross-entropy";
    let name = if config.model().outputs > 1 {
        format!("{name}, summed over the outputs")
    } else {
        name.to_owned()
    };
    match &config.class_weight {
        None => name,
        Some(ClassWeights::Named(NamedWeights::Balanced)) => {
            format!("{name}, balanced class weights")
        }
        Some(ClassWeights::Each(weights)) => {
            let digits = config.digits.0.iter().zip(weights);
            let weights = digits.map(|(digit, weight)| format!("{weight:?} for {digit}"));
            format!(
                "{name}, class weights {}",
                enumerated(&weights.collect::<Vec<_>>())
            )
        }
    }
}

/// The optimizer, with its settings.
pub(crate) fn optimizer(config: &RunConfig) -> String {
    let schedule = match config.learning_rate_schedule {
        ScheduleName::Constant => String::new(),
        schedule => format!(" ({schedule} schedule)"),
    };
    let clippings = [
        ("clipnorm", config.clipnorm),
        ("clipvalue", config.clipvalue),
        ("global_clipnorm", config.global_clipnorm),
    ];
    let clipping = clippings.into_iter().filter_map(|(key, value)| {
        let value = value?;
        Some(format!(", {key} {value:?}"))
    });
    format!(
        "Adam, learning rate {:?}{schedule}, beta_1 {:?}, beta_2 {:?}, epsilon {:?}{}",
        config.learning_rate,
        config.beta_1,
        config.beta_2,
        config.epsilon,
        clipping.collect::<String>()
    )
}
