//! Up to three examples for each command, which its help shows and the end-to-end tests run.

/// The examples of a command, such as `plot data`; those of the program for an empty path.
pub(crate) fn examples(command: &str) -> Option<&'static [&'static str]> {
    let found = EXAMPLES.iter().find(|(name, _)| *name == command);
    found.map(|(_, lines)| *lines)
}

const EXAMPLES: [(&str, &[&str]); 41] = [
    (
        "sweep",
        &[
            "app sweep --vary learning_rate=0.001,0.003 --seeds 0..4",
            "app sweep --resume",
            "app sweep --range-test --output lr.svg",
        ],
    ),
    (
        "serve",
        &[
            "app serve",
            "app serve runs/first runs/second --port 8000",
            "app serve --host 0.0.0.0 --token-file token",
        ],
    ),
    (
        "sweep show",
        &["app sweep show", "app sweep show sweeps/first --csv"],
    ),
    (
        "sweep plot",
        &[
            "app sweep plot",
            "app sweep plot sweeps/first spread --output spread.svg",
        ],
    ),
    (
        "sweep report",
        &[
            "app sweep report",
            "app sweep report sweeps/first --output first.html",
        ],
    ),
    (
        "export",
        &[
            "app export --format onnx",
            "app export runs/first --output first.keras",
            "app export sweeps/first --top 2 --format c --int8",
        ],
    ),
    (
        "import",
        &[
            "app import first.keras",
            "app import first.keras --run-dir runs/imported --digits 0,1",
        ],
    ),
    ("sweep best", &["app sweep best --top 3"]),
    (
        "sweep list",
        &["app sweep list", "app sweep list --state unfinished --json"],
    ),
    (
        "sweep delete",
        &[
            "app sweep delete sweeps/cut --dry-run",
            "app sweep delete sweeps/cut --yes",
        ],
    ),
    (
        "sweep extract",
        &["app sweep extract sweeps/first 1 --run-dir runs/point-1"],
    ),
    (
        "",
        &["app train", "app predict --index 0,500", "app report"],
    ),
    (
        "train",
        &[
            "app train --digits 3,8 --run-dir runs/3-8",
            "app train --epochs 50 --early-stopping-patience 5 --restore-best-weights",
            "app train --resume",
        ],
    ),
    (
        "evaluate",
        &[
            "app evaluate",
            "app evaluate runs/first runs/second --data digits",
            "app evaluate sweeps/first --top 2 --on all",
        ],
    ),
    (
        "predict",
        &[
            "app predict one.png zero.png",
            "app predict runs/first runs/second one.png --json",
            "app predict --index 0,500 --show",
        ],
    ),
    (
        "plot",
        &[
            "app plot history",
            "app plot predictions --errors",
            "app plot data --digits 3,8",
        ],
    ),
    (
        "plot data",
        &[
            "app plot data --digits 3,8",
            "app plot data --index 0,500 --output two.svg",
            "app plot data --augment --rows 4",
        ],
    ),
    (
        "plot predictions",
        &[
            "app plot predictions --errors",
            "app plot predictions runs/first --index 0,500 --output two.svg",
        ],
    ),
    (
        "plot history",
        &[
            "app plot history --terminal",
            "app plot history runs/first runs/second --output compared.png",
        ],
    ),
    (
        "plot evaluation",
        &[
            "app plot evaluation",
            "app plot evaluation runs/first --only roc --output roc.svg",
        ],
    ),
    (
        "plot weights",
        &[
            "app plot weights",
            "app plot weights runs/first --checkpoint best --output best.png",
        ],
    ),
    (
        "plot preparation",
        &[
            "app plot preparation one.png",
            "app plot preparation runs/first one.png zero.png --output preparation.png",
        ],
    ),
    (
        "plot activations",
        &[
            "app plot activations --index 500",
            "app plot activations runs/first one.png --output one.svg",
        ],
    ),
    (
        "plot model",
        &[
            "app plot model",
            "app plot model runs/first --output model.mmd",
        ],
    ),
    (
        "plot embedding",
        &[
            "app plot embedding",
            "app plot embedding runs/first --on all --output all.svg",
        ],
    ),
    (
        "report",
        &[
            "app report",
            "app report runs/first --checkpoint best --output best.html",
        ],
    ),
    ("data", &["app data --digits 0,1", "app data digits --show"]),
    (
        "data fetch",
        &["app data fetch mnist", "app data fetch mnist --to digits"],
    ),
    (
        "data suspects",
        &[
            "app data suspects",
            "app data suspects runs/first --output suspects.txt --plot suspects.png",
            "app train --without suspects.txt",
        ],
    ),
    (
        "runs",
        &[
            "app runs",
            "app runs --sort best --where learning_rate=0.001",
            "app runs --state unfinished --json",
        ],
    ),
    ("runs compare", &["app runs compare runs/first runs/second"]),
    (
        "runs delete",
        &[
            "app runs delete runs/cut --dry-run",
            "app runs delete runs/cut --yes",
        ],
    ),
    (
        "crossval",
        &[
            "app crossval",
            "app crossval --folds 10 --digits 3,8 --sweep-dir sweeps/folds",
        ],
    ),
    ("summary", &["app summary", "app summary runs/first"]),
    (
        "weights",
        &["app weights", "app weights runs/first --values layer1.bias"],
    ),
    ("devices", &["app devices", "app train --backend ndarray"]),
    (
        "benchmark",
        &["app benchmark", "app benchmark runs/first --backend flex"],
    ),
    ("config", &["app config schema"]),
    ("config schema", &["app config schema"]),
    (
        "completions",
        &["app completions bash", "app completions zsh"],
    ),
    (
        "man",
        &["app man", "app man plot data", "app man --output man1"],
    ),
];
