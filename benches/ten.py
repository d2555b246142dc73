#!/usr/bin/env python3
"""Measure what networks for all ten digits reach on test images that took no part in training, beside Keras.

    python3 benches/ten.py --mnist FOLDER --python /tmp/peers/bin/python --write

FOLDER holds MNIST's four gzipped files. Each contender trains on all 60,000 training images, or on the 5,000 that are
compiled into our program, with the recipe of `configs/ten.toml` and other hidden sizes, without validation images, and
is then tested on the 10,000 test images. The number of the round is the seed.
"""

import csv
import json
import pathlib
import tempfile
from statistics import mean, stdev

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEER = ROOT / "benches" / "peers" / "keras_ten.py"
TEN = ROOT / "configs" / "ten.toml"
SIZES = ["25,15", "100,50", "300,100"]
# The files of MNIST: images, labels.
TRAIN = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"]
TEST = ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]
SEEDS_OF_PEER = 3
# 97.5 % quantiles of Student's t for one to nine degrees of freedom.
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]


def main():
    """Run the benchmark and print or write the table."""
    arguments = parse()
    machine = measure.describe_machine()
    fingerprint = measure.fingerprint(arguments.app)
    peer, reason = measure.interpreter_with("keras, tensorflow", arguments.python, measure.ON_THE_CPU)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        for images in ["60,000", "5,000"]:
            for size in SIZES:
                epochs = 20 if images == "60,000" else 40
                case = (images, size, epochs)
                results = [ours(arguments, case, seed, scratch) for seed in range(arguments.rounds)]
                rows.append([images, size, str(epochs), "ours", *summary(results)])
                if peer:
                    seeds = range(min(arguments.rounds, SEEDS_OF_PEER))
                    results = [keras(peer, arguments, case, seed, scratch) for seed in seeds]
                    rows.append([images, size, str(epochs), "Keras", *summary(results)])
    if measure.fingerprint(arguments.app) != fingerprint:
        raise SystemExit(f"{arguments.app} was rebuilt during the benchmark: the results are not valid")
    if not peer:
        print(f"without Keras: {reason}")
    head = ["training images", "hidden units", "epochs", "contender", "test images correct", "fit", "seeds"]
    intro = "In brackets: the 95 % interval of the mean over seeds, and the smallest and the largest time."
    lines = ["## Ten digits", "", *machine, f"- {fingerprint}", "", *measure.table(head, rows), "", intro]
    measure.publish("ten", lines, arguments)


def parse():
    """Parse the command line."""
    parser = measure.parser(__doc__, rounds=5)
    parser.add_argument("--mnist", type=pathlib.Path, required=True, help="folder with MNIST's four gzipped files")
    arguments = measure.parse_arguments(parser)
    arguments.mnist = arguments.mnist.resolve()
    for name in TRAIN + TEST:
        if not (arguments.mnist / name).is_file():
            parser.error(f"{arguments.mnist / name} not found")
    return arguments


def ours(arguments, case, seed, scratch):
    """Train our network; return the share of test images that it classifies correctly, and the seconds of its fit."""
    images, size, epochs = case
    run = scratch / f"run-{images}-{size}-{seed}"
    command = [arguments.app, "train", "--config", TEN, "--validation-split", "0", "--hidden-units", size]
    command += ["--epochs", str(epochs), "--seed", str(seed), "--run-dir", run]
    if images == "60,000":
        command += ["--data", arguments.mnist]
    measure.run_process([str(part) for part in command], measure.ON_THE_CPU, scratch)
    command = [str(arguments.app), "evaluate", str(run), "--json", "--data", str(arguments.mnist)]
    output = measure.run_process(command, measure.ON_THE_CPU, scratch)[-1]
    found = json.loads(output)
    assert found["images"] == "test" and found["examples"] == 10_000
    with open(run / "history.csv") as history:
        seconds = sum(float(row["seconds"]) for row in csv.DictReader(history))
    return found["accuracy"], seconds


def keras(python, arguments, case, seed, scratch):
    """Train Keras's network on the same images with the same recipe."""
    images, size, epochs = case
    command = [python, PEER, "--hidden-units", size, "--epochs", epochs, "--seed", seed]
    command += ["--batch-size", "32", "--learning-rate", "0.003", "--learning-rate-schedule", "cosine"]
    for flag, name in zip(["--test-images", "--test-labels"], TEST):
        command += [flag, arguments.mnist / name]
    if images == "60,000":
        for flag, name in zip(["--images", "--labels"], TRAIN):
            command += [flag, arguments.mnist / name]
    output = measure.run_process([str(part) for part in command], measure.ON_THE_CPU, scratch)[-1]
    found = json.loads(output.strip().splitlines()[-1])
    return found["test_accuracy"], found["fit_seconds"]


def summary(results):
    """Return mean and interval of the accuracy, median and range of the seconds, and the number of seeds."""
    accuracies, seconds = zip(*results)
    percent = [100 * accuracy for accuracy in accuracies]
    text = f"{mean(percent):.2f} %"
    if len(percent) > 1:
        half = T[len(percent) - 2] * stdev(percent) / len(percent) ** 0.5
        text += f" ({mean(percent) - half:.2f} to {mean(percent) + half:.2f})"
    return [text, measure.spread(seconds, 1) + " s", str(len(results))]


if __name__ == "__main__":
    main()
