"""The rows that every contender of the benchmark trains on, as NumPy arrays X [n, 400] and y [n].

    python benches/digits.py --data lab --output DIR       # writes DIR/X.npy and DIR/y.npy
    python benches/digits.py --rows 1000000 --output DIR   # as many rows as that

`lab`: the 500 zeros and 500 ones of the course, made from the digits in assets/ as crates/data/src/resize.rs makes
them, bit for bit. `mnist-sized`: as many zeros and ones as MNIST's training set has, which is not shipped: the rows of
`lab` over and over, from the second time on moved by up to 2 pixels each way. A stand-in for the amount of work, not
for MNIST. With `--rows`, any number of them, half zeros and half ones, written piece by piece in constant memory.
"""

import argparse
import gzip
import os
import pathlib

import numpy as np

ASSETS = pathlib.Path(__file__).resolve().parent.parent / "assets"
EACH, SIDE, SOURCE_SIDE = 500, 20, 28
# How many zeros and ones MNIST's 60,000 training images hold.
MNIST_COUNTS = {0: 5923, 1: 6742}
LARGEST_SHIFT = 2
SHIFT_SEED = 0
# How many rows are made at a time.
PIECE = 10_000


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
    random = np.random.default_rng(SHIFT_SEED)
    lab_rows, labels = lab()
    x = [repeated(lab_rows[labels == digit], 0, count, random) for digit, count in MNIST_COUNTS.items()]
    y = np.repeat(np.array(list(MNIST_COUNTS), dtype=np.uint8), list(MNIST_COUNTS.values()))
    return np.concatenate(x), y


def repeated(rows, start, stop, random):
    """Return rows `start` to `stop` of these, repeated without end: as they are at first, later moved at random."""
    row = np.arange(start, stop)
    shifts = random.integers(-LARGEST_SHIFT, LARGEST_SHIFT + 1, size=(len(row), 2))
    shifts[row < len(rows)] = 0
    images = rows.reshape(-1, SIDE, SIDE)[row % len(rows)]
    return moved(images, shifts).reshape(-1, SIDE * SIDE)


def moved(images, shifts):
    """Return the images [n, 20, 20], each moved by its whole pixels [n, 2]; what comes in from outside is empty."""
    edge = LARGEST_SHIFT
    wide = np.pad(images, ((0, 0), (edge, edge), (edge, edge)))
    # [n, 5, 5, 20, 20]: every image, moved in every way, without a copy.
    every = np.lib.stride_tricks.sliding_window_view(wide, (SIDE, SIDE), axis=(1, 2))
    first, second = (edge - shifts).T
    return every[np.arange(len(images)), first, second]


def write_repeated(folder, count):
    """Write so many rows, half zeros and then half ones, piece by piece: there may be more than memory holds."""
    random = np.random.default_rng(SHIFT_SEED)
    lab_rows, labels = lab()
    counts = {0: count // 2, 1: count - count // 2}
    with open(folder / "X.npy", "wb") as x, open(folder / "y.npy", "wb") as y:
        write_header(x, "<f4", (count, SIDE * SIDE))
        write_header(y, "|u1", (count,))
        for digit, rows_of_digit in counts.items():
            images = lab_rows[labels == digit]
            for start in range(0, rows_of_digit, PIECE):
                stop = min(start + PIECE, rows_of_digit)
                x.write(repeated(images, start, stop, random).astype("<f4", copy=False).tobytes())
                y.write(bytes([digit]) * (stop - start))
        # The rows are read soon, and what the disk has yet to write would slow that down.
        for file in (x, y):
            file.flush()
            os.fsync(file.fileno())


def write_header(file, descr, shape):
    """Write what stands before the numbers of a .npy file."""
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)


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
    parser.add_argument("--rows", type=int, help="write so many rows, whatever --data says")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="folder to write to")
    arguments = parser.parse_args()
    if arguments.rows:
        write_repeated(arguments.output, arguments.rows)
        return
    x, y = rows(arguments.data)
    np.save(arguments.output / "X.npy", x)
    np.save(arguments.output / "y.npy", y)


if __name__ == "__main__":
    main()
