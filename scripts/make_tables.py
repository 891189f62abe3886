#!/usr/bin/env python3
"""Writes the tables in data/ that come with the source: blobs.csv, iris.csv and wine.csv.

usage: .venv/bin/python scripts/make_tables.py [FOLDER]

blobs.csv is what many courses on autoencoders begin with: 300 points in space, drawn around 5
centres by scikit-learn's make_blobs. iris (Fisher 1936) and wine (Forina 1991; UCI, CC BY 4.0) are
those of scikit-learn. data/uk_foods.csv (DEFRA 1997) is kept by hand. --swiss-roll N writes
swiss_roll.csv too: N points on a rolled-up sheet, with their place along the roll. --uses writes the
tables of docs/uses.md: benign.csv, 250 benign tumours of scikit-learn's breast cancer data (Street,
Wolberg and Mangasarian 1993; UCI, CC BY 4.0), others.csv, the other 319, and planted.csv.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from planted_relations import write_planted
from sklearn.datasets import (load_breast_cancer, load_iris, load_wine, make_blobs,
                              make_swiss_roll)


def write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{path}: {len(rows)} rows")


def blobs(folder: Path) -> None:
    points, clouds = make_blobs(n_samples=300, n_features=3, centers=5, random_state=101)
    rows = [[f"{x:.4f}" for x in point] + ["ABCDE"[cloud]] for point, cloud in zip(points, clouds)]
    write(folder / "blobs.csv", ["x1", "x2", "x3", "cloud"], rows)


def iris(folder: Path) -> None:
    data = load_iris()
    header = [name.removesuffix(" (cm)").replace(" ", "_") + "_cm" for name in data.feature_names]
    rows = [[*map(float, x), data.target_names[y]] for x, y in zip(data.data, data.target)]
    write(folder / "iris.csv", [*header, "species"], rows)


def wine(folder: Path) -> None:
    data = load_wine()
    header = [name.replace("/", "_") for name in data.feature_names]
    rows = [[*map(float, x), f"grower {y + 1}"] for x, y in zip(data.data, data.target)]
    write(folder / "wine.csv", [*header, "grower"], rows)


def swiss_roll(folder: Path, count: int) -> None:
    points, along = make_swiss_roll(n_samples=count, random_state=0)
    rows = [[f"{x:.5f}" for x in point] + [f"{t:.5f}"] for point, t in zip(points, along)]
    write(folder / "swiss_roll.csv", ["x", "y", "z", "along"], rows)


def breast_cancer(folder: Path) -> None:
    data = load_breast_cancer()
    benign = np.random.default_rng(0).permutation(np.flatnonzero(data.target == 1))
    parts = {"benign": benign[:250],
             "others": [*benign[250:], *np.flatnonzero(data.target == 0)]}
    for name, places in parts.items():
        rows = [[str(data.target_names[data.target[i]]), *data.data[i].tolist()] for i in places]
        write(folder / f"{name}.csv", ["diagnosis", *data.feature_names], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("data"))
    parser.add_argument("--swiss-roll", type=int, default=0, metavar="N")
    parser.add_argument("--uses", action="store_true", help="only the tables of docs/uses.md")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.uses:
        breast_cancer(arguments.folder)
        write_planted(arguments.folder / "planted.csv", seed=0)
        return
    for table in (blobs, iris, wine):
        table(arguments.folder)
    if arguments.swiss_roll:
        swiss_roll(arguments.folder, arguments.swiss_roll)


if __name__ == "__main__":
    main()
