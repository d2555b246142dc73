"""Writes three files into the folder of this script: fixtures.json with logits, targets, and their
metrics and curves; classes.json with the same for networks with one output for each class; and pca.json
with points and their principal components.

The metrics are computed with scikit-learn and SciPy. Neither has the expected calibration error, so it
is computed with NumPy, and so are the bins if a probability is on an edge. Run python3 make_fixtures.py
with scikit-learn 1.9, SciPy 1.17 and NumPy 2.4.
"""

import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.special import expit
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.decomposition import PCA


def loss(logits, probabilities, targets):
    expected = np.logaddexp(0, np.where(targets == 1, -logits, logits)).mean()
    # log_loss clips probabilities to [eps, 1 - eps]; the loss computed from logits does not.
    eps = np.finfo(np.float64).eps
    if np.all((probabilities > eps) & (probabilities < 1 - eps)):
        found = metrics.log_loss(targets, probabilities, labels=[0, 1])
        assert abs(found - expected) < 1e-12
        return found
    return expected


def calibration_bins(probabilities, targets):
    """Mean probability, share of positive images, and number of images of each bin."""
    edges = np.linspace(0, 1, 11)[1:-1]
    bins = np.digitize(probabilities, edges)
    chosen = [bins == number for number in range(10) if (bins == number).any()]
    means = [probabilities[images].mean() for images in chosen]
    shares = [targets[images].mean() for images in chosen]
    # scikit-learn's bins include their upper edge, ours the lower one.
    if not np.isin(probabilities, edges).any():
        found_shares, found_means = calibration_curve(targets, probabilities, n_bins=10)
        assert np.allclose(found_means, means, rtol=0, atol=1e-14)
        assert np.allclose(found_shares, shares, rtol=0, atol=1e-14)
    return [
        [mean, share, int(images.sum())] for mean, share, images in zip(means, shares, chosen)
    ]


def calibration_error(probabilities, targets):
    return sum(
        images / len(targets) * abs(share - mean)
        for mean, share, images in calibration_bins(probabilities, targets)
    )


def metrics_of(logits, targets, threshold):
    probabilities = expit(logits)
    predicted = (probabilities >= threshold).astype(int)
    correct = int((predicted == targets).sum())
    interval = binomtest(correct, len(targets)).proportion_ci(method="wilson")
    # The ranking uses the logits, because all large logits have the same probability, 1.
    one_class = len(np.unique(targets)) == 1
    area = None if one_class else metrics.roc_auc_score(targets, logits)
    average_precision = (
        metrics.average_precision_score(targets, logits) if targets.any() else None
    )
    return {
        "loss": loss(logits, probabilities, targets),
        "accuracy": metrics.accuracy_score(targets, predicted),
        "accuracy_interval": [interval.low, interval.high],
        "precision": metrics.precision_score(targets, predicted, zero_division=0),
        "recall": metrics.recall_score(targets, predicted, zero_division=0),
        "f1": metrics.f1_score(targets, predicted, zero_division=0),
        "roc_auc": area,
        "average_precision": average_precision,
        "brier_score": metrics.brier_score_loss(targets, probabilities, pos_label=1),
        "calibration_error": calibration_error(probabilities, targets),
        "confusion_matrix": metrics.confusion_matrix(
            targets, predicted, labels=[0, 1]
        ).tolist(),
    }


def curves(logits, targets):
    """The points [x, y] of the curves, from the largest threshold to the smallest."""
    probabilities = expit(logits)
    roc = precision_recall = None
    if len(np.unique(targets)) == 2:
        x, y, _ = metrics.roc_curve(targets, logits, drop_intermediate=True)
        roc = np.stack([x, y], axis=1).tolist()
    if targets.any():
        y, x, _ = metrics.precision_recall_curve(targets, logits, drop_intermediate=True)
        precision_recall = np.stack([x, y], axis=1)[::-1].tolist()
    return {
        "roc": roc,
        "precision_recall": precision_recall,
        "calibration": calibration_bins(probabilities, targets),
    }


def cases():
    random = np.random.default_rng(1927)

    def drawn(count, step, shift=0.0):
        # Multiples of a power of two, which f32 represents exactly and which are short in JSON.
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

    # A logit of 0 is a probability of exactly 0.5, and 750 of exactly 1. No f32 logit has a
    # probability of exactly 0.1, and so on, so the other edges get the nearest logits on both sides.
    edges = np.arange(1, 10) / 10
    nearest = np.log(edges / (1 - edges)).astype(np.float32)
    nearest[4] = 0
    below, above = (np.nextafter(nearest, np.float32(end)) for end in (-9, 9))
    logits = np.concatenate([below, nearest, above, [-750, 750, 0]]).astype(float)
    targets = np.arange(len(logits)) % 3 % 2
    yield "at the edges of the bins", logits, targets, 0.7


