#!/usr/bin/env python3
"""Compare how long prediction takes our program and its peers, on the CPU, with the same weights and the same rows.

    python3 benches/predict.py --python /tmp/peers/bin/python

Our program trains the lab's recipe and prints the weights; every peer loads them, and its probabilities of the lab's
1,000 rows must be ours. Each round starts every contender once, as a fresh process that warms up by itself.
"""

import dataclasses
import json
import pathlib
import sys
import tempfile

import measure

# Name, script, and the modules without which there is nothing to compare with.
PEERS = [
    ("Keras", "keras_predict.py", "tensorflow, keras"),
    ("onnxruntime", "onnx_predict.py", "onnx, onnxruntime"),
    ("PyTorch", "pytorch_predict.py", "torch"),
]
LARGEST_DIFFERENCE = 1e-5


@dataclasses.dataclass
class Figures:
    """What one process measured of one way to predict; None is not measured."""

    one_image_microseconds: float | None
    rows_per_second: float
    batch_size: int
    difference: float
    version: str


def main():
    """Measure, and print or write the table."""
    arguments = parse()
    machine = measure.describe_machine()
    app = measure.fingerprint(arguments.app)
    results, skipped = {}, []
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        weights, run, expected = trained(arguments, scratch)
        contenders = {f"ours, {name}": (ours, [name, run]) for name in measure.BACKENDS}
        for name, script, modules in PEERS:
            python, reason = measure.interpreter_with(modules, arguments.python, measure.ON_THE_CPU)
            if python:
                command = [python, measure.HERE / "peers" / script, "--weights", weights, "--rows", arguments.rows]
                contenders[name] = (peer, [*command, "--seconds", arguments.seconds])
            else:
                skipped.append(f"- left out: {name} ({reason})")
        for round_number in range(1, arguments.rounds + 1):
            for name, (measured, what) in contenders.items():
                print(f"round {round_number} of {arguments.rounds}: {name}", file=sys.stderr)
                for suffix, figures in measured(what, arguments, scratch, expected).items():
                    results.setdefault(name + suffix, []).append(figures)
    if measure.fingerprint(arguments.app) != app:
        raise SystemExit(f"{arguments.app} was built anew while it was measured: nothing of this counts")
    lines = ["## Prediction on the CPU", "", *machine, f"- ours: {app}", *skipped, "", *table(results, arguments)]
    measure.publish("prediction", lines, arguments)


def parse():
    """Read the command line."""
    parser = measure.parser(__doc__, rounds=3)
    parser.add_argument("--rows", type=int, default=100_000, help="rows that the peers predict in bulk")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a peer predicts single images, each way")
    return measure.parsed(parser)


def trained(arguments, scratch):
    """Train the lab's recipe; return the file of its weights, the run, and our probabilities of the lab's rows."""
    run, weights = scratch / "run", scratch / "weights.json"
    ours = [arguments.app, "--backend", "flex"]
    environment = measure.ON_THE_CPU
    measure.measured([*ours, "train", "--config", measure.LAB, "--run-dir", run], environment, scratch)
    weights.write_text(measure.measured([*ours, "weights", run, "--json"], environment, scratch)[-1])
    index = ",".join(str(row) for row in range(1000))
    answers = measure.measured([*ours, "predict", run, "--index", index, "--json"], environment, scratch)[-1]
    return weights, run, [json.loads(line)["probability"] for line in answers.splitlines()]


def ours(what, arguments, scratch, expected):
    """Return what our program measures of itself, by what is added to the name."""
    backend, run = what
    command = [arguments.app, "--backend", backend, "benchmark", run, "--json"]
    line = json.loads(measure.measured(command, measure.ON_THE_CPU, scratch)[-1])
    found = line["prediction"]
    version = f"app {line['version']}"
    rate = found["images_per_second"]
    # What is predicted here is what the peers are held against: no difference is known.
    return {f" ({found['path']})": Figures(found["one_image_microseconds"], rate, found["images"], None, version)}


def peer(command, arguments, scratch, expected):
    """Return what a peer measured of each way to predict, at its best batch size, by what is added to the name."""
    printed = measure.measured(command, measure.ON_THE_CPU, scratch)[-1]
    line = json.loads(printed.strip().splitlines()[-1])
    figures = {}
    for way in line["ways"]:
        name = f"{line['peer']}, {way['way']}"
        pairs = zip(way["probabilities"], expected, strict=True)
        difference = max(abs(theirs - ours) for theirs, ours in pairs)
        if not difference <= LARGEST_DIFFERENCE:
            raise SystemExit(f"{name} computes another network: probabilities differ by {difference:.2g}")
        best = max(way["bulk"], key=lambda bulk: bulk["rows_per_second"])
        version = f"{line['peer']} {line['version']}"
        one, rate, size = way["one_image_microseconds"], best["rows_per_second"], best["batch_size"]
        figures[f", {way['way']}"] = Figures(one, rate, size, difference, version)
    return figures


def table(results, arguments):
    """Return the table in Markdown, as lines."""
    head = ["contender", "one image, µs", "thousand rows per second", "batch", "largest difference"]
    body = []
    for name, runs in results.items():
        differences = [run.difference for run in runs]
        cells = [
            name,
            measure.spread([run.one_image_microseconds for run in runs], 1),
            measure.spread([run.rows_per_second / 1e3 for run in runs], 0),
            # The best one need not be the same in every round.
            ", ".join(f"{size:,}" for size in dict.fromkeys(run.batch_size for run in runs)),
            "" if None in differences else f"{max(differences):.0e}",
        ]
        body.append(cells)
    versions = dict.fromkeys(run.version for runs in results.values() for run in runs)
    return [
        f"Median of {arguments.rounds} rounds (smallest to largest). In bulk a peer predicts {arguments.rows:,} rows, "
        "by its best batch size; ours as many as the batch says, at once. Largest difference from our probabilities of "
        "the lab's 1,000 rows.",
        "",
        *measure.table(head, body),
        "",
        f"Versions: {'; '.join(versions)}.",
    ]


if __name__ == "__main__":
    main()
