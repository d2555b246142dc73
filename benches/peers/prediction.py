"""Code shared by the peers that predict: arguments, weights, rows, timing, and the JSON line at the end.

A prediction method is a pair of functions: `one` takes an image [1, 400], `bulk` takes rows [n, 400] and a batch size.
Both take and return NumPy arrays, so the time of every peer includes the conversion of inputs and outputs.
"""

import argparse
import json
import pathlib
import statistics
import sys
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import digits

BATCH_SIZES = [256, 1024, 4096, 16384, 100_000]


def parse(description):
    """Parse the arguments that every peer takes."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--weights", type=pathlib.Path, required=True, help="the output of `app weights RUN --json`")
    parser.add_argument("--rows", type=int, default=100_000, help="number of rows to predict in bulk")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long to predict single images")
    return parser.parse_args()


def layers(path):
    """Return the layers as (kernel [in, out], bias [out]), of f32."""
    named = json.loads(path.read_text())
    return [
        tuple(np.array(named[f"layer{layer}.{part}"], dtype=np.float32) for part in ("weight", "bias"))
        for layer in (1, 2, 3)
    ]


def in_batches(predict):
    """Return a function that calls `predict` batch by batch."""

    def bulk(rows, batch_size):
        return np.concatenate([predict(rows[start : start + batch_size]) for start in range(0, len(rows), batch_size)])

    return bulk


def measure(name, one, bulk, arguments, batch_sizes=BATCH_SIZES):
    """Return what was measured for a method, and its probabilities for the lab's rows. `one` may be None."""
    lab, _ = digits.lab()
    rows = np.resize(lab, (arguments.rows, 400))
    sizes = sorted({min(size, len(rows)) for size in batch_sizes})
    rates = [(rows_per_second(bulk, rows, size), size) for size in sizes]
    return {
        "method": name,
        "one_image_microseconds": one and median_microseconds(one, lab, arguments.seconds),
        "bulk": [{"batch_size": size, "rows_per_second": rate} for rate, size in rates],
        "probabilities": np.asarray(bulk(lab, batch_sizes[0]), dtype=np.float64).reshape(-1).tolist(),
    }


def median_microseconds(one, rows, seconds):
    """Return the median time of predicting one image, over calls for so many seconds, after a warm-up."""
    images = [rows[row : row + 1].copy() for row in range(len(rows))]
    for image in images[:20]:
        one(image)
    times, ends = [], time.perf_counter() + seconds
    while time.perf_counter() < ends:
        image = images[len(times) % len(images)]
        started = time.perf_counter()
        one(image)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def rows_per_second(bulk, rows, batch_size):
    """Return the median rate of three passes over the rows, after one warm-up pass."""
    rates = []
    for _ in range(4):
        started = time.perf_counter()
        bulk(rows, batch_size)
        rates.append(len(rows) / (time.perf_counter() - started))
    return statistics.median(rates[1:])


def report(peer, version, methods):
    """Print the JSON line."""
    print(json.dumps({"peer": peer, "version": version, "methods": methods}))
