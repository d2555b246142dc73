//! `app export`: a network as a file that other programs read.

mod agreement;
mod target;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use interop::{Network, Precision, Target};
#[cfg(feature = "serve")]
use model::Decision;

use crate::cli::arguments::CheckpointArgs;
use crate::cli::export::agreement::{Agreement, Compared};
use crate::cli::export::target::{Product, TargetArgs};
use crate::cli::networks::{TopArgs, members};
use crate::cli::plot::output::{check_folder, write_file};
use crate::cli::stderr;
use crate::device::select::open_cpu;
use crate::interchange;
use crate::predictor::ensemble::Ensemble;
use crate::predictor::member::Member;
#[cfg(feature = "serve")]
use crate::serve::{PageExamples, name_of, page};
#[cfg(feature = "serve")]
use crate::support::error::with_causes;
use crate::support::error::{Error, Result};

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Runs or sweeps [default: the newest in runs/]
    ///
    /// Several networks, or --top N of a sweep, become one file that predicts with the mean of their
    /// probabilities: as onnx, c, rust or html.
    #[arg(value_name = "RUN")]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    target: TargetArgs,
    /// Output file [default: model.ENDING in the run]
    ///
    /// Of several networks ensemble.ENDING in the first run, of a sweep point-N.ENDING in the sweep.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    checkpoint: CheckpointArgs,
    #[command(flatten)]
    top: TopArgs,
}

pub(crate) fn export(args: &ExportArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let product = args.target.product(args.output.as_deref())?;
    let runs: Vec<&Path> = args.runs.iter().map(PathBuf::as_path).collect();
    let members = members(&runs, args.checkpoint.name, args.top)?;
    // On the CPU everywhere, so that the file does not depend on the device.
    let ensemble = Ensemble::new(members, &open_cpu()?)?;
    for member in ensemble.members() {
        stderr::detail(format_args!("network: {}", member.name));
    }
    let path = match &args.output {
        Some(path) => {
            check_folder("--output", path)?;
            path.clone()
        }
        None => default_path(&ensemble, product),
    };
    let target = match product {
        Product::Network(target) => target,
        #[cfg(feature = "serve")]
        Product::Page => return write_page(&ensemble, &path, out),
    };
    let networks = networks(&ensemble, &path)?;
    let compared = Compared::read(&ensemble)?;
    let (bytes, agreement) = file(&networks, target, &compared, &path)?;
    write_file(&path, &bytes, out)?;
    writeln!(out, "{agreement}")?;
    Ok(())
}

/// Writes the page.
#[cfg(feature = "serve")]
fn write_page(ensemble: &Ensemble, path: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let name = match ensemble.members() {
        [only] => name_of(&only.directory),
        _ => "ensemble".to_owned(),
    };
    let examples = PageExamples::read(ensemble.config()).inspect_err(|error| {
        stderr::note(format_args!(
            "the data set of the run cannot be read ({}): the page shows no random digits",
            with_causes(error)
        ));
    });
    let page = page(name, ensemble, Decision::default(), examples.ok())?;
    write_file(path, page.as_bytes(), out)?;
    writeln!(
        out,
        "open it in a browser: it needs no server and asks nobody"
    )?;
    Ok(())
}

/// `model` in the directory of a run, `point-N` in that of a sweep, and `ensemble` of several networks.
fn default_path(ensemble: &Ensemble, product: Product) -> PathBuf {
    let Member {
        directory, point, ..
    } = ensemble.first();
    let name = match point {
        _ if ensemble.has_several() => "ensemble".to_owned(),
        Some(point) => format!("point-{point}"),
        None => "model".to_owned(),
    };
    directory.join(format!("{name}.{}", product.ending()))
}

fn networks(ensemble: &Ensemble, path: &Path) -> Result<Vec<Network>> {
    let networks = ensemble.members().iter().map(|member| {
        let Member {
            weights, config, ..
        } = member;
        interchange::network(weights, &config.model(), &config.digits.0)
    });
    let networks: std::result::Result<_, _> = networks.collect();
    networks.map_err(foreign(path))
}

fn foreign(path: &Path) -> impl FnOnce(interop::InteropError) -> Error {
    let path = path.to_owned();
    |source| Error::ForeignWeights { path, source }
}

/// Makes the file, reads it again, and compares what it says with our predictions.
fn file(
    networks: &[Network],
    target: Target,
    compared: &Compared,
    path: &Path,
) -> anyhow::Result<(Vec<u8>, Agreement)> {
    let bytes = interop::write(networks, target).map_err(foreign(path))?;
    let read = interop::read_back(&bytes, target.format()).map_err(foreign(path))?;
    let agreement = compared.with(&read, precision(target));
    // Not by their probabilities: the larger the weights, the more ours are rounded, which are computed in 32 bits.
    let expected: std::result::Result<Vec<Network>, _> = match precision(target) {
        Precision::F32 => Ok(networks.to_vec()),
        Precision::Int8 => networks.iter().map(interop::quantized).collect(),
    };
    if !have_same_weights(&read, &expected.map_err(foreign(path))?) {
        let (path, difference) = (path.to_owned(), agreement.difference);
        return Err(Error::ExportDiffers { path, difference }.into());
    }
    // What 8-bit weights cost is known only now, and stands in the file.
    let bytes = match agreement.cost() {
        Some(note) => interop::write_with_note(networks, target, &note).map_err(foreign(path))?,
        None => bytes,
    };
    Ok((bytes, agreement))
}

/// Whether networks have the same weights and biases; their digits are not in files of all formats.
fn have_same_weights(networks: &[Network], others: &[Network]) -> bool {
    let layers = networks.iter().map(Network::layers);
    layers.eq(others.iter().map(Network::layers))
}

fn precision(target: Target) -> Precision {
    match target {
        Target::C(precision) | Target::Rust(precision) => precision,
        _ => Precision::F32,
    }
}