def number(value):
    """scikit-learn's NaN for an undefined value is null in JSON."""
    return None if value is None or np.isnan(value) else float(value)


def cross_entropies(logits, probabilities, targets):
    """The binary cross-entropies summed over the outputs, and that of the normalized probabilities."""
    classes = range(logits.shape[1])
    one_hot = (targets[:, None] == classes).astype(int)
    of_outputs = [loss(logits[:, k], probabilities[:, k], one_hot[:, k]) for k in classes]
    shares = probabilities / probabilities.sum(axis=1, keepdims=True)
    return sum(of_outputs), metrics.log_loss(targets, shares, labels=list(classes))


def areas(logits, one_hot):
    """ROC AUC and average precision of each class, and the means of those that are defined."""
    functions = [metrics.roc_auc_score, metrics.average_precision_score]
    has_area = [one_hot.any(axis=0) & ~one_hot.all(axis=0), one_hot.any(axis=0)]
    by_class, macro = [], []
    for function, defined in zip(functions, has_area):
        columns = one_hot[:, defined], logits[:, defined]
        found = np.full(one_hot.shape[1], np.nan)
        found[defined] = [function(*column) for column in zip(columns[0].T, columns[1].T)]
        by_class.append(list(map(number, found)))
        # With one column left, scikit-learn would take it for a binary problem.
        several = defined.sum() > 1
        mean = function(*columns, average="macro") if several else found[defined].sum()
        macro.append(number(mean) if defined.any() else None)
    return by_class, macro


def class_metrics_of(logits, targets, reject):
    """The metrics of a network with one output for each class; -1 is the prediction of a rejected image."""
    count = logits.shape[1]
    labels = list(range(count))
    probabilities = expit(logits)
    one_hot = (targets[:, None] == labels).astype(int)
    predicted = np.argmax(logits, axis=1)
    answered = probabilities.max(axis=1) >= reject
    predicted[~answered] = -1
    correct = int((predicted == targets).sum())
    interval = binomtest(correct, len(targets)).proportion_ci(method="wilson")
    sum_of_losses, log_loss = cross_entropies(logits, probabilities, targets)
    (roc_auc, average_precision), areas_macro = areas(logits, one_hot)

    def ratios(average):
        return metrics.precision_recall_fscore_support(
            targets, predicted, labels=labels, average=average, zero_division=np.nan
        )

    precision, recall, f1, support = ratios(None)
    columns = list(zip(one_hot.T, probabilities.T))
    brier = [metrics.brier_score_loss(*column, pos_label=1) for column in columns]
    calibration = [calibration_error(column, own) for own, column in columns]
    # Of equal logits the first class is the prediction; top_k_accuracy_score prefers the last one.
    top_2 = metrics.top_k_accuracy_score(
        count - 1 - targets, logits[:, ::-1], k=2, labels=labels
    )
    return {
        "loss": sum_of_losses,
        "log_loss": log_loss,
        "accuracy": metrics.accuracy_score(targets, predicted),
        "accuracy_interval": [interval.low, interval.high],
        "top_2_accuracy": top_2,
        "accuracy_of_answered": metrics.accuracy_score(targets[answered], predicted[answered])
        if answered.any()
        else None,
        "confusion_matrix": metrics.confusion_matrix(targets, predicted, labels=labels).tolist(),
        "rejected": np.bincount(targets[~answered], minlength=count).tolist(),
        "macro": [
            *map(number, ratios("macro")[:3]),
            *areas_macro,
            float(np.mean(brier)),
            float(np.mean(calibration)),
        ],
        "weighted": list(map(number, ratios("weighted")[:3])),
        "classes": [
            [*map(number, ratios), brier, calibration]
            for *ratios, brier, calibration in zip(
                precision, recall, f1, roc_auc, average_precision, brier, calibration
            )
        ],
        "support": support.astype(int).tolist(),
    }


