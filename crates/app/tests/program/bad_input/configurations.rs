//! Invalid configuration files.

use super::{Case, case};

/// A configuration file with this text.
fn config(text: impl AsRef<[u8]>, names: &[&'static str]) -> Case {
    case(&["train", "--config", "bad.toml"], names).with("bad.toml", text)
}

pub(super) fn configurations() -> Vec<Case> {
    vec![
        config("epochs = ", &["bad.toml", "line 1"]),
        config("epochs", &["bad.toml", "line 1"]),
        config("epochs = \"3\"", &["bad.toml", "expected a whole number"]),
        config("\nepochs = 3.5", &["bad.toml", "line 2"]),
        config("epochs = -1", &["bad.toml", "line 1"]),
        config(
            "epochs = 1000000000000",
            &["epochs: expected a whole number from 1 to 1,000,000, found 1000000000000"],
        ),
        config("epochs = 3\nepochs = 4", &["bad.toml", "duplicate"]),
        config(
            "epohcs = 3",
            &["line 1: epohcs = 3: no such setting; a similar one exists: epochs"],
        ),
        config(
            "[model]\nhidden_units = [25, 15]",
            &["no such setting; configs/default.toml has all"],
        ),
        config("seed = 4294967296", &["bad.toml", "line 1"]),
        config("batch_size = 0", &["batch_size"]),
        config("hidden_units = [25]", &["hidden_units"]),
        config(
            "hidden_units = [65537, 5]",
            &["hidden_units: expected two layers of 1 to 65,536 units, found [65537, 5]"],
        ),
        config("digits = [1, 1]", &["digits"]),
        config("learning_rate = nan", &["learning_rate"]),
        config("learning_rate = inf", &["learning_rate"]),
        config("class_weight = [1]", &["class_weight"]),
        config("clipnorm = 1\nclipvalue = 1", &["clipnorm, clipvalue"]),
        config(
            "plateau_patience = 2\nlearning_rate_schedule = \"cosine\"",
            &["plateau_patience", "already follows a schedule"],
        ),
        config(
            "monitor = \"val_loss\"\nvalidation_split = 0",
            &["monitor", "without validation images"],
        ),
        config(
            "overfit_batches = 1\nfold = [1, 5]",
            &["fold", "set only one"],
        ),
        config("fold = [0, 5]", &["fold"]),
        config("validation_split = 0.9999", &["0.9999", "leaves none"]),
        config([0xff, 0xfe], &["bad.toml", "not UTF-8"]),
        config("epochs = 3\0", &["bad.toml"]),
        config("epochs = ".to_owned() + &"[".repeat(100_000), &["bad.toml"]),
        case(&["train", "--config", "none.toml"], &["none.toml"]),
        case(&["train", "--config", "."], &["."]),
    ]
}
