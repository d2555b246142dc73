"""Keras on TensorFlow in a loop: `model.fit` with all defaults for each network, then `model.evaluate`."""

import time

import keras_fit  # First: it chooses the backend of Keras.
import keras

import many


def learning_rate(arguments, training_images):
    """Return the constant rate, or a cosine that ends at 0 with the last step."""
    if not arguments.cosine:
        return arguments.learning_rate
    return keras.optimizers.schedules.CosineDecay(arguments.learning_rate, many.steps(arguments, training_images))


def main():
    """Train all networks, one after the other, and report."""
    arguments = many.parse(many.parser(__doc__))
    x, targets, labels = many.rows(arguments)
    losses, accuracies = [], []

    started = time.perf_counter()
    for seed in range(arguments.networks):
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        training, validation = many.split(labels, seed)
        rate = learning_rate(arguments, len(training))
        model = keras_fit.network(arguments.hidden_units, targets.shape[1], rate)
        model.fit(
            x[training], targets[training], batch_size=arguments.batch_size, epochs=arguments.epochs, verbose=0
        )
        loss, accuracy = model.evaluate(x[validation], targets[validation], verbose=0)
        losses.append(loss)
        accuracies.append(accuracy)
    seconds = time.perf_counter() - started

    many.report("Keras", keras_fit.version(), arguments, seconds, losses, accuracies)


if __name__ == "__main__":
    main()
