"""Makes the fixtures of this folder: files of Keras and h5py, and what Keras computes with their weights.

    KERAS_BACKEND=jax python make_fixtures.py

Made with Keras 3.15.1 (JAX 0.10.2) and h5py 3.16.0. Files that only Keras 2 would write are written with h5py in its
layout, as tf_keras/src/saving/legacy/hdf5_format.py has it; the names in them are those of TensorFlow 2.15.
"""

import json
import os
import zipfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import h5py
import keras
import numpy as np

HERE = Path(__file__).parent
LAYERS = keras.layers
# Two images; each pixel is a multiple of 0.01.
PIXELS = np.array([[(37 * i + 11 * n) % 101 / 100 for i in range(400)] for n in range(2)], "float32")
expected = {}


def randomized(model):
    """Gives all weights and biases numbers other than zero."""
    numbers = np.random.default_rng(15)
    model.set_weights([numbers.normal(0, 0.3, array.shape) for array in model.get_weights()])
    return model


def expect(name, model, logits=False):
    """Notes the probabilities of both images."""
    outputs = np.asarray(model(PIXELS.reshape((2,) + model.input_shape[1:])), "float64")
    expected[name] = (1 / (1 + np.exp(-outputs)) if logits else outputs).tolist()


def sequential(units=(3, 2, 1), **arguments):
    keras.utils.clear_session()
    dense = [LAYERS.Dense(count, activation="sigmoid", **arguments) for count in units]
    return randomized(keras.Sequential([LAYERS.Input((400,)), *dense]))


def whole_models():
    keras.utils.clear_session()
    model = keras.Sequential(
        [
            LAYERS.Input((400,)),
            LAYERS.Dense(3, activation="sigmoid", name="zebra"),
            LAYERS.Dropout(0.5),
            LAYERS.Dense(2, activation="sigmoid", name="ant", use_bias=False),
            LAYERS.Dense(1, activation="sigmoid", name="bee"),
        ]
    )
    randomized(model).compile(loss="binary_crossentropy", optimizer="sgd", metrics=["accuracy"])
    model.save(HERE / "sequential.keras")
    expect("sequential.keras", model)

    keras.utils.clear_session()
    pixels = LAYERS.Input((20, 20), name="pixels")
    x = LAYERS.Dense(3)(LAYERS.Flatten()(pixels))
    x = LAYERS.Dense(2, activation="sigmoid")(LAYERS.Activation("sigmoid")(x))
    model = randomized(keras.Model(pixels, LAYERS.Dense(4)(x)))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(loss=loss, optimizer="sgd")
    model.save(HERE / "functional.keras")
    expect("functional.keras", model, logits=True)
    model.save(HERE / "functional.h5")
    expect("functional.h5", model, logits=True)
    model.save_weights(HERE / "functional.weights.h5")
    expect("functional.weights.h5", model, logits=True)


def weights():
    model = sequential()
    model.compile(loss="binary_crossentropy", optimizer="adam")
    model.fit(PIXELS, np.array([[0], [1]]), verbose=0)
    model.save_weights(HERE / "adam.weights.h5")
    expect("adam.weights.h5", model)

    model = sequential((3, 2, 3), dtype="float16")
    model.save_weights(HERE / "float16.weights.h5")
    # The same numbers, computed in float32.
    computed = sequential((3, 2, 3))
    computed.set_weights([np.asarray(array, "float32") for array in model.get_weights()])
    expect("float16.weights.h5", computed)
    # JAX has no float64 by default.
    with h5py.File(HERE / "float64.weights.h5", "w") as file:
        for number, layer in enumerate(computed.layers):
            for at, array in enumerate(layer.get_weights()):
                file[f"layers/dense_{number}/vars/{at}".replace("_0", "")] = array.astype("float64")
    expect("float64.weights.h5", computed)

    class Subclassed(keras.Model):
        def __init__(self):
            super().__init__()
            self.one = LAYERS.Dense(3, activation="sigmoid")
            self.out = LAYERS.Dense(1, activation="sigmoid")
            self.two = LAYERS.Dense(2, activation="sigmoid")

        def call(self, images):
            return self.out(self.two(self.one(images)))

    model = Subclassed()
    model(PIXELS)
    model = randomized(model)
    model.save_weights(HERE / "subclassed.weights.h5")
    expected["subclassed.weights.h5"] = np.asarray(model(PIXELS), "float64").tolist()

    # HDF5's newest layout: superblock 3, checksums, links in the headers; and compact arrays.
    model = sequential()
    with h5py.File(HERE / "latest.weights.h5", "w", libver="latest") as file:
        for number, layer in enumerate(model.layers):
            group = file.create_group(f"layers/dense_{number}".removesuffix("_0") + "/vars", track_order=True)
            group.attrs["name"] = layer.name
            for at, array in enumerate(layer.get_weights()):
                plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                if array.nbytes < 1000:
                    plist.set_layout(h5py.h5d.COMPACT)
                space = h5py.h5s.create_simple(array.shape)
                data = h5py.h5d.create(group.id, str(at).encode(), h5py.h5t.IEEE_F32LE, space, plist)
                data.write(h5py.h5s.ALL, h5py.h5s.ALL, array)
    expect("latest.weights.h5", model)


