#!/usr/bin/env python3
"""Measure how training with our program grows with the number of rows: speed, memory, and what was learnt.

    python3 benches/scale.py --python /tmp/peers/bin/python --rows 1e3 1e4 1e5 1e6 1e7 --folder /var/tmp

Each size's X.npy and y.npy (1.6 GB for a million rows) are written, trained on, and deleted. The zeros come first and
then the ones, as in the lab: the harder case for a shuffle that does not hold all rows. NumPy writes the rows.
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
# 400 numbers of 4 bytes, and a label of one.
ROW_BYTES = 400 * 4 + 1
# Smaller sizes are over within milliseconds, which says nothing of growth.
SMALLEST_COMPARED = 10_000
# For headers and the run.
SPARE_BYTES = 2**24


@dataclasses.dataclass
class Figures:
    """What one training was measured to need and reached."""

    rows_per_second: float
    wall: float
    peak_bytes: int
    loss: float
    accuracy: float


def main():
    """Measure, and print or write the table."""
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
        raise SystemExit(f"{arguments.app} was built anew while it was measured: nothing of this counts")
    lines = ["## Training on more and more rows", "", *machine, f"- ours: {app}", ""]
    lines += [*table(results, failures, arguments), "", growth(results)]
    measure.publish("scale", lines, arguments)


def parse():
    """Read the command line, and refuse sizes for which there is no room."""
    parser = measure.parser(__doc__, rounds=3)
    size_text = ", ".join(f"{size:.0e}".replace("e+0", "e") for size in SIZES)
    parser.add_argument("--rows", nargs="+", type=row_count, default=SIZES, help=f"[default: {size_text}]")
    parser.add_argument("--folder", type=pathlib.Path, help="where the rows are written [default: the usual temporary]")
    parser.add_argument("--backend", default="flex")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=32)
    arguments = measure.parsed(parser)
    arguments.folder = (arguments.folder or pathlib.Path(tempfile.gettempdir())).resolve()
    if not arguments.folder.is_dir():
        parser.error(f"--folder {arguments.folder} is not a folder")
    needed = max(arguments.rows) * ROW_BYTES + SPARE_BYTES
    free = shutil.disk_usage(arguments.folder).free
    print(f"{arguments.folder}: needs {needed / 1e9:.1f} GB, has {free / 1e9:.1f} GB free", file=sys.stderr)
    if free < needed:
        parser.error("too little room: leave out the largest --rows, or name another --folder")
    return arguments


def row_count(text):
    """Read a number of rows, as 1000000 or 1e6."""
    rows = float(text)
    if not rows.is_integer() or rows < 2:
        raise argparse.ArgumentTypeError("expected a whole number, at least 2, as 1000 or 1e6")
    return int(rows)


def trainings(rows, arguments, folder):
    """Write the rows, train on them once each round, and delete them."""
    data = folder / "data"
    data.mkdir()
    try:
        print(f"{rows:,} rows: writing", file=sys.stderr)
        measure.make_rows(arguments, measure.ON_THE_CPU, data, "--rows", rows)
        return [training(rows, data, seed, arguments, folder) for seed in range(1, arguments.rounds + 1)]
    finally:
        shutil.rmtree(data)


def training(rows, data, seed, arguments, folder):
    """Train once and return the figures."""
    print(f"{rows:,} rows: round {seed} of {arguments.rounds}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        run = pathlib.Path(scratch) / "run"
        command = [arguments.app, "--backend", arguments.backend, "train", "--config", measure.LAB, "--run-dir", run]
        command += ["--data", data / "X.npy", data / "y.npy", "--seed", seed]
        command += ["--epochs", arguments.epochs, "--batch-size", arguments.batch_size]
        wall, _, peak_bytes, printed = measure.measured(command, measure.ON_THE_CPU, pathlib.Path(scratch))
        with open(run / "history.csv", newline="") as file:
            seconds = sum(float(epoch["seconds"]) for epoch in csv.DictReader(file))
    found = re.search(r"training +loss ([\d.]+) .* (\d+) of (\d+) (?:right|correct)", printed)
    loss, right, count = float(found[1]), int(found[2]), int(found[3])
    if count != rows:
        raise SystemExit(f"{rows} rows were written, and {count} trained on")
    return Figures(rows * arguments.epochs / seconds, wall, peak_bytes, loss, right / count)


def table(results, failures, arguments):
    """Return the table in Markdown, as lines."""
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
        f"{arguments.backend}, epochs: {arguments.epochs}, batch size: {arguments.batch_size}; median of rounds "
        f"(smallest to largest), rounds: {arguments.rounds}.",
        "Rows per second of the epochs alone; loss and accuracy of the trained network on all rows.",
        "",
        *measure.table(head, body),
    ]


def growth(results):
    """Return how each size's rows per second compare with the smallest one's, as a sentence."""
    medians = {rows: measure.median(run.rows_per_second for run in runs) for rows, runs in results.items()}
    compared = sorted(rows for rows in medians if rows >= SMALLEST_COMPARED)
    if len(compared) < 2:
        return f"Growth: needs two sizes of {SMALLEST_COMPARED:,} rows or more."
    base, *larger = compared
    shares = ", ".join(f"{medians[rows] / medians[base]:.2f} times at {rows:,}" for rows in larger)
    return f"Growth: rows per second, against those at {base:,} rows: {shares}. Linear growth would be 1.00 throughout."


if __name__ == "__main__":
    main()
