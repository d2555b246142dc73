"""Code shared by the peers that train: the arguments, the rows, and the JSON line at the end."""

import argparse
import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import digits

HIDDEN_UNITS = (25, 15)
LEARNING_RATE = 0.001
BETAS = (0.9, 0.999)
EPSILON = 1e-7


def parser(description):
    """Return a parser for the arguments that every peer takes."""
    arguments = argparse.ArgumentParser(description=description.splitlines()[0])
    arguments.add_argument("--data", default="lab", help="lab, mnist-sized, ten-digits, or a folder with X.npy and y.npy")
    arguments.add_argument("--hidden-units", type=hidden_units, default=HIDDEN_UNITS, help="such as 25,15")
    arguments.add_argument("--batch-size", type=int, default=32)
    arguments.add_argument("--epochs", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=0)
    return arguments


def hidden_units(text):
    """Read `25,15`."""
    first, second = map(int, text.split(","))
    return first, second


def rows(data):
    """Return X [n, 400] of f32 and y [n] of bytes: 0 or 1, or ten digits."""
    if data in ("lab", "mnist-sized", "ten-digits"):
        return digits.rows(data)
    folder = pathlib.Path(data)
    return np.load(folder / "X.npy"), np.load(folder / "y.npy")


def targets(y):
    """Return what the outputs should be, [n, 1] for two digits and [n, 10] for ten, of f32."""
    if y.max() <= 1:
        return y.astype(np.float32)[:, None]
    return np.eye(10, dtype=np.float32)[y]


def report(peer, version, fit_seconds, probabilities, y, **more):
    """Print the JSON line. Loss and accuracy of the trained network on all rows are computed alike for every peer."""
    wanted = targets(y)
    probabilities = np.asarray(probabilities, dtype=np.float64).reshape(wanted.shape)
    found = probabilities[:, 0] >= 0.5 if wanted.shape[1] == 1 else probabilities.argmax(axis=1)
    correct = int((found == y).sum())
    # Keras clips probabilities in the same way, so that the logarithms stay finite.
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
    # Of several outputs, summed.
    loss = -np.where(wanted == 1, np.log(clipped), np.log1p(-clipped)).sum(axis=1).mean()
    measured = {"peer": peer, "version": version, "fit_seconds": fit_seconds, **more}
    print(json.dumps({**measured, "loss": loss, "accuracy": correct / len(y), "correct": correct, "rows": len(y)}))
