//! Burn's dashboard (`--tui`), and the silence in its place otherwise.

use std::panic::{self, AssertUnwindSafe};

use burn_train::logger::{EvaluationProgressLogger, TrainingProgressLogger};
use burn_train::metric::MetricDefinition;
use burn_train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
    MetricsRendererTraining,
};

/// The training was killed in the dashboard, with `q` and then `k`.
#[derive(Debug)]
pub(crate) struct Killed;

/// Runs a training that may have the dashboard. Burn's (0.22.1) answers `k` with a panic in its own
/// thread and another in whichever tells it something next. Their hook says nothing but "Training
/// killed by user.", and gives the terminal back, all but the cursor.
pub(crate) fn catch_kill(training: impl FnOnce()) -> Result<(), Killed> {
    // Nothing broken is used afterwards: what follows reads the checkpoints on the disk.
    panic::catch_unwind(AssertUnwindSafe(training)).map_err(|panic| {
        if panic.downcast_ref() != Some(&"Killing training from user input.") {
            panic::resume_unwind(panic);
        }
        #[cfg(feature = "tui")]
        {
            use crossterm::{cursor, execute, terminal};
            // Each panic takes the cursor back to above that line, and ours would be mixed with it.
            let rest = terminal::Clear(terminal::ClearType::FromCursorDown);
            let _ = execute!(std::io::stdout(), rest, cursor::Show);
        }
        Killed
    })
}

/// Makes the dashboard; `q` in it asks `interrupter` to stop.
#[cfg(feature = "tui")]
pub(crate) fn dashboard(
    interrupter: &burn_train::Interrupter,
    epochs_done: usize,
) -> Box<dyn MetricsRenderer> {
    use burn_train::renderer::tui::TuiMetricsRendererWrapper;
    let done = (epochs_done > 0).then_some(epochs_done);
    Box::new(TuiMetricsRendererWrapper::new(interrupter.clone(), done))
}

/// Lets Ctrl-C be a signal again: the dashboard makes it a key like any other, and then leaves that
/// key alone. It does so from a thread of its own, at a time of its own, so this is called again
/// and again.
#[cfg(all(unix, feature = "tui"))]
pub(crate) fn keep_ctrl_c() {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let terminal = std::io::stdin();
    if let Ok(mut modes) = tcgetattr(&terminal)
        && !modes.local_modes.contains(LocalModes::ISIG)
    {
        modes.local_modes.insert(LocalModes::ISIG);
        // Where this fails, `q` still stops the training.
        let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
    }
}

#[cfg(all(not(unix), feature = "tui"))]
pub(crate) fn keep_ctrl_c() {}

/// Gives the terminal back as it was before the dashboard, which has no time left to do it.
#[cfg(unix)]
pub(crate) fn restore_terminal() {
    #[cfg(feature = "tui")]
    if crossterm::terminal::is_raw_mode_enabled().unwrap_or(false) {
        use crossterm::{cursor, event, execute, terminal};
        let _ = terminal::disable_raw_mode();
        let _ = execute!(
            std::io::stdout(),
            event::DisableMouseCapture,
            terminal::LeaveAlternateScreen,
            cursor::Show
        );
    }
}

/// Shows nothing. Without a renderer of ours, Burn prints a debug line for every batch.
pub(crate) struct Silence;

impl MetricsRenderer for Silence {
    fn manual_close(&mut self) {}
    fn register_metric(&mut self, _: MetricDefinition) {}
}

impl MetricsRendererTraining for Silence {
    fn update_train(&mut self, _: MetricState) {}
    fn update_valid(&mut self, _: MetricState) {}
}

impl TrainingProgressLogger for Silence {
    fn start(&mut self, _: usize, _: usize, _: Option<usize>, _: Option<&str>) {}
    fn update_epoch(&mut self, _: usize) {}
    fn start_split(&mut self, _: &str, _: usize) {}
    fn update_split(&mut self, _: usize) {}
    fn end_split(&mut self) {}
    fn end(&mut self) {}
    fn log_event_training(&mut self, _: String) {}
}

impl MetricsRendererEvaluation for Silence {
    fn update_test(&mut self, _: EvaluationName, _: MetricState) {}
}

impl EvaluationProgressLogger for Silence {
    fn start_global_progress(&mut self, _: usize) {}
    fn start_test(&mut self, _: &str, _: usize) {}
    fn update_test_progress(&mut self, _: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _: String) {}
}
