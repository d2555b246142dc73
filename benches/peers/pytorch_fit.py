"""PyTorch, eager, on one thread: tensors and shuffled indices, without the cost of a DataLoader.

More threads only make a network of this size slower.
"""

import time

import torch
from torch import nn

import recipe


def network():
    """Return the network with Glorot-uniform weights and biases of 0; its output is a logit."""
    sizes = [400, *recipe.HIDDEN_UNITS, 1]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        linear = nn.Linear(inputs, outputs)
        nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.Sigmoid()]
    return nn.Sequential(*layers[:-1])


def optimizer(model, **more):
    """Return Adam. The first call imports hundreds of modules, so it is made before the fit."""
    rate, betas, epsilon = recipe.LEARNING_RATE, recipe.BETAS, recipe.EPSILON
    return torch.optim.Adam(model.parameters(), lr=rate, betas=betas, eps=epsilon, **more)


def fit(model, adam, x, y, batch_size, epochs):
    """Train and return the loss and accuracy of each epoch; they are read once per epoch."""
    cross_entropy = nn.BCEWithLogitsLoss()
    history = []
    for _ in range(epochs):
        loss_sum, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for batch in torch.randperm(len(x)).split(batch_size):
            labels = y[batch]
            logits = model(x[batch])
            loss = cross_entropy(logits, labels)
            adam.zero_grad()
            loss.backward()
            adam.step()
            loss_sum += loss.detach() * len(batch)
            correct += ((logits.detach() >= 0) == (labels == 1)).sum()
        history.append((loss_sum.item() / len(x), correct.item() / len(x)))
    return history


def main():
    """Train once and report."""
    arguments = recipe.parser(__doc__).parse_args()
    rows, digits = recipe.rows(arguments.data)
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    x, y = torch.from_numpy(rows), torch.from_numpy(digits).float().unsqueeze(1)
    model = network()
    adam = optimizer(model)

    started = time.perf_counter()
    fit(model, adam, x, y, arguments.batch_size, arguments.epochs)
    seconds = time.perf_counter() - started

    with torch.inference_mode():
        probabilities = torch.sigmoid(model(x)).numpy()
    recipe.report("PyTorch", torch.__version__, seconds, probabilities, digits)


if __name__ == "__main__":
    main()
