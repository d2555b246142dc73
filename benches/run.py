#!/usr/bin/env python3
"""Compare how long training takes our program and its peers, on the CPU, and print tables in Markdown.

    cargo build --release -p app
    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r benches/requirements.txt
    python3 benches/run.py --python /tmp/peers/bin/python

Each round starts every contender once, as a fresh process, one after another; a first round is not counted. README.md
says what the columns mean. Needs Linux or macOS and nothing but Python; the peers' own interpreter needs NumPy.
"""

import csv
import dataclasses
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import measure

DATA = ["lab", "mnist-sized"]
# What is measured unless --data or --batch-size say otherwise.
USUAL = [("lab", 32), ("mnist-sized", 32), ("mnist-sized", 1024)]
# Backend and engine. With the fused step the backends run the same code, so it is measured once.
OURS = {
    "ours, fused step": ("flex", "fused"),
    "ours, Burn on flex": ("flex", "burn"),
    "ours, Burn on ndarray": ("ndarray", "burn"),
}
KEPT = "Keras, checkpoints kept"
# Name, script and flags, and the modules without which there is nothing to compare with.
PEERS = [
    ("Keras", ["keras_fit.py"], "tensorflow, keras"),
    (KEPT, ["keras_fit.py", "--keep"], "tensorflow, keras"),
    ("PyTorch", ["pytorch_fit.py"], "torch"),
    ("JAX", ["jax_fit.py", "--reruns", "5"], "jax"),
    ("scikit-learn", ["sklearn_fit.py"], "sklearn"),
]


@dataclasses.dataclass
class Figures:
    """What one process was measured to need and reached. Times are in seconds; None is not measured."""

    wall: float | None
    cpu: float | None
    peak_bytes: int | None
    fit: float
    steps: float | None
    loss: float
    right: int
    rows: int
    version: str


def main():
    """Measure, and print or write the tables."""
    arguments = parse()
    machine = measure.describe_machine()
    app = measure.fingerprint(arguments.app)
    contenders = {name: (run_ours, flags) for name, flags in OURS.items()}
    peers, skipped = find_peers(PEERS, arguments, measure.ON_THE_CPU)
    tables = compare_all(contenders | peers, arguments, measure.ON_THE_CPU)
    if measure.fingerprint(arguments.app) != app:
        raise SystemExit(f"{arguments.app} was built anew while it was measured: nothing of this counts")
    lines = ["## Training on the CPU", "", *machine, f"- ours: {app}", *skipped, "", *tables]
    measure.publish("training", lines, arguments)


def parse():
    """Read the command line."""
    parser = measure.parser(__doc__, rounds=5)
    add_fit_arguments(parser, USUAL)
    return measure.parsed(parser)


def add_fit_arguments(parser, usual):
    """Add the arguments that say which fits are compared."""
    usual_text = ", ".join(f"{data} at {batch_size}" for data, batch_size in usual)
    help_text = f"[default, if --batch-size is not given either: {usual_text}]"
    parser.add_argument("--data", nargs="+", choices=DATA, help=help_text)
    parser.add_argument("--batch-size", nargs="+", type=int, help="[default with --data: 32]")
    parser.add_argument("--epochs", type=int, default=20)
    parser.set_defaults(usual=usual)


def combinations(arguments):
    """Return the pairs of data and batch size that were asked for."""
    if not arguments.data and not arguments.batch_size:
        return arguments.usual
    return [(data, size) for data in arguments.data or DATA for size in arguments.batch_size or [32]]


def find_peers(peers, arguments, environment):
    """Return the peers that can be run here, as functions by name, and a line for each that cannot."""
    found, skipped = {}, []
    for name, (script, *flags), modules in peers:
        python, reason = measure.interpreter_with(modules, arguments.python, environment)
        if python:
            found[name] = (run_peer, [python, measure.HERE / "peers" / script, *flags])
        else:
            skipped.append(f"- left out: {name} ({reason})")
    return found, skipped


