//! `app summary`: the network's layers and parameter counts, as Keras's `model.summary()`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use plots::grouped;

use crate::config::run_config::RunConfig;
use crate::run::directory::RunDirectory;

#[derive(Debug, Args)]
pub(crate) struct SummaryArgs {
    /// Run directory [default: the network of configs/default.toml]
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
            format!("(batch, {})", layer.units),
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
    writeln!(out, "Activation after each layer: sigmoid")?;
    Ok(())
}
