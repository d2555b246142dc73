"""PyTorch: many networks at once, `vmap` over networks around the gradient of one, on a GPU if there is one.

The weights of all networks are stacked, [networks, ...], and one Adam updates them. Rows are gathered and shuffled on the
device. The first gradient, which loads the kernels, is timed separately.
"""

import math
import time

import numpy as np
import torch
from torch.func import grad_and_value, vmap

import many
import recipe


def initial(networks, hidden_units, outputs, device):
    """Return stacked weights [networks, inputs, outputs], Glorot-uniform, and biases [networks, outputs], of 0."""
    sizes = [400, *hidden_units, outputs]
    parameters = []
    for i, o in zip(sizes, sizes[1:]):
        limit = math.sqrt(6 / (i + o))
        weights = torch.empty(networks, i, o, device=device).uniform_(-limit, limit)
        parameters += [weights.requires_grad_(), torch.zeros(networks, o, device=device, requires_grad=True)]
    return parameters


def loss(parameters, x, y):
    """Return the mean loss of one network, and its logits [batch, outputs]."""
    for layer in range(0, len(parameters), 2):
        x = x if layer == 0 else torch.sigmoid(x)
        x = x @ parameters[layer] + parameters[layer + 1]
    return (torch.nn.functional.softplus(x) - x * y).sum(1).mean(), x


def fit(parameters, adam, schedule, x, y, training, arguments):
    """Train on the rows [networks, count] of each network."""
    gradient = vmap(grad_and_value(loss, has_aux=True))
    for _ in range(arguments.epochs):
        order = torch.rand(training.shape, device=x.device).argsort(1)
        for rows in training.gather(1, order).split(arguments.batch_size, dim=1):
            gradients, _ = gradient(tuple(parameters), x[rows], y[rows])
            for parameter, its_gradient in zip(parameters, gradients):
                parameter.grad = its_gradient
            adam.step()
            if schedule:
                schedule.step()


def main():
    """Train and report."""
    arguments = many.parse(many.parser(__doc__))
    rows, targets, labels = many.rows(arguments)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    splits = [many.split(labels, seed) for seed in range(arguments.networks)]
    training, validation = (torch.from_numpy(np.stack(part)).to(device) for part in zip(*splits))
    x, y = torch.from_numpy(rows).to(device), torch.from_numpy(targets).to(device)
    torch.manual_seed(0)
    if device == "cuda":
        torch.cuda.synchronize()

    started = time.perf_counter()
    parameters = initial(arguments.networks, arguments.hidden_units, y.shape[1], device)
    fused = {"fused": True} if device == "cuda" else {}
    adam = torch.optim.Adam(parameters, arguments.learning_rate, recipe.BETAS, recipe.EPSILON, **fused)
    steps = many.steps(arguments, training.shape[1])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps) if arguments.cosine else None
    first = training[:, : arguments.batch_size]
    vmap(grad_and_value(loss, has_aux=True))(tuple(parameters), x[first], y[first])
    if device == "cuda":
        torch.cuda.synchronize()
    preparing = time.perf_counter() - started
    fit(parameters, adam, schedule, x, y, training, arguments)
    if device == "cuda":
        torch.cuda.synchronize()
    seconds = time.perf_counter() - started

    with torch.inference_mode():
        losses, logits = vmap(loss)(tuple(parameters), x[validation], y[validation])
    found = (logits >= 0).float() if y.shape[1] == 1 else logits.argmax(-1)
    expected = y[validation] if y.shape[1] == 1 else y[validation].argmax(-1)
    accuracies = (found == expected).float().flatten(1).mean(1)
    version = f"{torch.__version__} on {torch.cuda.get_device_name()}" if device == "cuda" else torch.__version__
    losses, accuracies = losses.cpu().numpy(), accuracies.cpu().numpy()
    many.report("PyTorch", version, arguments, seconds, losses, accuracies, compile_seconds=preparing)


if __name__ == "__main__":
    main()
