//! The fused training step beside Burn's learner, which takes the steps where gradients are clipped.

use crate::app::{App, column};
use crate::compare::{Within, assert_epochs_agree, outcome};
use crate::fixtures::lab;

/// Clips nothing, and so changes nothing but who takes the steps.
const BY_BURN: [&str; 2] = ["--global-clipnorm", "1e30"];

#[test]
fn both_train_the_same_network_to_rounding() {
    let (app, lab) = (App::new(), lab());
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
        app.on_cpu(&train);
        let by_burn = format!("{name}-by-burn");
        let mut train = train;
        train[4] = &by_burn;
        app.on_cpu(&[train.as_slice(), &BY_BURN].concat());
        let columns: &[&str] = if name == "weighted" {
            &["loss", "val_loss", "accuracy"]
        } else {
            &["loss", "accuracy"]
        };
        for key in columns {
            let [fused, burn] = [name, &by_burn].map(|run| column(&app, run, key));
            let what = format!("{name}, {key}");
            assert_epochs_agree(&what, &fused, &burn, Within::Relative(1e-6));
        }
        // Not to the bit: otherwise one of them did both.
        let [fused, burn] = [name, &by_burn].map(|run| outcome(&app, run));
        assert!(fused.difference(&burn).is_some(), "{name}");
    }
}
