#!/usr/bin/env python3
"""Measure how training with our program scales with the number of rows: speed, memory, and loss and accuracy.

    python3 benches/scale.py --python /tmp/peers/bin/python --rows 1e3 1e4 1e5 1e6 1e7 --folder /var/tmp

For each size, X.npy and y.npy (1.6 GB for a million rows) are written, used for training, and deleted. All zeros come
first, then all ones, as in the lab: this is the harder case for a shuffle buffer that does not hold all rows. Writing
the rows needs NumPy.
"""

import argparse
import csv
import dataclasses
import pathlib
import re
import shutil
import sys
import tempfile

import measure

SIZES = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]
# 400 numbers of 4 bytes each, and a label of 1 byte.
ROW_BYTES = 400 * 4 + 1
# Smaller sizes take only milliseconds, which is too short for a comparison.
MIN_ROWS_COMPARED = 10_000
# For file headers and the run directory.
SPARE_BYTES = 2**24


@dataclasses.dataclass
class Measurement:
    """What one training needed and what it achieved."""

    rows_per_second: float
    wall: float
    peak_bytes: int
    loss: float
    accuracy: float


def main():
    """Run the benchmark and print or write the table."""
    arguments = parse()
    machine = measure.describe_machine()
    app = measure.fingerprint(arguments.app)
    results, failures = {}, {}
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="rows-") as folder:
        for rows in arguments.rows:
            try:
                results[rows] = trainings(rows, arguments, pathlib.Path(folder))
            except measure.Failed as failure:
                print(failure, file=sys.stderr)
                failures[rows] = failure.reason.replace(folder, "FOLDER")
    if measure.fingerprint(arguments.app) != app:
        raise SystemExit(f"{arguments.app} was rebuilt during the benchmark: the results are not valid")
    lines = ["## Training on more and more rows", "", *machine, f"- ours: {app}", ""]
    lines += [*table(results, failures, arguments), "", scaling(results)]
    measure.publish("scale", lines, arguments)


def parse():
    """Parse the command line and check that the largest size fits on the disk."""
    parser = measure.parser(__doc__, rounds=3)
    size_text = ", ".join(f"{size:.0e}".replace("e+0", "e") for size in SIZES)
    parser.add_argument("--rows", nargs="+", type=row_count, default=SIZES, help=f"[default: {size_text}]")
    parser.add_argument("--folder", type=pathlib.Path, help="folder for the rows [default: the temporary folder]")
    parser.add_argument("--backend", default="flex")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=32)
    arguments = measure.parse_arguments(parser)
    arguments.folder = (arguments.folder or pathlib.Path(tempfile.gettempdir())).resolve()
    if not arguments.folder.is_dir():
        parser.error(f"--folder {arguments.folder} is not a folder")
    needed = max(arguments.rows) * ROW_BYTES + SPARE_BYTES
    free = shutil.disk_usage(arguments.folder).free
    print(f"{arguments.folder}: needs {needed / 1e9:.1f} GB, has {free / 1e9:.1f} GB free", file=sys.stderr)
    if free < needed:
        parser.error("not enough disk space: leave out the largest of --rows or choose another --folder")
    return arguments


def row_count(text):
    """Parse a number of rows, such as 1000000 or 1e6."""
    rows = float(text)
    if not rows.is_integer() or rows < 2:
        raise argparse.ArgumentTypeError("expected an integer of at least 2, such as 1000 or 1e6")
    return int(rows)


def trainings(rows, arguments, folder):
    """Write the rows, train on them once per round, and delete them."""
    data = folder / "data"
    data.mkdir()
    try:
        print(f"{rows:,} rows: writing", file=sys.stderr)
        measure.make_rows(arguments, measure.ON_THE_CPU, data, "--rows", rows)
        return [training(rows, data, seed, arguments, folder) for seed in range(1, arguments.rounds + 1)]
    finally:
        shutil.rmtree(data)


def training(rows, data, seed, arguments, folder):
    """Train once and return the measurement."""
    print(f"{rows:,} rows: round {seed} of {arguments.rounds}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        run = pathlib.Path(scratch) / "run"
        command = [arguments.app, "--backend", arguments.backend, "train", "--config", measure.LAB, "--run-dir", run]
        command += ["--data", data / "X.npy", data / "y.npy", "--seed", seed]
        command += ["--epochs", arguments.epochs, "--batch-size", arguments.batch_size]
        wall, _, peak_bytes, printed = measure.run_process(command, measure.ON_THE_CPU, pathlib.Path(scratch))
        with open(run / "history.csv", newline="") as file:
            seconds = sum(float(epoch["seconds"]) for epoch in csv.DictReader(file))
    found = re.search(r"training +loss ([\d.]+) .* (\d+) of (\d+) (?:right|correct)", printed)
    loss, correct, count = float(found[1]), int(found[2]), int(found[3])
    if count != rows:
        raise SystemExit(f"{rows} rows were written, but {count} were used for training")
    return Measurement(rows * arguments.epochs / seconds, wall, peak_bytes, loss, correct / count)


def table(results, failures, arguments):
    """Return the Markdown table as lines."""
    head = ["rows", "X.npy, MB", "rows per second", "whole process, s", "peak memory, MB", "loss", "accuracy"]
    body = []
    for rows in arguments.rows:
        cells = [f"{rows:,}", f"{rows * 1600 / 1e6:,.0f}"]
        if rows in failures:
            body.append([*cells, f"failed: {failures[rows]}", "", "", "", ""])
            continue
        runs = results[rows]
        cells += [
            measure.spread([run.rows_per_second for run in runs], 0),
            measure.times([run.wall for run in runs]),
            measure.spread([run.peak_bytes / 1e6 for run in runs], 0),
            measure.spread([run.loss for run in runs], 4),
            measure.spread([run.accuracy for run in runs], 4),
        ]
        body.append(cells)
    return [
        f"Backend: {arguments.backend}, epochs: {arguments.epochs}, batch size: {arguments.batch_size}. Median of all "
        f"rounds (smallest to largest), rounds: {arguments.rounds}.",
        "Rows per second are for the epochs only; loss and accuracy are for the trained network on all rows.",
        "",
        *measure.table(head, body),
    ]


def scaling(results):
    """Return a sentence that compares the rows per second of each size with the smallest size."""
    medians = {rows: measure.median(run.rows_per_second for run in runs) for rows, runs in results.items()}
    compared = sorted(rows for rows in medians if rows >= MIN_ROWS_COMPARED)
    if len(compared) < 2:
        return f"Scaling: not available, it needs two sizes of at least {MIN_ROWS_COMPARED:,} rows."
    base, *larger = compared
    shares = ", ".join(f"{medians[rows] / medians[base]:.2f} times at {rows:,}" for rows in larger)
    return f"Scaling: rows per second compared with {base:,} rows: {shares}. With linear scaling all would be 1.00."


if __name__ == "__main__":
    main()
