//! `app summary`: the network's layers and parameter counts, as Keras's `model.summary()`.

use std::io::Write;

use crate::cli::SummaryArgs;
use crate::config::RunConfig;
use crate::run_dir::RunDir;

/// Bytes of an f32.
const PARAMETER_BYTES: usize = 4;

pub(crate) fn summary(args: &SummaryArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let config = match &args.run {
        Some(run) => RunDir::open(Some(run))?.config()?,
        None => RunConfig::defaults()?,
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
    let total = layers.iter().map(model::LayerSummary::parameters).sum();
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

/// `10431` as `10,431`.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(16), "16");
        assert_eq!(grouped(390), "390");
        assert_eq!(grouped(10_431), "10,431");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
