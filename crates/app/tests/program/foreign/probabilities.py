import json
import numpy

images = numpy.array(json.load(open("pixels.json")), "float32")


def probabilities(arrays):
    """What a network gives for each image: kernels [inputs, units] and biases in turn."""
    values = images
    for kernel, bias in zip(arrays[::2], arrays[1::2]):
        values = 1 / (1 + numpy.exp(-(values @ kernel + bias)))
    return values.tolist()


def weights(units, dtype="float32"):
    """A network of random weights."""
    random = numpy.random.default_rng(15)
    arrays = []
    for inputs, outputs in zip([400, *units], units):
        arrays.append(random.normal(0, 0.1, (inputs, outputs)).astype(dtype))
        arrays.append(random.normal(0, 0.5, outputs).astype(dtype))
    return arrays
