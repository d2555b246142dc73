//! Progress output: lines of finished epochs, and on a terminal a status line below them.
//!
//! The training shows its position, and the checkpoint writer, in another thread, the epochs that
//! are finished. Clones share the output.

mod epoch_lines;
mod status;
pub(crate) mod status_line;

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::run::history::EpochMetrics;
use crate::support::split::Split;
use crate::train::epoch_metrics::RunningMetrics;
use crate::train::progress::epoch_lines::EpochLines;
pub(crate) use crate::train::progress::epoch_lines::{Selection, every};
pub(crate) use crate::train::progress::status::Extent;
use crate::train::progress::status::{Position, Status};
use crate::train::progress::status_line::StatusLine;
use crate::train::signals::StopRequest;

/// The progress output of a training; none if it is hidden.
#[derive(Clone)]
pub(crate) struct Progress(Option<Arc<Mutex<Output>>>);

struct Output {
    lines: EpochLines,
    status: Status,
    /// None if standard error is not a terminal.
    status_line: Option<StatusLine>,
    stop: StopRequest,
    /// Says that no more images are trained.
    is_over: bool,
}

impl Progress {
    /// Lines on standard error, and a status line if it is a terminal.
    pub(crate) fn new(extent: Extent, selection: Selection, stop: StopRequest) -> Self {
        Self(Some(Arc::new(Mutex::new(Output {
            lines: EpochLines::new(extent.epochs, selection),
            status: Status::new(extent),
            status_line: StatusLine::on_terminal(),
            stop,
            is_over: false,
        }))))
    }

    /// Shows nothing.
    pub(crate) fn hidden() -> Self {
        Self(None)
    }

    /// Begins with the images of a split.
    pub(crate) fn start(&self, epoch: usize, split: Split) {
        if let Some(mut output) = self.output() {
            let position = Position {
                epoch,
                split,
                seen: 0,
            };
            output.status.start(position, Instant::now());
            output.draw();
        }
    }

    /// `seen` images of the split are trained or validated.
    pub(crate) fn advance(&self, seen: usize, metrics: &RunningMetrics) {
        if let Some(mut output) = self.output() {
            let metrics = [metrics.loss(), metrics.accuracy()];
            output.status.advance(seen, metrics);
            output.draw();
        }
    }

    /// Prints the line of a finished epoch, if it is one of those that are printed.
    pub(crate) fn print(&self, epoch: &EpochMetrics) {
        if let Some(mut output) = self.output() {
            output.status.finish(epoch);
            if let Some(line) = output.lines.take(epoch, Instant::now()) {
                output.print(&line);
            }
        }
    }

    /// Removes the status line once no more images are trained; lines of finished epochs may follow.
    pub(crate) fn close(&self) {
        if let Some(mut output) = self.output() {
            output.is_over = true;
            output.clear();
        }
    }

    /// Prints the last finished epoch, if it is not printed yet, and removes the status line.
    pub(crate) fn end(&self) {
        if let Some(mut output) = self.output() {
            if let Some(line) = output.lines.rest() {
                output.print(&line);
            }
            output.clear();
        }
    }

    /// The output, even after a panic in the other thread: it has no state that could be torn.
    fn output(&self) -> Option<MutexGuard<'_, Output>> {
        let output = self.0.as_ref()?;
        Some(output.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Output {
    fn draw(&mut self) {
        if self.is_stopping() {
            return;
        }
        if let Some(status_line) = &mut self.status_line {
            let now = Instant::now();
            status_line.draw(now, || self.status.parts(now));
        }
    }

    fn clear(&mut self) {
        if let Some(status_line) = &mut self.status_line {
            status_line.clear();
        }
    }

    /// Says that the status line has been removed, by [`Progress::close`] or by what is said of a
    /// signal, and should not come back.
    fn is_stopping(&self) -> bool {
        self.is_over || self.stop.exit_code().is_some()
    }

    fn print(&mut self, line: &str) {
        // A line that was not replaced since would show an earlier epoch than the one above it.
        let parts = if self.is_stopping() {
            Vec::new()
        } else {
            self.status.parts(Instant::now())
        };
        match &mut self.status_line {
            Some(status_line) => status_line.print_above(line, parts),
            // A closed standard error does not stop the training.
            None => drop(writeln!(std::io::stderr(), "{line}")),
        }
    }
}
