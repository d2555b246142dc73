//! Damaged checkpoints and histories: they are reported, and the last intact checkpoint is used.

use sha2::{Digest, Sha256};

use crate::app::{App, rewind};
use crate::compare::{assert_same_outcome, outcome};

fn sha256(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    let digits = sum.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}

/// A checkpoint's manifest with this state of the run.
pub(crate) fn with_checksum(state: &str) -> String {
    format!("sha256 = \"{}\"\n{state}", sha256(state.as_bytes()))
}

type Damage = fn(&mut Vec<u8>);

#[expect(clippy::ptr_arg, reason = "a `Damage`")]
fn flip(bytes: &mut Vec<u8>) {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
}

fn cut(bytes: &mut Vec<u8>) {
    bytes.truncate(bytes.len() / 3);
}

fn damage(app: &App, file: &str, damage: Damage) {
    let path = app.path().join(file);
    let mut bytes = fs_err::read(&path).unwrap();
    damage(&mut bytes);
    fs_err::write(&path, bytes).unwrap();
}

#[test]
fn a_damaged_checkpoint_is_named_and_the_one_before_is_used() {
    let app = App::trained(&["--epochs=5", "--keep-last=9"]);
    let undamaged = outcome(&app, "run");
    for file in [
        "model-4.bpk",
        "optim-4.bpk",
        "scheduler-4.bpk",
        "epoch-4.toml",
    ] {
        let path = format!("run/checkpoint/{file}");
        for how in [flip, cut, Vec::clear as Damage] {
            rewind(&app, "run", 4);
            damage(&app, &path, how);
            let output = app.on_cpu(&["train", "--resume", "run"]);
            let warning = output
                .stderr
                .lines()
                .find(|line| line.starts_with("warning: "));
            let names_it = warning.is_some_and(|line| line.contains(file));
            assert!(names_it, "{file}: {}", output.shown());
            output.stderr_has("using the checkpoint of epoch 3");
            assert_same_outcome(&outcome(&app, "run"), &undamaged);
        }
        // A missing one is no checkpoint.
        rewind(&app, "run", 4);
        fs_err::remove_file(app.path().join(&path)).unwrap();
        app.on_cpu(&["train", "--resume", "run"])
            .stderr_has("resumed from epoch 3");
        assert_same_outcome(&outcome(&app, "run"), &undamaged);
    }
}

#[test]
fn a_damaged_network_is_named_and_its_checkpoint_can_be_used() {
    let app = App::trained(&["--epochs=2"]);
    damage(&app, "run/model.bpk", flip);
    app.refused(&["evaluate", "run"], &["model.bpk", "--checkpoint 2"]);
    app.on_cpu(&["evaluate", "run", "--checkpoint", "2"]);
}

#[test]
fn a_run_without_an_intact_checkpoint_is_one_error() {
    let app = App::trained(&["--epochs=2", "--keep-last=9"]);
    rewind(&app, "run", 1);
    for epoch in 0..=1 {
        damage(
            &app,
            &format!("run/checkpoint/epoch-{epoch}.toml"),
            Vec::clear,
        );
    }
    app.refused(
        &["train", "--resume", "run"],
        &["every checkpoint is damaged"],
    );
}

/// Burn's learner silently accepts an empty record, and restarts Adam or the schedule.
#[test]
fn a_record_that_is_empty_after_the_first_epoch_is_damaged_though_its_checksum_matches() {
    let app = App::trained(&["--epochs=3", "--keep-last=9"]);
    let undamaged = outcome(&app, "run");
    let checkpoint = app.path().join("run/checkpoint");
    for record in ["optim", "scheduler"] {
        rewind(&app, "run", 2);
        let path = checkpoint.join(format!("{record}-2.bpk"));
        let full = fs_err::read(&path).unwrap();
        // Before the first step, Adam has no state.
        let empty = fs_err::read(checkpoint.join("optim-0.bpk")).unwrap();
        fs_err::write(&path, &empty).unwrap();
        let manifest = checkpoint.join("epoch-2.toml");
        let state = fs_err::read_to_string(&manifest).unwrap();
        let (_, state) = state.split_once('\n').unwrap();
        assert!(state.contains(&sha256(&full)));
        let state = state.replace(&sha256(&full), &sha256(&empty));
        fs_err::write(&manifest, with_checksum(&state)).unwrap();

        let output = app.on_cpu(&["train", "--resume", "run"]);
        let warning = output
            .stderr
            .lines()
            .find(|line| line.starts_with("warning: "));
        let names = [record, "-2.bpk is damaged"].concat();
        let names_it = warning.is_some_and(|line| line.contains(&names));
        assert!(names_it, "{}", output.shown());
        output.stderr_has("using the checkpoint of epoch 1");
        assert_same_outcome(&outcome(&app, "run"), &undamaged);
    }
}

#[test]
fn a_history_line_lost_in_a_power_failure_is_restored_from_the_checkpoint() {
    let app = App::trained(&["--epochs=4", "--keep-last=9"]);
    let undamaged = outcome(&app, "run");
    rewind(&app, "run", 3);
    let history = app.file("run/history.csv");
    let lines: Vec<&str> = history.lines().take(3).collect();
    let torn = lines.join("\n") + "\n3,0.12";
    fs_err::write(app.path().join("run/history.csv"), torn).unwrap();
    app.on_cpu(&["train", "--resume", "run"])
        .stderr_has("resumed from epoch 3");
    assert_same_outcome(&outcome(&app, "run"), &undamaged);
}
