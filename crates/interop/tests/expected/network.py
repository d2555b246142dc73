"""Networks, images, and their probabilities by NumPy, for the recipes of the fixtures."""

import json
import pathlib

import numpy

IMAGES = 3


def weights(units, dtype="float32"):
    """Kernels [inputs, units] and biases in turn, as Keras's get_weights() has them."""
    random = numpy.random.default_rng(15)
    arrays = []
    for inputs, outputs in zip([400, *units], units):
        arrays.append(random.normal(0, 0.1, (inputs, outputs)).astype(dtype))
        arrays.append(random.normal(0, 0.5, outputs).astype(dtype))
    return arrays


def images():
    """As `images()` in mod.rs: [3, 400], multiples of 1/256."""
    numbers = numpy.arange(IMAGES * 400)
    return (numbers * 7919 % 257 / 256).reshape(IMAGES, 400)


def probabilities(arrays):
    """What the network gives in 64 bits, after its numbers are rounded to 32."""
    values = images()
    for kernel, bias in zip(arrays[::2], arrays[1::2]):
        kernel, bias = [part.astype("float32").astype("float64") for part in (kernel, bias)]
        values = 1 / (1 + numpy.exp(-(values @ kernel + bias)))
    return values


def record(path, format, arrays, digits=None, order=None):
    """Writes what a file gives: the outputs in an order, its digits if they are known."""
    values = probabilities(arrays)
    if order is not None:
        values = values[:, order]
    expected = {"format": format, "digits": digits, "probabilities": values.ravel().tolist()}
    pathlib.Path(path).with_suffix(".json").write_text(json.dumps(expected) + "\n")
