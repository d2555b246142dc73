//! The progress of a sweep: on a terminal a table of the best combinations so far above a status line, elsewhere a
//! line from time to time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use console::Term;

use crate::cli::stderr::{self, Verbosity};
use crate::cli::sweep::table::columns as table_columns;
use crate::support::number_format::format_estimate;
use crate::support::plural::counted;
use crate::sweep::halving::Monitor;
use crate::sweep::plan::SweepPlan;
use crate::sweep::point::PointRecord;
use crate::sweep::results::ranked;
use crate::sweep::train_points::Task;
use crate::terminal::table::fitted;
use crate::train::signals::StopRequest;

/// Combinations that are shown.
const SHOWN: usize = 5;
/// The shortest time between two updates of a terminal.
const DRAW_EVERY: Duration = Duration::from_millis(200);
/// The time between two lines where there is no terminal.
const PRINT_EVERY: Duration = Duration::from_secs(10);
/// The time left is estimated after this time.
const MEASURED: Duration = Duration::from_secs(1);
/// Columns of the bar.
const BAR: usize = 20;

/// Shows the progress of a sweep.
pub(crate) struct Live<'a> {
    plan: &'a SweepPlan,
    monitor: Monitor,
    stop: StopRequest,
    /// None if standard error is no terminal.
    terminal: Option<Term>,
    /// Lines that are on the terminal now.
    drawn: usize,
    shown_at: Instant,
    started: Instant,
    /// Points of this round, and those of them that are trained.
    tasks: usize,
    done: usize,
    /// Epochs of this round, and those that were finished before it.
    epochs: usize,
    before: usize,
    finished: &'a AtomicUsize,
}

impl<'a> Live<'a> {
    /// `finished` counts the epochs of all points.
    pub(crate) fn new(
        plan: &'a SweepPlan,
        monitor: Monitor,
        stop: StopRequest,
        finished: &'a AtomicUsize,
    ) -> Self {
        let terminal = Term::buffered_stderr();
        let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
        let now = Instant::now();
        Self {
            plan,
            monitor,
            stop,
            terminal: (terminal.features().is_attended() && !is_dumb).then_some(terminal),
            drawn: 0,
            shown_at: now,
            started: now,
            tasks: 0,
            done: 0,
            epochs: 0,
            before: 0,
            finished,
        }
    }

    /// Begins with a round.
    pub(crate) fn start(&mut self, tasks: &[Task]) {
        self.started = Instant::now();
        (self.tasks, self.done) = (tasks.len(), 0);
        self.epochs = tasks.iter().map(Task::epochs).sum();
        self.before = self.finished.load(Ordering::Relaxed);
    }

    /// Counts a point that has just been trained.
    pub(crate) fn count(&mut self) {
        self.done += 1;
    }

    /// Shows the points so far.
    pub(crate) fn show(&mut self, records: &BTreeMap<usize, PointRecord>) {
        let every = match self.terminal {
            Some(_) => DRAW_EVERY,
            None => PRINT_EVERY,
        };
        if stderr::verbosity() == Verbosity::Quiet
            || self.stop.exit_code().is_some()
            || self.shown_at.elapsed() < every
        {
            return;
        }
        self.shown_at = Instant::now();
        let Some(terminal) = self.terminal.clone() else {
            stderr::note(self.status());
            return;
        };
        let (metric, mode) = self.monitor;
        let ranking = ranked(self.plan.combinations.len(), records.values(), metric, mode);
        // One is left for the cursor.
        let columns = usize::from(terminal.size().1).saturating_sub(1);
        let mut block = Vec::new();
        if !records.is_empty() {
            let best = if ranking.len() > 1 { ", best" } else { "" };
            block.push(format!("{metric}{best} so far:"));
            let table = table_columns(self.plan, &ranking, SHOWN);
            block.extend(fitted(&table, Some(columns)).lines);
        }
        block.push(self.status());
        self.clear();
        for line in &block {
            // A longer line would be wrapped, and leave a part of it behind.
            let line: String = line.chars().take(columns).collect();
            let _ = terminal.write_line(&line);
        }
        self.drawn = block.len();
        let _ = terminal.flush();
    }

    /// The share of this round's epochs that is finished.
    fn share(&self) -> f64 {
        let finished = self.finished.load(Ordering::Relaxed) - self.before;
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let share = finished as f64 / self.epochs.max(1) as f64;
        share.min(1.0)
    }

    /// `[=====>              ] 250 of 1,000 points  12 s left`
    fn status(&self) -> String {
        let share = self.share();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most all columns"
        )]
        let full = (BAR as f64 * share) as usize;
        let head = if full < BAR { ">" } else { "" };
        let bar = "=".repeat(full) + head;
        let text = format!(
            "[{bar:<BAR$}] {} of {}",
            plots::grouped(self.done),
            counted(self.tasks, self.plan.noun())
        );
        match self.time_left(share) {
            Some(left) => format!("{text}  {} left", format_estimate(left)),
            None => text,
        }
    }

    fn time_left(&self, share: f64) -> Option<Duration> {
        let elapsed = self.started.elapsed();
        if elapsed < MEASURED || share == 0.0 {
            return None;
        }
        Duration::try_from_secs_f64(elapsed.as_secs_f64() * (1.0 / share - 1.0)).ok()
    }

    /// Removes what is shown.
    pub(crate) fn end(&mut self) {
        self.clear();
        if let Some(terminal) = &self.terminal {
            let _ = terminal.flush();
        }
    }

    fn clear(&mut self) {
        if let Some(terminal) = &self.terminal {
            let _ = terminal.clear_last_lines(self.drawn);
        }
        self.drawn = 0;
    }
}
