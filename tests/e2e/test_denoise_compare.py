"""The model beside the filters that one would use instead."""

import csv
import json

import pytest
from program import ONE_THREAD, Diabolo
from samples import read_png

NAMES = ["noisy", "median 3x3", "Gaussian blur", "non-local means", "PCA-64", "this model"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A U-Net that learned a little to clean."""
    folder = tmp_path_factory.mktemp("compare")
    Diabolo(folder)("train", "mnist-mini", "--arch", "conv", "--code", "map", "--channels", "8,16",
                    "--latent", "8", "--blocks", "1", "--skip", "--residual", "--epochs", "6",
                    "--noise", "gaussian:0-0.5", *ONE_THREAD, "--out", "run")
    return folder / "run"


def test_every_way_to_clean_is_compared_level_by_level(diabolo, run):
    result = diabolo("denoise", run, "--noise", "gaussian:0.3", "--levels", "0.1,0.3", "--samples",
                     "60", "--json")
    found = json.loads(result.out)
    assert found["samples"] == 60
    assert [level["noise"] for level in found["levels"]] == ["gaussian:0.1", "gaussian:0.3"]
    for level in found["levels"]:
        assert list(level["by"]) == NAMES
        assert level["by"]["this model"]["psnr"] > level["by"]["noisy"]["psnr"] + 2
        best = max(level["by"], key=lambda name: level["by"][name]["psnr"])
        assert best == "this model"


def test_the_figures_are_those_of_denoise(diabolo, run):
    compared = json.loads(diabolo("denoise", run, "--noise", "gaussian:0.3", "--levels", "0.3",
                                  "--samples", "500", "--json").out)["levels"][0]["by"]
    alone = json.loads(diabolo("denoise", run, "--noise", "gaussian:0.3", "--json").out)
    for name, key in [("noisy", "input"), ("this model", "model")]:
        for figure in ("psnr", "ssim", "mse"):
            assert compared[name][figure] == pytest.approx(alone[key][figure], rel=1e-5)


def test_kinds_that_were_not_trained_on_are_warned_of_and_compared(diabolo, run):
    result = diabolo("denoise", run, "--levels", "gaussian:0.9,salt-pepper:0.1", "--samples", "20")
    assert "gaussian:0.9 is far more" in result.err and "never saw salt-pepper" in result.err
    lines = result.out.splitlines()
    assert "20 samples" in lines[0] and all(name in lines[1] for name in NAMES)
    assert [line.split()[0] for line in lines[2:]] == ["gaussian:0.9", "salt-pepper:0.1"]


def test_the_comparison_is_written_as_csv(diabolo, tmp_path, run):
    result = diabolo("denoise", run, "--noise", "mask:0.2", "--samples", "20", "--csv", "c.csv",
                     "--json")
    with open(tmp_path / "c.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by = json.loads(result.out)["levels"][0]["by"]
    assert [row["by"] for row in rows] == NAMES
    for row in rows:
        assert row["noise"] == "mask:0.2"
        for figure in ("mse", "psnr", "ssim"):
            assert float(row[figure]) == by[row["by"]][figure]


def test_the_panel_shows_a_row_for_each(diabolo, tmp_path, run):
    result = diabolo("denoise", run, "--noise", "gaussian:0.3", "--panel", "p.png", "--count", "4",
                     "--samples", "20")
    assert result.err == "wrote p.png\n"
    picture = read_png(tmp_path / "p.png")
    assert picture.shape[0] > 7 * 112 and picture.std() > 20
    assert "already" in diabolo.error("denoise", run, "--noise", "gaussian:0.3", "--panel", "p.png")


@pytest.mark.parametrize("arguments, word", [
    (("--levels", "0.1"), "needs its kind"),
    (("--levels", "gaussian:0.1,maks:0.2"), "did you mean 'mask'"),
    (("--noise", "gaussian:0.1+mask:0.2", "--levels", "0.1"), "needs its kind"),
    (("--panel", "p.png"), "--panel needs --noise"),
    (("--csv", "c.csv"), "--csv needs --noise"),
    (("--noise", "gaussian:0.1", "--samples", "5"), "--samples goes with"),
    (("--noise", "gaussian:0.1", "--panel", "p.png", "--out", "d.png"), "--out does not go with"),
    (("--noise", "mask:0.1", "--levels", "0.1,2"), "from 0 to 1; found 2"),
])
def test_what_is_missing_or_too_much_is_named(diabolo, run, arguments, word):
    assert word in diabolo.error("denoise", run, *arguments)
