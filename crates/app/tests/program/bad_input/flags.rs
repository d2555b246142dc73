//! Invalid arguments.

use super::{Case, case};

pub(super) fn flags() -> Vec<Case> {
    vec![
        case(&["train", "--epochs", "many"], &["--epochs"]),
        case(
            &["train", "--digits", "1"],
            &["--digits", "different digits from 0 to 9, such as 0,1"],
        ),
        case(&["train", "--max-time", "soon"], &["--max-time", "1h 30m"]),
        case(&["train", "--max-time=-5s"], &["--max-time", "1h 30m"]),
        case(
            &["train", "--max-time=0s"],
            &["--max-time", "longer than 0", "1h 30m"],
        ),
        // Flags that the other flag makes meaningless.
        case(&["plot", "data", "--index=3", "--seed=1"], &["--seed"]),
        case(&["plot", "data", "--index=3", "--rows=2"], &["--rows"]),
        case(
            &["plot", "data", "--index=3", "--digits=3,8"],
            &["--digits"],
        ),
        case(
            &["plot", "predictions", "run", "--index=3", "--seed=1"],
            &["--seed"],
        ),
        case(
            &["plot", "predictions", "run", "--errors", "--seed=1"],
            &["--seed"],
        ),
        case(
            &["plot", "predictions", "run", "--uncertain", "--seed=1"],
            &["--seed"],
        ),
        case(
            &["predict", "run", "one.png", "--data=digits"],
            &["--data cannot be used with picture files alone", "--index"],
        )
        .with("one.png", b""),
        case(
            &["predict", "run", "one.png", "--pixel-order=row"],
            &["--pixel-order cannot be used"],
        )
        .with("one.png", b""),
        case(
            &[
                "plot",
                "activations",
                "run",
                "one.png",
                "--pixel-scale=auto",
            ],
            &["--pixel-scale cannot be used"],
        )
        .with("one.png", b""),
        case(
            &["evaluate", "run", "--on=all", "--data=digits"],
            &["--on", "--data"],
        ),
        case(&["train", "--monitor", "f1"], &["--monitor", "val_loss"]),
        // 0, 1 or infinite in f32.
        case(
            &["train", "--learning-rate=1e-50"],
            &["learning_rate", "1e-37"],
        ),
        case(
            &["evaluate", "--threshold", "-0.1"],
            &["expected a probability"],
        ),
        case(&["predict", "--index", "-1"], &["row number"]),
        case(&["train", "--epsilon=1e-46"], &["epsilon", "1e-20"]),
        case(&["train", "--global-clipnorm=1e39"], &["clipnorm", "1e37"]),
        case(&["train", "--class-weight=1e38,1e38"], &["1e-4 to 1e9"]),
        case(
            &["train", "--beta-2=0.99999999999"],
            &["beta_2", "0.9999999"],
        ),
        case(&["train", "--resume", "--fast-dev-run"], &["--resume"]),
        case(&["train", "--tui"], &["--tui needs a terminal"]),
        case(&["evaluate", "run", "--threshold", "1.5"], &["--threshold"]),
        case(&["evaluate", "run", "--checkpoint", "first"], &["best"]),
        case(&["predict", "run"], &["--index"]),
        case(&["predict", "run", "--index", "5000"], &["0 to 4999"]),
        case(
            &["weights", "run", "--values", "layer9"],
            &["layer1.weight"],
        ),
        case(&["--backend", "tpu", "train"], &["ndarray"]),
        case(&["--device", "0", "train"], &["--backend"]),
        case(
            &["--backend", "flex", "--device", "3", "train"],
            &["--device 3"],
        ),
    ]
}
