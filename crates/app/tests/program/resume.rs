//! Runs that go on: interrupted, extended, damaged, or with something changed.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::desk::{Desk, lab, outcome, unfinish};

#[test]
fn a_run_repeats_bit_for_bit_and_so_does_one_that_was_resumed() {
    let desk = Desk::new();
    // Everything that has a state of its own is on.
    let settings = [
        "--epochs=8",
        "--keep-last=100",
        "--warmup-steps=30",
        "--class-weight=1,2",
        "--plateau-patience=1",
        "--plateau-min-delta=0.1",
        "--plateau-factor=0.5",
        "--early-stopping-patience=5",
        "--restore-best-weights",
    ];
    // Where gradients are clipped Burn's learner takes the steps, elsewhere the fused step.
    let clipping = ["--global-clipnorm=0.02"];
    for (backend, steps) in [
        ("ndarray", &[][..]),
        ("ndarray", &clipping),
        ("flex", &[]),
        ("flex", &clipping),
    ] {
        let run = |name: &str| {
            let name = format!("{backend}-{}-{name}", steps.len());
            let train = ["--backend", backend, "train", "--run-dir", &name];
            let said = desk.run(&[train.as_slice(), &settings, steps].concat());
            assert_eq!(said.code, Some(0), "{}", said.err);
            name
        };
        let (whole, again, resumed) = (run("whole"), run("again"), run("resumed"));
        assert_eq!(outcome(&desk, &whole), outcome(&desk, &again));
        for epoch in [6, 3, 0] {
            unfinish(&desk, &resumed, epoch);
            // The backend is that of the run, unless another is named.
            let said = desk.run(&["train", "--resume", &resumed]);
            assert_eq!(said.code, Some(0), "{}", said.err);
            let from = format!("going on after epoch {epoch}");
            assert!(said.err.contains(&from), "{}", said.err);
            let on = format!("training on {backend} (CPU)");
            assert!(said.err.contains(&on), "{}", said.err);
            assert_eq!(outcome(&desk, &whole), outcome(&desk, &resumed));
        }
    }
}

#[test]
fn the_newest_unfinished_run_is_resumed_and_a_finished_one_is_extended() {
    let desk = Desk::new();
    desk.refused(&["train", "--resume"], &["no unfinished run"]);
    desk.done(&[
        "train",
        "--epochs",
        "6",
        "--keep-last",
        "9",
        "--run-dir",
        "runs/long",
    ]);
    desk.done(&[
        "train",
        "--epochs",
        "3",
        "--keep-last",
        "9",
        "--run-dir",
        "runs/short",
    ]);
    desk.done(&["train", "--epochs", "1", "--run-dir", "runs/other"]);
    desk.refused(&["train", "--resume"], &["no unfinished run"]);
    desk.refused(
        &["train", "--resume", "runs/short"],
        &["is finished", "more --epochs"],
    );
    desk.refused(
        &["train", "--resume", "runs/short", "--epochs", "2"],
        &["epochs: 3 are done already"],
    );
    // Extended, it is the longer run.
    desk.done(&["train", "--resume", "runs/short", "--epochs", "6"]);
    assert_eq!(outcome(&desk, "runs/short"), outcome(&desk, "runs/long"));

    unfinish(&desk, "runs/short", 4);
    let said = desk.done(&["train", "--resume"]);
    assert!(said.err.contains("run runs/short"), "{}", said.err);
    assert_eq!(outcome(&desk, "runs/short"), outcome(&desk, "runs/long"));
}

