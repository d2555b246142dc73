//! Ctrl-C and the other signals that ask a training to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use anyhow::Context;

/// The signal that asked for the training to stop, if one did.
#[derive(Clone, Default)]
pub(crate) struct StopRequest {
    signal: Arc<AtomicI32>,
}

impl StopRequest {
    /// The exit code that belongs to the signal, 128 and its number, as shells have it; none while
    /// nobody asked.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            signal => Some(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
        }
    }

    /// Listens for Ctrl-C (SIGINT), SIGTERM and a closed terminal (SIGHUP). The first asks the
    /// training to stop after the batch in progress; a second one ends the program at once, and the
    /// checkpoints of whole epochs stay either way.
    #[cfg(unix)]
    pub(crate) fn listen() -> anyhow::Result<Self> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

        let request = Self::default();
        let asked = request.clone();
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])
            .context("cannot listen for signals")?;
        std::thread::spawn(move || {
            for signal in signals.forever() {
                if asked.signal.swap(signal, Ordering::Relaxed) != 0 {
                    crate::dashboard::restore_terminal();
                    std::process::exit(128 + signal);
                }
            }
        });
        Ok(request)
    }

    /// Listens for Ctrl-C, which Windows gives as SIGINT.
    #[cfg(not(unix))]
    pub(crate) fn listen() -> anyhow::Result<Self> {
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
            unsafe { signal_hook::low_level::register(signal, stop) }
                .context("cannot listen for Ctrl-C")?;
        }
        Ok(request)
    }
}
