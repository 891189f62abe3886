#!/usr/bin/env python3
"""Each digit of MNIST as what is usual, the other nine as anomalies, with PCA beside the network.

usage: .venv/bin/python scripts/one_class.py [--digits 0,1,…] [OPTION OF train …]

Trains a network on the training images of one digit, scores all 10,000 test images with `anomalies`,
and prints AUROC and average precision: of the network, of PCA judged in the same way, and the AUROC
of PCA's plain reconstruction error. The last line has the means.

DIABOLO_DATA  folder of the named data sets, data/ in the repository by default
DIABOLO       the program, build/diabolo by default
"""

import argparse
import json
import os
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from sklearn.metrics import roc_auc_score

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("DIABOLO_DATA", ROOT / "data")) / "mnist"
PROGRAM = os.environ.get("DIABOLO", ROOT / "build" / "diabolo")
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
         "t10k-labels-idx1-ubyte")


def diabolo(*arguments: object) -> str:
    command = [PROGRAM, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def read_idx(path: Path) -> np.ndarray:
    raw = path.read_bytes()
    shape = struct.unpack_from(f">{raw[3]}I", raw, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def write_idx(path: Path, values: np.ndarray) -> None:
    head = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    path.write_bytes(head + values.tobytes())


def plain_pca(model: Path, images: np.ndarray, others: np.ndarray) -> float:
    """AUROC of the squared error of PCA's reconstructions, nothing else done to it."""
    tensors = load_file(model)
    centred = images.reshape(len(images), -1) / 255 - tensors["pca.mean"]
    components = tensors["pca.components"]
    left = centred - centred @ components.T @ components
    return roc_auc_score(others, (left**2).sum(axis=1))


def one(folder: Path, digit: int, parts: list[np.ndarray], options: list[str]) -> list[float]:
    images, labels, test_images, test_labels = parts
    data = folder / str(digit)
    data.mkdir()
    usual = labels == digit
    for name, part in zip(NAMES, (images[usual], labels[usual], test_images, test_labels)):
        write_idx(data / name, part)
    run = folder / f"run{digit}"
    diabolo("train", data, "--out", run, "--quiet", "--no-report", "--no-tensorboard", *options)
    others = ",".join(str(other) for other in range(10) if other != digit)
    found = json.loads(diabolo("anomalies", run, "--anomaly", others, "--json"))
    plain = plain_pca(run / "model.safetensors", test_images, test_labels != digit)
    return [found["model"]["auroc"], found["pca"]["auroc"], plain,
            found["model"]["average_precision"], found["pca"]["average_precision"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", default="0,1,2,3,4,5,6,7,8,9")
    arguments, options = parser.parse_known_args()
    parts = [read_idx(DATA / name) for name in NAMES]
    begin = time.monotonic()
    print("digit   AUROC: network      PCA   plain PCA   av. precision: network      PCA")
    line = "{:>5}  {:14.4f} {:8.4f} {:11.4f} {:24.4f} {:8.4f}"
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for digit in map(int, arguments.digits.split(",")):
            rows.append(one(Path(folder), digit, parts, options))
            print(line.format(digit, *rows[-1]), flush=True)
    print(line.format("mean", *np.mean(rows, axis=0)))
    print(f"{time.monotonic() - begin:.0f} seconds")


if __name__ == "__main__":
    main()