#[test]
fn a_changed_configuration_or_other_data_are_refused_with_the_keys() {
    let desk = Desk::new();
    let (x, y) = (desk.path().join("a-images"), desk.path().join("a-labels"));
    idx(&x, &y, 9);
    let data = ["--data", x.to_str().unwrap(), y.to_str().unwrap()];
    let train = [
        "train",
        "--epochs",
        "3",
        "--keep-last",
        "9",
        "--run-dir",
        "run",
    ];
    desk.done(&[train.as_slice(), &data].concat());
    unfinish(&desk, "run", 1);
    desk.refused(
        &[
            "train",
            "--resume",
            "run",
            "--seed",
            "1",
            "--batch-size",
            "8",
        ],
        &[
            "seed (was 0, is 1)",
            "batch_size (was 32, is 8)",
            "may change: epochs",
        ],
    );
    desk.refused(
        &["train", "--resume", "run", "--config", &lab()],
        &["validation_split (was 0.2, is 0.0)"],
    );
    // By hand, too.
    let config = desk.file("run/config.toml");
    let path = desk.path().join("run/config.toml");
    fs_err::write(
        &path,
        config.replace("learning_rate = 0.001", "learning_rate = 0.1"),
    )
    .unwrap();
    desk.refused(
        &["train", "--resume", "run"],
        &["learning_rate (was 0.001, is 0.1)"],
    );
    fs_err::write(&path, &config).unwrap();

    idx(&x, &y, 8);
    desk.refused(
        &["train", "--resume", "run"],
        &["not those that the run was trained on"],
    );
    idx(&x, &y, 9);
    desk.done(&["train", "--resume", "run", "--keep-every", "2"]);
}

/// Twenty images of each digit 0 and 1 in MNIST's format, each pixel of brightness `ink` or more.
fn idx(images: &PathBuf, labels: &PathBuf, ink: u8) {
    let header = |magic: u8, sizes: &[u32]| {
        let mut bytes = vec![0, 0, 8, magic];
        bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
        bytes
    };
    let pixels = (0..40_u8).flat_map(|image| vec![ink + image; 400]);
    let pixels = pixels.collect::<Vec<u8>>();
    fs_err::write(images, [header(3, &[40, 20, 20]), pixels].concat()).unwrap();
    let digits: Vec<u8> = (0..40).map(|image| image % 2).collect();
    fs_err::write(labels, [header(1, &[40]), digits].concat()).unwrap();
}

#[test]
fn a_damaged_checkpoint_is_named_and_the_one_before_is_used() {
    let desk = Desk::new();
    let run = |name: &str| {
        let train = [
            "train",
            "--epochs",
            "5",
            "--keep-last",
            "9",
            "--run-dir",
            name,
        ];
        desk.done(&train);
    };
    run("whole");
    let flip = |bytes: &mut Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    };
    let cut = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 3);
    let damages: [fn(&mut Vec<u8>); 3] = [flip, cut, Vec::clear];
    let files = [
        "model-4.bpk",
        "optim-4.bpk",
        "scheduler-4.bpk",
        "epoch-4.toml",
    ];
    run("damaged");
    for file in files {
        for damage in damages {
            unfinish(&desk, "damaged", 4);
            let path = desk.path().join("damaged/checkpoint").join(file);
            let mut bytes = fs_err::read(&path).unwrap();
            damage(&mut bytes);
            fs_err::write(&path, bytes).unwrap();
            let said = desk.done(&["train", "--resume", "damaged"]);
            let warning = said.err.lines().find(|line| line.starts_with("warning: "));
            assert!(
                warning.is_some_and(|line| line.contains(file)),
                "{}",
                said.err
            );
            assert!(
                said.err.contains("using the checkpoint of epoch 3"),
                "{}",
                said.err
            );
            assert_eq!(outcome(&desk, "damaged"), outcome(&desk, "whole"));
        }
        // One that is gone is no checkpoint.
        unfinish(&desk, "damaged", 4);
        fs_err::remove_file(desk.path().join("damaged/checkpoint").join(file)).unwrap();
        let said = desk.done(&["train", "--resume", "damaged"]);
        assert!(said.err.contains("going on after epoch 3"), "{}", said.err);
        assert_eq!(outcome(&desk, "damaged"), outcome(&desk, "whole"));
    }
    // The trained network has a checksum too.
    let path = desk.path().join("damaged/model.bpk");
    let mut bytes = fs_err::read(&path).unwrap();
    flip(&mut bytes);
    fs_err::write(&path, bytes).unwrap();
    desk.refused(&["evaluate", "damaged"], &["model.bpk", "--checkpoint 5"]);
    desk.done(&["evaluate", "damaged", "--checkpoint", "5"]);
    // With nothing whole left there is one error.
    for epoch in 0..=5 {
        let seal = format!("damaged/checkpoint/epoch-{epoch}.toml");
        fs_err::write(desk.path().join(seal), b"").unwrap();
    }
    fs_err::remove_file(desk.path().join("damaged/result.toml")).unwrap();
    desk.refused(
        &["train", "--resume", "damaged"],
        &["every checkpoint is damaged"],
    );
}