def compare_all(contenders, arguments, environment):
    """Return a table for each pair of data and batch size, as lines."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for data, batch_size in combinations(arguments):
            rows = pathlib.Path(folder) / data
            is_read = data != "lab" or any(run is run_peer for run, _ in contenders.values())
            if is_read and not rows.exists():
                rows.mkdir()
                measure.make_rows(arguments, environment, rows, "--data", data)
            results, failures = compare(contenders, arguments, environment, data, rows, batch_size)
            lines += table(results, data, batch_size, arguments)
            lines += [*failures, ""] if failures else []
    return lines


def compare(contenders, arguments, environment, data, rows, batch_size):
    """Return the figures of each contender, one for each counted round, and why others have none."""
    results, failures = {name: {} for name in contenders}, []
    for round_number in range(arguments.rounds + 1):
        for name in list(results):
            counted = f"round {round_number} of {arguments.rounds}" if round_number else "not counted"
            print(f"{data}, batch {batch_size}, {counted}: {name}", file=sys.stderr)
            # The round is the seed: weights and order differ from round to round in every contender.
            settings = ["--epochs", arguments.epochs, "--batch-size", batch_size, "--seed", round_number]
            run, what = contenders[name]
            try:
                with tempfile.TemporaryDirectory() as scratch:
                    found = run(what, environment, data, rows, settings, pathlib.Path(scratch), arguments)
            except measure.Failed as failure:
                print(failure, file=sys.stderr)
                failures.append(f"Failed: {name} ({failure.reason}).")
                del results[name]
                continue
            for suffix, figures in found.items() if round_number else ():
                results[name].setdefault(name + suffix, []).append(figures)
    if not results:
        raise SystemExit("every contender failed")
    return {name: runs for found in results.values() for name, runs in found.items()}, failures


def run_ours(flags, environment, data, rows, settings, scratch, arguments):
    """Train with our program, with all that it keeps of a run; return the figures, by what is added to the name."""
    run = scratch / "run"
    backend, engine = flags
    command = [arguments.app, "--backend", backend, "train", "--engine", engine]
    command += ["--config", measure.LAB, "--run-dir", run, *settings]
    if data != "lab":  # The lab's rows are compiled in.
        command += ["--data", rows / "X.npy", rows / "y.npy"]
    wall, cpu, peak_bytes, printed = measure.measured(command, environment, scratch)
    fit = float(re.search(r"in ([\d.]+) s on ", printed)[1])
    found = re.search(r"training +loss ([\d.]+) .* (\d+) of (\d+) (?:right|correct)", printed)
    with open(run / "history.csv", newline="") as file:
        steps = sum(float(epoch["seconds"]) for epoch in csv.DictReader(file))
    version = subprocess.run([arguments.app, "--version"], capture_output=True, text=True, check=True).stdout
    loss, right, count = float(found[1]), int(found[2]), int(found[3])
    return {"": Figures(wall, cpu, peak_bytes, fit, steps, loss, right, count, version.strip())}


def run_peer(command, environment, data, rows, settings, scratch, arguments):
    """Train with a peer's script; return the figures, by what is added to the name.

    A peer that trained again with what it had compiled has a second line. What that took is no part of the first.
    """
    keep = [scratch] if command[-1] == "--keep" else []
    command = [*command, *keep, "--data", rows, *settings]
    wall, cpu, peak_bytes, printed = measure.measured(command, environment, scratch)
    line = json.loads(printed.strip().splitlines()[-1])
    reruns = line.get("rerun_seconds", [])
    figures = Figures(
        wall=wall - sum(reruns),
        cpu=cpu - line.get("rerun_cpu_seconds", 0.0),
        peak_bytes=peak_bytes,
        fit=line["fit_seconds"],
        # What is kept is written between the steps: there is no telling them apart.
        steps=None if keep else line["fit_seconds"] - line.get("compile_seconds", 0.0),
        loss=line["loss"],
        right=line["right"],
        rows=line["rows"],
        version=f"{line['peer']} {line['version']}",
    )
    found = {"": figures}
    if reruns:
        again = statistics.median(reruns)
        found[", compiled before"] = dataclasses.replace(
            figures, wall=None, cpu=None, peak_bytes=None, fit=again, steps=again
        )
    return found


def table(results, data, batch_size, arguments):
    """Return one table in Markdown, as lines."""
    rows = next(iter(results.values()))[0].rows
    steps = math.ceil(rows / batch_size) * arguments.epochs
    head = ["contender", "whole process", "CPU time", "peak memory, MB", "fit", "steps alone", "loss", "right"]
    body = []
    for name, runs in results.items():
        peaks = [run.peak_bytes and run.peak_bytes / 1e6 for run in runs]
        cells = [
            name,
            measure.times([run.wall for run in runs]),
            measure.times([run.cpu for run in runs]),
            measure.spread(peaks, 0),
            measure.times([run.fit for run in runs]),
            measure.times([run.steps for run in runs]),
            measure.spread([run.loss for run in runs], 4),
            measure.spread([run.right for run in runs], 0),
        ]
        body.append(cells)
    versions = dict.fromkeys(run.version for runs in results.values() for run in runs)
    return [
        f"### {data}: {rows:,} images, batch {batch_size}, {arguments.epochs} epochs, {steps:,} steps",
        "",
        f"Median of {arguments.rounds} rounds (smallest to largest); times in seconds.",
        "",
        *measure.table(head, body),
        "",
        f"Versions: {'; '.join(versions)}.",
        "",
    ]


if __name__ == "__main__":
    main()
