//! A run that is killed with SIGKILL again and again loses no epoch that it had announced.

use std::process::Stdio;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::desk::{Desk, Said, outcome};

const KILLS: usize = 100;
/// More than a quick machine trains in all the time that it is given between the kills.
const EPOCHS: &str = "700";

/// What a process said before it was killed or done: the epoch from which it went on, and the last
/// epoch whose line it had printed.
fn epochs_in(said: &Said) -> (usize, Option<usize>) {
    let lines = || said.err.lines();
    let from = lines().find_map(|line| line.strip_prefix("going on after epoch "));
    let mut printed = lines().filter_map(|line| {
        let (number, _) = line.strip_prefix("epoch ")?.split_once('/')?;
        number.trim().parse().ok()
    });
    (
        from.map_or(0, |number| number.parse().unwrap()),
        printed.next_back(),
    )
}

#[test]
fn a_run_killed_at_100_instants_loses_no_epoch_and_ends_as_if_it_had_not_been_killed() {
    let desk = Desk::new();
    let train = ["--backend", "ndarray", "train", "--epochs", EPOCHS];
    let settings = [
        "--learning-rate-schedule",
        "cosine",
        "--early-stopping-patience",
        EPOCHS,
        // Many small steps, so that kills hit them and not the files alone.
        "--batch-size",
        "2",
    ];
    let fresh = |run: &'static str| [train.as_slice(), &settings, &["--run-dir", run]].concat();
    desk.done(&fresh("whole")[2..]);

    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut announced = 0;
    let mut finished_early = 0;
    for kill in 0..KILLS {
        let is_begun = desk.path().join("killed/config.toml").exists();
        let resume = ["--backend", "ndarray", "train", "--resume", "killed"];
        let arguments = if is_begun {
            resume.to_vec()
        } else {
            fresh("killed")
        };
        let mut command = desk.command(&arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        std::thread::sleep(Duration::from_micros(
            u64::from(random.next_u32()) % 300_000,
        ));
        child.kill().unwrap(); // SIGKILL on Unix.
        let said = Said::from(child.wait_with_output().unwrap());
        if said.code == Some(0) || said.err.contains("is finished") {
            finished_early += 1; // Done before it could be killed: there is nothing left to kill.
            continue;
        }
        assert_eq!(said.code, None, "kill {kill}: {}", said.err);
        assert!(!said.err.contains("warning"), "kill {kill}: {}", said.err);
        let (from, last) = epochs_in(&said);
        if last.is_some() || from > 0 {
            // All that had been announced before is still there.
            assert!(from >= announced, "kill {kill}: {from} after {announced}");
        }
        announced = announced.max(last.unwrap_or(from));
    }
    assert_eq!(finished_early, 0, "the run is too short for {KILLS} kills");
    let said = desk.run(&["--backend", "ndarray", "train", "--resume", "killed"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let (from, _) = epochs_in(&said);
    assert!(from >= announced, "{from} after {announced}");
    assert_eq!(outcome(&desk, "killed"), outcome(&desk, "whole"));
    let left: Vec<_> = fs_err::read_dir(desk.path().join("killed/checkpoint"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    // Two epochs and the best, four files each, and nothing that was half-written.
    assert!(left.len() == 8 || left.len() == 12, "{left:?}");
    println!("{KILLS} kills survived, the last of them after epoch {announced}");
}
