#!/usr/bin/env python3
"""Writes codes.txt, wine.txt and iris.txt: measures of codes by scikit-learn and SciPy, for tests/analysis.

    python3 tests/golden/make_codes.py

The other sets follow from whole numbers alone, so that C++ makes the same ones to the bit. Where points are equally far,
scikit-learn may take any; ours are those of the smaller index. Of `grid` and `copies`, which have many such, the number
is therefore NumPy's; for all other small sets both are checked to be equal.
"""

import warnings
from pathlib import Path

import numpy as np
from scipy.spatial import procrustes
from sklearn.datasets import load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import trustworthiness
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import LeaveOneOut, PredefinedSplit, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDER = Path(__file__).parent
# name: rows, columns, classes, strength: how far classes lie apart.
FORMULAS = {"two": (300, 3, 2, 40), "few": (60, 90, 3, 60), "many": (6000, 8, 10, 60), "large": (2600, 400, 10, 6),
            "grid": (400, 3, 4, 0), "copies": (200, 5, 3, 50), "constant": (240, 6, 3, 60), "far": (500, 6, 4, 60)}


def formula(name):
    rows, columns, classes, strength = FORMULAS[name]
    i, k = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    if name == "copies":
        i = i % 150
    labels = i[:, 0] * i[:, 0] * 31 % 1013 % classes
    noise = (i * 7919 + k * 104729 + i * k % 1013 * 31 + i * i % 8191 * (17 + k)) % 2003
    values = noise + labels[:, None] * (k + 1) * 37 % 101 * strength / 2
    if name == "grid":
        values = noise % 4
    if name == "constant":
        values[:, 1] = 700
        values[:, 3] = 700 + (i[:, 0] % 5 == 2)  # Constant outside fold 2 alone.
    if name == "far":
        values = values + 1e6
    return (values / 16).astype(np.float32).astype(np.float64), labels


def real(name):
    data = {"wine": load_wine, "iris": load_iris}[name]()
    rows = data.data.astype(np.float32)
    with open(FOLDER / f"{name}.txt", "w") as out:
        for row, label in zip(rows, data.target):
            print(*(f"{value:.9g}" for value in row), label, file=out)
    return rows.astype(np.float64), data.target


def knn_by_index(codes, labels, neighbours):
    squares = ((codes[:, None] - codes) ** 2).sum(2)
    np.fill_diagonal(squares, np.inf)
    nearest = np.argsort(squares, axis=1, kind="stable")[:, :neighbours]
    answers = [np.bincount(labels[row]).argmax() for row in nearest]
    return np.mean(answers == labels)


def knn(name, codes, labels, neighbours):
    if name in ("grid", "copies"):
        return knn_by_index(codes, labels, neighbours)
    model = KNeighborsClassifier(neighbours)
    if len(codes) > 1000:  # Leave-one-out by leaving the first of one more neighbour, the point itself.
        nearest = model.fit(codes, labels).kneighbors(codes, neighbours + 1, return_distance=False)
        assert (nearest[:, 0] == np.arange(len(codes))).all()
        return np.mean([np.bincount(labels[row[1:]]).argmax() for row in nearest] == labels)
    found = np.mean(cross_val_predict(model, codes, labels, cv=LeaveOneOut()) == labels)
    assert found == knn_by_index(codes, labels, neighbours), (name, neighbours)
    return found


def probe(codes, labels, folds):
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, tol=1e-6, max_iter=3000))
    split = PredefinedSplit(np.arange(len(codes)) % folds)
    return np.mean(cross_val_predict(model, codes, labels, cv=split) == labels)


def rebuilt_of(codes):
    """Off by up to half a number in the first column and by more in later ones; the last column is exact."""
    i, k = np.meshgrid(np.arange(codes.shape[0]), np.arange(codes.shape[1]), indexing="ij")
    rebuilt = codes + ((i * 7 + k * 5) % 9 - 4) * (k + 1) / 8
    rebuilt[:, -1] = codes[:, -1]
    return rebuilt


def main():
    sets = {name: real(name) for name in ("wine", "iris")} | {name: formula(name) for name in FORMULAS}
    with open(FOLDER / "codes.txt", "w") as out:
        def write(*words):
            print(*words[:-1], f"{words[-1]:.12g}", file=out)

        print("# measure set number value", file=out)
        for name, (codes, labels) in sets.items():
            for neighbours in (1, 5, 12):
                write("knn", name, neighbours, knn(name, codes, labels, neighbours))
            for folds in (5, 3) if name != "large" else (5,):
                write("probe", name, folds, probe(codes, labels, folds))
            if name in ("wine", "two", "few", "far"):
                for neighbours in (1, 5, 12):
                    some = slice(0, 1000)
                    write("trustworthiness", name, neighbours,
                          trustworthiness(codes[some], codes[some, :2], n_neighbors=neighbours))
            rebuilt = rebuilt_of(codes)
            write("procrustes", name, 2, procrustes(codes[:, :2], codes[:, -2:])[2])
            write("r2", name, 0, r2_score(codes, rebuilt, multioutput="variance_weighted"))
            for column in range(min(6, codes.shape[1])):
                write("mse", name, column, mean_squared_error(codes[:, column], rebuilt[:, column]))
                write("column_r2", name, column,
                      r2_score(codes, rebuilt, multioutput="raw_values")[column])


if __name__ == "__main__":
    warnings.simplefilter("error")
    main()
