"""Code sizes compared, and codes as points."""

import csv
import json

import numpy as np
import pytest
from program import Diabolo, contents
from samples import read_png
from tables import FOODS, mixed_table, train
from training import Training

SWEEP = ("--latent", "1,2,3", "--seeds", "2", "--epochs", "10", "--threads", "1")


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("swept")
    result = Diabolo(folder)("sweep", "iris", *SWEEP, "--out", "s", "--json")
    return folder, json.loads(result.out)


def runs_of(folder):
    with (folder / "sweep.csv").open() as file:
        return list(csv.DictReader(file))


def test_means_and_spread_are_those_of_the_runs(swept):
    folder, found = swept
    runs = runs_of(folder / "s")
    assert [size["latent"] for size in found["sizes"]] == [1, 2, 3]
    for size in found["sizes"]:
        errors = [float(run["mse"]) for run in runs if int(run["latent"]) == size["latent"]]
        assert len(errors) == size["seeds"] == 2
        assert size["mse"] == pytest.approx(np.mean(errors), rel=1e-5)
        assert size["mse_least"] == pytest.approx(min(errors), rel=1e-5)
        assert size["mse_greatest"] == pytest.approx(max(errors), rel=1e-5)
    assert json.loads((folder / "s" / "sweep.json").read_text()) == found


def test_each_error_is_that_of_the_same_training(swept, tmp_path):
    _, found = swept
    train(tmp_path, "iris", "run", "--latent", "2", "--epochs", "10")
    figures = json.loads(Diabolo(tmp_path)("evaluate", "run", "--json").out)
    size = found["sizes"][1]
    assert any(figures["model"]["mse"] == pytest.approx(size[name], rel=1e-4)
               for name in ("mse_least", "mse_greatest"))
    assert figures["pca"]["mse"] == pytest.approx(size["pca_mse"], rel=1e-4)


def test_each_size_has_a_verdict_beside_pca(swept, tmp_path):
    _, found = swept
    assert found["samples"] == 15
    for size in found["sizes"]:
        assert "15 rows" in size["verdict"] and "prove little" in size["verdict"]
    command = ("sweep", "iris", "--latent", "2,4", "--seeds", "1", "--epochs", "5", *SWEEP[-2:])
    out = Diabolo(tmp_path)(*command, "--out", "s").out
    lines = out.splitlines()
    assert lines[1].endswith("PCA MSE    beside PCA")
    assert lines[3].split()[0] == "4" and lines[3].endswith("exact")
    assert "PCA loses nothing" in out
    last = json.loads((tmp_path / "s/sweep.json").read_text())["sizes"]
    assert lines[-1] == "with 2 numbers: " + last[0]["verdict"] and "verdict" not in last[1]


def test_the_picture_is_drawn(swept):
    folder, _ = swept
    image = read_png(folder / "s" / "sweep.png")
    assert image.shape[1] == 1600 and len(np.unique(image.reshape(-1, 3), axis=0)) > 20


def test_interrupted_sweeps_go_on_and_finished_ones_are_not_done_again(tmp_path):
    more = ("--latent", "1,2,3", "--seeds", "3", "--threads", "1", "--epochs", "300")
    command = ["sweep", "wine", *more, "--out", "s"]
    training = Training(tmp_path, command)
    training.wait_until(lambda: (tmp_path / "s" / "sweep.csv").exists())
    training.interrupt()
    assert training.end() == 130
    before = runs_of(tmp_path / "s")
    assert 1 <= len(before) < 9
    Diabolo(tmp_path)(*command)
    after = runs_of(tmp_path / "s")
    assert after[:len(before)] == before and len(after) == 9  # The seconds too: not done again.
    result = Diabolo(tmp_path)(*command)
    assert "latent 1, seed" not in result.err


def test_a_sweep_with_other_options_is_kept(swept):
    folder, _ = swept
    before = contents(folder / "s")
    message = Diabolo(folder).error("sweep", "iris", *SWEEP, "--hidden", "9", "--out", "s")
    assert "other options" in message and contents(folder / "s") == before


@pytest.mark.parametrize("latent, axes", [("1", 1), ("2", 2), ("3", 3), ("5", 2)])
def test_scatter_draws_codes_of_any_size(tmp_path, latent, axes):
    train(tmp_path, "wine", "run", "--latent", latent, "--epochs", "3")
    Diabolo(tmp_path)("scatter", "run", "--out", "s.png")
    image = read_png(tmp_path / "s.png")
    assert image.shape[1] == 1600


def test_scatter_takes_any_column_as_colour(tmp_path):
    mixed_table(tmp_path / "mixed.csv")
    train(tmp_path, "mixed.csv", "run", "--id", "name", "--drop", "class", "--epochs", "3")
    diabolo = Diabolo(tmp_path)
    pictures = []
    for column in ("big", "colour", "class", "constant"):
        diabolo("scatter", "run", "--colour", column, "--out", f"{column}.png")
        pictures.append((tmp_path / f"{column}.png").read_bytes())
    assert len(set(pictures)) == 4
    message = diabolo.error("scatter", "run", "--colour", "colur", "--out", "x.png")
    assert "did you mean 'colour'?" in message


def test_scatter_of_images_and_of_four_named_rows(tmp_path, tiny_run):
    diabolo = Diabolo(tmp_path)
    diabolo("scatter", tiny_run, "--out", "digits.png")
    train(tmp_path, FOODS, "run", "--id", "country")
    diabolo("scatter", "run", "--out", "foods.png")
    assert read_png(tmp_path / "foods.png").shape[1] == 1600
    assert "is there already" in diabolo.error("scatter", "run", "--out", "foods.png")
