"""Keras on TensorFlow: all ten digits, with one sigmoid output per digit, from IDX files such as MNIST's.

    python benches/peers/keras_ten.py --hidden-units 300,100 \
        --images train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz \
        --test-images t10k-images-idx3-ubyte.gz --test-labels t10k-labels-idx1-ubyte.gz

Without --images and --labels it trains on the 5,000 digits in `assets/`. The loss is the binary cross-entropy, summed
over the ten outputs and averaged over the images of the batch; the optimizer is Adam; the answer is the largest output.
The seconds of the fit do not include those of testing after each epoch.
"""

import argparse
import gzip
import json
import os
import pathlib
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow
from keras import ops

import recipe  # Before `digits`, whose folder it adds to Python's path.
import digits

DIGITS = 10
ROWS_AT_A_TIME = 10_000


def hidden_units(text):
    """Read `300,100`."""
    first, second = map(int, text.split(","))
    return first, second


def parser():
    """Return the parser of the arguments, which are named like those of our program where it has them."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--images", type=pathlib.Path, default=digits.ASSETS / "digits-images.idx3-ubyte.gz")
    arguments.add_argument("--labels", type=pathlib.Path, default=digits.ASSETS / "digits-labels.idx1-ubyte.gz")
    arguments.add_argument("--test-images", type=pathlib.Path, required=True)
    arguments.add_argument("--test-labels", type=pathlib.Path, required=True)
    arguments.add_argument("--hidden-units", type=hidden_units, default=recipe.HIDDEN_UNITS)
    arguments.add_argument("--batch-size", type=int, default=32)
    arguments.add_argument("--epochs", type=int, default=20)
    arguments.add_argument("--learning-rate", type=float, default=recipe.LEARNING_RATE)
    arguments.add_argument("--learning-rate-schedule", choices=["constant", "cosine"], default="constant")
    help_text = "steps in which the learning rate first rises from 0, before the cosine"
    arguments.add_argument("--warmup-steps", type=int, default=0, help=help_text)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--threads", type=int, help="threads of TensorFlow; by default it decides")
    return arguments


def rows(images, labels):
    """Return X [n, 400] of f32, resized to 20 x 20 and unrolled column by column, and the digits [n]."""
    images = idx(images, header=16).reshape(-1, digits.SOURCE_SIDE, digits.SOURCE_SIDE)
    weights = digits.resize_weights(digits.SOURCE_SIDE)
    x = np.empty((len(images), digits.SIDE * digits.SIDE), dtype=np.float32)
    # As f64 the images of MNIST would have 376 MB.
    for start in range(0, len(images), ROWS_AT_A_TIME):
        resized = weights @ (images[start : start + ROWS_AT_A_TIME] / 255) @ weights.T
        x[start : start + ROWS_AT_A_TIME] = resized.transpose(0, 2, 1).reshape(len(resized), -1)
    return x, idx(labels, header=8)


def idx(path, header):
    """Return the bytes of a gzipped IDX file after its header."""
    return np.frombuffer(gzip.decompress(path.read_bytes()), dtype=np.uint8, offset=header)


def summed_cross_entropy(targets, logits):
    """Return the binary cross-entropy of each image, summed over its outputs; Keras takes the mean over the images."""
    return ops.sum(ops.binary_crossentropy(targets, logits, from_logits=True), axis=-1)


def network(arguments, steps):
    """Return the compiled network. It ends with the logits, whose largest is also the largest sigmoid."""
    first, second = arguments.hidden_units
    model = keras.Sequential(
        [
            keras.Input(shape=(400,)),
            keras.layers.Dense(first, activation="sigmoid"),
            keras.layers.Dense(second, activation="sigmoid"),
            keras.layers.Dense(DIGITS),
        ]
    )
    beta_1, beta_2 = recipe.BETAS
    rate = learning_rate(arguments, steps)
    adam = keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=beta_2, epsilon=recipe.EPSILON)
    model.compile(loss=summed_cross_entropy, optimizer=adam)
    return model


def learning_rate(arguments, steps):
    """Return the constant rate, or a cosine that ends at 0 with the last step."""
    peak, warmup_steps = arguments.learning_rate, arguments.warmup_steps
    if arguments.learning_rate_schedule == "constant":
        return peak
    if warmup_steps == 0:
        return keras.optimizers.schedules.CosineDecay(peak, steps)
    return keras.optimizers.schedules.CosineDecay(
        0.0, steps - warmup_steps, warmup_target=peak, warmup_steps=warmup_steps
    )


class Test(keras.callbacks.Callback):
    """Counts the correct answers on the test images after each epoch, and the seconds that this takes."""

    def __init__(self, x, labels):
        super().__init__()
        self.x, self.labels = x, labels
        self.correct, self.seconds = [], 0.0

    def on_epoch_end(self, epoch, logs=None):
        started = time.perf_counter()
        logits = np.asarray(self.model(self.x))
        self.correct.append(int((logits.argmax(axis=1) == self.labels).sum()))
        self.seconds += time.perf_counter() - started


def main():
    """Train once, test after each epoch, and print one line of JSON."""
    arguments = parser().parse_args()
    if arguments.threads:
        tensorflow.config.threading.set_inter_op_parallelism_threads(arguments.threads)
        tensorflow.config.threading.set_intra_op_parallelism_threads(arguments.threads)
    x, labels = rows(arguments.images, arguments.labels)
    targets = np.eye(DIGITS, dtype=np.float32)[labels]
    test = Test(*rows(arguments.test_images, arguments.test_labels))
    keras.utils.set_random_seed(arguments.seed)
    model = network(arguments, steps=arguments.epochs * -(-len(x) // arguments.batch_size))

    started = time.perf_counter()
    history = model.fit(
        x, targets, batch_size=arguments.batch_size, epochs=arguments.epochs, callbacks=[test], verbose=0
    ).history
    seconds = time.perf_counter() - started - test.seconds

    accuracies = [correct / len(test.labels) for correct in test.correct]
    settings = ("hidden_units", "batch_size", "epochs", "learning_rate", "learning_rate_schedule", "warmup_steps")
    measured = {
        "peer": "Keras",
        "version": f"{keras.__version__} on TensorFlow {tensorflow.__version__}",
        **{setting: getattr(arguments, setting) for setting in settings},
        "seed": arguments.seed,
        "rows": len(x),
        "fit_seconds": seconds,
        "loss": history["loss"][-1],
        "test_accuracy": accuracies[-1],
        "test_accuracies": accuracies,
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