/// Burn's learner takes an empty record without a word, and starts Adam or the schedule anew.
#[test]
fn a_record_that_is_empty_after_the_first_epoch_is_damaged_though_its_checksum_matches() {
    let desk = Desk::new();
    for run in ["whole", "emptied"] {
        let train = ["train", "--epochs", "3", "--keep-last", "9"];
        desk.done(&[train.as_slice(), &["--run-dir", run]].concat());
    }
    let sum = |bytes: &[u8]| {
        let sum = Sha256::digest(bytes);
        let digits = sum.iter().map(|byte| format!("{byte:02x}"));
        digits.collect::<Vec<_>>().concat()
    };
    let checkpoint = desk.path().join("emptied/checkpoint");
    for record in ["optim", "scheduler"] {
        unfinish(&desk, "emptied", 2);
        let path = checkpoint.join(format!("{record}-2.bpk"));
        let full = fs_err::read(&path).unwrap();
        // Before the first step Adam remembers nothing.
        let empty = fs_err::read(checkpoint.join("optim-0.bpk")).unwrap();
        fs_err::write(&path, &empty).unwrap();
        let seal = checkpoint.join("epoch-2.toml");
        let state = fs_err::read_to_string(&seal).unwrap();
        let (_, state) = state.split_once('\n').unwrap();
        assert!(state.contains(&sum(&full)));
        let state = state.replace(&sum(&full), &sum(&empty));
        let sealed = format!("sha256 = \"{}\"\n{state}", sum(state.as_bytes()));
        fs_err::write(&seal, sealed).unwrap();

        let said = desk.done(&["train", "--resume", "emptied"]);
        let warning = said.err.lines().find(|line| line.starts_with("warning: "));
        let warning = warning.unwrap_or_else(|| panic!("{}", said.err));
        let names = [record, "-2.bpk: is damaged"].concat();
        assert!(warning.contains(&names), "{warning}");
        let from = "using the checkpoint of epoch 1";
        assert!(said.err.contains(from), "{}", said.err);
        assert_eq!(outcome(&desk, "emptied"), outcome(&desk, "whole"));
    }
}

#[test]
fn figures_lost_in_a_power_cut_come_back_from_the_checkpoint() {
    let desk = Desk::new();
    for run in ["whole", "cut"] {
        desk.done(&[
            "train",
            "--epochs",
            "4",
            "--keep-last",
            "9",
            "--run-dir",
            run,
        ]);
    }
    unfinish(&desk, "cut", 3);
    let history = desk.file("cut/history.csv");
    let lines: Vec<&str> = history.lines().take(3).collect();
    let torn = lines.join("\n") + "\n3,0.12";
    fs_err::write(desk.path().join("cut/history.csv"), torn).unwrap();
    let said = desk.done(&["train", "--resume", "cut"]);
    assert!(said.err.contains("going on after epoch 3"), "{}", said.err);
    assert_eq!(outcome(&desk, "cut"), outcome(&desk, "whole"));
}