def keras2():
    """A whole model, its weights only, and a functional model, as Keras 2 wrote them."""
    model = sequential((3, 2, 1))
    names = ["dense_9", "dense_10", "dense_11"]

    def write_weights(group, kernel=":0", inner=lambda name: name):
        group.attrs["layer_names"] = np.array([b"dropout", *(name.encode() for name in names)])
        group.attrs["backend"] = b"tensorflow"
        group.attrs["keras_version"] = b"2.15.0"
        group.create_group("dropout").attrs["weight_names"] = np.array([])
        for name, layer in zip(names, model.layers):
            arrays = [f"{inner(name)}/{part}{kernel}" for part in ["kernel", "bias"]]
            layer_group = group.create_group(name)
            layer_group.attrs["weight_names"] = np.array([array.encode() for array in arrays])
            for array, numbers in zip(arrays, layer.get_weights()):
                layer_group[array] = numbers
        group.create_group("top_level_model_weights").attrs["weight_names"] = np.array([])

    def dense(name, units, activation="sigmoid"):
        config = {"name": name, "trainable": True, "dtype": "float32", "units": units}
        config |= {"activation": activation, "use_bias": True}
        return {"class_name": "Dense", "config": config}

    pixels = {"batch_input_shape": [None, 400], "dtype": "float32", "name": "dense_9_input"}
    input_layer = {"class_name": "InputLayer", "config": pixels}
    dropout = {"class_name": "Dropout", "config": {"name": "dropout", "rate": 0.2}}
    layers = [input_layer, dropout, *(dense(*of) for of in zip(names, [3, 2, 1], ["sigmoid"] * 2 + ["linear"]))]
    loss = {"class_name": "BinaryCrossentropy", "config": {"reduction": "auto", "from_logits": True}}
    with h5py.File(HERE / "keras2.h5", "w") as file:
        config = {"class_name": "Sequential", "config": {"name": "sequential_3", "layers": layers}}
        file.attrs["model_config"] = np.bytes_(json.dumps(config).encode())
        file.attrs["training_config"] = json.dumps({"loss": loss, "metrics": None})
        write_weights(file.create_group("model_weights"), inner=lambda name: f"sequential_3/{name}")
    expect("keras2.h5", model)

    with h5py.File(HERE / "keras2_weights.h5", "w") as file:
        write_weights(file)
    expect("keras2_weights.h5", model)

    before = ["pixels", *names]
    for layer, source in zip(layers[2:], before):
        layer |= {"name": layer["config"]["name"], "inbound_nodes": [[[source, 0, 0, {}]]]}
    pixels = {"class_name": "InputLayer", "config": pixels | {"name": "pixels"}, "name": "pixels", "inbound_nodes": []}
    config = {"name": "model", "layers": [layers[4], pixels, layers[2], layers[3]]}
    config |= {"input_layers": [["pixels", 0, 0]], "output_layers": [["dense_11", 0, 0]]}
    with h5py.File(HERE / "keras2_functional.h5", "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config})
        write_weights(file.create_group("model_weights"))
    expect("keras2_functional.h5", model)


def refused_models():
    """The descriptions of models that are no networks of three sigmoid layers."""

    def description(layers, compile=None, input_shape=(400,)):
        keras.utils.clear_session()
        model = keras.Sequential([LAYERS.Input(input_shape), *layers()])
        if compile:
            model.compile(**compile)
        model.save(HERE / "temporary.keras")
        return zipfile.ZipFile(HERE / "temporary.keras").read("config.json").decode()

    def dense(units=3, activation="sigmoid"):
        return LAYERS.Dense(units, activation=activation)

    def graph(make):
        keras.utils.clear_session()
        pixels = LAYERS.Input((400,))
        keras.Model(pixels, make(pixels)).save(HERE / "temporary.keras")
        return zipfile.ZipFile(HERE / "temporary.keras").read("config.json").decode()

    logits = keras.losses.CategoricalCrossentropy(from_logits=True)
    binary = keras.losses.BinaryCrossentropy
    hidden = lambda: [dense(), dense(2)]
    shared = LAYERS.Dense(400, activation="sigmoid", name="shared")
    configs = {
        "relu": description(lambda: [dense(3, "relu"), dense(2), dense(1)]),
        "leaky": description(lambda: [dense(3, keras.layers.LeakyReLU()), dense(2), dense(1)]),
        "relu layer": description(lambda: [dense(3, None), LAYERS.ReLU(), dense(2), dense(1)]),
        "softmax": description(lambda: [*hidden(), dense(3, "softmax")]),
        "hidden linear": description(lambda: [dense(3, None), dense(2), dense(1)]),
        "two sigmoids": description(lambda: [*hidden(), dense(1), LAYERS.Activation("sigmoid")]),
        "first sigmoid": description(lambda: [LAYERS.Activation("sigmoid"), *hidden(), dense(1)]),
        "linear, softmax loss": description(lambda: [*hidden(), dense(3, None)], {"loss": logits}),
        "linear, probability loss": description(lambda: [*hidden(), dense(1, None)], {"loss": binary()}),
        "linear, squared loss": description(lambda: [*hidden(), dense(1, None)], {"loss": "mse"}),
        "linear, several, no loss": description(lambda: [*hidden(), dense(3, None)]),
        "conv": description(lambda: [LAYERS.Conv2D(2, 3), LAYERS.Flatten(), *hidden(), dense(1)], None, (20, 20, 1)),
        "batch normalization": description(lambda: [dense(), LAYERS.BatchNormalization(), dense(2), dense(1)]),
        "rescaling": description(lambda: [LAYERS.Rescaling(1 / 255), *hidden(), dense(1)]),
        "permute": description(lambda: [LAYERS.Permute((2, 1)), LAYERS.Flatten(), *hidden(), dense(1)], None, (20, 20)),
        "nested": description(lambda: [keras.Sequential(hidden()), dense(1)]),
        "branch": graph(lambda x: LAYERS.Add()([dense(2)(x), dense(2)(x)])),
        "shared": graph(lambda x: dense(1)(shared(shared(x)))),
        "two outputs": graph(lambda x: [dense(1)(x), dense(2)(x)]),
    }
    accepted = {
        "linear, no loss": description(lambda: [*hidden(), dense(1, None)]),
        "linear, logits": description(lambda: [*hidden(), dense(1, None)], {"loss": binary(from_logits=True)}),
        "reshape": description(lambda: [LAYERS.Reshape((400,)), *hidden(), LAYERS.Dropout(0.1), dense(1)], None, (20, 20)),
        "noise": description(lambda: [LAYERS.GaussianNoise(0.1), *hidden(), LAYERS.Identity(), dense(1)]),
        "function": description(lambda: [dense(3, keras.ops.sigmoid), dense(2), dense(1)]),
        "loss in a list": description(lambda: [*hidden(), dense(1, None)], {"loss": [binary(from_logits=True)]}),
    }
    (HERE / "temporary.keras").unlink()
    (HERE / "models.json").write_text(json.dumps({"refused": configs, "accepted": accepted}, indent=0) + "\n")


def refused_files():
    """HDF5 files with what Keras does not write, and does not read either."""

    def file(name, **arguments):
        return h5py.File(HERE / f"refused_{name}.h5", "w", **arguments)

    def first(file, **arguments):
        return file.create_dataset("layers/dense/vars/0", (400, 3), "float32", **arguments)

    with file("soft_link") as h:
        h["layers/dense/vars/0"] = h5py.SoftLink("/elsewhere")
    with file("soft_link_latest", libver="latest") as h:
        h["layers/dense/vars/0"] = h5py.SoftLink("/elsewhere")
    with file("external_link") as h:
        h["layers/dense/vars/0"] = h5py.ExternalLink("other.h5", "/kernel")
    with file("external_array") as h:
        first(h, external=[("/etc/passwd", 0, 4800)])
    with file("virtual", libver="latest") as h:
        layout = h5py.VirtualLayout((400, 3), "float32")
        layout[:] = h5py.VirtualSource("other.h5", "kernel", (400, 3))
        h.create_group("layers/dense/vars").create_virtual_dataset("0", layout)
    with file("chunked") as h:
        first(h, chunks=(400, 3))[:] = 0
    with file("compressed") as h:
        first(h, compression="gzip")[:] = 0
    with file("huge") as h:
        h.create_dataset("layers/dense/vars/0", (1 << 40, 1 << 20), "float32")
    with file("integers") as h:
        h["layers/dense/vars/0"] = np.zeros((4, 3), "int8")
    with file("big_endian") as h:
        h["layers/dense/vars/0"] = np.zeros((4, 3), ">f4")
    with file("circle") as h:
        dense = h.create_group("layers/dense")
        dense["again"] = h["layers"]
    with file("diamonds", libver="latest") as h:
        # No circle, but 6^12 ways from the root to the last group.
        below = h.create_group("layers/last")
        for level in range(12):
            above = h.create_group(f"layers/level{level}")
            for link in range(6):
                above[str(link)] = below
            del h["layers/level" + str(level - 1) if level else "layers/last"]
            below = above
    with file("many", libver="latest") as h:
        for number in range(12):
            h.create_group(f"layers/dense_{number}")
    with file("convolution") as h:
        h["layers/conv2d/vars/0"] = np.zeros((3, 3, 1, 2), "float32")
        h["layers/conv2d/vars/1"] = np.zeros(2, "float32")
    with file("other") as h:
        h["temperature"] = np.zeros(3)
    with file("user_block", userblock_size=512) as h:
        h["layers/dense/vars/0"] = np.zeros((4, 3), "float32")


whole_models()
weights()
keras2()
refused_models()
refused_files()
(HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
