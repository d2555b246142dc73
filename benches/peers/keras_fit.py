"""Keras on TensorFlow: the course's notebook, `model.fit` with everything at its default.

With --keep FOLDER it also keeps what our program keeps: a history file and a checkpoint of each epoch.
"""

import os
import pathlib
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow

import recipe


class FirstBatch(keras.callbacks.Callback):
    """Notes when the first step is done: it traces and compiles the function that all others run."""

    def __init__(self):
        super().__init__()
        self.done_at = None

    def on_train_batch_end(self, batch, logs=None):
        if self.done_at is None:
            self.done_at = time.perf_counter()


def network():
    """Return the compiled network; Keras starts from Glorot-uniform weights by itself."""
    first, second = recipe.HIDDEN_UNITS
    model = keras.Sequential(
        [
            keras.Input(shape=(400,)),
            keras.layers.Dense(first, activation="sigmoid"),
            keras.layers.Dense(second, activation="sigmoid"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    beta_1, beta_2 = recipe.BETAS
    adam = keras.optimizers.Adam(recipe.LEARNING_RATE, beta_1=beta_1, beta_2=beta_2, epsilon=recipe.EPSILON)
    model.compile(loss=keras.losses.BinaryCrossentropy(), optimizer=adam, metrics=["accuracy"])
    return model


def version():
    """Return the versions of Keras and of what computes for it."""
    return f"{keras.__version__} on TensorFlow {tensorflow.__version__}"


def main():
    """Train once and report."""
    parser = recipe.parser(__doc__)
    parser.add_argument("--keep", type=pathlib.Path, help="folder for a history file and a checkpoint of each epoch")
    arguments = parser.parse_args()
    x, y = recipe.rows(arguments.data)
    keras.utils.set_random_seed(arguments.seed)
    model = network()
    first_batch = FirstBatch()
    callbacks = [first_batch]
    if arguments.keep:
        callbacks.append(keras.callbacks.CSVLogger(str(arguments.keep / "history.csv")))
        callbacks.append(keras.callbacks.ModelCheckpoint(str(arguments.keep / "epoch-{epoch}.keras")))

    started = time.perf_counter()
    model.fit(
        x, y, batch_size=arguments.batch_size, epochs=arguments.epochs, callbacks=callbacks, verbose=0
    )
    seconds = time.perf_counter() - started

    compiling = first_batch.done_at - started
    recipe.report("Keras", version(), seconds, model.predict(x, verbose=0), y, compile_seconds=compiling)


if __name__ == "__main__":
    main()
