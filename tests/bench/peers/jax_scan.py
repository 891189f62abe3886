#!/usr/bin/env python3
"""A dense case in JAX: jit, an epoch as one scan, optax."""

import os

import common

options = common.arguments()
os.environ["XLA_FLAGS"] = (
    f"--xla_cpu_multi_thread_eigen={'true' if options.threads > 1 else 'false'} "
    f"intra_op_parallelism_threads={options.threads}"
)

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402


def loss_of(layers: list, x: jax.Array) -> jax.Array:
    code, last = len(layers) // 2, len(layers)
    y = x
    for i, (weight, bias) in enumerate(layers, start=1):
        y = y @ weight + bias
        if i not in (code, last):
            y = jax.nn.relu(y)
    if options.case == "dense":
        y = jax.nn.sigmoid(y)
    return jnp.mean((y - x) ** 2)


def main() -> None:
    x = common.samples(options.data)
    layers = jax.tree.map(jnp.asarray, common.first_layers(options.case, x))
    x = jnp.asarray(x)
    optimizer = optax.adam(1e-3)
    state = optimizer.init(layers)
    steps = len(x) // options.batch

    def step(carry, rows):
        layers, state = carry
        loss, gradients = jax.value_and_grad(loss_of)(layers, x[rows])
        updates, state = optimizer.update(gradients, state)
        return (optax.apply_updates(layers, updates), state), loss

    @jax.jit
    def epoch(carry, key):
        order = jax.random.permutation(key, len(x))[: steps * options.batch]
        return jax.lax.scan(step, carry, order.reshape(steps, options.batch))

    clock = common.Clock(steps * options.batch)
    carry = (layers, state)
    for key in jax.random.split(jax.random.key(0), options.epochs):
        clock.begin()
        carry, losses = epoch(carry, key)
        loss = float(losses.mean())
        clock.end()
    common.report(clock.rates, loss, jax.__version__)


if __name__ == "__main__":
    main()
