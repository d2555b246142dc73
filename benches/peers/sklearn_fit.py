"""scikit-learn: MLPClassifier with the settings of the recipe and without early stopping.

Its initial weights and biases are uniform, within a bound 1.7 times smaller than Glorot's. It has no setting for this.
"""

import time
import warnings

import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import recipe


def main():
    """Train once and report."""
    arguments = recipe.parser(__doc__).parse_args()
    x, y = recipe.rows(arguments.data)
    beta_1, beta_2 = recipe.BETAS
    model = MLPClassifier(
        hidden_layer_sizes=arguments.hidden_units,
        activation="logistic",
        solver="adam",
        alpha=0.0,
        batch_size=arguments.batch_size,
        learning_rate_init=recipe.LEARNING_RATE,
        beta_1=beta_1,
        beta_2=beta_2,
        epsilon=recipe.EPSILON,
        max_iter=arguments.epochs,
        tol=0.0,
        n_iter_no_change=arguments.epochs + 1,
        random_state=arguments.seed,
    )
    # It warns that it stops at max_iter, which is intended here.
    warnings.simplefilter("ignore", ConvergenceWarning)

    # Of ten digits each is a label of its own, so that its output is a sigmoid.
    targets = y if y.max() <= 1 else recipe.targets(y)
    started = time.perf_counter()
    model.fit(x, targets)
    seconds = time.perf_counter() - started

    probabilities = model.predict_proba(x)
    if y.max() <= 1:
        probabilities = probabilities[:, 1]
    recipe.report("scikit-learn", sklearn.__version__, seconds, probabilities, y)


if __name__ == "__main__":
    main()
