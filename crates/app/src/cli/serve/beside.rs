//! The page beside a training: it follows the epochs, and predicts with the newest checkpoint.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use model::Decision;
use server::{ServeError, ServeOptions, Stopped, Stopper};

use crate::cli::serve::{explained, folder};
use crate::cli::stderr;
use crate::config::run_config::RunConfig;
use crate::device::select::open_cpu;
use crate::predictor::member::Member;
use crate::reading::picture::reading_for;
use crate::run::checkpoint_name::CheckpointName;
use crate::run::directory::RunDirectory;
use crate::serve::{FirstLayers, Manner, ProgramService, ServedNetworks, name_of};
use crate::train::job::OnEpoch;
use crate::train::signals::StopRequest;

/// A server on threads of its own, which ends with this value.
pub(crate) struct Beside {
    first_layers: Arc<FirstLayers>,
    stopper: Stopper,
    thread: Option<JoinHandle<Result<Stopped, ServeError>>>,
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Returns an error if the port is taken, before a run is created for nothing.
pub(crate) fn check_port(port: u16) -> anyhow::Result<()> {
    let address = address(port);
    match TcpListener::bind(address) {
        Ok(_free) => Ok(()),
        Err(source) => Err(explained(ServeError::Address { address, source })),
    }
}

impl Beside {
    /// Serves a run that is being trained to this machine, and prints where.
    pub(crate) fn start(
        run: &RunDirectory,
        port: u16,
        out: &mut dyn Write,
    ) -> anyhow::Result<Self> {
        let folders: Vec<PathBuf> = vec![run.path().to_owned()];
        let of = run.clone();
        let first_layers = Arc::new(FirstLayers::default());
        let networks = ServedNetworks {
            name: name_of(run.path()),
            folders: folders.clone(),
            load: Box::new(move || Ok(vec![Member::open(&of, CheckpointName::Last)?])),
            manner: Box::new(|config| Manner {
                decision: Decision::default(),
                reading: reading_for(config),
            }),
            data: Box::new(RunConfig::clone),
            first_layers: Some(Arc::clone(&first_layers)),
            // The training has the device.
            device: open_cpu()?,
        };
        // New checkpoints are what a training makes all the time: nothing is said of them.
        let service = ProgramService::start(networks, folder(&folders), Arc::new(|_| {}));
        let options = ServeOptions::at(address(port));
        let server = server::bind(Arc::new(service), options).map_err(explained)?;
        writeln!(out, "follow it at http://{}/#training", server.address())?;
        out.flush()?;
        Ok(Self {
            first_layers,
            stopper: server.stopper(),
            thread: Some(std::thread::spawn(move || server.run())),
        })
    }

    /// What keeps the weights of each epoch for the page.
    pub(crate) fn on_epoch(&self) -> OnEpoch {
        let first_layers = Arc::clone(&self.first_layers);
        Arc::new(move |epoch, kernel| first_layers.keep(epoch, kernel))
    }

    /// Serves on after the training, until a signal comes.
    pub(crate) fn serve_on(self, stop: &StopRequest) {
        stderr::note("the page stays: Ctrl-C ends it");
        stop.wait();
        drop(self);
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            // What it could not do is of no interest any more.
            let _ = thread.join();
        }
    }
}
