#!/usr/bin/env python3
"""Measure what several networks reach together on MNIST's test images, and how well their doubt finds mistakes.

    python3 benches/ensemble.py --mnist FOLDER --write

FOLDER holds MNIST's four gzipped files. `app sweep` trains networks of `configs/ten.toml` on all 60,000 training images,
the rounds being the seeds, from 0, and `app evaluate` tests the best of them, by the training loss, together on the 10,000
test images. The mistakes of the networks one by one are found by their own probabilities, from `app predict`.
"""

import json
import pathlib
import tempfile
from statistics import mean

import measure

IMAGES = 10_000
# The part of the images that is kept if the most doubtful ones are put aside.
SUREST = 95
# The numbers of networks that predict together.
SIZES = [2, 3, 5, 10, 20]


def main():
    """Run the benchmark and print or write the table."""
    parser = measure.parser(__doc__, rounds=10)
    parser.add_argument("--mnist", type=pathlib.Path, required=True, help="folder with MNIST's four gzipped files")
    arguments = measure.parse_arguments(parser)
    machine = measure.describe_machine()
    fingerprint = measure.fingerprint(arguments.app)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)

        def app(*words):
            command = [str(word) for word in [arguments.app, *words]]
            return measure.run_process(command, measure.ON_THE_CPU, scratch)[-1]

        data = ["--data", arguments.mnist.resolve()]
        seeds = f"0..{arguments.rounds - 1}"
        app("sweep", "--config", "ten", "--validation-split", "0", "--seeds", seeds, "--sweep-dir", "sweep", *data)
        rows = [alone(app, number) for number in range(1, arguments.rounds + 1)]
        rows = [summary(rows)] + [together(app, size) for size in SIZES if size <= arguments.rounds]
    if measure.fingerprint(arguments.app) != fingerprint:
        raise SystemExit(f"{arguments.app} was rebuilt during the benchmark: the results are not valid")
    head = ["networks", "correct", "log loss", "ROC AUC by disagreement", "by probability"]
    head += [f"mistakes among the surest {SUREST} %, by disagreement", "by probability"]
    intro = "One network: the mean over all, and the least and the greatest value. ROC AUC: the probability that a mistake "
    intro += "has more doubt than a correct prediction; doubt is the disagreement of the networks, or one minus the mean "
    intro += "probability of the predicted digit."
    lines = ["## Several networks together", "", *machine, f"- {fingerprint}", "", *measure.table(head, rows), "", intro]
    measure.publish("ensemble", lines, arguments)


def together(app, size):
    """Return the row of the best networks together."""
    found = json.loads(app("evaluate", "sweep", "--top", size, "--json"))
    assert found["images"] == "test" and found["examples"] == IMAGES and len(found["networks"]) == size
    kinds = [found["mistakes"][kind] for kind in ["by_disagreement", "by_probability"]]
    areas = [f"{kind['roc_auc']:.4f}" for kind in kinds]
    left = []
    for kind in kinds:
        [accuracy] = [of["accuracy"] for of in kind["accuracy_of_surest"] if of["percent"] == SUREST]
        left.append(f"{round((1 - accuracy) * IMAGES * SUREST / 100)} of {found['mistakes']['images']}")
    return [str(size), f"{100 * found['accuracy']:.2f} %", f"{found['log_loss']:.4f}", *areas, *left]


def alone(app, number):
    """Return what the network of a point reaches: its accuracy, log loss, area, mistakes, and those among the surest."""
    run = f"run-{number}"
    app("sweep", "extract", "sweep", number, "--run-dir", run)
    found = json.loads(app("evaluate", run, "--json"))
    rows = ",".join(str(row) for row in range(IMAGES))
    lines = app("predict", run, "--json", "--on", "test", "--index", rows).splitlines()
    predictions = [json.loads(line) for line in lines]
    doubts = sorted((1 - of["probability"], of["digit"] != of["label"]) for of in predictions)
    wrong = [is_wrong for _, is_wrong in doubts]
    assert wrong.count(True) == round((1 - found["accuracy"]) * IMAGES)
    left = wrong[: IMAGES * SUREST // 100].count(True)
    return found["accuracy"], found["log_loss"], area(doubts), wrong.count(True), left


def area(doubts):
    """Return the share of the pairs of a mistake and a correct prediction in which the mistake has more doubt.

    `doubts` are sorted pairs of a doubt and whether the prediction is a mistake. Equal doubts count half.
    """
    less, won, start = 0, 0.0, 0
    while start < len(doubts):
        end = start
        while end < len(doubts) and doubts[end][0] == doubts[start][0]:
            end += 1
        mistakes = sum(is_wrong for _, is_wrong in doubts[start:end])
        correct = end - start - mistakes
        won += mistakes * (less + correct / 2)
        less += correct
        start = end
    return won / less / (len(doubts) - less)


def summary(rows):
    """Return the row of the networks one by one."""
    accuracies, losses, areas, mistakes, left = zip(*rows)
    accuracy = spread([100 * accuracy for accuracy in accuracies], 2, " %")
    areas, left, mistakes = spread(areas, 4), spread(left, 1), mean(mistakes)
    return ["1", accuracy, spread(losses, 4), "", areas, "", f"{left} of {mistakes:.1f}"]


def spread(values, digits, unit=""):
    """Return the mean and, in brackets, the least and the greatest value."""
    middle, low, high = (f"{value:.{digits}f}" for value in (mean(values), min(values), max(values)))
    return f"{middle}{unit} ({low} to {high})"


if __name__ == "__main__":
    main()
