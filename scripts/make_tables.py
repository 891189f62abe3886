#!/usr/bin/env python3
"""Writes the tables in data/ that come with the source: blobs.csv, iris.csv and wine.csv.

usage: .venv/bin/python scripts/make_tables.py [FOLDER]

blobs.csv is what many courses on autoencoders begin with: 300 points in space, drawn around 5
centres by scikit-learn's make_blobs. iris (Fisher 1936) and wine (Forina 1991; UCI, CC BY 4.0) are
those of scikit-learn. data/uk_foods.csv (DEFRA 1997) is kept by hand. --swiss-roll N writes
swiss_roll.csv too: N points on a rolled-up sheet, with their place along the roll.
"""

import argparse
import csv
from pathlib import Path

from sklearn.datasets import load_iris, load_wine, make_blobs, make_swiss_roll


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("data"))
    parser.add_argument("--swiss-roll", type=int, default=0, metavar="N")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for table in (blobs, iris, wine):
        table(arguments.folder)
    if arguments.swiss_roll:
        swiss_roll(arguments.folder, arguments.swiss_roll)


if __name__ == "__main__":
    main()
