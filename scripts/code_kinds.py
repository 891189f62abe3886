#!/usr/bin/env python3
"""What sparse, contractive, tied and variational codes do to the error and to the code, on MNIST.

usage: .venv/bin/python scripts/code_kinds.py [OPTION OF train …]

Trains a network with each of the options below, besides those given, and prints of the test images:
the MSE; how sparse a code is (Hoyer 2004: 0 for equal numbers, 1 for a single one), the mean over
codes; how much of a code's variance a little noise on the pixels adds (deviation 0.05); units in
use, which vary by more than a hundredth of what the greatest does; and the accuracy of a linear
classifier on the codes.

DIABOLO_DATA  folder of the named data sets, data/ in the repository by default
DIABOLO       the program, build/diabolo by default
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from one_class import DATA, diabolo, read_idx, write_idx

KINDS = ("", "--sparsity l1:1e-4", "--sparsity l1:1e-3", "--sparsity kl:0.05",
         "--sparsity kl:0.05:0.01", "--contractive 1e-4", "--contractive 1e-3", "--tied",
         "--variational --beta 0.1", "--variational")
NOISE = 0.05
IN_USE = 0.01


def hoyer(codes: np.ndarray) -> float:
    root = codes.shape[1] ** 0.5
    ratio = np.abs(codes).sum(axis=1) / np.maximum(np.linalg.norm(codes, axis=1), 1e-12)
    return float(((root - ratio) / (root - 1)).mean())


def figures(folder: Path, noisy: Path, kind: str, options: list[str]) -> list[float]:
    begin = time.monotonic()
    diabolo("train", "mnist", *kind.split(), *options, "--out", folder / "run", "--quiet",
            "--no-report", "--no-tensorboard", "--overwrite")
    seconds = time.monotonic() - begin
    found = json.loads(diabolo("evaluate", folder / "run", "--json"))["model"]
    codes = []
    for data in ("mnist", noisy):
        diabolo("encode", folder / "run", data, "--out", folder / "codes.npy", "--overwrite")
        codes.append(np.load(folder / "codes.npy"))
    variances = codes[0].var(axis=0)
    moved = ((codes[1] - codes[0]) ** 2).mean(axis=0).sum() / variances.sum()
    return [found["mse"], hoyer(codes[0]), 100 * moved, (variances > IN_USE * variances.max()).sum(),
            found["probe_accuracy"], seconds]


def main() -> None:
    images = read_idx(DATA / "t10k-images-idx3-ubyte")
    noise = np.random.default_rng(0).normal(0, 255 * NOISE, images.shape)
    print(f"{'options':26}      MSE   sparse   noise %   units   probe   seconds")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_idx(folder / "noisy-idx3-ubyte",
                  np.clip(np.round(images + noise), 0, 255).astype(np.uint8))
        for kind in KINDS:
            row = figures(folder, folder / "noisy-idx3-ubyte", kind, sys.argv[1:])
            print("{:26} {:8.5f} {:8.3f} {:9.2f} {:7.0f} {:7.4f} {:9.0f}".format(kind or "none", *row),
                  flush=True)


if __name__ == "__main__":
    main()
