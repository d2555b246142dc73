#!/usr/bin/env python3
"""Write the fixtures in this folder: results of Keras that our program must reproduce.

    pip install numpy==2.4.6 keras==3.15.1 tensorflow-cpu==2.21.0
    python3 crates/app/tests/keras/make_fixtures.py

Run it with Python 3.11 on x86-64. It reads the digits from `assets/`, writes into its own folder, and takes about half
a minute. It uses one thread and deterministic operations, so the same machine reproduces every byte; another processor
may round the last digit of a trained number differently.

The f32 numbers of Keras are written with the fewest digits that read back as the same f32. JSON has no NaN, so the
values in `callbacks.json` use null instead. Epochs count from 1.

The files whose names begin with `ten_` are of a network with ten outputs, one per digit, trained on all 5,000 digits.
Its loss is the binary cross-entropy summed over the outputs, and its accuracy takes the largest output. It starts from
layers 1 and 2 of `initial_weights.json` and from `ten_initial_layer3.json`. The order of its batches is a formula, in
`ten_order`, because as a file it would have half a megabyte.

The script also has a second, independent training, written by hand in NumPy with float64. It prints the differences
between the two, which give the tolerance for comparing our program with Keras in f32. Nearly all of the difference
comes from one rounding: Keras computes powers of 0.999 as f32, so at step 1 its 1 - 0.999^t has a relative error of
1.3e-5, and its step size one of 6e-6.
"""

import gzip
import json
import math
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
# oneDNN chooses its kernels, and so the order of summation, by processor.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras  # noqa: E402: after the environment variables
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import ops  # noqa: E402
from keras.callbacks import Callback, EarlyStopping, ReduceLROnPlateau  # noqa: E402
from keras.optimizers.schedules import CosineDecay, ExponentialDecay  # noqa: E402

HERE = Path(__file__).resolve().parent
ASSETS = HERE.parents[3] / "assets"
NAMES = [f"layer{layer}.{kind}" for layer in (1, 2, 3) for kind in ("weight", "bias")]
EXAMPLES, BATCH_SIZE, EPOCHS, LEARNING_RATE = 1000, 32, 20, 0.001
STEPS = math.ceil(EXAMPLES / BATCH_SIZE)
# All digits, for the network with ten outputs.
TEN, TEN_EXAMPLES = 10, 5000


# The digits.


def resize_taps():
    """For each of 20 output pixels, the input pixels out of 28 and their weights: MATLAB's bicubic kernel."""

    def kernel(distance):
        x = abs(distance)
        if x <= 1:
            return (1.5 * x - 2.5) * x * x + 1
        return ((-0.5 * x + 2.5) * x - 4) * x + 2 if x <= 2 else 0.0

    step, taps = 28 / 20, []
    for output in range(20):
        centre = (output + 0.5) * step - 0.5
        weights = {}
        for pixel in range(math.ceil(centre - 2 * step), math.floor(centre + 2 * step) + 1):
            inside = min(max(pixel, 0), 27)
            weights[inside] = weights.get(inside, 0.0) + kernel((pixel - centre) / step)
        total = 0.0
        for weight in weights.values():
            total += weight
        taps.append([(pixel, weight / total) for pixel, weight in weights.items()])
    return taps


def load_digits(examples=EXAMPLES):
    """The course's rows: pixels [n, 400] unrolled column by column, labels [n, 1]; 500 zeros, 500 ones, and so on."""

    def idx(name, header):
        return np.frombuffer(gzip.decompress((ASSETS / name).read_bytes())[header:], dtype=np.uint8)

    images = idx("digits-images.idx3-ubyte.gz", 16).reshape(-1, 28, 28)[:examples] / 255.0
    labels = idx("digits-labels.idx1-ubyte.gz", 8)[:examples].astype(np.float32).reshape(-1, 1)
    taps = resize_taps()
    # The sums are in the order of our program, so that every pixel has the same bits; `images @ matrix` would round
    # differently.
    rows = np.stack([sum(weight * images[:, pixel, :] for pixel, weight in tap) for tap in taps], axis=1)
    resized = np.stack([sum(weight * rows[:, :, pixel] for pixel, weight in tap) for tap in taps], axis=1)
    return resized.reshape(examples, 400).astype(np.float32), labels


