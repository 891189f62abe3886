"""What a table is asked twice about, and that two commands do not contradict each other."""

import json

import numpy as np
import pytest
from program import DATA, Diabolo
from skimage.io import imread
from sklearn.decomposition import PCA
from sklearn.metrics import r2_score
from tables import FOODS, columns_of, read_csv, rows_of, train, write_csv


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


def test_a_verdict_on_few_rows_says_how_many_and_warns(folder):
    trained = train(folder, "few.csv", "run", "--latent", "1")
    verdict = json.loads(Diabolo(folder)("evaluate", "run", "--json").out)["verdict"]
    assert "6 rows" in verdict and "Fewer than 30 prove little" in verdict
    assert verdict in trained.out
    many = write_csv(folder / "many.csv", list("abcdef"), rows_of(400, seed=1).tolist())
    verdict = json.loads(Diabolo(folder)("evaluate", "run", many, "--json").out)["verdict"]
    assert "400 rows" in verdict and "little" not in verdict


def test_of_a_handful_of_rows_pca_is_advised(tmp_path):
    assert "take PCA" in train(tmp_path, FOODS, "run", "--id", "country").out
    found = json.loads(Diabolo(tmp_path)("evaluate", "run", "--json").out)
    assert "take PCA" in found["verdict"] and "4 rows" in found["verdict"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_linear_network_comes_to_pca(tmp_path, seed):
    """The first 20 irises are one species, whose two directions are learned slowly."""
    names, rows = read_csv(DATA / "iris.csv")
    write_csv(tmp_path / "few.csv", names[:4], [row[:4] for row in rows[:20]])
    train(tmp_path, "few.csv", "run", "--seed", seed)
    diabolo = Diabolo(tmp_path)
    found = json.loads(diabolo("evaluate", "run", "--json").out)
    assert found["model"]["mse"] == pytest.approx(found["pca"]["mse"], rel=5e-4)
    diabolo("encode", "run", "--out", "codes.npy")
    x = columns_of(tmp_path / "few.csv", names[:4])
    wanted = PCA(2).fit_transform((x - x.mean(0)) / x.std(0))
    codes = np.load(tmp_path / "codes.npy")
    assert np.allclose(np.abs(codes), np.abs(wanted), atol=0.05)


def test_r2_and_the_mean_have_one_reference(folder):
    """On rows whose means are not those of the training."""
    train(folder, "few.csv", "run", "--validation", "0", "--epochs", "30")
    other = write_csv(folder / "other.csv", list("abcdef"), (rows_of(50, seed=1) + 0.7).tolist())
    diabolo = Diabolo(folder)
    found = json.loads(diabolo("evaluate", "run", other, "--json").out)
    diabolo("reconstruct", "run", other, "--out", "rebuilt.npy")
    before, after = columns_of(folder / "few.csv", "abcdef"), columns_of(other, "abcdef")
    x, rebuilt = ((values - before.mean(0)) / before.std(0)
                  for values in (after, np.load(folder / "rebuilt.npy")))
    assert found["mean"]["mse"] == pytest.approx(x.var(0).mean(), rel=1e-4)
    for name in ("model", "pca"):
        ratio = 1 - found[name]["mse"] / found["mean"]["mse"]
        assert found[name]["r2"] == pytest.approx(ratio, abs=1e-5)
    wanted = r2_score(x, rebuilt, multioutput="variance_weighted")
    assert found["model"]["r2"] == pytest.approx(wanted, abs=1e-4)
    for i, column in enumerate(found["columns"]):
        assert column["mean"] == pytest.approx(after[:, i].std(), rel=1e-3)
        assert column["r2"] == pytest.approx(r2_score(x[:, i], rebuilt[:, i]), abs=1e-4)
    assert "mean of these rows" in diabolo("evaluate", "run", other).out


@pytest.mark.parametrize("count, given", [(2, False), (5, False), (6, True)])
def test_five_neighbours_need_six_rows(tmp_path, count, given):
    rows = [[*row, "xy"[i % 2]] for i, row in enumerate(rows_of(count).tolist())]
    write_csv(tmp_path / "t.csv", [*"abcdef", "kind"], rows)
    train(tmp_path, "t.csv", "run", "--label", "kind", "--latent", "1", "--epochs", "2")
    found = json.loads(Diabolo(tmp_path)("evaluate", "run", "--json").out)
    assert [("knn_accuracy" in found[name]) for name in ("model", "pca", "raw")] == [given] * 3


def test_a_rebuilt_table_has_all_columns_that_nobody_dropped(tmp_path):
    rows = [[f"n{i}", "same", "", *row, i, "pq"[i % 2]]
            for i, row in enumerate(rows_of(20)[:, :2].tolist())]
    write_csv(tmp_path / "t.csv", ["name", "const", "gone", "a", "b", "nr", "kind"], rows)
    train(tmp_path, "t.csv", "run", "--id", "name", "--label", "kind", "--drop", "nr",
          "--latent", "1", "--epochs", "2")
    diabolo = Diabolo(tmp_path)
    for data in ([], ["t.csv", "--drop", "nr"]):
        diabolo("reconstruct", "run", *data, "--out", "r.csv", "--overwrite")
        names, rebuilt = read_csv(tmp_path / "r.csv")
        assert names == ["name", "a", "b", "const", "gone", "kind"]  # As in the file.
        assert [[row[0], *row[3:]] for row in rebuilt] == [[row[0], "same", "", row[-1]]
                                                           for row in rows]


def test_decoded_codes_keep_what_stands_beside_them(tmp_path):
    rows = [[f"n{i}", *row, "pq"[i % 2]] for i, row in enumerate(rows_of(1200)[:, :3].tolist())]
    write_csv(tmp_path / "t.csv", ["name", "a", "b", "c", "kind"], rows)
    train(tmp_path, "t.csv", "run", "--id", "name", "--label", "kind", "--epochs", "1")
    diabolo = Diabolo(tmp_path)
    diabolo("encode", "run", "--out", "codes.csv")
    diabolo("decode", "run", "codes.csv", "--out", "d.csv")
    diabolo("reconstruct", "run", "--out", "r.csv")
    names, decoded = read_csv(tmp_path / "d.csv")
    assert names == ["name", "a", "b", "c", "kind"]
    assert [(row[0], row[4]) for row in decoded] == [(row[0], row[4]) for row in rows]
    wanted = columns_of(tmp_path / "r.csv", "abc")
    assert np.allclose(columns_of(tmp_path / "d.csv", "abc"), wanted, rtol=1e-4, atol=1e-5)
