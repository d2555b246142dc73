"""The rows that every contender of the benchmark trains on, as NumPy arrays X [n, 400] and y [n].

    python benches/digits.py --data lab --output DIR     # writes DIR/X.npy and DIR/y.npy

`lab`: the 500 zeros and 500 ones of the course, made from the digits in assets/ as crates/data/src/resize.rs makes
them, bit for bit. `mnist-sized`: as many zeros and ones as MNIST's training set has, which is not shipped: the rows of
`lab` over and over, from the second time on moved by up to 2 pixels each way. A stand-in for the amount of work, not
for MNIST.
"""

import argparse
import gzip
import pathlib

import numpy as np

ASSETS = pathlib.Path(__file__).resolve().parent.parent / "assets"
EACH, SIDE, SOURCE_SIDE = 500, 20, 28
# How many zeros and ones MNIST's 60,000 training images hold.
MNIST_COUNTS = {0: 5923, 1: 6742}
LARGEST_SHIFT = 2
SHIFT_SEED = 0


def rows(name):
    """Return X [n, 400] of f32, column by column, and y [n] of bytes: the zeros first, then the ones."""
    return {"lab": lab, "mnist-sized": mnist_sized}[name]()


def lab():
    """Return the 1,000 rows of the course's lab."""
    wanted = np.flatnonzero(idx("digits-labels.idx1-ubyte.gz", header=8) < 2)
    labels = idx("digits-labels.idx1-ubyte.gz", header=8)[wanted]
    assert np.array_equal(labels, np.repeat([0, 1], EACH)), "expected 500 zeros, then 500 ones"
    images = idx("digits-images.idx3-ubyte.gz", header=16).reshape(-1, SOURCE_SIDE, SOURCE_SIDE)[wanted] / 255
    weights = resize_weights(SOURCE_SIDE)
    resized = weights @ images @ weights.T
    columns = resized.transpose(0, 2, 1).reshape(-1, SIDE * SIDE)
    return columns.astype(np.float32), labels


def mnist_sized():
    """Return 12,665 rows: those of the lab, repeated and moved."""
    lab_rows, labels = lab()
    random = np.random.default_rng(SHIFT_SEED)
    parts = []
    for digit, count in MNIST_COUNTS.items():
        images = lab_rows[labels == digit].reshape(-1, SIDE, SIDE)
        shifts = random.integers(-LARGEST_SHIFT, LARGEST_SHIFT + 1, size=(count, 2))
        shifts[:EACH] = 0
        parts += [moved(images[row % EACH], shift) for row, shift in enumerate(shifts)]
    y = np.repeat(np.array(list(MNIST_COUNTS), dtype=np.uint8), list(MNIST_COUNTS.values()))
    return np.stack(parts).reshape(-1, SIDE * SIDE), y


def moved(image, shift):
    """Return the image [20, 20] moved by whole pixels; what comes in from outside is empty."""
    edge = LARGEST_SHIFT
    wide = np.pad(image, edge)
    first, second = edge - shift
    return wide[first : first + SIDE, second : second + SIDE]


def idx(name, header):
    """Return the bytes of a gzipped IDX file after its header."""
    with gzip.open(ASSETS / name) as file:
        return np.frombuffer(file.read(), dtype=np.uint8, offset=header)


def resize_weights(length):
    """Return the matrix [20, length] by which MATLAB's imresize shrinks an axis, bicubic with a = -1/2."""
    scale = length / SIDE
    weights = np.zeros((SIDE, length))
    for output in range(SIDE):
        centre = (output + 0.5) * scale - 0.5
        for position in range(int(np.ceil(centre - 2 * scale)), int(np.floor(centre + 2 * scale)) + 1):
            # Pixels beyond the border repeat the border's.
            weights[output, np.clip(position, 0, length - 1)] += keys((position - centre) / scale)
    return weights / weights.sum(axis=1, keepdims=True)


def keys(distance):
    """Return the cubic convolution kernel of Keys (1981), equation 15."""
    x = abs(distance)
    if x <= 1:
        return (1.5 * x - 2.5) * x * x + 1
    return ((-0.5 * x + 2.5) * x - 4) * x + 2 if x <= 2 else 0.0


def main():
    """Write X.npy and y.npy."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=["lab", "mnist-sized"], default="lab")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="folder to write to")
    arguments = parser.parse_args()
    x, y = rows(arguments.data)
    np.save(arguments.output / "X.npy", x)
    np.save(arguments.output / "y.npy", y)


if __name__ == "__main__":
    main()