def load_ten_digits():
    """All digits: pixels [5000, 400], and targets [5000, 10] with a 1 in the column of the digit."""
    pixels, labels = load_digits(TEN_EXAMPLES)
    return pixels, np.eye(TEN, dtype=np.float32)[labels[:, 0].astype(int)]


def ten_order(epochs):
    """The rows of each epoch, counted from 1. Each batch of 32 has all ten digits, and no two batches are equal."""
    rows = np.arange(TEN_EXAMPLES)
    order = np.stack([(2357 * rows + 1931 * epoch) % TEN_EXAMPLES for epoch in range(1, epochs + 1)])
    assert np.array_equal(np.sort(order), np.tile(rows, (epochs, 1))), "each epoch must have each row once"
    batches = [batch for epoch in order for batch in np.split(epoch, range(BATCH_SIZE, TEN_EXAMPLES, BATCH_SIZE))]
    assert all(len(set(batch // 500)) == TEN for batch in batches if len(batch) == BATCH_SIZE)
    assert len({frozenset(batch) for batch in batches}) == len(batches)
    return order


# Training in Keras.


def batches(pixels, labels, order):
    """All batches of all epochs, one after another, in the recorded order.

    This is not a `PyDataset`, because Keras creates the iterator of the next epoch, which reads ahead, before it tells
    the data set that the epoch has ended.
    """

    def epoch(rows):
        digits = tf.gather(pixels, rows), tf.gather(labels, rows)
        return tf.data.Dataset.from_tensor_slices(digits).batch(BATCH_SIZE)

    return tf.data.Dataset.from_tensor_slices(order).flat_map(epoch)


class LearningRates(Callback):
    """Records the learning rate of the last step of each epoch. Must come before callbacks that change it."""

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_epoch_end(self, epoch, logs=None):
        optimizer = self.model.optimizer
        # With a schedule, `optimizer.learning_rate` is already the rate of the next step.
        schedule = optimizer.get_config()["learning_rate"]
        if isinstance(schedule, dict):
            schedule = keras.optimizers.schedules.deserialize(schedule)
            self.rates.append(float(schedule(optimizer.iterations - 1)))
        else:
            self.rates.append(float(optimizer.learning_rate))


def summed_cross_entropy(targets, logits):
    """The binary cross-entropy of each example, summed over its outputs; Keras takes the mean over examples."""
    return ops.sum(ops.binary_crossentropy(targets, logits, from_logits=True), axis=-1)


def keras_model(weights=None, learning_rate=LEARNING_RATE, outputs=1, **adam):
    """The course's network, compiled; with new weights if none are given. With ten outputs, it ends with the logits."""
    model = keras.Sequential([keras.Input((400,))])
    for layer, units in enumerate((25, 15, outputs), start=1):
        activation = None if units == TEN else "sigmoid"
        model.add(keras.layers.Dense(units, activation=activation, name=f"layer{layer}"))
    if weights is not None:
        model.set_weights(weights)
    optimizer = keras.optimizers.Adam(learning_rate, **adam)
    loss, accuracy = keras.losses.BinaryCrossentropy(), "accuracy"
    if outputs == TEN:
        # Takes the largest output of an example, and the largest target.
        loss, accuracy = summed_cross_entropy, keras.metrics.CategoricalAccuracy(name="accuracy")
    model.compile(loss=loss, optimizer=optimizer, metrics=[accuracy])
    return model


def train_keras(weights, pixels, labels, order, epochs, adam=None, callbacks=(), **fit):
    """One `fit` over the recorded order; returns the model and its loss, accuracy and learning rate by epoch."""
    model, rates = keras_model(weights, outputs=labels.shape[1], **(adam or {})), LearningRates()
    history = model.fit(
        batches(pixels, labels, order), steps_per_epoch=math.ceil(len(pixels) / BATCH_SIZE), epochs=epochs,
        shuffle=False, verbose=0, callbacks=[rates, *callbacks], **fit,
    ).history  # fmt: skip
    return model, history["loss"], history["accuracy"], rates.rates


def train_keras_by_epoch(weights, pixels, labels, order):
    """The same training with one `fit` per epoch on reordered arrays; returns the model, loss and accuracy."""
    model, losses, accuracies = keras_model(weights), [], []
    for epoch in range(EPOCHS):
        history = model.fit(
            pixels[order[epoch]], labels[order[epoch]], batch_size=BATCH_SIZE, shuffle=False, verbose=0
        ).history
        losses += history["loss"]
        accuracies += history["accuracy"]
    assert int(model.optimizer.iterations) == EPOCHS * STEPS, "the optimizer must continue from epoch to epoch"
    return model, losses, accuracies


# The same training by hand, in float64.


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def forward(weights, x):
    """The activations of every layer, starting with the input, and the logits."""
    activations = [x]
    for kernel, bias in zip(weights[0::2], weights[1::2]):
        logits = activations[-1] @ kernel + bias
        activations.append(sigmoid(logits))
    return activations, logits


def loss_and_gradients(weights, x, y, example_weights):
    """The binary cross-entropy of a batch, its gradients, and the number of correct predictions.

    The loss is summed over the outputs and, with weights, averaged over the examples.
    """
    activations, logits = forward(weights, x)
    # -y ln p - (1 - y) ln(1 - p) = ln(1 + e^z) - y z, for p = sigmoid(z).
    loss = np.sum(example_weights * (np.logaddexp(0, logits) - y * logits)) / len(x)
    delta = example_weights * (activations[-1] - y) / len(x)
    gradients = []
    for layer in (2, 1, 0):
        gradients = [activations[layer].T @ delta, delta.sum(axis=0), *gradients]
        delta = (delta @ weights[2 * layer].T) * activations[layer] * (1 - activations[layer])
    return loss, gradients, np.sum(classes(activations[-1]) == classes(y))


def classes(outputs):
    """The class of each row of probabilities or targets: 0 or 1 with one output, otherwise that of the largest."""
    return (outputs[:, 0] > 0.5).astype(int) if outputs.shape[1] == 1 else outputs.argmax(axis=1)


def train_float64(
    weights, pixels, labels, order, epochs, rate=lambda step: LEARNING_RATE, clip=lambda gradients: gradients,
    class_weight=(1,) * TEN,
):  # fmt: skip
    """Adam with Keras's formula, with the bias correction in the step size: w -= rate_t m / (sqrt(v) + 1e-7)."""
    weights = [w.astype(np.float64) for w in weights]
    m, v = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    losses, accuracies, step = [], [], 0
    for epoch in range(epochs):
        total, correct = 0.0, 0
        for rows in np.split(order[epoch], range(BATCH_SIZE, len(pixels), BATCH_SIZE)):
            x, y = pixels[rows].astype(np.float64), labels[rows].astype(np.float64)
            example_weights = np.array(class_weight)[classes(y)][:, np.newaxis]
            loss, gradients, batch_correct = loss_and_gradients(weights, x, y, example_weights)
            total, correct = total + loss * len(rows), correct + batch_correct
            rate_t = rate(step) * math.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1))
            for i, gradient in enumerate(clip(gradients)):
                m[i] += (gradient - m[i]) * (1 - 0.9)
                v[i] += (gradient**2 - v[i]) * (1 - 0.999)
                weights[i] = weights[i] - rate_t * m[i] / (np.sqrt(v[i]) + 1e-7)
            step += 1
        losses.append(total / len(pixels))
        accuracies.append(correct / len(pixels))
    return weights, losses, accuracies


def clip_norm(limit):
    return lambda gradients: [g * min(1, limit / np.linalg.norm(g)) for g in gradients]


def clip_global_norm(limit):
    def clip(gradients):
        norm = math.sqrt(sum(np.sum(g**2) for g in gradients))
        return [g * min(1, limit / norm) for g in gradients]

    return clip


def cosine(start, decay_steps, alpha=0.0, warmup_steps=0):
    def rate(step):
        if step < warmup_steps:
            return start * step / warmup_steps
        done = min(step - warmup_steps, decay_steps) / decay_steps
        return start * ((1 - alpha) * 0.5 * (1 + math.cos(math.pi * done)) + alpha)

    return rate


# The variants and the cases: flags and values of our program, and what they are in Keras.

SCHEDULES = {
    "cosine": (
        {"learning_rate": LEARNING_RATE, "decay_steps": 100, "alpha": 0.1},
        CosineDecay(LEARNING_RATE, 100, alpha=0.1),
        cosine(LEARNING_RATE, 100, alpha=0.1),
    ),
    "cosine with warm-up": (
        {"learning_rate": LEARNING_RATE, "warmup_steps": 20, "decay_steps": 100},
        CosineDecay(0.0, 100, alpha=0.0, warmup_target=LEARNING_RATE, warmup_steps=20),
        cosine(LEARNING_RATE, 100, warmup_steps=20),
    ),
    "exponential": (
        {"learning_rate": LEARNING_RATE, "decay_steps": 32, "decay_rate": 0.8},
        ExponentialDecay(LEARNING_RATE, 32, 0.8),
        lambda step: LEARNING_RATE * 0.8 ** (step / 32),
    ),
    "step": (
        {"learning_rate": LEARNING_RATE, "decay_steps": 40, "decay_rate": 0.5},
        ExponentialDecay(LEARNING_RATE, 40, 0.5, staircase=True),
        lambda step: LEARNING_RATE * 0.5 ** (step // 40),
    ),
}
SCHEDULE_STEPS = [0, 1, 5, 19, 20, 21, 50, 99, 100, 119, 120, 121, 200]


def variants():
    """For each variant: name, flags, epochs, arguments of `train_keras`, arguments of `train_float64`."""

    def schedule(name):
        parameters, keras_schedule, by_hand = SCHEDULES[name]
        flags = ["--learning-rate-schedule", name.split()[0]]
        for key, value in parameters.items():
            flags += [] if key == "learning_rate" else [f"--{key.replace('_', '-')}", str(value)]
        return name, flags, 4, {"adam": {"learning_rate": keras_schedule}}, {"rate": by_hand}

    def clipping(name, flag, limit, by_hand):
        return name, [f"--{flag}", str(limit)], 4, {"adam": {flag.replace("-", "_"): limit}}, {"clip": by_hand}

    def plateau(name, min_delta, cooldown):
        callback = ReduceLROnPlateau(
            monitor="loss", factor=0.5, patience=1, min_delta=min_delta, cooldown=cooldown, min_lr=0.0002
        )
        flags = ["--monitor", "loss", "--plateau-patience", "1", "--plateau-factor", "0.5"]
        flags += ["--plateau-min-delta", str(min_delta), "--plateau-cooldown", str(cooldown)]
        flags += ["--plateau-min-learning-rate", "0.0002"]
        return name, flags, 8, {"callbacks": [callback]}, {}

    stopping = EarlyStopping(monitor="loss", patience=2, min_delta=0.05)
    stopping_flags = ["--monitor", "loss", "--early-stopping-patience", "2", "--early-stopping-min-delta", "0.05"]
    return [
        ("class weights", ["--class-weight", "1,3"], 4, {"class_weight": {0: 1.0, 1: 3.0}}, {"class_weight": (1, 3)}),
        clipping("clip by norm", "clipnorm", 0.01, clip_norm(0.01)),
        clipping("clip by value", "clipvalue", 0.001, lambda gradients: [np.clip(g, -1e-3, 1e-3) for g in gradients]),
        clipping("clip by global norm", "global-clipnorm", 0.01, clip_global_norm(0.01)),
        *[schedule(name) for name in SCHEDULES],
        # With a cooldown of 1, Keras already counts the next epoch again, so it changes nothing; a cooldown of 2 does.
        plateau("reduce on plateau", 0.1, 1),
        plateau("reduce on plateau, cooldown of 2", 0.2, 2),
        ("early stopping", stopping_flags, 20, {"callbacks": [stopping]}, {}),
    ]


def ten_variants():
    """The same for ten digits. Keras takes the class of an example from the largest target."""
    weights = (1.0, 2.0, 0.5, 1.5, 0.25, 3.0, 1.0, 0.75, 2.5, 1.25)
    flags = ["--class-weight", ",".join(f"{weight:g}" for weight in weights)]
    limit = 0.1
    return [
        ("class weights", flags, 3, {"class_weight": dict(enumerate(weights))}, {"class_weight": weights}),
        (
            "clip by global norm", ["--global-clipnorm", str(limit)], 3, {"adam": {"global_clipnorm": limit}},
            {"clip": clip_global_norm(limit)},
        ),
    ]  # fmt: skip


NAN = float("nan")
# Name, mode, patience, min_delta, values.
EARLY_STOPPING_CASES = [
    ("stops after patience epochs without improvement", "min", 2, 0.0, [1.0, 0.5, 0.75, 0.75, 0.25]),
    ("an improvement resets the wait", "min", 2, 0.0, [1.0, 1.5, 0.75, 1.0, 0.5, 0.75, 0.75, 0.25]),
    ("a tie is no improvement", "min", 2, 0.0, [0.5, 0.5, 0.5, 0.25]),
    ("patience 0 is patience 1", "min", 0, 0.0, [1.0, 0.5, 0.25, 0.5, 0.125]),
    ("patience 1", "min", 1, 0.0, [1.0, 0.5, 0.25, 0.5, 0.125]),
    ("patience 0 never stops while it improves", "min", 0, 0.0, [1.0, 0.5, 0.25]),
    ("runs out of epochs before patience", "min", 3, 0.0, [1.0, 0.5, 0.75, 0.75]),
    ("an improvement of exactly min_delta is none", "min", 2, 0.125, [1.0, 0.875, 0.875, 0.5]),
    ("an improvement just over min_delta", "min", 2, 0.125, [1.0, 0.8125, 0.6875, 0.5625, 0.5]),
    ("small improvements add up against the best", "min", 3, 0.125, [1.0, 0.9375, 0.875, 0.8125, 0.75, 0.75, 0.75]),
    ("max mode", "max", 2, 0.0, [0.5, 0.75, 0.625, 0.75, 1.0]),
    ("max mode, an improvement of exactly min_delta", "max", 2, 0.125, [0.5, 0.625, 0.6875, 0.75, 0.8125, 0.75]),
    ("NaN is no improvement", "min", 2, 0.0, [1.0, NAN, 0.5, NAN, NAN, 0.25]),
    ("nothing improves on NaN", "min", 2, 0.0, [NAN, 1.0, 0.5, 0.25]),
    ("max mode, nothing improves on NaN", "max", 3, 0.0, [NAN, 0.5, 0.75, 1.0, 1.25]),
    ("compared as f32: 0.7 + 0.1 is not less than 0.8", "min", 1, 0.1, [0.8, 0.7, 0.1]),
]
# Name, mode, factor, patience, min_delta, cooldown, min_lr, values; all start at LEARNING_RATE.
PLATEAU_CASES = [
    ("reduces after patience epochs", "min", 0.5, 2, 0.0, 0, 0.0, [1.0, 0.5, 0.75, 0.75, 0.75, 0.75, 0.75]),
    ("an improvement resets the wait", "min", 0.1, 2, 0.0, 0, 0.0, [1.0, 1.5, 0.5, 0.75, 0.25, 0.5, 0.5, 0.5]),
    ("a tie is no improvement", "min", 0.5, 2, 0.0, 0, 0.0, [0.5, 0.5, 0.5, 0.5, 0.5]),
    ("patience 0 is patience 1", "min", 0.5, 0, 0.0, 0, 0.0, [1.0, 0.5, 0.75, 0.25, 0.5, 0.5]),
    ("patience 1", "min", 0.5, 1, 0.0, 0, 0.0, [1.0, 0.5, 0.75, 0.25, 0.5, 0.5]),
    ("an improvement of exactly min_delta is none", "min", 0.5, 1, 0.125, 0, 0.0, [1.0, 0.875, 0.75, 0.625, 0.5]),
    ("small improvements add up against the best", "min", 0.5, 3, 0.125, 0, 0.0, [1.0, 0.9375, 0.875, 0.8125, 0.75]),
    ("a cooldown of 1 changes nothing", "min", 0.5, 1, 0.0, 1, 0.0, [0.5, 0.5, 0.5, 0.5, 0.5]),
    ("a cooldown of 2 skips one epoch", "min", 0.5, 1, 0.0, 2, 0.0, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
    ("cooldown of 3, patience 2", "min", 0.5, 2, 0.0, 3, 0.0, [0.5] * 12),
    ("an improvement in the cooldown is the new best", "min", 0.5, 1, 0.0, 3, 0.0, [1.0, 1.0, 0.5, 0.75, 0.75, 0.75]),
    ("min_lr is reached and kept", "min", 0.5, 1, 0.0, 0, 0.0002, [0.5] * 7),
    ("a reduction past min_lr stops at it", "min", 0.1, 1, 0.0, 2, 0.0005, [0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.5]),
    ("a min_lr above the rate leaves it alone", "min", 0.5, 1, 0.0, 0, 0.01, [0.5, 0.5, 0.5]),
    ("max mode", "max", 0.5, 2, 0.0, 0, 0.0, [0.5, 0.75, 0.625, 0.75, 1.0, 0.75, 0.75]),
    ("max mode, min_delta and cooldown", "max", 0.2, 1, 0.125, 2, 0.0, [0.5, 0.625, 0.75, 0.875, 0.875, 0.875, 1.25]),
    ("NaN is no improvement", "min", 0.5, 2, 0.0, 0, 0.0, [1.0, NAN, 0.5, NAN, NAN, 0.25, 0.5]),
    ("nothing improves on NaN", "min", 0.5, 2, 0.0, 0, 0.0, [NAN, 1.0, 0.5, 0.25, 0.125]),
    ("compared as f32: 0.7 + 0.1 is not less than 0.8", "min", 0.5, 1, 0.1, 0, 0.0, [0.8, 0.7, 0.1]),
]


def early_stopping_case(name, mode, patience, min_delta, values):
    """Calls a real EarlyStopping with the values."""
    model = keras_model()
    callback = EarlyStopping(monitor="loss", mode=mode, patience=patience, min_delta=min_delta)
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    stopped_epoch = None
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"loss": value})
        if model.stop_training:
            stopped_epoch = epoch + 1
            break
    return {
        "callback": "early_stopping", "name": name, "mode": mode, "patience": patience, "min_delta": min_delta,
        "values": without_nan(values), "stopped_epoch": stopped_epoch, "best_epoch": callback.best_epoch + 1,
    }  # fmt: skip


def plateau_case(name, mode, factor, patience, min_delta, cooldown, min_lr, values):
    """Calls a real ReduceLROnPlateau with the values."""
    model = keras_model()
    callback = ReduceLROnPlateau(
        monitor="loss", mode=mode, factor=factor, patience=patience, min_delta=min_delta, cooldown=cooldown,
        min_lr=min_lr,
    )  # fmt: skip
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"loss": value})
        rates.append(float(model.optimizer.learning_rate))
    return {
        "callback": "reduce_lr_on_plateau", "name": name, "mode": mode, "factor": factor, "patience": patience,
        "min_delta": min_delta, "cooldown": cooldown, "min_lr": min_lr, "initial": LEARNING_RATE,
        "values": without_nan(values), "learning_rates": shortest(rates),
    }  # fmt: skip


