//! A run that is killed with SIGKILL again and again loses no epoch that it had announced.

use std::process::Stdio;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::desk::{Desk, Said, outcome};

const KILLS: usize = 100;
/// More than any machine trains between the kills.
const NEVER: &str = "1000000";

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
    let train = ["--backend", "ndarray", "train"];
    let settings = [
        "--learning-rate-schedule=cosine",
        "--decay-steps=20000",
        "--early-stopping-patience=1000000",
    ];
    let fresh = |run, epochs| {
        let rest = ["--run-dir", run, "--epochs", epochs];
        [train.as_slice(), &settings, &rest].concat()
    };

    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut announced = 0;
    for kill in 0..KILLS {
        let is_begun = desk.path().join("killed/config.toml").exists();
        let resume = ["--backend", "ndarray", "train", "--resume", "killed"];
        let arguments = if is_begun {
            resume.to_vec()
        } else {
            fresh("killed", NEVER)
        };
        let mut command = desk.command(&arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        std::thread::sleep(Duration::from_micros(
            u64::from(random.next_u32()) % 300_000,
        ));
        child.kill().unwrap(); // SIGKILL on Unix.
        let said = Said::from(child.wait_with_output().unwrap());
        assert_eq!(said.code, None, "kill {kill}: {}", said.err);
        assert!(!said.err.contains("warning"), "kill {kill}: {}", said.err);
        let (from, last) = epochs_in(&said);
        if last.is_some() || from > 0 {
            // All that had been announced before is still there.
            assert!(from >= announced, "kill {kill}: {from} after {announced}");
        }
        announced = announced.max(last.unwrap_or(from));
    }
    let epochs = (announced + 5).to_string();
    desk.done(&fresh("whole", &epochs)[2..]);
    let resume = [
        "--backend",
        "ndarray",
        "train",
        "--resume",
        "killed",
        "--epochs",
    ];
    let said = desk.run(&[resume.as_slice(), &[&epochs]].concat());
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
