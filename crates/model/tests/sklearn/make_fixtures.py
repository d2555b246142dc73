"""Writes fixtures.json beside this script: logits, targets and the figures that belong to them.

The figures are scikit-learn's and SciPy's; the expected calibration error, which neither has, is
NumPy's. Run: python3 make_fixtures.py, with scikit-learn 1.9, SciPy 1.17 and NumPy 2.4.
"""

import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.special import expit
from scipy.stats import binomtest
from sklearn import metrics


def loss(logits, probabilities, targets):
    expected = np.logaddexp(0, np.where(targets == 1, -logits, logits)).mean()
    # log_loss clips probabilities to [eps, 1 - eps]; the loss of the logits does not.
    eps = np.finfo(np.float64).eps
    if np.all((probabilities > eps) & (probabilities < 1 - eps)):
        found = metrics.log_loss(targets, probabilities, labels=[0, 1])
        assert abs(found - expected) < 1e-12
        return found
    return expected


def calibration_error(probabilities, targets):
    bins = np.digitize(probabilities, np.linspace(0, 1, 11)[1:-1])
    error = 0.0
    for chosen in (bins == number for number in range(10)):
        if chosen.any():
            gap = abs(targets[chosen].mean() - probabilities[chosen].mean())
            error += chosen.mean() * gap
    return error


def figures(logits, targets, threshold):
    probabilities = expit(logits)
    answers = (probabilities >= threshold).astype(int)
    right = int((answers == targets).sum())
    interval = binomtest(right, len(targets)).proportion_ci(method="wilson")
    # The ranks are those of the logits: large ones have the same probability, 1.
    one_class = len(np.unique(targets)) == 1
    area = None if one_class else metrics.roc_auc_score(targets, logits)
    average_precision = (
        metrics.average_precision_score(targets, logits) if targets.any() else None
    )
    return {
        "loss": loss(logits, probabilities, targets),
        "accuracy": metrics.accuracy_score(targets, answers),
        "accuracy_interval": [interval.low, interval.high],
        "precision": metrics.precision_score(targets, answers, zero_division=0),
        "recall": metrics.recall_score(targets, answers, zero_division=0),
        "f1": metrics.f1_score(targets, answers, zero_division=0),
        "roc_auc": area,
        "average_precision": average_precision,
        "brier_score": metrics.brier_score_loss(targets, probabilities, pos_label=1),
        "calibration_error": calibration_error(probabilities, targets),
        "confusion_matrix": metrics.confusion_matrix(
            targets, answers, labels=[0, 1]
        ).tolist(),
    }


def cases():
    random = np.random.default_rng(1927)

    def drawn(count, step, shift=0.0):
        # Whole multiples of a power of two, so that f32 holds them exactly and JSON stays short.
        logits = np.round((random.normal(size=count) * 2 + shift) / step) * step
        targets = (random.random(count) < expit(logits * 0.7)).astype(int)
        return logits, targets

    logits, targets = drawn(100, 1 / 1024)
    yield "random", logits, targets, 0.5
    yield "random, threshold 0.3", logits, targets, 0.3
    yield "random, threshold 0.9", logits, targets, 0.9
    yield "random, threshold 0: all called positive", logits, targets, 0.0
    yield "random, threshold 1: none called positive", logits, targets, 1.0
    yield "all positive", logits[:12], np.ones(12, int), 0.5
    yield "all negative", logits[:12], np.zeros(12, int), 0.5
    yield "perfect", logits[:40], (logits[:40] >= 0).astype(int), 0.5
    yield "inverted", logits[:40], (logits[:40] < 0).astype(int), 0.5
    yield "many ties, also with the threshold", *drawn(120, 1.0), 0.5
    yield "all tied", np.zeros(10), np.array([0, 1, 1] * 3 + [0]), 0.5
    yield "heavily imbalanced", *drawn(250, 1 / 64, shift=-6.0), 0.3
    extreme = np.array([200.0, -200, 200, -200, 100, -100, 0.5, 50, 40, -750, 750])
    yield "extreme", extreme, np.array([1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1]), 0.5
    yield "one image, called right", np.array([0.75]), np.array([1]), 0.5
    yield "one image, called wrong", np.array([0.75]), np.array([0]), 0.5

    # 0 is exactly 0.5 and 750 exactly 1; no f32 has a probability of exactly 0.1, so that the
    # other edges have their neighbours on both sides.
    edges = np.arange(1, 10) / 10
    nearest = np.log(edges / (1 - edges)).astype(np.float32)
    nearest[4] = 0
    below, above = (np.nextafter(nearest, np.float32(end)) for end in (-9, 9))
    logits = np.concatenate([below, nearest, above, [-750, 750, 0]]).astype(float)
    targets = np.arange(len(logits)) % 3 % 2
    yield "at the edges of the bins", logits, targets, 0.7


def main():
    fixtures = []
    for name, logits, targets, threshold in cases():
        assert (logits == logits.astype(np.float32)).all()
        fixture = {"name": name, "logits": logits.tolist(), "targets": targets.tolist()}
        fixture |= {"threshold": threshold, "expected": figures(logits, targets, threshold)}
        fixtures.append(json.dumps(fixture))
    packages = (sklearn, scipy, np)
    made_with = ", ".join(f"{package.__name__} {package.__version__}" for package in packages)
    path = pathlib.Path(__file__).with_name("fixtures.json")
    path.write_text(
        f'{{"made_with": "{made_with}",\n"cases": [\n' + ",\n".join(fixtures) + "\n]}\n"
    )


if __name__ == "__main__":
    main()
