"""Tables that tests train on, and their columns as numpy arrays."""

import csv
from pathlib import Path

import numpy as np
from program import DATA, Diabolo

ONE_THREAD = ("--threads", "1")


def read_csv(path):
    """Column names, and rows of texts."""
    with Path(path).open(newline="") as file:
        names, *rows = csv.reader(file)
    return names, rows


def columns_of(path, names):
    """[N, len(names)] float64 of a CSV file."""
    header, rows = read_csv(path)
    return np.array([[float(row[header.index(name)]) for name in names] for row in rows])


def write_csv(path, header, rows, delimiter=","):
    with Path(path).open("w", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path


def mixed_table(path, count=120, seed=0):
    """Numbers of very different sizes, two text columns, a constant one, names and labels."""
    random = np.random.default_rng(seed)
    rows = []
    for i in range(count):
        t = random.uniform()
        colour = ["red", "green", "blue, dark"][int(3 * t)]
        rows.append([f"row {i}", f"{1e6 + 1e5 * t:.3f}", f"{t * t:.6f}", colour,
                     "yes" if t > 0.3 else "no", "same", ["A", "B"][t > 0.5]])
    return write_csv(path, ["name", "big", "small", "colour", "flag", "constant", "class"], rows)


def train(folder, data, out, *more):
    return Diabolo(folder)("train", data, "--out", out, *ONE_THREAD, *more)


def rows_of(count, seed=0):
    """[count, 6]: two hidden numbers, and four curves of them, with noise."""
    random = np.random.default_rng(seed)
    hidden = random.normal(size=(count, 2))
    values = np.hstack([hidden, np.tanh(hidden @ random.normal(size=(2, 4)))])
    return values + 0.1 * random.normal(size=values.shape)


WINE = DATA / "wine.csv"
FOODS = DATA / "uk_foods.csv"
