"""Keras on TensorFlow: the course's notebook, `model.fit` with all defaults.

With --checkpoints FOLDER it also writes what our program writes: a history file and a checkpoint of each epoch.
"""

import os
import pathlib
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow
from keras import ops

import recipe


class FirstBatch(keras.callbacks.Callback):
    """Records when the first step is finished: it traces and compiles the function for all steps."""

    def __init__(self):
        super().__init__()
        self.finished_at = None

    def on_train_batch_end(self, batch, logs=None):
        if self.finished_at is None:
            self.finished_at = time.perf_counter()


def summed_cross_entropy(targets, probabilities):
    """Return the binary cross-entropy of each image, summed over its outputs; Keras takes the mean over the images."""
    return ops.sum(ops.binary_crossentropy(targets, probabilities), axis=-1)


def network(hidden_units=recipe.HIDDEN_UNITS, outputs=1, learning_rate=recipe.LEARNING_RATE):
    """Return the compiled network; Glorot-uniform weights are the default of Keras."""
    first, second = hidden_units
    model = keras.Sequential(
        [
            keras.Input(shape=(400,)),
            keras.layers.Dense(first, activation="sigmoid"),
            keras.layers.Dense(second, activation="sigmoid"),
            keras.layers.Dense(outputs, activation="sigmoid"),
        ]
    )
    beta_1, beta_2 = recipe.BETAS
    adam = keras.optimizers.Adam(learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=recipe.EPSILON)
    loss = keras.losses.BinaryCrossentropy() if outputs == 1 else summed_cross_entropy
    metric = "accuracy" if outputs == 1 else "categorical_accuracy"
    model.compile(loss=loss, optimizer=adam, metrics=[metric])
    return model


def version():
    """Return the versions of Keras and TensorFlow."""
    return f"{keras.__version__} on TensorFlow {tensorflow.__version__}"


def main():
    """Train once and report."""
    parser = recipe.parser(__doc__)
    help_text = "folder for a history file and a checkpoint of each epoch"
    parser.add_argument("--checkpoints", type=pathlib.Path, help=help_text)
    arguments = parser.parse_args()
    x, y = recipe.rows(arguments.data)
    keras.utils.set_random_seed(arguments.seed)
    targets = y if y.max() <= 1 else recipe.targets(y)
    outputs = 1 if targets.ndim == 1 else targets.shape[1]
    model = network(arguments.hidden_units, outputs)
    first_batch = FirstBatch()
    callbacks = [first_batch]
    if arguments.checkpoints:
        callbacks.append(keras.callbacks.CSVLogger(str(arguments.checkpoints / "history.csv")))
        callbacks.append(keras.callbacks.ModelCheckpoint(str(arguments.checkpoints / "epoch-{epoch}.keras")))

    started = time.perf_counter()
    model.fit(
        x, targets, batch_size=arguments.batch_size, epochs=arguments.epochs, callbacks=callbacks, verbose=0
    )
    seconds = time.perf_counter() - started

    compiling = first_batch.finished_at - started
    recipe.report("Keras", version(), seconds, model.predict(x, verbose=0), y, compile_seconds=compiling)


if __name__ == "__main__":
    main()
