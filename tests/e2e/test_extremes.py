"""Much of everything: files, columns, and names that few people give."""

import numpy as np
import pytest
from program import ONE_THREAD, TINY, message_of
from samples import blobs, write_pngs
from tables import columns_of, read_csv, write_csv

NAMES = ["two words", "año 火", "a line\nand another", "--looks-like-an-option", "'quoted' \"twice\""]
READ_ONLY = "/sys"  # Where nobody makes a file, not even root.


def wide(path, columns, rows=5):
    values = np.random.default_rng(0).normal(size=(rows, columns)).round(3)
    return write_csv(path, [f"c{i}" for i in range(columns)], values.tolist())


def test_ten_thousand_images_in_a_folder(diabolo, tmp_path):
    write_pngs(tmp_path / "images", np.tile(blobs(100, 8, 8), (100, 1, 1)))
    diabolo("train", "images", "--hidden", "8", "--latent", "2", "--epochs", "1", "--quiet",
            "--no-report", *ONE_THREAD, "--out", "run")
    assert "10,000 samples" in diabolo("encode", "run", "images", "--out", "codes.csv").out
    assert len(read_csv(tmp_path / "codes.csv")[1]) == 10_000


def test_a_hundred_thousand_columns(diabolo, tmp_path):
    wide(tmp_path / "wide.csv", 100_000)
    diabolo("train", "wide.csv", "--latent", "2", "--epochs", "3", "--quiet", *ONE_THREAD,
            "--out", "run", timeout=120)
    diabolo("encode", "run", "wide.csv", "--out", "codes.csv")
    assert np.isfinite(columns_of(tmp_path / "codes.csv", ["code_1", "code_2"])).all()
    assert "c99999" in diabolo("evaluate", "run", "wide.csv", timeout=60).out
    diabolo("reconstruct", "run", "wide.csv", "--out", "rebuilt.csv", timeout=60)
    assert len(read_csv(tmp_path / "rebuilt.csv")[0]) == 100_000


def test_more_columns_are_refused(diabolo, tmp_path):
    wide(tmp_path / "wider.csv", 100_001, rows=1)
    message = diabolo.error("train", "wider.csv")
    assert message == "wider.csv:1: 100,001 columns found, at most 100,000 are read"


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_kind(diabolo, tmp_path, name):
    data, run = f"./{name}.csv", f"./{name}"
    write_csv(tmp_path / data, ["a", "b", "c"], np.random.default_rng(0).normal(size=(9, 3)).tolist())
    diabolo("train", data, "--latent", "1", "--epochs", "3", "--quiet", *ONE_THREAD, "--out", run)
    diabolo("encode", run, data, "--out", f"{run}.codes.csv")
    diabolo("scatter", run, data, "--out", f"{run}.png")
    assert len(read_csv(tmp_path / f"{run}.codes.csv")[1]) == 9
    message = diabolo.error("encode", run, data, "--out", f"{run}.codes.csv")
    assert "--overwrite" in message


@pytest.mark.parametrize("command", [("train", "mnist-mini", *TINY, "--quiet"),
                                     ("encode", "RUN", "mnist-mini"),
                                     ("reconstruct", "RUN", "mnist-mini")])
def test_a_place_where_nothing_can_be_written(diabolo, tiny_run, command):
    place = f"{READ_ONLY}/diabolo.npy"
    words = [tiny_run if word == "RUN" else word for word in command]
    result = diabolo.try_it(*words, "--out", place)
    assert result.code in (1, 2)  # By what the system says: that it is not allowed, or no place.
    assert place in message_of(result.err)


def test_one_thread_and_two_learn_the_same(diabolo, tmp_path):
    """Sums are made in another order; over an epoch of 16 steps nothing else may differ."""
    for threads in ("1", "2"):
        diabolo("train", "mnist-mini", "--hidden", "64", "--latent", "8", "--epochs", "1", "--quiet",
                "--precision", "fp32", "--threads", threads, "--out", f"run{threads}")
        diabolo("encode", f"run{threads}", "mnist-mini", "--out", f"{threads}.npy")
    one, two = np.load(tmp_path / "1.npy"), np.load(tmp_path / "2.npy")
    assert np.abs(one - two).max() < 1e-3 * np.abs(one).max()
