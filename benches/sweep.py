#!/usr/bin/env python3
"""Measure how long many networks take to train on the CPU, with our program and with what a user would take instead.

    python3 benches/sweep.py --python /tmp/peers/bin/python

All networks have the same settings and different seeds. Our sweeps alternate with measurements of the training steps
alone; each peer runs once, in a new process, the slow ones with fewer networks. README.md explains
the columns. Needs Linux or macOS and Python; the peers need NumPy.
"""

import csv
import dataclasses
import json
import os
import pathlib
import sys
import tempfile
from statistics import mean, median

import measure
import measure_memory

BATCH_SIZE = 32
# Settings of our program, and the training images that it has with them; the peers have the same in peers/many.py.
RECIPES = {
    "lab": (["--config", measure.LAB, "--validation-split", "0.2"], 800),
    "ten": (["--config", measure.ROOT / "configs" / "ten.toml", "--validation-split", "0.2"], 4_000),
}
OURS = {"lab": [100, 1_000], "ten": [100]}
# Name, script, the modules that it needs, and how many networks of each recipe it trains.
PEERS = {
    "JAX": ("jax_sweep.py", "jax", {"lab": [100, 1_000], "ten": [100]}),
    "scikit-learn": ("sklearn_sweep.py", "sklearn, joblib", {"lab": [100], "ten": [4]}),
    "Keras": ("keras_sweep.py", "tensorflow, keras", {"lab": [5], "ten": [2]}),
}
# So that a step is measured on one core: the steps of large networks use several.
ONE_THREAD = measure.ON_THE_CPU | {"RAYON_NUM_THREADS": "1"}


@dataclasses.dataclass
class Measurement:
    """What a contender needed for its networks and what it achieved. Times are in seconds; None means not measured."""

    networks: int
    wall: float | None
    fit: float
    peak_bytes: int | None
    loss: float
    accuracy: float
    version: str


@dataclasses.dataclass
class Reference:
    """The steps of one network on one core, in seconds."""

    benchmark: float
    epochs: float


def main():
    """Run the benchmark and print or write the tables."""
    arguments = parse()
    machine = measure.describe_machine()
    app = measure.fingerprint(arguments.app)
    sections, skipped = [], []
    for recipe in arguments.recipes:
        rows, versions = [], []
        if "ours" in arguments.contenders:
            found, references = measure_ours(recipe, arguments)
            sections += compared_with_steps(recipe, found, references, arguments)
            for measurements in found.values():
                rows.append(row("ours, app sweep", measurements))
                versions.append(measurements[0].version)
        for name in (name for name in PEERS if name in arguments.contenders):
            for measurements, note in measure_peer(name, recipe, arguments, skipped):
                rows.append(row(name + note, measurements))
                versions.append(measurements[0].version)
        sections += [f"### {title(recipe, arguments)}", "", *table(rows, versions)]
    if measure.fingerprint(arguments.app) != app:
        raise SystemExit(f"{arguments.app} was rebuilt during the benchmark: the results are not valid")
    lines = ["## Many networks at once", "", *machine, f"- ours: {app}", *skipped, "", *sections]
    measure.publish("sweep", lines, arguments)


def parse():
    """Parse the command line."""
    parser = measure.parser(__doc__, rounds=3)
    contenders = ["ours", *PEERS]
    parser.add_argument("--recipes", nargs="+", choices=RECIPES, default=list(RECIPES), help="[default: all]")
    parser.add_argument("--contenders", nargs="+", choices=contenders, default=contenders, help="[default: all]")
    parser.add_argument("--networks", type=int, help="of every contender [default: fewer of slow ones]")
    parser.add_argument("--epochs", type=int, default=20)
    arguments = measure.parse_arguments(parser)
    if arguments.networks is not None and arguments.networks < 2:
        parser.error("--networks must be at least 2")
    return arguments


def title(recipe, arguments):
    """Return the title of a table."""
    images = RECIPES[recipe][1]
    steps = steps_of_one(recipe, arguments)
    return f"{recipe}: {images:,} training images, {arguments.epochs} epochs, {steps:,} steps a network"


