"""Makes the fixtures of Keras 2: files of tf_keras, and what it computes with their weights.

    python make_tf_keras_fixtures.py

Made with tf_keras 2.21.0, TensorFlow 2.21.0 and h5py 3.14.0.
"""

import json
from pathlib import Path

import numpy as np
import tf_keras

HERE = Path(__file__).parent
LAYERS = tf_keras.layers
# The images of make_fixtures.py.
PIXELS = np.array([[(37 * i + 11 * n) % 101 / 100 for i in range(400)] for n in range(2)], "float32")
expected = {}


def fitted(model, **loss):
    tf_keras.utils.set_random_seed(15)
    model.compile(loss=tf_keras.losses.BinaryCrossentropy(**loss), optimizer="sgd", metrics=["accuracy"])
    numbers = np.random.default_rng(15)
    model.set_weights([numbers.normal(0, 0.3, array.shape) for array in model.get_weights()])
    model.fit(PIXELS.reshape((2, *model.input_shape[1:])), np.eye(2)[:, : model.output_shape[1]], verbose=0)
    return model


def expect(name, model, logits=False):
    outputs = np.asarray(model(PIXELS.reshape((2, *model.input_shape[1:]))), "float64")
    expected[name] = (1 / (1 + np.exp(-outputs)) if logits else outputs).tolist()


model = tf_keras.Sequential(
    [
        LAYERS.Dense(3, activation="sigmoid", input_shape=(400,)),
        LAYERS.Dropout(0.2),
        LAYERS.Dense(2),
        LAYERS.Activation("sigmoid"),
        LAYERS.Dense(1),
    ]
)
fitted(model, from_logits=True)
for ending in ["h5", "keras"]:
    model.save(HERE / f"tf_keras.{ending}")
    expect(f"tf_keras.{ending}", model, logits=True)

pixels = LAYERS.Input((20, 20))
x = LAYERS.Dense(3, activation="sigmoid", use_bias=False)(LAYERS.Flatten()(pixels))
x = LAYERS.Dense(2, activation="sigmoid")(x)
model = fitted(tf_keras.Model(pixels, LAYERS.Dense(2, activation="sigmoid")(x)))
for ending in ["h5", "keras"]:
    model.save(HERE / f"tf_keras_functional.{ending}")
    expect(f"tf_keras_functional.{ending}", model)
for name in ["tf_keras_weights.h5", "tf_keras.weights.h5"]:
    model.save_weights(HERE / name)
    expect(name, model)
(HERE / "expected_tf_keras.json").write_text(json.dumps(expected, indent=1) + "\n")
