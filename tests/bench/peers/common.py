"""What every peer shares: the cases, their data, and the line that it prints.

A case is a network, ReLU between layers, linear code, mean squared error and Adam at 1e-3 without a
schedule:
  dense  784-512-256-32 and its mirror, sigmoid at the end, on MNIST's training images
  conv   1-32-64 channels in 3 x 3 convolutions of stride 2, a code of 32, and its mirror
  small  30-16-2-16-30, linear at the end, on rows of a table
"""

import argparse
import json
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

HIDDEN = {"dense": [512, 256], "small": [16]}
LATENT = {"dense": 32, "conv": 32, "small": 2}
CHANNELS = [32, 64]


def arguments(**modes: list[str]) -> argparse.Namespace:
    """--case, --data, --batch, --epochs, --threads, and an option for each of `modes`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--case", choices=LATENT, required=True)
    parser.add_argument("--data", type=Path, required=True, help="an IDX file, or .npy of rows")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    for name, values in modes.items():
        parser.add_argument(f"--{name}", choices=values, default=values[0])
    return parser.parse_args()


def samples(path: Path) -> np.ndarray:
    """[N, 784] float32 in [0, 1] of an IDX file, [N, D] float32 of a .npy."""
    if path.suffix == ".npy":
        return np.load(path)
    raw = path.read_bytes()
    count, height, width = np.frombuffer(raw, dtype=">u4", count=3, offset=4).astype(int)
    pixels = np.frombuffer(raw, dtype=np.uint8, offset=16).reshape(count, height * width)
    return pixels.astype(np.float32) / 255


def first_layers(case: str, x: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights [inputs, outputs] and biases [outputs] to start a dense network from, drawn as ours are:
    He-normal before ReLU, else Glorot-normal; the first centred on the mean of x, the last giving it."""
    random = np.random.default_rng(0)
    mean = x.mean(0)
    pairs = list(pairwise(widths(case, x.shape[1])))
    layers = []
    for i, (inputs, outputs) in enumerate(pairs, start=1):
        plain = i in (len(pairs) // 2, len(pairs))
        scale = (2 / (inputs + outputs) if plain else 2 / inputs) ** 0.5
        weight = random.normal(0, scale, (inputs, outputs)).astype(np.float32)
        layers.append((weight, np.zeros(outputs, np.float32)))
    layers[0] = (layers[0][0], -mean @ layers[0][0])
    bounded = mean.clip(1e-3, 1 - 1e-3)
    last = np.log(bounded / (1 - bounded)) if case == "dense" else mean
    layers[-1] = (layers[-1][0], last.astype(np.float32))
    return layers


def widths(case: str, values: int) -> list[int]:
    """Of a dense network, from its input to its output."""
    there = [values, *HIDDEN[case], LATENT[case]]
    return there + there[-2::-1]


class Clock:
    """Samples a second of each epoch."""

    def __init__(self, count: int) -> None:
        self.count, self.rates, self.start = count, [], 0.0

    def begin(self) -> None:
        self.start = time.perf_counter()

    def end(self) -> None:
        self.rates.append(self.count / (time.perf_counter() - self.start))


def report(rates: list[float], loss: float, version: str) -> None:
    """loss: the mean over the last epoch."""
    print(json.dumps({"rates": rates, "loss": float(loss), "version": version}))
