"""Measurements of our program for gpu.py: one training, a sweep, and `app benchmark`."""

import csv
import functools
import json
from statistics import mean

import measure

# Names of the recipes in our program; the training images of one network in a sweep, and its steps of an epoch. One
# network is also trained on as many zeros and ones as MNIST has, with the settings of `lab`.
RECIPES = {"lab": (800, 25), "ten": (4_000, 125)}
MNIST_SIZED = "mnist-sized"
# What takes longer is measured once, so that the time is enough for everything.
SLOW_SECONDS = 7


def is_worth_repeating(entry):
    """Say whether a measurement was successful and fast."""
    return entry["state"] == "ok" and entry["wall_seconds"] < SLOW_SECONDS


def benchmark(record, group, name, app, backend, limit, run=None, environment=None, read=None):
    """Run `app benchmark` on an untrained network, or on that of a run."""
    command = [app, "--backend", backend, "benchmark", "--json", *([run] if run else [])]
    parsed = lambda printed, _: {"benchmark": json.loads(printed)} | (read() if read else {})
    return record.measure(group, name, command, parsed, limit, environment)


def train(record, app, arguments, name, backend, engine, recipe, seed):
    """Train one network in the folder that `run_folder` names, and return the entry."""
    run = run_folder(recipe, backend, engine, seed)
    config, data = (recipe, []) if recipe in RECIPES else ("lab", ["--data", "X.npy", "y.npy"])
    command = [app, "--backend", backend, "-v", "train", "--config", config, *data, "--validation-split", "0"]
    command += ["--engine", engine, "--epochs", arguments.epochs[recipe], "--seed", seed, "--run-dir", run]
    fields = {"recipe": recipe, "seed": seed, "on_cpu": backend == "flex"}
    read = functools.partial(read_run, record.scratch / run)
    return record.measure("training", f"{recipe}: {name}", command, read, arguments.limit, **fields)


def make_mnist_sized(record, arguments):
    """Write the rows into the scratch folder, and return whether that worked; NumPy can be missing."""
    command = [arguments.python, measure.HERE / "digits.py", "--data", MNIST_SIZED, "--output", record.scratch]
    nothing = lambda _printed, _messages: {"says": ["written"]}
    return record.measure("check", f"{MNIST_SIZED} rows", command, nothing, arguments.limit)["state"] == "ok"


def run_folder(recipe, backend, engine, seed):
    """Return the name of the folder of a training."""
    return f"{recipe}-{backend}-{engine}-{seed}"


def read_run(run, _printed, messages):
    """Return what a training needed and reached."""
    # The first file of a run and the last one.
    begin, end = ((run / name).stat().st_mtime_ns for name in ("config.toml", "result.toml"))
    with open(run / "history.csv", newline="") as file:
        epochs = list(csv.DictReader(file))
    losses = [float(epoch["loss"]) for epoch in epochs]
    return {
        "fit_seconds": (end - begin) / 1e9,
        "steps_seconds": sum(float(epoch["seconds"]) for epoch in epochs),
        "losses": losses,
        "loss": losses[-1],
        "says": [line.partition(":")[0] for line in messages.splitlines() if "training on" in line],
    }


def sweep(record, app, arguments, name, backend, recipe, networks, round_number=1):
    """Train networks of a recipe that differ in their seeds, and return the entry."""
    folder = f"sweep-{recipe}-{backend}-{networks}-{round_number}"
    command = [app, "--backend", backend, "sweep", "--config", recipe, "--validation-split", "0.2"]
    command += ["--epochs", arguments.epochs[recipe], "--seeds", f"0..{networks - 1}", "--sweep-dir", folder]
    fields = sweep_fields(arguments, recipe, name) | {"on_cpu": backend == "flex"}
    read = functools.partial(read_sweep, record.scratch / folder, networks)
    return record.measure("sweep", f"{recipe}: {networks} networks, {name}", command, read, 2 * arguments.limit, **fields)


def sweep_fields(arguments, recipe, name):
    """Return what the tables need to know of a sweep."""
    images, steps = RECIPES[recipe]
    epochs = arguments.epochs[recipe]
    title = f"{recipe}, {images:,} training images, {epochs} epochs, {steps * epochs:,} steps a network"
    return {"recipe": recipe, "contender": name, "title": title}


def read_sweep(folder, networks, _printed, _messages):
    """Return what a sweep needed and reached."""
    # Written before the first network is trained, and appended to after each of them.
    begin, end = ((folder / name).stat().st_mtime_ns for name in ("sweep.toml", "points.csv"))
    with open(folder / "points.csv", newline="") as file:
        points = [point for point in csv.DictReader(file) if point["state"] == "trained"]
    if len(points) != networks:
        raise ValueError(f"{len(points)} of {networks} networks were trained")
    points.sort(key=lambda point: int(point["seed"]))
    losses = [float(point["val_loss"]) for point in points]
    # Our program trains networks on a GPU in groups; those of a group have the same seconds, its time by its size.
    groups = {}
    for point in points:
        groups.setdefault(point["seconds"], []).append(float(point["seconds"]))
    largest = max(groups.values(), key=len)
    return {
        "networks": networks,
        "fit_seconds": (end - begin) / 1e9,
        "losses": losses,
        "loss": mean(losses),
        "accuracy": mean(float(point["val_accuracy"]) for point in points),
        **({"largest_group": {"networks": len(largest), "seconds": sum(largest)}} if len(largest) > 1 else {}),
    }
