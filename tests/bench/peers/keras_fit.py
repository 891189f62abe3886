#!/usr/bin/env python3
"""A dense case in Keras 3: compile and fit, on the backend that KERAS_BACKEND names (jax here)."""

import os

import common

options = common.arguments()
os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["XLA_FLAGS"] = (f"--xla_cpu_multi_thread_eigen=true "
                           f"intra_op_parallelism_threads={options.threads}")

import keras  # noqa: E402
import numpy as np  # noqa: E402


class Stopwatch(keras.callbacks.Callback):
    def __init__(self, clock: common.Clock) -> None:
        super().__init__()
        self.clock = clock

    def on_epoch_begin(self, epoch, logs=None):
        self.clock.begin()

    def on_epoch_end(self, epoch, logs=None):
        self.clock.end()


def main() -> None:
    keras.utils.set_random_seed(0)
    x = common.samples(options.data)
    widths = common.widths(options.case, x.shape[1])
    code, last = len(widths) // 2, len(widths) - 1
    end = "sigmoid" if options.case == "dense" else None
    model = keras.Sequential([keras.Input((widths[0],))])
    for i, width in enumerate(widths[1:], start=1):
        activation = end if i == last else None if i == code else "relu"
        model.add(keras.layers.Dense(width, activation=activation))
    model.set_weights([values for layer in common.first_layers(options.case, x) for values in layer])
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    clock = common.Clock(len(x))
    history = model.fit(x, x, batch_size=options.batch, epochs=options.epochs, verbose=0,
                        callbacks=[Stopwatch(clock)])
    version = f"{keras.__version__} on {keras.backend.backend()}"
    common.report(clock.rates, np.asarray(history.history["loss"])[-1], version)


if __name__ == "__main__":
    main()
