//! The signals that stop a training, such as Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use crate::support::error::{Error, Result};

/// The exit code of a training that Ctrl-C interrupted, as shells report it.
pub(crate) const CTRL_C: u8 = 130;

/// A request to stop by a signal. The default does not listen for signals.
#[derive(Debug, Clone, Default)]
pub struct StopRequest {
    signal: Arc<AtomicI32>,
}

impl StopRequest {
    /// 128 plus the signal's number, as shells report it; none if there was no signal.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            signal => Some(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
        }
    }

    /// Requests that the training stops after the current batch, as Ctrl-C does.
    pub fn stop(&self) {
        self.signal
            .store(signal_hook::consts::SIGINT, Ordering::Relaxed);
    }

    /// Waits until a stop is requested.
    #[cfg(feature = "serve")]
    pub(crate) fn wait(&self) {
        while self.exit_code().is_none() {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Listens for Ctrl-C (SIGINT), SIGTERM and a closed terminal (SIGHUP), for the rest of the
    /// process. The first signal stops the training after the current batch; a second one ends the
    /// process immediately. In both cases, the checkpoints of finished epochs remain.
    ///
    /// A signal that was ignored when the process started stays ignored, as SIGHUP after `nohup` and
    /// SIGINT in a job that a script started with `&`.
    ///
    /// # Errors
    ///
    /// [`Error::Signals`] if the operating system returns an error.
    pub fn listen() -> Result<Self> {
        Self::listen_and(|| {})
    }

    /// The same, and calls `acknowledge` at the first signal, in another thread.
    ///
    /// # Errors
    ///
    /// As [`listen`](Self::listen).
    #[cfg(unix)]
    pub fn listen_and(acknowledge: impl Fn() + Send + 'static) -> Result<Self> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

        use crate::train::ignored_signals::is_ignored;

        let request = Self::default();
        let asked = request.clone();
        let mut signals = vec![SIGINT, SIGTERM, SIGHUP];
        signals.retain(|signal| !is_ignored(*signal));
        let mut signals = signal_hook::iterator::Signals::new(signals).map_err(Error::Signals)?;
        std::thread::spawn(move || {
            for signal in signals.forever() {
                if asked.signal.swap(signal, Ordering::Relaxed) != 0 {
                    crate::train::dashboard::restore_terminal();
                    std::process::exit(128 + signal);
                }
                acknowledge();
            }
        });
        Ok(request)
    }

    /// The same, and calls `acknowledge` at the first signal, in another thread. Windows reports
    /// Ctrl-C as SIGINT.
    ///
    /// # Errors
    ///
    /// As [`listen`](Self::listen).
    #[cfg(not(unix))]
    pub fn listen_and(acknowledge: impl Fn() + Send + 'static) -> Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};

        let request = Self::default();
        for signal in [SIGINT, SIGTERM] {
            let asked = request.signal.clone();
            let stop = move || {
                if asked.swap(signal, Ordering::Relaxed) != 0 {
                    signal_hook::low_level::exit(128 + signal);
                }
            };
            // SAFETY: the handler only swaps an atomic and exits; both are async-signal-safe.
            #[expect(
                unsafe_code,
                reason = "signal-hook's function for a custom handler is unsafe"
            )]
            unsafe { signal_hook::low_level::register(signal, stop) }.map_err(Error::Signals)?;
        }
        // The handler itself must not print.
        let asked = request.clone();
        std::thread::spawn(move || {
            while asked.exit_code().is_none() {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            acknowledge();
        });
        Ok(request)
    }
}