def steps_of_one(recipe, arguments):
    """Return the number of steps of one network."""
    return -(-RECIPES[recipe][1] // BATCH_SIZE) * arguments.epochs


def measure_ours(recipe, arguments):
    """Return the measurements by number of networks, one per round, and a reference before each of them."""
    found, references = {}, {}
    counts = [arguments.networks] if arguments.networks else OURS[recipe]
    sweep(recipe, 2, arguments)  # Fills the file cache.
    for round_number in range(1, arguments.rounds + 1):
        for networks in counts:
            print(f"{recipe}, round {round_number}: {networks} networks, ours", file=sys.stderr)
            references.setdefault(networks, []).append(steps_alone(recipe, arguments))
            found.setdefault(networks, []).append(sweep(recipe, networks, arguments))
    return found, references


def sweep(recipe, networks, arguments):
    """Train networks with `app sweep`."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        path = scratch / "sweep"
        command = [arguments.app, "--backend", "flex", "-q", "sweep", *RECIPES[recipe][0], "--sweep-dir", path]
        command += ["--epochs", arguments.epochs, "--seeds", f"0..{networks - 1}"]
        wall, _, peak_bytes, _ = measure_memory.run_process(command, measure.ON_THE_CPU, scratch)
        # Written before the first network is trained, and appended to after each of them.
        begin, end = ((path / name).stat().st_mtime_ns for name in ("sweep.toml", "points.csv"))
        with open(path / "points.csv", newline="") as file:
            points = list(csv.DictReader(file))
        assert len(points) == networks and all(point["state"] == "trained" for point in points)
        loss, accuracy = (mean(float(point[name]) for point in points) for name in ("val_loss", "val_accuracy"))
        version = measure.run_process([arguments.app, "--version"], measure.ON_THE_CPU, scratch)[-1].strip()
        return Measurement(networks, wall, (end - begin) / 1e9, peak_bytes, loss, accuracy, version)


def steps_alone(recipe, arguments):
    """Measure the steps of one network on one core: by `app benchmark`, and as the epochs of `app train`."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        app = [arguments.app, "--backend", "flex", "-q"]
        training = [*app, "train", *RECIPES[recipe][0], "--epochs", arguments.epochs, "--run-dir", scratch / "run"]
        measure.run_process(training, ONE_THREAD, scratch)
        with open(scratch / "run" / "history.csv", newline="") as file:
            epochs = sum(float(epoch["seconds"]) for epoch in csv.DictReader(file))
        printed = measure.run_process([*app, "benchmark", "--json", scratch / "run"], ONE_THREAD, scratch)[-1]
        (step,) = (
            step["microseconds_per_step"] / 1e6
            for step in json.loads(printed)["training"]
            if step["path"] == "fused" and step["batch_size"] == BATCH_SIZE
        )
        return Reference(step * steps_of_one(recipe, arguments), epochs)


def measure_peer(name, recipe, arguments, skipped):
    """Return pairs of measurements and a note; a peer that compiles apart has two for each number of networks."""
    script, modules, counts = PEERS[name]
    python, reason = measure.interpreter_with(modules, arguments.python, measure.ON_THE_CPU)
    if not python:
        skipped.append(f"- skipped: {name} ({reason})")
        return []
    found = []
    for networks in [arguments.networks] if arguments.networks else counts[recipe]:
        print(f"{recipe}: {networks} networks, {name}", file=sys.stderr)
        command = [python, measure.HERE / "peers" / script, "--recipe", recipe, "--networks", networks]
        command += ["--epochs", arguments.epochs, "--batch-size", BATCH_SIZE]
        with tempfile.TemporaryDirectory() as folder:
            scratch = pathlib.Path(folder)
            wall, _, peak_bytes, printed = measure_memory.run_process(command, measure.ON_THE_CPU, scratch)
        line = json.loads(printed.strip().splitlines()[-1])
        version = f"{line['peer']} {line['version']}"
        results = line["fit_seconds"], peak_bytes, line["val_loss"], line["val_accuracy"], version
        measurement = Measurement(networks, wall, *results)
        found.append(([measurement], ""))
        if "compile_seconds" in line:
            fit = line["fit_seconds"] - line["compile_seconds"]
            compiled = dataclasses.replace(measurement, wall=None, peak_bytes=None, fit=fit)
            found.append(([compiled], ", without compilation"))
    return found


def row(name, measurements):
    """Return a row of the table of contenders."""
    peaks = [measured.peak_bytes and measured.peak_bytes / 1e6 for measured in measurements]
    speeds = [measured.networks / measured.fit for measured in measurements]
    return [
        name,
        f"{measurements[0].networks:,}",
        measure.times([measured.wall for measured in measurements]),
        measure.times([measured.fit for measured in measurements]),
        measure.spread(speeds, 1 if median(speeds) >= 10 else 2),
        measure.spread(peaks, 0),
        measure.spread([measured.loss for measured in measurements], 4),
        measure.spread([100 * measured.accuracy for measured in measurements], 2) + " %",
    ]


def table(rows, versions):
    """Return the table of contenders, as lines."""
    head = ["contender", "networks", "whole process, s", "fit, s", "networks per second", "peak memory, MB"]
    head += ["validation loss", "correct"]
    return [*measure.table(head, rows), "", f"Versions: {'; '.join(dict.fromkeys(versions))}.", ""]


def compared_with_steps(recipe, found, references, arguments):
    """Return a table of our fits beside the steps alone, as lines."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    rows = []
    for networks, measurements in found.items():
        share = networks / cores
        fits = [measured.fit for measured in measurements]
        cells = [f"{networks:,}", measure.times(fits)]
        for alone in ("benchmark", "epochs"):
            seconds = [getattr(reference, alone) * share for reference in references[networks]]
            ratios = [fit / second for fit, second in zip(fits, seconds)]
            cells += [measure.times(seconds), measure.spread(ratios, 2)]
        rows.append(cells)
    steps = steps_of_one(recipe, arguments)
    head = ["networks", "fit, s", f"{steps:,} steps of `app benchmark`, s", "ratio"]
    head += ["epochs of `app train`, s", "ratio"]
    return [
        f"### {recipe}: ours beside the steps alone",
        "",
        f"Steps of one network on one core, times the networks, divided by {cores} cores. Median of all rounds "
        f"(smallest to largest), rounds: {arguments.rounds}.",
        "",
        *measure.table(head, rows),
        "",
    ]


if __name__ == "__main__":
    main()
