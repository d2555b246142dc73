#!/usr/bin/env python3
"""Compare how long training on the CPU takes with our program and with its peers, and print Markdown tables.

    cargo build --release -p app
    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r benches/requirements.txt
    python3 benches/run.py --python /tmp/peers/bin/python

Each round runs every contender once, each in a new process, one after another. The first round is a warm-up and is not
counted. README.md explains the columns. Needs Linux or macOS and Python; the interpreter of the peers needs NumPy.
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

DATA = ["lab", "mnist-sized", "ten-digits"]
# Data and batch sizes that are measured by default, without --data and --batch-size.
DEFAULT_CASES = [("lab", 32), ("mnist-sized", 32), ("mnist-sized", 1024)]
# Backend and engine. Both backends run the same code with the fused step, so it is measured only once.
OURS = {
    "ours, fused step": ("flex", "fused"),
    "ours, Burn on flex": ("flex", "burn"),
    "ours, Burn on ndarray": ("ndarray", "burn"),
}
# Name, script with its flags, and the modules that the script needs.
PEERS = [
    ("Keras", ["keras_fit.py"], "tensorflow, keras"),
    ("Keras, with checkpoints", ["keras_fit.py", "--checkpoints"], "tensorflow, keras"),
    ("PyTorch", ["pytorch_fit.py"], "torch"),
    ("JAX", ["jax_fit.py", "--reruns", "5"], "jax"),
    ("scikit-learn", ["sklearn_fit.py"], "sklearn"),
]


@dataclasses.dataclass
class Measurement:
    """What one process needed and what it achieved. Times are in seconds; None means not measured."""

    wall: float | None
    cpu: float | None
    peak_bytes: int | None
    fit: float
    steps: float | None
    loss: float
    correct: int
    rows: int
    version: str


def main():
    """Run the benchmark and print or write the tables."""
    arguments = parse()
    machine = measure.describe_machine()
    app = measure.fingerprint(arguments.app)
    contenders = {name: (run_ours, flags) for name, flags in OURS.items()}
    peers, skipped = find_peers(PEERS, arguments, measure.ON_THE_CPU)
    tables = compare_all(contenders | peers, arguments, measure.ON_THE_CPU)
    if measure.fingerprint(arguments.app) != app:
        raise SystemExit(f"{arguments.app} was rebuilt during the benchmark: the results are not valid")
    lines = ["## Training on the CPU", "", *machine, f"- ours: {app}", *skipped, "", *tables]
    measure.publish("training", lines, arguments)


def parse():
    """Parse the command line."""
    parser = measure.parser(__doc__, rounds=5)
    add_fit_arguments(parser, DEFAULT_CASES)
    return measure.parse_arguments(parser)


def add_fit_arguments(parser, default_cases):
    """Add the arguments that select which fits are compared."""
    cases_text = ", ".join(f"{data} at {batch_size}" for data, batch_size in default_cases)
    help_text = f"[default, without --batch-size: {cases_text}]"
    parser.add_argument("--data", nargs="+", choices=DATA, help=help_text)
    parser.add_argument("--batch-size", nargs="+", type=int, help="[default with --data: 32]")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--hidden-units", default="25,15", help="of every contender [default: 25,15]")
    parser.set_defaults(default_cases=default_cases)


def combinations(arguments):
    """Return the requested pairs of data and batch size."""
    if not arguments.data and not arguments.batch_size:
        return arguments.default_cases
    return [(data, size) for data in arguments.data or DATA for size in arguments.batch_size or [32]]


def find_peers(peers, arguments, environment):
    """Return the peers that can run here, as functions by name, and a line for each peer that cannot."""
    found, skipped = {}, []
    for name, (script, *flags), modules in peers:
        python, reason = measure.interpreter_with(modules, arguments.python, environment)
        if python:
            found[name] = (run_peer, [python, measure.HERE / "peers" / script, *flags])
        else:
            skipped.append(f"- skipped: {name} ({reason})")
    return found, skipped


def compare_all(contenders, arguments, environment):
    """Return a Markdown table for each pair of data and batch size, as lines."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for data, batch_size in combinations(arguments):
            rows = pathlib.Path(folder) / data
            reads_rows = data != "lab" or any(run is run_peer for run, _ in contenders.values())
            if reads_rows and not rows.exists():
                rows.mkdir()
                measure.make_rows(arguments, environment, rows, "--data", data)
            results, failures = compare(contenders, arguments, environment, data, rows, batch_size)
            lines += table(results, data, batch_size, arguments)
            lines += [*failures, ""] if failures else []
    return lines