# Writing.


def shortest(numbers):
    """The same f32 numbers as the floats with the shortest text: 0.001, not 0.0010000000474974513."""
    numbers = np.asarray(numbers)
    assert np.array_equal(numbers, numbers.astype(np.float32)), "expected f32 numbers"
    short = [float(str(number)) for number in numbers.astype(np.float32)]
    assert np.array_equal(np.float32(short), numbers), "the text must read back as the same f32"
    return short


def without_nan(values):
    return [None if math.isnan(value) else value for value in values]


def write(name, lines):
    text = "".join(f"{line}\n" for line in lines)
    (HERE / name).write_text(text, encoding="utf-8")


def write_weights(name, weights, names=NAMES):
    """A JSON object with the six names; a matrix has one line per row, and one row per input."""
    lines = []
    for key, weight in zip(names, weights, strict=True):
        if weight.ndim == 1:
            lines.append(f'"{key}": {json.dumps(shortest(weight))},')
        else:
            lines += [f'"{key}": [', *[f"{json.dumps(shortest(row))}," for row in weight]]
            lines[-1] = lines[-1][:-1] + "],"
    lines[-1] = lines[-1][:-1]
    write(name, ["{", *lines, "}"])


def write_list(name, objects):
    write(name, ["[", ",\n".join(json.dumps(item, allow_nan=False) for item in objects), "]"])


