//! The fused training step beside Burn's learner, which takes the steps where gradients are clipped.

use crate::desk::{Desk, column, lab, outcome};

/// Clips nothing, and so changes nothing but who takes the steps.
const BY_BURN: [&str; 2] = ["--global-clipnorm", "1e30"];

/// The largest difference of two columns, relative.
fn difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let pairs = a.iter().zip(b);
    pairs
        .map(|(a, b)| (a - b).abs() / b.abs())
        .fold(0.0, f64::max)
}

#[test]
fn both_train_the_same_network_to_rounding() {
    let (desk, lab) = (Desk::new(), lab());
    let weighted = [
        "--class-weight",
        "1,3",
        "--validation-split",
        "0.2",
        "--epochs",
        "5",
    ];
    let scheduled = [
        "--learning-rate-schedule",
        "cosine",
        "--batch-size",
        "1000",
        "--epochs",
        "5",
    ];
    let wide = [
        "--hidden-units",
        "70,33",
        "--batch-size",
        "7",
        "--epochs",
        "1",
    ];
    for (name, arguments) in [
        ("weighted", &weighted[..]),
        ("scheduled", &scheduled),
        ("wide", &wide),
    ] {
        let train = [
            &["train", "--config", &lab, "--run-dir"],
            &[name][..],
            arguments,
        ]
        .concat();
        desk.done(&train);
        let by_burn = format!("{name}-by-burn");
        let mut train = train;
        train[4] = &by_burn;
        desk.done(&[train.as_slice(), &BY_BURN].concat());
        let columns: &[&str] = if name == "weighted" {
            &["loss", "val_loss", "accuracy"]
        } else {
            &["loss", "accuracy"]
        };
        for key in columns {
            let found = difference(&column(&desk, name, key), &column(&desk, &by_burn, key));
            assert!(found < 1e-6, "{name}, {key}: {found}");
        }
        // Not to the bit: otherwise one of them did both.
        assert_ne!(outcome(&desk, name), outcome(&desk, &by_burn), "{name}");
    }
}
