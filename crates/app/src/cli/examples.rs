//! Three examples for each command, which its help shows and the end-to-end tests run.

/// The examples of a command, such as `plot data`; those of the program for an empty path.
pub(crate) fn examples(command: &str) -> Option<[&'static str; 3]> {
    let found = EXAMPLES.iter().find(|(name, _)| *name == command);
    found.map(|(_, lines)| *lines)
}

const EXAMPLES: [(&str, [&str; 3]); 21] = [
    ("", ["app train", "app predict --index 0,500", "app report"]),
    (
        "train",
        [
            "app train --digits 3,8 --run-dir runs/3-8",
            "app train --epochs 50 --early-stopping-patience 5 --restore-best-weights",
            "app train --resume",
        ],
    ),
    (
        "evaluate",
        [
            "app evaluate",
            "app evaluate runs/first --checkpoint best",
            "app evaluate runs/first --json --data digits",
        ],
    ),
    (
        "predict",
        [
            "app predict --index 0,500",
            "app predict runs/first one.png zero.png",
            "app predict runs/first --checkpoint best --json one.png",
        ],
    ),
    (
        "plot",
        [
            "app plot data --rows 3",
            "app plot history",
            "app plot predictions runs/first --errors --output errors.png",
        ],
    ),
    (
        "plot data",
        [
            "app plot data",
            "app plot data --digits 3,8 --rows 3 --cols 12 --output grid.svg",
            "app plot data --index 0,500",
        ],
    ),
    (
        "plot predictions",
        [
            "app plot predictions",
            "app plot predictions runs/first --errors --output errors.png",
            "app plot predictions runs/first --index 0,500 --output two.svg",
        ],
    ),
    (
        "plot history",
        [
            "app plot history",
            "app plot history runs/first runs/second --output compared.png",
            "app plot history --terminal",
        ],
    ),
    (
        "plot evaluation",
        [
            "app plot evaluation",
            "app plot evaluation runs/first --only roc --output roc.svg",
            "app plot evaluation runs/first --threshold 0.7",
        ],
    ),
    (
        "plot weights",
        [
            "app plot weights",
            "app plot weights runs/first --checkpoint best",
            "app plot weights runs/first --output weights.png",
        ],
    ),
    (
        "plot activations",
        [
            "app plot activations --index 500",
            "app plot activations runs/first one.png",
            "app plot activations runs/first one.png --output one.svg",
        ],
    ),
    (
        "plot model",
        [
            "app plot model",
            "app plot model runs/first --output model.mmd",
            "app plot model runs/first --output model.dot",
        ],
    ),
    (
        "plot embedding",
        [
            "app plot embedding",
            "app plot embedding runs/first --data digits",
            "app plot embedding runs/first --output embedding.svg",
        ],
    ),
    (
        "report",
        [
            "app report",
            "app report runs/first --checkpoint best",
            "app report runs/first --output first.html",
        ],
    ),
    (
        "data",
        [
            "app data --digits 0,1",
            "app data --index 0,500 --show",
            "app data --json --data digits",
        ],
    ),
    (
        "runs",
        [
            "app runs",
            "app runs --json",
            "app runs compare runs/first runs/second",
        ],
    ),
    (
        "runs compare",
        [
            "app runs compare runs/first runs/second",
            "app runs compare runs/first runs/3-8",
            "app runs compare runs/3-8 runs/second",
        ],
    ),
    (
        "crossval",
        [
            "app crossval",
            "app crossval --folds 10 --digits 3,8 --epochs 5",
            "app crossval --json --run-dir runs/folds",
        ],
    ),
    (
        "summary",
        [
            "app summary",
            "app summary runs/first",
            "app summary runs/3-8",
        ],
    ),
    (
        "weights",
        [
            "app weights",
            "app weights runs/first --values layer1.bias",
            "app weights runs/first --checkpoint best --json",
        ],
    ),
    (
        "benchmark",
        [
            "app benchmark",
            "app benchmark runs/first",
            "app benchmark --json --backend flex",
        ],
    ),
];
