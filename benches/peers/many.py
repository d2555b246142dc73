"""Code shared by the peers that train many networks: the recipes, the splits, and the JSON line at the end.

Network number n has the seed n: its own weights, its own validation images and its own order in each epoch.
"""

import argparse
import json

import numpy as np

import recipe  # Before `digits`, whose folder it adds to Python's path.
import digits

VALIDATION_SPLIT = 0.2
# As in the settings of configs/default.toml and configs/ten.toml.
RECIPES = {
    "lab": {"digits": 2, "hidden_units": (25, 15), "learning_rate": 0.001, "cosine": False},
    "ten": {"digits": 10, "hidden_units": (300, 100), "learning_rate": 0.003, "cosine": True},
}


def parser(description):
    """Return a parser for the arguments that every peer takes; the values of a recipe are its defaults."""
    arguments = argparse.ArgumentParser(description=description.splitlines()[0])
    arguments.add_argument("--recipe", choices=RECIPES, default="lab")
    arguments.add_argument("--networks", type=int, default=2)
    arguments.add_argument("--batch-size", type=int, default=32)
    arguments.add_argument("--epochs", type=int, default=20)
    return arguments


def parse(parser):
    """Parse the command line and add the values of the recipe."""
    arguments = parser.parse_args()
    for name, value in RECIPES[arguments.recipe].items():
        setattr(arguments, name, value)
    return arguments


def rows(arguments):
    """Return X [n, 400] of f32, the targets [n, 1] or [n, 10] of f32, and the digits [n], which are sorted."""
    x, labels = digits.built_in(arguments.digits)
    return x, recipe.targets(labels), labels


def split(labels, seed):
    """Return the rows for training and those for validation: of each digit's images the same share."""
    random = np.random.default_rng(seed)
    training, validation = [], []
    for digit in np.unique(labels):
        shuffled = random.permutation(np.flatnonzero(labels == digit))
        count = round(VALIDATION_SPLIT * len(shuffled))
        validation.append(shuffled[:count])
        training.append(shuffled[count:])
    return np.concatenate(training), np.concatenate(validation)


def steps(arguments, training_images):
    """Return the number of steps of one network."""
    return arguments.epochs * -(-training_images // arguments.batch_size)


def report(peer, version, arguments, fit_seconds, losses, accuracies, **more):
    """Print the JSON line, with the means over the networks."""
    measured = {
        "peer": peer,
        "version": version,
        "networks": arguments.networks,
        "fit_seconds": fit_seconds,
        "val_loss": float(np.mean(losses)),
        "val_accuracy": float(np.mean(accuracies)),
    }
    print(json.dumps(measured | more))
