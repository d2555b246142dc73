"""Keras on TensorFlow: `model.predict` as in the notebook, `model(x)`, and `model(x)` compiled by tf.function."""

import tensorflow

import keras_fit
import prediction


def main():
    """Predict and report."""
    arguments = prediction.parse(__doc__)
    model = keras_fit.network()
    model.set_weights([values for layer in prediction.layers(arguments.weights) for values in layer])
    signature = [tensorflow.TensorSpec([None, 400], tensorflow.float32)]
    compiled = tensorflow.function(lambda rows: model(rows, training=False), input_signature=signature)

    def predict(rows, batch_size=None):
        return model.predict(rows, batch_size=batch_size, verbose=0)

    def call(rows):
        return model(rows, training=False).numpy()

    def call_compiled(rows):
        return compiled(rows).numpy()

    methods = [
        prediction.measure("`model.predict`", predict, predict, arguments),
        prediction.measure("`model.predict`, default batch size", None, predict, arguments, [32]),
        prediction.measure("`model(x)`", call, prediction.in_batches(call), arguments),
        prediction.measure("`tf.function`", call_compiled, prediction.in_batches(call_compiled), arguments),
    ]
    prediction.report("Keras", keras_fit.version(), methods)


if __name__ == "__main__":
    main()