def write_history(name, losses, accuracies):
    rows = zip(shortest(losses), shortest(accuracies))
    write(name, ["epoch,loss,accuracy", *[f"{i},{a},{b}" for i, (a, b) in enumerate(rows, start=1)]])


def write_callbacks():
    """The cases of both callbacks and of the schedules, one per line."""
    stopping = [early_stopping_case(*case) for case in EARLY_STOPPING_CASES]
    plateau = [plateau_case(*case) for case in PLATEAU_CASES]
    sections = []
    for key, cases in [("early_stopping", stopping), ("reduce_lr_on_plateau", plateau)]:
        sections.append(f'"{key}": [\n' + ",\n".join(json.dumps(case, allow_nan=False) for case in cases) + "\n]")
    schedules = []
    for key, (parameters, schedule, by_hand) in SCHEDULES.items():
        rates = [float(schedule(step)) for step in SCHEDULE_STEPS]
        gap = np.max(np.abs(np.subtract(rates, [by_hand(step) for step in SCHEDULE_STEPS])))
        print(f"schedule {key}: largest difference from float64 {gap:.1e}")
        case = {"parameters": parameters, "steps": SCHEDULE_STEPS, "learning_rates": shortest(rates)}
        schedules.append(f'"{key}": {json.dumps(case)}')
    sections.append('"schedules": {\n' + ",\n".join(schedules) + "\n}")
    write("callbacks.json", ["{", ",\n".join(sections), "}"])


