"""A dense autoencoder of diabolo's, rebuilt with numpy and the safetensors package alone."""

import json

import numpy as np
from safetensors import safe_open


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def silu(x):
    return x * sigmoid(x)


class Network:
    def __init__(self, path):
        with safe_open(path, framework="numpy") as file:
            self.metadata = file.metadata()
            self.tensors = {name: file.get_tensor(name) for name in file.keys()}

    def architecture(self):
        return json.loads(self.metadata["architecture"])

    def _layers(self, part, x):
        names = sorted((name for name in self.tensors
                        if name.startswith(part) and name.endswith(".weight")),
                       key=lambda name: int(name.split(".")[2]))
        for i, name in enumerate(names):
            if i > 0:
                x = silu(x)
            x = x @ self.tensors[name].T.astype(np.float64)
            x = x + self.tensors[name.replace("weight", "bias")]
        return x

    def encode(self, images):
        """[N, H, W] in [0, 1] to codes [N, K]."""
        return self._layers("encoder", images.reshape(len(images), -1))

    def __call__(self, images):
        """[N, H, W] in [0, 1] to reconstructions of the same shape."""
        return sigmoid(self._layers("decoder", self.encode(images))).reshape(images.shape)
