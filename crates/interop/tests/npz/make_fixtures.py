"""Writes the archives of this folder with NumPy 2.4.6, and beside each what NumPy computes with it.

    python3 make_fixtures.py
"""

import pathlib
import sys
import zipfile

import numpy

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent / "expected"))
import network

NAMES = [f"layer{layer}/{part}" for layer in (1, 2, 3) for part in ("kernel", "bias")]


def record(name, arrays, digits=None):
    network.record(FOLDER / name, "npz", arrays, digits)


# As a notebook does it: numpy.savez("weights.npz", *model.get_weights()).
arrays = network.weights([3, 2, 1])
numpy.savez(FOLDER / "get_weights.npz", *arrays)
record("get_weights", arrays)

arrays = network.weights([3, 2, 10], "float64")
numpy.savez_compressed(FOLDER / "compressed.npz", **dict(zip(NAMES, arrays)))
record("compressed", arrays)

# A transposed kernel, as PyTorch has them, is in Fortran order.
arrays = network.weights([3, 2, 1], ">f4")
names = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "out.weight", "out.bias"]
numpy.savez(FOLDER / "pytorch_big_endian.npz", **dict(zip(names, [part.T for part in arrays])))
record("pytorch_big_endian", arrays)

arrays = network.weights([3, 2, 2], "float16")
numpy.savez(FOLDER / "half.npz", *arrays)
record("half", arrays)

arrays = network.weights([2, 2, 1])
numpy.savez(FOLDER / "digits.npz", **dict(zip(NAMES, arrays)))
with zipfile.ZipFile(FOLDER / "digits.npz", "a") as archive:
    archive.comment = b'{"digits": "3,8"}'
record("digits", arrays, [3, 8])
