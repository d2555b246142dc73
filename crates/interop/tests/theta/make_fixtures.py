"""Writes the files of this folder with SciPy 1.17.1, and beside each what NumPy computes with it.

    python3 make_fixtures.py
"""

import pathlib
import struct
import sys
import zlib

import numpy
import scipy.io

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent / "expected"))
import network


def thetas(arrays):
    """Theta1 and so on: [units, 1 + inputs], the biases in the first column."""
    pairs = zip(arrays[::2], arrays[1::2])
    return {
        f"Theta{number}": numpy.column_stack([bias, kernel.T])
        for number, (kernel, bias) in enumerate(pairs, 1)
    }


def record(name, arrays, digits=None, order=None):
    network.record(FOLDER / name, "mat", arrays, digits, order)


# As in the course: compressed doubles, and ten outputs for 1, 2, ... 9, 0.
arrays = network.weights([3, 2, 10], "float64")
scipy.io.savemat(FOLDER / "course.mat", thetas(arrays), do_compression=True)
record("course", arrays, list(range(10)), order=[9, 0, 1, 2, 3, 4, 5, 6, 7, 8])

# The same rows with their digits named stay where they are; 10 is 0.
digits = numpy.array([[2.0, 1, 3, 4, 5, 6, 7, 8, 9, 10]])
scipy.io.savemat(FOLDER / "named_digits.mat", {"digits": digits, **thetas(arrays)})
record("named_digits", arrays, [2, 1, 3, 4, 5, 6, 7, 8, 9, 0])

# Singles, among other variables.
arrays = network.weights([3, 2, 1], "float32")
others = {"cost": 0.1, "names": "digits", "options": {"lambda": 1.0}}
scipy.io.savemat(FOLDER / "single.mat", {**others, **thetas(arrays)})
record("single", arrays)

# The course's ex3weights.mat and ex4weights.mat have these two arrays, here of zeros.
one_hidden = {"Theta1": numpy.zeros((25, 401)), "Theta2": numpy.zeros((10, 26))}
scipy.io.savemat(FOLDER / "one_hidden_layer.mat", one_hidden, do_compression=True)

# A bomb: 33,554,433 bytes of zeros that become doubles, in 33 kB.
count = 2**25 + 1
fields = struct.pack("<4I", 6, 8, 6, 0) + struct.pack("<4I", 5, 8, count, 1)
fields += struct.pack("<2I", 1, 6) + b"Theta1\0\0" + struct.pack("<2I", 2, count)
matrix = fields + bytes(count + 7)
inflated = struct.pack("<2I", 14, len(matrix)) + matrix
packed = zlib.compress(inflated, 9)
header = b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM"
(FOLDER / "bomb.mat").write_bytes(header + struct.pack("<2I", 15, len(packed)) + packed)