def relative(ours, theirs):
    return np.max(np.abs(np.subtract(ours, theirs)) / np.abs(theirs))


def write_plain_recipe(initial, pixels, labels, order):
    """The gradients of the first step, the training and its results; returns the losses."""
    first = order[0][:BATCH_SIZE]
    model, criterion = keras_model(initial), keras.losses.BinaryCrossentropy()
    with tf.GradientTape() as tape:
        loss = criterion(labels[first], model(pixels[first], training=True))
    gradients = [gradient.numpy() for gradient in tape.gradient(loss, model.trainable_weights)]
    write_weights("first_step_gradients.json", gradients)
    x, y = pixels[first].astype(np.float64), labels[first].astype(np.float64)
    by_hand_loss, by_hand, _ = loss_and_gradients([w.astype(np.float64) for w in initial], x, y, np.ones_like(y))
    gap = max(np.max(np.abs(g - h)) for g, h in zip(gradients, by_hand))
    largest = max(np.max(np.abs(h)) for h in by_hand)
    print(f"first step: loss {float(loss):.9f}, float64 {by_hand_loss:.9f}")
    print(f"first step: largest gradient {largest:.3e}, largest difference from float64 {gap:.1e}")

    model, losses, accuracies, _ = train_keras(initial, pixels, labels, order, EPOCHS)
    other, other_losses, other_accuracies = train_keras_by_epoch(initial, pixels, labels, order)
    assert losses == other_losses and accuracies == other_accuracies, "one fit must equal one fit per epoch"
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), other.get_weights()))
    write_history("history.csv", losses, accuracies)
    write_weights("final_weights.json", model.get_weights())
    probabilities = model.predict(pixels, verbose=0)[:, 0]
    # 9 significant digits always identify an f32.
    write("probabilities.csv", ["row,probability", *[f"{row},{p:.8e}" for row, p in enumerate(probabilities)]])

    weights, float64, float64_accuracies = train_float64(initial, pixels, labels, order, EPOCHS)
    write("float64.csv", ["epoch,loss", *[f"{epoch},{float(a)!r}" for epoch, a in enumerate(float64, start=1)]])
    for epoch, (ours, theirs) in enumerate(zip(losses, float64), start=1):
        print(f"epoch {epoch}: Keras {ours:.9f}, float64 {theirs:.9f}, relative difference {ours / theirs - 1:+.1e}")
    float64_probabilities = forward(weights, pixels.astype(np.float64))[0][-1][:, 0]
    gap = max(np.max(np.abs(a - b)) for a, b in zip(model.get_weights(), weights))
    print(f"final weights: largest difference {gap:.1e}")
    print(f"final probabilities: largest difference {np.max(np.abs(probabilities - float64_probabilities)):.1e}")
    print(f"accuracies agree: {np.allclose(accuracies, float64_accuracies, atol=1e-7)}")
    correct = np.sum((probabilities > 0.5) == labels[:, 0])
    print(f"correct: {correct}; P(0) {probabilities[0]}; P(500) {probabilities[500]}")
    return losses


