//! `app serve`: a page to draw on, and an HTTP API.

pub(crate) mod beside;
mod log;
mod token;

use std::io::{ErrorKind, Write};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use model::Decision;
use server::{Limits, ServeError, ServeOptions};

use crate::cli::arguments::{CheckpointArgs, DecisionArgs, DeviceArgs};
use crate::cli::networks::{TopArgs, members};
use crate::cli::serve::log::{LogFormat, logger};
use crate::cli::source_args::SourceArgs;
use crate::cli::stderr;
use crate::cli::usage_error::UsageError;
use crate::config::run_config::RunConfig;
use crate::device::adapter::AdapterKind;
use crate::run::directory::{RUNS, RunDirectory};
use crate::serve::{Look, Manner, ProgramService, ServedNetworks, name_of};
use crate::support::parse::{value, within};
use crate::support::plural::counted;
use crate::sweep::directory::SweepDirectory;
use crate::train::signals::StopRequest;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Runs or sweeps [default: the newest in runs/]
    ///
    /// Several networks predict by the mean of their probabilities. The page lists the other runs of
    /// the first one's folder too.
    #[arg(value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// Address to listen on [default: 127.0.0.1]
    ///
    /// 127.0.0.1 answers this machine alone, 0.0.0.0 also others, which needs --token-file: there is no
    /// encryption, so put a proxy with TLS before it on a network that is not your own.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", hide_default_value = true, value_parser = value::<IpAddr>("an address, such as 127.0.0.1 or ::1"), help_heading = "Server")]
    host: IpAddr,
    /// Port, 0 for a free one
    #[arg(long, value_name = "N", default_value_t = 8080, value_parser = value::<u16>("a port, such as 8080"), help_heading = "Server")]
    port: u16,
    /// File with the secret that requests must bear
    ///
    /// At least 16 characters, such as `openssl rand -hex 16` prints. Requests of the API bear it as
    /// `Authorization: Bearer SECRET`; the page asks for it, or takes it from its address: /#token=SECRET.
    #[arg(long, value_name = "FILE", help_heading = "Server")]
    token_file: Option<PathBuf>,
    /// Further name under which the server is asked for
    ///
    /// Requests for other names are refused: sites could otherwise reach the server through the
    /// browsers of those who visit them. localhost and addresses in numbers need not be named.
    #[arg(long, value_name = "NAME", help_heading = "Server")]
    allow_host: Vec<String>,
    /// Site whose scripts may use the API
    ///
    /// Its origin, such as `https://example.org`.
    #[arg(long, value_name = "ORIGIN", help_heading = "Server")]
    allow_origin: Vec<String>,
    /// Open connections at a time
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = within(1..=60_000, 1024), help_heading = "Server")]
    max_connections: u16,
    /// Requests per second of a client [default: 100]
    ///
    /// Of clients on this machine any number, unless the flag is given.
    #[arg(long, value_name = "N", value_parser = within(1..=60_000, 100), help_heading = "Server")]
    max_rate: Option<u16>,
    /// What is printed of each request
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Lines, help_heading = "Server")]
    log: LogFormat,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    checkpoint: CheckpointArgs,
    #[command(flatten)]
    decision: DecisionArgs,
    #[command(flatten)]
    top: TopArgs,
}

/// Requests that may be gathered at a time for a GPU.
const THREADS_OF_A_GPU: usize = 64;

pub(crate) fn serve(
    args: &ServeArgs,
    device: &DeviceArgs,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let device = device.open()?;
    let options = options(args, device.kind != AdapterKind::Cpu)?;
    let named = args.source.runs(&args.runs)?;
    let paths = match named.as_slice() {
        [] => vec![RunDirectory::open(None)?.path().to_owned()],
        runs => runs.iter().map(|run| run.to_path_buf()).collect(),
    };
    let named: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let (checkpoint, top) = (args.checkpoint.name, args.top);
    // What is wrong with a run or a flag is said before anything listens.
    let found = members(&named, checkpoint, top)?;
    for member in &found {
        args.decision.decision(&member.config)?;
    }
    if let Some(first) = found.first() {
        args.source.check_for_examples(&first.config)?;
    }
    let (flags, source) = (args.decision, args.source.clone());
    let service = ProgramService::start(
        ServedNetworks {
            name: name(&paths),
            folders: paths.clone(),
            load: {
                let paths = paths.clone();
                Box::new(move || {
                    let named: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
                    members(&named, checkpoint, top)
                })
            },
            manner: {
                let source = source.clone();
                Box::new(move |config| Manner {
                    decision: decision(flags, config),
                    reading: source.picture_reading(config),
                })
            },
            data: Box::new(move |config| source.applied_to(config)),
            first_layers: None,
            device,
        },
        folder(&paths),
        Arc::new(report),
    );
    if let Some(obstacle) = service.obstacle() {
        anyhow::bail!(obstacle);
    }
    if args.source.is_given() {
        service.read_examples()?;
    }
    run(service, options, out)
}

