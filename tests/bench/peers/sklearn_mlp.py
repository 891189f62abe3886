#!/usr/bin/env python3
"""A dense case in scikit-learn's MLPRegressor, which has one activation for all hidden layers."""

import common
import sklearn
from sklearn.neural_network import MLPRegressor
from threadpoolctl import threadpool_limits


def main() -> None:
    options = common.arguments()
    x = common.samples(options.data)
    widths = common.widths(options.case, x.shape[1])
    model = MLPRegressor(hidden_layer_sizes=widths[1:-1], activation="relu", alpha=0, batch_size=options.batch,
                         learning_rate_init=1e-3, random_state=0)
    clock = common.Clock(len(x))
    with threadpool_limits(options.threads):
        for _ in range(options.epochs):
            clock.begin()
            model.partial_fit(x, x)
            clock.end()
    # scikit-learn halves the squared error.
    common.report(clock.rates, 2 * model.loss_, sklearn.__version__)


if __name__ == "__main__":
    main()
