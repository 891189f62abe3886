"""What a table is asked twice about, and that two commands do not contradict each other."""

import json

import numpy as np
import pytest
from program import Diabolo
from skimage.io import imread
from tables import train, write_csv


def rows_of(count, seed=0):
    random = np.random.default_rng(seed)
    hidden = random.normal(size=(count, 2))
    values = np.hstack([hidden, np.tanh(hidden @ random.normal(size=(2, 4)))])
    return values + 0.1 * random.normal(size=values.shape)


@pytest.fixture
def folder(tmp_path):
    write_csv(tmp_path / "few.csv", list("abcdef"), rows_of(60).round(4).tolist())
    return tmp_path


def test_train_and_evaluate_tell_the_same_of_few_rows(folder):
    trained = train(folder, "few.csv", "run")
    assert "gaussian:0-0.4" in (folder / "run/config.toml").read_text()
    summary = json.loads((folder / "run/summary.json").read_text())
    found = json.loads(Diabolo(folder)("evaluate", "run", "--json").out)
    assert summary["validation_mse"] == pytest.approx(found["model"]["mse"], rel=1e-4)
    assert summary["pca_validation_mse"] == pytest.approx(found["pca"]["mse"], rel=1e-4)
    assert found["verdict"] in trained.out


def test_a_word_of_a_row_that_is_left_out_is_no_level(tmp_path):
    rows = [[i, i % 7, "red" if i % 2 else "blue"] for i in range(20)]
    rows[5] = ["", 1, "green"]
    write_csv(tmp_path / "t.csv", ["a", "b", "colour"], rows)
    result = train(tmp_path, "t.csv", "run", "--missing", "drop", "--epochs", "2")
    assert "empty cells: 1" in result.err
    assert "4 values" in Diabolo(tmp_path)("inspect", "run").out.splitlines()[0]


@pytest.mark.parametrize("options, words", [
    ([], ["'nr' counts the rows", "--id nr", "'name' has 40 different words in 40 rows", "'size'",
          "a unit"]),
    (["--id", "name", "--drop", "size", "--label", "nr"], ["label 'nr' has 40 different numbers"]),
])
def test_what_was_hardly_meant_is_warned_of(tmp_path, options, words):
    write_csv(tmp_path / "t.csv", ["nr", "name", "size", "a", "b"],
              [[i, f"n{i}", f"{i % 3} cm", *row] for i, row in enumerate(rows_of(40)[:, :2])])
    result = train(tmp_path, "t.csv", "run", "--epochs", "2", *options)
    assert all(word in result.err for word in words), result.err


def test_a_label_of_many_numbers_is_drawn_as_shades(tmp_path):
    write_csv(tmp_path / "t.csv", ["y", "a", "b", "c"],
              [[i / 2, *row] for i, row in enumerate(rows_of(60)[:, :3])])
    train(tmp_path, "t.csv", "run", "--label", "y", "--epochs", "2")
    Diabolo(tmp_path)("scatter", "run", "--out", "s.png")
    # The bar of viridis ends in yellow; the colours of groups do not hold it.
    pixels = imread(tmp_path / "s.png")[..., :3].reshape(-1, 3).astype(int)
    yellow = (pixels[:, 0] > 230) & (pixels[:, 1] > 200) & (pixels[:, 2] < 90)
    assert yellow.sum() > 50
