"""The rows that every contender of the benchmarks trains on, as NumPy arrays X [n, 400] and y [n].

    python benches/digits.py --data lab --output DIR       # writes DIR/X.npy and DIR/y.npy
    python benches/digits.py --rows 1000000 --output DIR   # any number of rows

`lab`: the 500 zeros and 500 ones of the course, made from the digits in assets/ exactly, bit for bit, as
crates/data/src/pixels/resize.rs does. `mnist-sized`: as many zeros and ones as the training set of MNIST, which is not
included here. It repeats the rows of `lab`; from the second repetition on, they are shifted by up to 2 pixels in each
direction. It has the same amount of work as MNIST, but it is not MNIST. `ten-digits`: 6,000 rows of each digit, as many as
MNIST has in all, made from the 5,000 in assets/ in the same way. With `--rows`: any number of such rows, half
zeros and half ones, written in chunks with constant memory.
"""

import argparse
import gzip
import os
import pathlib

import numpy as np

ASSETS = pathlib.Path(__file__).resolve().parent.parent / "assets"
IMAGES_PER_DIGIT, SIDE, SOURCE_SIDE = 500, 20, 28
# Number of zeros and ones in the 60,000 training images of MNIST.
MNIST_COUNTS = {0: 5923, 1: 6742}
ROWS_OF_A_DIGIT = 6000
MAX_SHIFT = 2
SHIFT_SEED = 0
# Number of rows that are made at a time.
CHUNK_ROWS = 10_000


def rows(name):
    """Return X [n, 400] of f32, unrolled column by column, and y [n] of bytes: first the zeros, then the ones."""
    return {"lab": lab, "mnist-sized": mnist_sized, "ten-digits": ten_digits}[name]()


def lab():
    """Return the 1,000 rows of the course's lab."""
    return built_in(digits=2)


def ten_digits():
    """Return 60,000 rows: the 5,000 digits in assets/, repeated and shifted."""
    random = np.random.default_rng(SHIFT_SEED)
    all_rows, labels = built_in(digits=10)
    x = [repeated(all_rows[labels == digit], 0, ROWS_OF_A_DIGIT, random) for digit in range(10)]
    return np.concatenate(x), np.repeat(np.arange(10, dtype=np.uint8), ROWS_OF_A_DIGIT)


def built_in(digits):
    """Return the rows of the first digits in assets/, 500 of each, and their labels."""
    wanted = np.flatnonzero(idx("digits-labels.idx1-ubyte.gz", header=8) < digits)
    labels = idx("digits-labels.idx1-ubyte.gz", header=8)[wanted]
    assert np.array_equal(labels, np.repeat(np.arange(digits), IMAGES_PER_DIGIT)), "expected 500 of each, in order"
    images = idx("digits-images.idx3-ubyte.gz", header=16).reshape(-1, SOURCE_SIDE, SOURCE_SIDE)[wanted] / 255
    weights = resize_weights(SOURCE_SIDE)
    resized = weights @ images @ weights.T
    columns = resized.transpose(0, 2, 1).reshape(-1, SIDE * SIDE)
    return columns.astype(np.float32), labels


def mnist_sized():
    """Return 12,665 rows: those of the lab, repeated and shifted."""
    random = np.random.default_rng(SHIFT_SEED)
    lab_rows, labels = lab()
    x = [repeated(lab_rows[labels == digit], 0, count, random) for digit, count in MNIST_COUNTS.items()]
    y = np.repeat(np.array(list(MNIST_COUNTS), dtype=np.uint8), list(MNIST_COUNTS.values()))
    return np.concatenate(x), y


def repeated(rows, start, stop, random):
    """Repeat the rows endlessly and return `start` to `stop`: first unchanged, later shifted at random."""
    row = np.arange(start, stop)
    shifts = random.integers(-MAX_SHIFT, MAX_SHIFT + 1, size=(len(row), 2))
    shifts[row < len(rows)] = 0
    images = rows.reshape(-1, SIDE, SIDE)[row % len(rows)]
    return shifted(images, shifts).reshape(-1, SIDE * SIDE)


def shifted(images, shifts):
    """Return the images [n, 20, 20], each shifted by whole pixels [n, 2] and filled with background."""
    edge = MAX_SHIFT
    wide = np.pad(images, ((0, 0), (edge, edge), (edge, edge)))
    # [n, 5, 5, 20, 20]: every image with every shift, without a copy.
    windows = np.lib.stride_tricks.sliding_window_view(wide, (SIDE, SIDE), axis=(1, 2))
    first, second = (edge - shifts).T
    return windows[np.arange(len(images)), first, second]


def write_repeated(folder, count):
    """Write `count` rows, half zeros and then half ones, in chunks, because they may not fit in memory."""
    random = np.random.default_rng(SHIFT_SEED)
    lab_rows, labels = lab()
    counts = {0: count // 2, 1: count - count // 2}
    with open(folder / "X.npy", "wb") as x, open(folder / "y.npy", "wb") as y:
        write_header(x, "<f4", (count, SIDE * SIDE))
        write_header(y, "|u1", (count,))
        for digit, rows_of_digit in counts.items():
            images = lab_rows[labels == digit]
            for start in range(0, rows_of_digit, CHUNK_ROWS):
                stop = min(start + CHUNK_ROWS, rows_of_digit)
                x.write(repeated(images, start, stop, random).astype("<f4", copy=False).tobytes())
                y.write(bytes([digit]) * (stop - start))
        # The rows are read soon, and pending writes would slow that down.
        for file in (x, y):
            file.flush()
            os.fsync(file.fileno())


def write_header(file, descr, shape):
    """Write the header of a .npy file."""
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)


def idx(name, header):
    """Return the bytes of a gzipped IDX file after its header."""
    with gzip.open(ASSETS / name) as file:
        return np.frombuffer(file.read(), dtype=np.uint8, offset=header)


def resize_weights(length):
    """Return the matrix [20, length] with which MATLAB's imresize shrinks an axis: bicubic, a = -1/2."""
    scale = length / SIDE
    weights = np.zeros((SIDE, length))
    for output in range(SIDE):
        centre = (output + 0.5) * scale - 0.5
        for position in range(int(np.ceil(centre - 2 * scale)), int(np.floor(centre + 2 * scale)) + 1):
            # Pixels outside the image repeat its border.
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
    parser.add_argument("--data", choices=["lab", "mnist-sized", "ten-digits"], default="lab")
    parser.add_argument("--rows", type=int, help="number of rows to write; --data is then ignored")
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
