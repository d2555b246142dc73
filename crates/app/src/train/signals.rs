//! Ctrl-C and the other signals that ask a training to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use crate::support::error::{Error, Result};

/// The exit code of a training that Ctrl-C interrupted, as shells report it.
pub(crate) const CTRL_C: u8 = 130;

/// The signal that asked the training to stop, if one did. The default listens for none.
#[derive(Debug, Clone, Default)]
pub struct StopRequest {
    signal: Arc<AtomicI32>,
}

impl StopRequest {
    /// 128 plus the signal's number, as shells report it; none while no signal came.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            signal => Some(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
        }
    }

    /// Asks the training to stop after the current batch, as Ctrl-C does.
    pub fn stop(&self) {
        self.signal
            .store(signal_hook::consts::SIGINT, Ordering::Relaxed);
    }

    /// Listens for Ctrl-C (SIGINT), SIGTERM and a closed terminal (SIGHUP), for the rest of the
    /// process. The first asks the training to stop after the current batch; a second one ends the
    /// process at once. The checkpoints of finished epochs stay either way.
    ///
    /// # Errors
    ///
    /// [`Error::Signals`] if the operating system refuses.
    #[cfg(unix)]
    pub fn listen() -> Result<Self> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

        let request = Self::default();
        let asked = request.clone();
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])
            .map_err(Error::Signals)?;
        std::thread::spawn(move || {
            for signal in signals.forever() {
                if asked.signal.swap(signal, Ordering::Relaxed) != 0 {
                    crate::train::dashboard::restore_terminal();
                    std::process::exit(128 + signal);
                }
            }
        });
        Ok(request)
    }

    /// Listens for Ctrl-C, which Windows gives as SIGINT.
    #[cfg(not(unix))]
    pub fn listen() -> Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};

        let request = Self::default();
        for signal in [SIGINT, SIGTERM] {
            let asked = request.signal.clone();
            let stop = move || {
                if asked.swap(signal, Ordering::Relaxed) != 0 {
                    signal_hook::low_level::exit(128 + signal);
                }
            };
            // SAFETY: the handler does nothing but swap an atomic and exit, both allowed in one.
            #[expect(
                unsafe_code,
                reason = "how signal-hook registers a handler of one's own"
            )]
            unsafe { signal_hook::low_level::register(signal, stop) }.map_err(Error::Signals)?;
        }
        Ok(request)
    }
}
