//! A run that is killed with SIGKILL many times loses no epoch that it had reported.

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::app::{App, checkpoints};
use crate::compare::assert_same_runs;
use crate::running::{Output, Running};

const KILLS: usize = 100;
/// More epochs than any machine trains between the kills.
const NEVER: &str = "1000000";

/// The output of a process before it was killed or finished: the epoch from which it was resumed,
/// and the last epoch whose line it had printed.
fn epochs_in(stderr: &str) -> (usize, Option<usize>) {
    let from = stderr.lines().find_map(resumed_from);
    (
        from.unwrap_or(0),
        stderr.lines().filter_map(reported).next_back(),
    )
}

/// The epoch at the end of the line `resumed from epoch N`.
fn resumed_from(line: &str) -> Option<usize> {
    line.rsplit_once(" epoch ")?.1.trim().parse().ok()
}

/// The epoch of a line such as `epoch  3/20  loss 0.31 ...`.
fn reported(line: &str) -> Option<usize> {
    let (number, _) = line.strip_prefix("epoch ")?.split_once('/')?;
    number.trim().parse().ok()
}

/// When a process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// After it has reported this many epochs, and perhaps while it writes the next one.
    InTraining { reported: usize },
    /// While it starts or resumes.
    AtTheStart,
}

impl Moment {
    /// One process in five is killed at its start.
    fn of(kill: usize, random: &mut ChaCha8Rng) -> Self {
        if kill % 5 == 4 {
            return Self::AtTheStart;
        }
        let reported = usize::try_from(random.next_u32() % 3).unwrap() + 1;
        Self::InTraining { reported }
    }

    /// Waits for the moment, and then for a random part of the time between two writes.
    fn wait(self, process: &mut Running, random: &mut ChaCha8Rng) {
        match self {
            Self::AtTheStart => {}
            Self::InTraining { reported: count } => {
                let fact = "enough epochs are reported";
                process.wait_for(fact, |process| {
                    let lines = process.stderr().lines().filter_map(reported).count();
                    (lines >= count).then_some(())
                });
            }
        }
        // The sleep is intended: the kill must come at a random time.
        let pause = u64::from(random.next_u32()) % 130_000;
        std::thread::sleep(Duration::from_micros(pause));
    }
}

/// Starts or resumes the run and kills it.
fn killed(app: &App, fresh: &[&str], moment: Moment, random: &mut ChaCha8Rng) -> Output {
    let is_begun = app.path().join("killed/config.toml").exists();
    let resume = ["--backend", "ndarray", "train", "-v", "--resume", "killed"];
    let mut process = app.start(if is_begun { &resume } else { fresh });
    moment.wait(&mut process, random);
    process.kill()
}

#[test]
fn a_run_killed_100_times_loses_no_epoch_and_ends_as_if_it_had_not_been_killed() {
    let app = App::new();
    let settings = [
        "--learning-rate-schedule=cosine",
        "--decay-steps=20000",
        "--early-stopping-patience=1000000",
    ];
    // With -v, every epoch is reported.
    let train = ["--backend", "ndarray", "train", "-v", "--run-dir", "killed"];
    let fresh = [train.as_slice(), &settings, &["--epochs", NEVER]].concat();
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let (mut last_reported, mut in_training) = (0, 0);
    for kill in 0..KILLS {
        let moment = Moment::of(kill, &mut random);
        let output = killed(&app, &fresh, moment, &mut random);
        assert_eq!(output.code, None, "kill {kill}: {}", output.shown());
        assert!(
            !output.stderr.contains("warning"),
            "kill {kill}: {}",
            output.shown()
        );
        let (from, last) = epochs_in(&output.stderr);
        if last.is_some() || from > 0 {
            // All epochs that had been reported before still exist.
            assert!(
                from >= last_reported,
                "kill {kill}, {moment:?}: resumed after epoch {from}, but {last_reported} was reported"
            );
        }
        in_training += usize::from(last.is_some_and(|last| last > from));
        last_reported = last_reported.max(last.unwrap_or(from));
    }
    // These processes had trained further when they were killed, and were not finished.
    assert!(in_training >= KILLS * 4 / 5, "{in_training} of {KILLS}");
    assert!(last_reported >= in_training, "{last_reported} epochs");

    let epochs = (last_reported + 5).to_string();
    app.train(
        "whole",
        &[settings.as_slice(), &["--epochs", &epochs]].concat(),
    );
    let output = app.on_cpu(&["train", "--resume", "killed", "--epochs", &epochs]);
    let (from, _) = epochs_in(&output.stderr);
    assert!(from >= last_reported, "{from} after {last_reported}");
    assert_same_runs(&app, "killed", "whole");
    // Two epochs and the best, four files each, and no incomplete file.
    let whole = checkpoints(&app, "killed").len();
    let files = fs_err::read_dir(app.path().join("killed/checkpoint")).unwrap();
    assert!((2..=3).contains(&whole), "{whole} checkpoints");
    assert_eq!(files.count(), 4 * whole);
    println!(
        "{in_training} of {KILLS} kills landed in the training, the last after epoch {last_reported}"
    );
}
