"""JAX: the whole fit compiled into one function, a scan over epochs around a scan over batches.

The compilation comes first and is timed separately. --reruns runs and times the compiled function again.
"""

import time

import jax
import jax.numpy as jnp

import recipe


def initial(key, hidden_units, outputs):
    """Return the layers as (weights, biases), initialized Glorot-uniform and with 0."""
    sizes = [400, *hidden_units, outputs]
    keys = jax.random.split(key, len(sizes) - 1)
    glorot = jax.nn.initializers.glorot_uniform()
    return [(glorot(key, (i, o)), jnp.zeros(o)) for key, i, o in zip(keys, sizes, sizes[1:])]


def logits(layers, x):
    """Return the logits [batch, outputs] of the images [batch, 400]."""
    for weights, biases in layers[:-1]:
        x = jax.nn.sigmoid(x @ weights + biases)
    weights, biases = layers[-1]
    return x @ weights + biases


def loss_and_correct(layers, x, y):
    """Return the mean loss and the number of correct predictions."""
    z = logits(layers, x)
    if z.shape[1] == 1:
        correct = jnp.sum((z >= 0) == (y == 1))
    else:
        correct = jnp.sum(z.argmax(1) == y.argmax(1))
    return jnp.mean(jnp.sum(jax.nn.softplus(z) - z * y, axis=1)), correct


def adam(layers, gradients, first, second, step, learning_rate=recipe.LEARNING_RATE):
    """Return the layers and both moments after one step of Adam with Keras's formula."""
    beta_1, beta_2 = recipe.BETAS
    rate = learning_rate * jnp.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    first = jax.tree.map(lambda m, g: beta_1 * m + (1 - beta_1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: beta_2 * v + (1 - beta_2) * g * g, second, gradients)
    layers = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + recipe.EPSILON), layers, first, second)
    return layers, first, second


def fit(key, x, y, hidden_units, batch_size, epochs):
    """Return the trained layers, and the loss and accuracy of each epoch."""
    count = len(x)
    whole = count // batch_size * batch_size

    def train_step(state, rows):
        layers, first, second, step = state
        gradient = jax.value_and_grad(loss_and_correct, has_aux=True)
        (loss, correct), gradients = gradient(layers, x[rows], y[rows])
        layers, first, second = adam(layers, gradients, first, second, step + 1)
        return (layers, first, second, step + 1), (loss * len(rows), correct)

    def epoch(state, key):
        order = jax.random.permutation(key, count)
        state, (losses, counts) = jax.lax.scan(train_step, state, order[:whole].reshape(-1, batch_size))
        loss, correct = losses.sum(), counts.sum()
        if whole < count:  # The last batch is smaller.
            state, (last_loss, last_correct) = train_step(state, order[whole:])
            loss, correct = loss + last_loss, correct + last_correct
        return state, (loss / count, correct / count)

    start, shuffles = jax.random.split(key)
    layers = initial(start, hidden_units, y.shape[1])
    zeros = jax.tree.map(jnp.zeros_like, layers)
    state, history = jax.lax.scan(epoch, (layers, zeros, zeros, 0), jax.random.split(shuffles, epochs))
    return state[0], history


def main():
    """Compile, train and report."""
    parser = recipe.parser(__doc__)
    parser.add_argument("--reruns", type=int, default=0, help="number of further fits with the compiled function")
    arguments = parser.parse_args()
    rows, digits = recipe.rows(arguments.data)
    x, y = jnp.asarray(rows), jnp.asarray(recipe.targets(digits))
    key = jax.random.key(arguments.seed)

    started = time.perf_counter()
    settings = arguments.hidden_units, arguments.batch_size, arguments.epochs
    compiled = jax.jit(fit, static_argnums=(3, 4, 5)).lower(key, x, y, *settings).compile()
    compiling = time.perf_counter() - started
    layers, _ = jax.block_until_ready(compiled(key, x, y))
    seconds = time.perf_counter() - started

    reruns, cpu_before = [], time.process_time()
    for _ in range(arguments.reruns):
        started = time.perf_counter()
        jax.block_until_ready(compiled(key, x, y))
        reruns.append(time.perf_counter() - started)
    more = {"rerun_seconds": reruns, "rerun_cpu_seconds": time.process_time() - cpu_before} if reruns else {}
    probabilities = jax.nn.sigmoid(logits(layers, x))
    device = jax.devices()[0]
    version = jax.__version__ if device.platform == "cpu" else f"{jax.__version__} on {device.device_kind}"
    recipe.report("JAX", version, seconds, probabilities, digits, compile_seconds=compiling, **more)


if __name__ == "__main__":
    main()