/// Serves until a signal stops it, and completes the requests in progress.
fn run(service: ProgramService, options: ServeOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    let name = service.name().to_owned();
    let server = server::bind(Arc::new(service), options).map_err(explained)?;
    let stopper = server.stopper();
    let _stop = StopRequest::listen_and(move || {
        stderr::note("stopping");
        stopper.stop();
    })?;
    writeln!(out, "serving {name} at http://{}", server.address())?;
    out.flush()?;
    if !server.address().ip().is_loopback() {
        stderr::note(
            "other machines can send requests if they have the token, which is not encrypted: put a proxy with TLS in front",
        );
    }
    stderr::note("Ctrl-C stops it");
    let ended = server.run().map_err(explained)?;
    if ended.cut_off > 0 {
        let connections = counted(ended.cut_off, "connection");
        stderr::print(format_args!("{connections} cut off after 10 s"));
    }
    Ok(())
}

/// An error of the server, with the flag that it is about.
pub(crate) fn explained(error: ServeError) -> anyhow::Error {
    match error {
        ServeError::Address { ref source, .. } if source.kind() == ErrorKind::AddrInUse => {
            AddressInUse(error).into()
        }
        error @ (ServeError::Address { .. } | ServeError::Threads { .. }) => {
            CannotListen(error).into()
        }
        ServeError::TokenNeeded { address } => {
            UsageError::TokenNeeded { host: address.ip() }.into()
        }
        error => UsageError::Serve(error).into(),
    }
}

/// The error for an address that is taken.
#[derive(Debug, thiserror::Error)]
#[error("{0}; --port 0 takes a free port")]
struct AddressInUse(ServeError);

/// The error for an address that is none of this machine.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct CannotListen(ServeError);

fn options(args: &ServeArgs, is_on_gpu: bool) -> anyhow::Result<ServeOptions> {
    let address = SocketAddr::from((args.host, args.port));
    let usual = ServeOptions::at(address);
    Ok(ServeOptions {
        allowed_hosts: args.allow_host.clone(),
        allowed_origins: args.allow_origin.clone(),
        token: args.token_file.as_deref().map(token::read).transpose()?,
        limits: Limits {
            // On a GPU a request waits for others, so that many have to be in flight.
            threads: if is_on_gpu {
                THREADS_OF_A_GPU
            } else {
                usual.limits.threads
            },
            connections: args.max_connections.into(),
            requests_per_second: match args.max_rate.map(u32::from).and_then(NonZeroU32::new) {
                Some(rate) => Some(rate),
                None => usual.limits.requests_per_second,
            },
            ..usual.limits
        },
        on_request: logger(args.log),
        on_accept_error: Some(Arc::new(|error| {
            stderr::print(format_args!("a connection could not be accepted: {error}"));
        })),
        ..usual
    })
}

/// The name of the networks: that of the only run or sweep.
fn name(paths: &[PathBuf]) -> String {
    match paths {
        [only] => name_of(only),
        _ => "ensemble".to_owned(),
    }
}

/// The folder whose runs may be asked for: that of the first run.
pub(crate) fn folder(paths: &[PathBuf]) -> PathBuf {
    let Some(first) = paths.iter().find(|path| !SweepDirectory::is_sweep(path)) else {
        return RUNS.into();
    };
    match (first.file_name(), first.parent()) {
        (Some(_), Some(parent)) if parent.as_os_str().is_empty() => PathBuf::from("."),
        (Some(_), Some(parent)) => parent.to_owned(),
        // Such as `.`, which has no parent by its name.
        _ => first.join(".."),
    }
}

/// How a network's outputs become predictions; a threshold is for two digits only.
fn decision(flags: DecisionArgs, config: &RunConfig) -> Decision {
    flags
        .decision(config)
        .or_else(|_| flags.without_threshold().decision(config))
        .unwrap_or_default()
}

/// Says that there is a new checkpoint.
fn report(look: Look) {
    match look {
        Look::Same => {}
        Look::Loaded { name } => stderr::note(format_args!("new checkpoint: {name}")),
        Look::Request { reason } => stderr::print(format_args!("a request failed: {reason}")),
        Look::Failed { reason } => stderr::print(format_args!(
            "the new checkpoint cannot be loaded, the one before is served on: {reason}"
        )),
    }
}