def write_ten_digits(initial, pixels, labels, order):
    """The initial weights of the last layer, the training and its results; returns the losses."""
    write_weights("ten_initial_layer3.json", initial[4:], NAMES[4:])
    model, losses, accuracies, _ = train_keras(initial, pixels, labels, order, EPOCHS)
    write_history("ten_history.csv", losses, accuracies)
    # Two of each digit.
    rows = range(0, TEN_EXAMPLES, 250)
    probabilities = ops.convert_to_numpy(ops.sigmoid(model.predict(pixels, verbose=0)))
    lines = [",".join([str(row), *[f"{p:.8e}" for p in probabilities[row]]]) for row in rows]
    write("ten_probabilities.csv", [",".join(["row", *map(str, range(TEN))]), *lines])

    weights, float64, float64_accuracies = train_float64(initial, pixels, labels, order, EPOCHS)
    for epoch, (ours, theirs, accuracy) in enumerate(zip(losses, float64, accuracies), start=1):
        gap = f"relative difference {ours / theirs - 1:+.1e}; accuracy {accuracy:.4f}"
        print(f"ten digits, epoch {epoch}: Keras {ours:.9f}, float64 {theirs:.9f}, {gap}")
    gap = max(np.max(np.abs(a - b)) for a, b in zip(model.get_weights(), weights))
    print(f"ten digits: final weights: largest difference {gap:.1e}")
    gap = np.max(np.abs(probabilities - forward(weights, pixels.astype(np.float64))[0][-1]))
    print(f"ten digits: final probabilities: largest difference {gap:.1e}")
    images = np.max(np.abs(np.subtract(accuracies, float64_accuracies))) * TEN_EXAMPLES
    print(f"ten digits: accuracies differ by at most {images:.1f} images")
    print(f"ten digits: correct: {np.sum(classes(probabilities) == classes(labels))}")
    return losses


