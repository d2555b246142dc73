"""scikit-learn: GridSearchCV over the seeds of an MLPClassifier, on all cores with joblib.

One split for all networks, because a grid search has one. Of ten digits each is a label of its own, so that its output
is a sigmoid. MLPClassifier has no schedule for Adam and other initial weights (sklearn_fit.py): the work is the same.
"""

import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier

import many
import recipe


def accuracy(model, x, y):
    """Return the share of images whose digit has the largest output; of two digits, the probability decides."""
    probabilities = model.predict_proba(x)
    wanted = y if y.ndim == 1 else y.argmax(axis=1)
    return float((probabilities.argmax(axis=1) == wanted).mean())


def loss(model, x, y):
    """Return the cross-entropy, of several outputs summed."""
    probabilities = model.predict_proba(x)
    if y.ndim == 1:
        probabilities = probabilities[:, 1]
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7).reshape(len(x), -1)
    wanted = y.reshape(len(x), -1)
    return float(-np.where(wanted == 1, np.log(clipped), np.log1p(-clipped)).sum(axis=1).mean())


def scores(model, x, y):
    """Return both metrics of the validation images."""
    return {"loss": loss(model, x, y), "accuracy": accuracy(model, x, y)}


def main():
    """Train all networks and report."""
    arguments = many.parse(many.parser(__doc__))
    x, targets, labels = many.rows(arguments)
    y = labels if arguments.digits == 2 else targets
    beta_1, beta_2 = recipe.BETAS
    model = MLPClassifier(
        hidden_layer_sizes=arguments.hidden_units,
        activation="logistic",
        solver="adam",
        alpha=0.0,
        batch_size=arguments.batch_size,
        learning_rate_init=arguments.learning_rate,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=recipe.EPSILON,
        max_iter=arguments.epochs,
        tol=0.0,
        n_iter_no_change=arguments.epochs + 1,
    )
    search = GridSearchCV(
        model,
        {"random_state": list(range(arguments.networks))},
        scoring=scores,
        cv=[many.split(labels, seed=0)],
        refit=False,
        n_jobs=-1,
    )
    # It warns that it stops at max_iter, which is intended here; the workers inherit the environment, not this filter.
    warnings.simplefilter("ignore", ConvergenceWarning)

    started = time.perf_counter()
    search.fit(x, y)
    seconds = time.perf_counter() - started

    found = search.cv_results_
    losses, accuracies = found["mean_test_loss"], found["mean_test_accuracy"]
    many.report("scikit-learn", sklearn.__version__, arguments, seconds, losses, accuracies)


if __name__ == "__main__":
    main()
