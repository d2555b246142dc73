"""JAX: many networks in one compiled function, `vmap` over networks around a scan over epochs and one over batches.

The compilation comes first and is timed separately.
"""

import time

import jax
import jax.numpy as jnp

import jax_fit
import many
import recipe


def split(key, labels, of_each):
    """Return the rows for training and those for validation; the labels are sorted, with `of_each` of each digit."""
    count = int(labels.max()) + 1
    keys = jax.random.split(key, count)
    shuffled = jax.vmap(lambda key: jax.random.permutation(key, of_each))(keys)
    shuffled += of_each * jnp.arange(count)[:, None]
    held_out = round(many.VALIDATION_SPLIT * of_each)
    return shuffled[:, held_out:].reshape(-1), shuffled[:, :held_out].reshape(-1)


def fit(key, x, y, labels, arguments):
    """Return the losses and accuracies of one network: those of its last epoch, and those of its validation images."""
    start, splits, shuffles = jax.random.split(key, 3)
    training, validation = split(splits, labels, len(labels) // (int(labels.max()) + 1))
    batch_size, count = arguments.batch_size, len(training)
    whole = count // batch_size * batch_size
    steps = many.steps(arguments, count)

    def train_step(state, rows):
        layers, first, second, step = state
        gradient = jax.value_and_grad(jax_fit.loss_and_correct, has_aux=True)
        (loss, correct), gradients = gradient(layers, x[rows], y[rows])
        rate = arguments.learning_rate
        if arguments.cosine:
            rate *= 0.5 * (1 + jnp.cos(jnp.pi * step / steps))
        layers, first, second = jax_fit.adam(layers, gradients, first, second, step + 1, rate)
        return (layers, first, second, step + 1), (loss * len(rows), correct)

    def epoch(state, key):
        order = jax.random.permutation(key, training)
        state, (losses, counts) = jax.lax.scan(train_step, state, order[:whole].reshape(-1, batch_size))
        loss, correct = losses.sum(), counts.sum()
        if whole < count:  # The last batch is smaller.
            state, (last_loss, last_correct) = train_step(state, order[whole:])
            loss, correct = loss + last_loss, correct + last_correct
        return state, (loss / count, correct / count)

    layers = jax_fit.initial(start, arguments.hidden_units, y.shape[1])
    zeros = jax.tree.map(jnp.zeros_like, layers)
    state, history = jax.lax.scan(epoch, (layers, zeros, zeros, 0), jax.random.split(shuffles, arguments.epochs))
    loss, correct = jax_fit.loss_and_correct(state[0], x[validation], y[validation])
    return state[0], history, loss, correct / len(validation)


def main():
    """Compile, train and report."""
    arguments = many.parse(many.parser(__doc__))
    rows, targets, labels = many.rows(arguments)
    x, y = jnp.asarray(rows), jnp.asarray(targets)

    def fit_all(keys, x, y):
        return jax.vmap(lambda key: fit(key, x, y, labels, arguments))(keys)

    keys = jax.vmap(jax.random.key)(jnp.arange(arguments.networks))
    started = time.perf_counter()
    compiled = jax.jit(fit_all).lower(keys, x, y).compile()
    compiling = time.perf_counter() - started
    _, _, losses, accuracies = jax.block_until_ready(compiled(keys, x, y))
    seconds = time.perf_counter() - started
    many.report("JAX", jax.__version__, arguments, seconds, losses, accuracies, compile_seconds=compiling)


if __name__ == "__main__":
    main()