def write_variants(file, cases, initial, pixels, labels, order, plain):
    objects = []
    for name, flags, epochs, arguments, by_hand in cases:
        _, losses, accuracies, rates = train_keras(initial, pixels, labels, order, epochs, **arguments)
        flags = flags + ["--epochs", str(epochs)]
        objects.append(
            {
                "name": name, "flags": flags, "loss": shortest(losses), "accuracy": shortest(accuracies),
                "learning_rate": shortest(rates),
            }
        )  # fmt: skip
        if "callbacks" in arguments:
            # Callbacks only act between epochs, so repeating Keras's learning rates is enough.
            by_hand = {"rate": lambda step, rates=rates: rates[step // STEPS]}
        _, float64, float64_accuracies = train_float64(initial, pixels, labels, order, len(losses), **by_hand)
        gap, other = relative(losses, float64), relative(losses, plain[: len(losses)])
        same = np.allclose(accuracies, float64_accuracies, atol=1e-7)
        print(f"{name}: relative difference from float64 {gap:.1e}, from the plain recipe {other:.1e}; {same = }")
        print("   ", *[f"{a:.4f} at {b:.6f}" for a, b in zip(losses, rates)], sep="  ")
    write_list(file, objects)


def main():
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()  # Keras then does not use XLA either.
    keras.utils.set_random_seed(0)
    print(f"Keras {keras.__version__}, TensorFlow {tf.__version__}, NumPy {np.__version__}")

    pixels, labels = load_digits()
    initial = keras_model().get_weights()
    # Unlike default_rng, RandomState guarantees the same numbers in every version of NumPy.
    random = np.random.RandomState(0)
    order = np.stack([random.permutation(EXAMPLES) for _ in range(EPOCHS)])
    write_weights("initial_weights.json", initial)
    write("batch_order.csv", [",".join(map(str, epoch)) for epoch in order])

    plain = write_plain_recipe(initial, pixels, labels, order)
    write_variants("variants.json", variants(), initial, pixels, labels, order, plain)
    write_callbacks()

    pixels, labels = load_ten_digits()
    keras.utils.set_random_seed(1)  # Whatever was drawn above, the new layer stays the same.
    initial = [*initial[:4], *keras_model(outputs=TEN).get_weights()[4:]]
    order = ten_order(EPOCHS)
    plain = write_ten_digits(initial, pixels, labels, order)
    write_variants("ten_variants.json", ten_variants(), initial, pixels, labels, order, plain)


if __name__ == "__main__":
    main()
