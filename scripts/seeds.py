#!/usr/bin/env python3
"""Trains one table from many seeds, and says how the network stands beside PCA.

usage: scripts/seeds.py DATA [--seeds N] [OPTION OF train …]

Prints one line: the network's MSE over PCA's (median and greatest over the seeds), 5-NN accuracy on
the codes of both (medians), in how many runs the code was not well at the end, and, for rows with
names, which row lay farthest from its nearest neighbour and how often.
"""

import argparse
import csv
import json
import math
import statistics
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def diabolo(*arguments: object) -> str:
    command = [ROOT / "build" / "diabolo", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def farthest_row(codes: Path) -> str | None:
    with codes.open() as file:
        names, *rows = csv.reader(file)
    if names[0].startswith("code_") or len(rows) > 100:
        return None
    start = names.index("code_1")
    points = {row[0]: tuple(map(float, row[start:])) for row in rows}
    nearest = {a: min(math.dist(points[a], points[b]) for b in points if b != a) for a in points}
    return max(nearest, key=nearest.get)


def one(folder: Path, data: str, seed: int, options: list[str]) -> dict:
    run = folder / f"run{seed}"
    diabolo("train", data, "--seed", seed, "--out", run, "--quiet", *options)
    # Named, so that errors are those of all rows.
    found = json.loads(diabolo("evaluate", run, data, "--json"))
    diabolo("encode", run, data, "--out", run / "codes.csv")
    last = (run / "metrics.csv").read_text().splitlines()[-1].split(",")
    return {**found, "unwell": last[-2:] != ["0", "0"], "farthest": farthest_row(run / "codes.csv")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--seeds", type=int, default=10)
    arguments, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        found = [one(Path(folder), arguments.data, seed, options)
                 for seed in range(arguments.seeds)]
    ratios = [each["model"]["mse"] / each["pca"]["mse"] for each in found]
    text = (f"{arguments.data}, {arguments.seeds} seeds: MSE over PCA's {statistics.median(ratios):.3f} "
            f"(greatest {max(ratios):.3f})")
    if "knn_accuracy" in found[0]["model"]:
        knn = [statistics.median(each[name]["knn_accuracy"] for each in found)
               for name in ("model", "pca")]
        text += f"; 5-NN {knn[0]:.4f} (PCA {knn[1]:.4f})"
    text += f"; unwell codes {sum(each['unwell'] for each in found)}"
    apart = Counter(each["farthest"] for each in found if each["farthest"])
    if apart:
        text += "; apart: " + ", ".join(f"{name} {count}" for name, count in apart.most_common())
    print(text)


if __name__ == "__main__":
    main()