def compare(contenders, arguments, environment, data, rows, batch_size):
    """Return the measurements of each contender, one per counted round, and a line for each contender that failed."""
    results, failures = {name: {} for name in contenders}, []
    for round_number in range(arguments.rounds + 1):
        for name in list(results):
            counted = f"round {round_number} of {arguments.rounds}" if round_number else "warm-up"
            print(f"{data}, batch {batch_size}, {counted}: {name}", file=sys.stderr)
            # The round number is the seed, so every contender has other weights and another order in each round.
            settings = ["--epochs", arguments.epochs, "--batch-size", batch_size, "--seed", round_number]
            settings += ["--hidden-units", arguments.hidden_units]
            run, contender = contenders[name]
            try:
                with tempfile.TemporaryDirectory() as scratch:
                    found = run(contender, environment, data, rows, settings, pathlib.Path(scratch), arguments)
            except measure.Failed as failure:
                print(failure, file=sys.stderr)
                failures.append(f"Failed: {name} ({failure.reason}).")
                del results[name]
                continue
            for suffix, measurement in found.items() if round_number else ():
                results[name].setdefault(name + suffix, []).append(measurement)
    if not results:
        raise SystemExit("every contender failed")
    return {name: runs for found in results.values() for name, runs in found.items()}, failures


def run_ours(flags, environment, data, rows, settings, scratch, arguments):
    """Train with our program, including all the files of a run; return the measurement by name suffix."""
    run = scratch / "run"
    backend, engine = flags
    command = [arguments.app, "--backend", backend, "train", "--engine", engine]
    command += ["--config", measure.LAB, "--run-dir", run, *settings]
    if data == "ten-digits":
        command += ["--digits", "0..9"]
    if data != "lab":  # The lab's rows are compiled in.
        command += ["--data", rows / "X.npy", rows / "y.npy"]
    wall, cpu, peak_bytes, printed = measure.run_process(command, environment, scratch)
    # The first file of a run and the last one.
    begin, end = ((run / name).stat().st_mtime_ns for name in ("config.toml", "result.toml"))
    fit = (end - begin) / 1e9
    found = re.search(r"training +loss ([\d.]+) .* (\d+) of (\d+) (?:right|correct)", printed.replace(",", ""))
    with open(run / "history.csv", newline="") as file:
        steps = sum(float(epoch["seconds"]) for epoch in csv.DictReader(file))
    version = subprocess.run([arguments.app, "--version"], capture_output=True, text=True, check=True).stdout
    loss, correct, count = float(found[1]), int(found[2]), int(found[3])
    return {"": Measurement(wall, cpu, peak_bytes, fit, steps, loss, correct, count, version.strip())}


def run_peer(command, environment, data, rows, settings, scratch, arguments):
    """Train with a peer's script; return the measurements by name suffix.

    A peer that repeated the training with its compiled function gets a second row. The time of these repeated fits is
    subtracted from the first row.
    """
    checkpoint_folder = [scratch] if command[-1] == "--checkpoints" else []
    command = [*command, *checkpoint_folder, "--data", rows, *settings]
    wall, cpu, peak_bytes, printed = measure.run_process(command, environment, scratch)
    line = json.loads(printed.strip().splitlines()[-1])
    reruns = line.get("rerun_seconds", [])
    measurement = Measurement(
        wall=wall - sum(reruns),
        cpu=cpu - line.get("rerun_cpu_seconds", 0.0),
        peak_bytes=peak_bytes,
        fit=line["fit_seconds"],
        # Checkpoints are written between the steps, so the steps cannot be timed separately.
        steps=None if checkpoint_folder else line["fit_seconds"] - line.get("compile_seconds", 0.0),
        loss=line["loss"],
        correct=line["correct"],
        rows=line["rows"],
        version=f"{line['peer']} {line['version']}",
    )
    found = {"": measurement}
    if reruns:
        again = statistics.median(reruns)
        found[", already compiled"] = dataclasses.replace(
            measurement, wall=None, cpu=None, peak_bytes=None, fit=again, steps=again
        )
    return found


def table(results, data, batch_size, arguments):
    """Return one Markdown table as lines."""
    rows = next(iter(results.values()))[0].rows
    steps = math.ceil(rows / batch_size) * arguments.epochs
    head = ["contender", "whole process", "CPU time", "peak memory, MB", "fit", "steps only", "loss", "correct"]
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
            measure.spread([run.correct for run in runs], 0),
        ]
        body.append(cells)
    versions = dict.fromkeys(run.version for runs in results.values() for run in runs)
    return [
        f"### {data}: {rows:,} images, {arguments.hidden_units} hidden units, batch {batch_size}, {arguments.epochs} "
        f"epochs, {steps:,} steps",
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
