//! Runs that were damaged after the training.

use super::{Case, case, flip};
use crate::app::App;
use crate::damaged::with_checksum;

/// Runs that were damaged after the training.
pub(super) fn runs(app: &App) -> Vec<Case> {
    let file = |name: &str| fs_err::read(app.path().join("run").join(name)).unwrap();
    let config = String::from_utf8(file("config.toml")).unwrap();
    let result = String::from_utf8(file("result.toml")).unwrap();
    let manifest = String::from_utf8(file("checkpoint/epoch-2.toml")).unwrap();
    let (_, state) = manifest.split_once('\n').unwrap();
    let state = state.replace("version = 2", "version = 3");
    let newer = with_checksum(&state);
    let damaged = |name: &'static str, bytes: &[u8], names: &[&'static str]| {
        case(&["evaluate", "bad"], names).with(name, bytes)
    };
    let other =
        |arguments: &[&'static str], name: &'static str, bytes: &[u8], names: &[&'static str]| {
            case(arguments, names).with(name, bytes)
        };
    vec![
        damaged(
            "bad/config.toml",
            b"",
            &["bad/config.toml", "missing field"],
        ),
        damaged(
            "bad/config.toml",
            (config.clone() + "depth = 3\n").as_bytes(),
            &["bad/config.toml", "depth"],
        ),
        damaged(
            "bad/config.toml",
            config
                .replace("batch_size = 32", "batch_size = 0")
                .as_bytes(),
            &["bad/config.toml", "batch_size"],
        ),
        damaged(
            "bad/config.toml",
            config
                .replace("[\n    25,", "[\n    26,")
                .replace("[25, 15]", "[26, 15]")
                .as_bytes(),
            &["bad/model.bpk", "[26, 15]"],
        ),
        damaged("bad/model.bpk", b"", &["bad/model.bpk", "damaged"]),
        damaged(
            "bad/model.bpk",
            &flip(file("model.bpk"), 9000),
            &["bad/model.bpk"],
        ),
        damaged(
            "bad/result.toml",
            b"epochs = 2",
            &["bad/result.toml", "missing"],
        ),
        damaged(
            "bad/result.toml",
            result.replace("epochs = 2", "epochs = \"2\"").as_bytes(),
            &["bad/result.toml", "line 1"],
        ),
        other(
            &["evaluate", "bad", "--checkpoint", "2"],
            "bad/checkpoint/model-2.bpk",
            &flip(file("model.bpk"), 9000),
            &["model-2.bpk", "checksum"],
        ),
        other(
            &["evaluate", "bad", "--checkpoint", "2"],
            "bad/checkpoint/epoch-2.toml",
            newer.as_bytes(),
            &["epoch-2.toml", "expected version 1 or 2, found 3"],
        ),
        other(
            &["runs", "compare", "bad", "run"],
            "bad/history.csv",
            b"epoch,loss\n1,much\n",
            &["bad/history.csv"],
        ),
        case(
            &["evaluate", "bad", "--checkpoint", "7"],
            &["no checkpoint of epoch 7"],
        ),
        case(&["train", "--run-dir", "run"], &["run", "--resume"]),
        case(&["train", "--resume", "run"], &["run", "is finished"]),
        case(&["evaluate", "none"], &["none: no such run"]),
        case(&["evaluate", "bad/checkpoint"], &["not a run directory"]),
        case(&["evaluate"], &["no run in runs/"]),
    ]
}
