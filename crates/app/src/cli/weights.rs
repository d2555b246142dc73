//! `app weights`: the network's weights, in summary or value by value.

use std::io::Write;

use anyhow::Context;
use clap::Args;
use model::{NamedWeights, format_metric};

use crate::cli::arguments::NetworkArgs;
use crate::cli::usage_error::UsageError;
use crate::device::select::reference_device;

#[derive(Debug, Args)]
pub(crate) struct WeightsArgs {
    #[command(flatten)]
    network: NetworkArgs,
    /// Print the values of a parameter, such as layer1.weight
    ///
    /// One line per input.
    #[arg(long, value_name = "NAME")]
    values: Option<String>,
    /// Print all values as JSON, which `app train --init` reads
    #[arg(long, conflicts_with = "values")]
    json: bool,
}

pub(crate) fn weights(args: &WeightsArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let run = args.network.open()?;
    // Reading the weights needs no GPU.
    let device = reference_device();
    let model = run.load(args.network.checkpoint.name, &run.config()?, &device)?;
    if args.json {
        writeln!(out, "{}", model::to_json(&model)?)?;
        return Ok(());
    }
    let weights = model::named_weights(&model)?;
    match &args.values {
        None => table(&weights, out),
        Some(name) => {
            let found = weights.iter().find(|weights| weights.name == *name);
            let unknown = || UsageError::UnknownWeight {
                name: name.clone(),
                names: weights.iter().map(|found| found.name.to_owned()).collect(),
            };
            values(found.ok_or_else(unknown)?, out)
        }
    }
}

fn table(weights: &[NamedWeights], out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "{:<16}{:<12}{:>10}{:>10}{:>10}{:>10}",
        "Name", "Shape", "Min", "Mean", "Max", "Std"
    )?;
    for found in weights {
        let values = || found.values.iter().map(|value| f64::from(*value));
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let count = found.values.len() as f64;
        let mean = values().sum::<f64>() / count;
        let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        write!(out, "{:<16}{:<12}", found.name, shape(&found.shape))?;
        let smallest = values().fold(f64::INFINITY, f64::min);
        let largest = values().fold(f64::NEG_INFINITY, f64::max);
        for number in [smallest, mean, largest, variance.sqrt()] {
            write!(out, "{:>10}", format_metric(number))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A shape as Python writes it: `(400, 25)`, `(25,)`.
pub(crate) fn shape(sizes: &[usize]) -> String {
    match sizes {
        [size] => format!("({size},)"),
        sizes => {
            let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
            format!("({})", sizes.join(", "))
        }
    }
}

/// Prints one line per input, or one line for a bias, with enough digits to restore the f32
/// exactly.
fn values(found: &NamedWeights, out: &mut dyn Write) -> anyhow::Result<()> {
    let units = *found
        .shape
        .last()
        .context("a weight has at least one axis")?;
    for line in found.values.chunks(units) {
        let numbers: Vec<String> = line.iter().map(ToString::to_string).collect();
        writeln!(out, "{}", numbers.join(" "))?;
    }
    Ok(())
}
