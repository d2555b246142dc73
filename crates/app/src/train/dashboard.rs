//! Burn's dashboard (`--tui`), and a silent renderer that replaces it.

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

/// Runs a training and catches the panics of the dashboard: on `k`, Burn 0.22.1 panics in its own
/// thread and in the thread that sends the next event. Its panic hook only prints "Training killed
/// by user." and restores the terminal except for the cursor.
pub(crate) fn catch_kill(training: impl FnOnce()) -> Result<(), Killed> {
    // Unwind safe: the code that runs afterwards only reads the checkpoints on disk.
    panic::catch_unwind(AssertUnwindSafe(training)).map_err(|panic| {
        if panic.downcast_ref() != Some(&"Killing training from user input.") {
            panic::resume_unwind(panic);
        }
        #[cfg(feature = "tui")]
        {
            use crossterm::{cursor, execute, terminal};
            // Each panic moves the cursor above that line, where our messages would overwrite it.
            let rest = terminal::Clear(terminal::ClearType::FromCursorDown);
            let _ = execute!(std::io::stdout(), rest, cursor::Show);
        }
        Killed
    })
}

/// Creates the dashboard; `q` in it stops the training through `interrupter`.
#[cfg(feature = "tui")]
pub(crate) fn dashboard(
    interrupter: &burn_train::Interrupter,
    finished_epochs: usize,
) -> Box<dyn MetricsRenderer> {
    use burn_train::renderer::tui::TuiMetricsRendererWrapper;
    let finished = (finished_epochs > 0).then_some(finished_epochs);
    Box::new(TuiMetricsRendererWrapper::new(
        interrupter.clone(),
        finished,
    ))
}

/// Restores Ctrl-C as a signal: the dashboard turns it into a key, which it ignores. It does so in
/// its own thread at some time after its start, so this function is called repeatedly.
#[cfg(all(unix, feature = "tui"))]
pub(crate) fn keep_ctrl_c() {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let terminal = std::io::stdin();
    if let Ok(mut modes) = tcgetattr(&terminal)
        && !modes.local_modes.contains(LocalModes::ISIG)
    {
        modes.local_modes.insert(LocalModes::ISIG);
        // If this fails, `q` still stops the training.
        let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
    }
}

#[cfg(all(not(unix), feature = "tui"))]
pub(crate) fn keep_ctrl_c() {}

/// Restores the terminal when the process ends before the dashboard can do it.
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

/// A silent renderer. Without a terminal, Burn's own renderer prints a debug line for every batch.
pub(crate) struct NoRenderer;

impl MetricsRenderer for NoRenderer {
    fn manual_close(&mut self) {}
    fn register_metric(&mut self, _: MetricDefinition) {}
}

impl MetricsRendererTraining for NoRenderer {
    fn update_train(&mut self, _: MetricState) {}
    fn update_valid(&mut self, _: MetricState) {}
}

impl TrainingProgressLogger for NoRenderer {
    fn start(&mut self, _: usize, _: usize, _: Option<usize>, _: Option<&str>) {}
    fn update_epoch(&mut self, _: usize) {}
    fn start_split(&mut self, _: &str, _: usize) {}
    fn update_split(&mut self, _: usize) {}
    fn end_split(&mut self) {}
    fn end(&mut self) {}
    fn log_event_training(&mut self, _: String) {}
}

impl MetricsRendererEvaluation for NoRenderer {
    fn update_test(&mut self, _: EvaluationName, _: MetricState) {}
}

impl EvaluationProgressLogger for NoRenderer {
    fn start_global_progress(&mut self, _: usize) {}
    fn start_test(&mut self, _: &str, _: usize) {}
    fn update_test_progress(&mut self, _: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _: String) {}
}
