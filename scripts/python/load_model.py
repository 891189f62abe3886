#!/usr/bin/env python3
"""Rebuilds a dense diabolo autoencoder with numpy and safetensors alone: docs/model-file.md.

load_model.py MODEL.safetensors SAMPLES.npy CODES.npy RECONSTRUCTIONS.npy
SAMPLES: float32 [N, ...] with pixels in [0, 1]. Writes CODES, [N, K], and RECONSTRUCTIONS, of the
shape of SAMPLES.
"""

import json
import sys

import numpy as np
from safetensors import safe_open

ACTIVATIONS = {"silu": lambda x: x / (1 + np.exp(-x)), "relu": lambda x: np.maximum(x, 0),
               "tanh": np.tanh}


def layers(tensors, part):
    """Weights and biases of one half, in order."""
    numbers = sorted(int(name.split(".")[2]) for name in tensors
                     if name.startswith(f"{part}.layers.") and name.endswith(".weight"))
    return [(tensors[f"{part}.layers.{i}.weight"], tensors[f"{part}.layers.{i}.bias"])
            for i in numbers]


def run(pairs, x, activation):
    for i, (weight, bias) in enumerate(pairs):
        x = (activation(x) if i > 0 else x) @ weight.T + bias
    return x


def encode_and_decode(path, samples):
    with safe_open(path, framework="numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        architecture = json.loads(file.metadata()["architecture"])
    if architecture["arch"] != "dense":
        sys.exit(f"{path}: a {architecture['arch']} network; this example rebuilds dense ones")
    activation = ACTIVATIONS[architecture["activation"]]
    code = run(layers(tensors, "encoder"), samples.reshape(len(samples), -1), activation)
    y = run(layers(tensors, "decoder"), code, activation)
    if architecture["output"] == "sigmoid":
        y = 1 / (1 + np.exp(-y))
    return code, y.reshape(samples.shape)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    for name, array in zip(sys.argv[3:], encode_and_decode(sys.argv[1], np.load(sys.argv[2]))):
        np.save(name, array.astype(np.float32))
