"""PyTorch, eager: tensors and shuffled indices, without the cost of a DataLoader.

The course's network is trained on one thread, because more threads only make a network of this size slower; larger ones
on as many as PyTorch chooses.
"""

import time

import torch
from torch import nn

import recipe


def network(hidden_units=recipe.HIDDEN_UNITS, outputs=1):
    """Return the network with Glorot-uniform weights and biases of 0; its outputs are logits."""
    sizes = [400, *hidden_units, outputs]
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
    outputs = y.shape[1]
    # The mean over the images of the sum over the outputs.
    cross_entropy = nn.BCEWithLogitsLoss()
    history = []
    for _ in range(epochs):
        loss_sum, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for batch in torch.randperm(len(x)).split(batch_size):
            labels = y[batch]
            logits = model(x[batch])
            loss = cross_entropy(logits, labels) * outputs
            adam.zero_grad()
            loss.backward()
            adam.step()
            loss_sum += loss.detach() * len(batch)
            if outputs == 1:
                correct += ((logits.detach() >= 0) == (labels == 1)).sum()
            else:
                correct += (logits.detach().argmax(1) == labels.argmax(1)).sum()
        history.append((loss_sum.item() / len(x), correct.item() / len(x)))
    return history


def main():
    """Train once and report."""
    arguments = recipe.parser(__doc__).parse_args()
    rows, digits = recipe.rows(arguments.data)
    if arguments.hidden_units == recipe.HIDDEN_UNITS:
        torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    x, y = torch.from_numpy(rows), torch.from_numpy(recipe.targets(digits))
    model = network(arguments.hidden_units, y.shape[1])
    adam = optimizer(model)

    started = time.perf_counter()
    fit(model, adam, x, y, arguments.batch_size, arguments.epochs)
    seconds = time.perf_counter() - started

    with torch.inference_mode():
        probabilities = torch.sigmoid(model(x)).numpy()
    recipe.report("PyTorch", torch.__version__, seconds, probabilities, digits)


if __name__ == "__main__":
    main()