def class_cases():
    random = np.random.default_rng(1729)

    def drawn(count, classes, step, right=3.0, missing=()):
        labels = [label for label in range(classes) if label not in missing]
        targets = random.choice(labels, size=count)
        logits = random.normal(size=(count, classes)) * 1.5 - 2.5
        logits[np.arange(count), targets] += right
        return np.round(logits / step) * step, targets

    logits, targets = drawn(200, 10, 1 / 64)
    yield "ten classes", logits, targets, 0.0
    yield "ten classes, rejected below 0.5", logits, targets, 0.5
    yield "ten classes, all rejected", logits, targets, 1.0
    yield "ten classes, all found", *drawn(60, 10, 1 / 64, right=20.0), 0.5
    logits, targets = drawn(90, 3, 2.0, right=2.0, missing=[1])
    yield "three classes, one without images, many ties", logits, targets, 0.0
    yield "three classes, one without images, many ties, rejected below 0.3", logits, targets, 0.3
    logits, targets = drawn(40, 3, 1 / 64)
    logits[:, 2] = -6
    yield "three classes, one never predicted", logits, targets, 0.0
    # Precision is defined for class 1 alone, which no image has, so that all weights are 0.
    yield "three classes, all predictions of one without images", np.array(
        [[-3.0, 1, -2], [0, 3, 1], [-1, 0, -1]]
    ), np.array([0, 2, 2]), 0.0
    yield "three classes, images of one", np.array([[2.0, 1, -2], [0, 3, 1]]), np.array([0, 0]), 0.0


def projections():
    random = np.random.default_rng(1933)

    def drawn(count, spreads, step=1 / 1024):
        # Correlated columns, like the activations of hidden units; multiples, as above.
        rotation, _ = np.linalg.qr(random.normal(size=(len(spreads), len(spreads))))
        rows = random.normal(size=(count, len(spreads))) * spreads @ rotation + 0.5
        return np.round(rows / step) * step

    rows = drawn(40, np.geomspace(1, 0.01, 15))
    yield projection("15 columns, as the second hidden layer has", rows)
    yield projection("the same, the other way round", -rows)
    # Two nearly equal variances, for which a power iteration would need many steps.
    yield projection("close variances", drawn(60, np.array([1, 0.99, 0.5, 0.1])))
    rows = drawn(20, np.array([1, 0.3]))
    yield projection("two columns", rows)
    rows = np.insert(drawn(20, np.array([1, 0.3, 0.1])), 1, 0.1, axis=1).astype(np.float32)
    yield projection("a constant column among three", rows)
    yield projection("far from zero", drawn(30, np.array([1, 0.5, 0.2])) + 4096)
    yield projection("more columns than rows", drawn(5, np.geomspace(1, 0.1, 15)))
    yield projection("two rows", drawn(2, np.geomspace(1, 0.1, 3)))
    # The largest coefficient of the first component occurs twice, so its sign is ambiguous: [-1, 1] or
    # [1, -1].
    rows = np.outer([-2.0, -1, 0, 1, 2], [-1, 1]) + np.outer([1.0, -2, 2, -2, 1], [0.25, 0.25])
    yield projection("a tie of two coefficients", rows)


def projection(name, rows):
    assert (rows == rows.astype(np.float32)).all()
    rows = rows.astype(np.float64)
    found = PCA(n_components=2, svd_solver="full").fit(rows)
    return {
        "name": name,
        "columns": rows.shape[1],
        "rows": rows.ravel().tolist(),
        "points": found.transform(rows).tolist(),
        "explained": found.explained_variance_ratio_.tolist(),
    }


def main():
    fixtures = []
    for name, logits, targets, threshold in cases():
        assert (logits == logits.astype(np.float32)).all()
        fixture = {"name": name, "logits": logits.tolist(), "targets": targets.tolist()}
        fixture |= {"threshold": threshold, "expected": metrics_of(logits, targets, threshold)}
        fixture |= {"curves": curves(logits, targets)}
        fixtures.append(json.dumps(fixture))
    write("fixtures.json", fixtures)
    write("classes.json", list(map(json.dumps, class_fixtures())))
    write("pca.json", list(map(json.dumps, projections())))


def class_fixtures():
    for name, logits, targets, reject in class_cases():
        assert (logits == logits.astype(np.float32)).all()
        fixture = {"name": name, "classes": logits.shape[1], "logits": logits.ravel().tolist()}
        fixture |= {"targets": targets.tolist(), "reject": reject}
        fixture |= {"expected": class_metrics_of(logits, targets, reject)}
        if logits.shape[1] == 3:
            one_hot = (targets[:, None] == range(3)).astype(int)
            fixture |= {"curves": [curves(*column) for column in zip(logits.T, one_hot.T)]}
        yield fixture


def write(name, cases):
    packages = (sklearn, scipy, np)
    made_with = ", ".join(f"{package.__name__} {package.__version__}" for package in packages)
    path = pathlib.Path(__file__).with_name(name)
    path.write_text(
        f'{{"made_with": "{made_with}",\n"cases": [\n' + ",\n".join(cases) + "\n]}\n"
    )


if __name__ == "__main__":
    main()
