"""Data that stay in their file while a network learns from them."""

import json

import numpy as np
import pytest
from program import DATA, ONE_THREAD, peak_bytes
from samples import idx_bytes, mini_images
from tables import rows_of

QUICK = ("--latent", "2", "--hidden", "16", "--epochs", "6", "--learning-rate", "0.01", "--quiet",
         *ONE_THREAD)


def summary(folder):
    return json.loads((folder / "summary.json").read_text())


def test_blocks_of_a_table_teach_what_the_whole_does(diabolo, tmp_path):
    np.save(tmp_path / "t.npy", rows_of(20_000))
    errors = {}
    for way in ("whole", "blocks"):
        result = diabolo("train", "t.npy", *QUICK, "--read", way, "--out", way)
        assert ("samples stay in their file" in result.err) == (way == "blocks")
        figures = summary(tmp_path / way)
        assert figures["train_samples"] + figures["validation_samples"] == 20_000
        errors[way] = figures["validation_mse"]
    assert errors["blocks"] == pytest.approx(errors["whole"], rel=0.3)
    diabolo("encode", "blocks", "t.npy", "--out", "codes.npy")
    assert np.load(tmp_path / "codes.npy").shape == (20_000, 2)


def test_blocks_of_images_teach_what_the_whole_does(diabolo, tmp_path):
    (tmp_path / "digits-idx3-ubyte").write_bytes(idx_bytes(mini_images()))
    errors = {}
    for way in ("whole", "blocks"):
        diabolo("train", "digits-idx3-ubyte", *QUICK, "--noise", "gaussian:0.2", "--read", way, "--out",
                way)
        errors[way] = summary(tmp_path / way)["validation_mse"]
    assert errors["blocks"] == pytest.approx(errors["whole"], rel=0.1)


def test_a_run_in_blocks_is_the_same_each_time(diabolo, tmp_path):
    np.save(tmp_path / "t.npy", rows_of(3_000).astype("f4"))
    for run in ("a", "b"):
        diabolo("train", "t.npy", *QUICK, "--read", "blocks", "--out", run)
    assert ((tmp_path / "a/model.safetensors").read_bytes() ==
            (tmp_path / "b/model.safetensors").read_bytes())


def test_a_file_larger_than_memory_takes_little(tmp_path):
    """2.3 GB, of which all but some hundred rows are holes that take no disk."""
    rows = np.lib.format.open_memmap(tmp_path / "t.npy", mode="w+", dtype="f4",
                                     shape=(290_000, 2_000))
    for begin in range(0, len(rows), 5_000):
        rows[begin:begin + 20] = np.random.default_rng(begin).normal(size=(20, 2_000))
    rows.flush()
    peak = peak_bytes(tmp_path, "train", "t.npy", "--latent", "2", "--hidden", "8", "--epochs", "1",
                      "--batch-size", "2048", "--quiet", "--no-report", "--out", "run")
    assert peak < 2e9
    assert summary(tmp_path / "run")["train_samples"] > 250_000


@pytest.mark.parametrize("data, more, why", [
    (DATA / "wine.csv", (), "can be read in blocks"),
    ("t.npy", ("--missing", "drop"), "--missing mean, or --read whole"),
    ("nan.npy", (), "'nan.npy', row 91, column_2: a missing value")])
def test_what_cannot_be_read_in_blocks(diabolo, tmp_path, data, more, why):
    rows = rows_of(100)
    np.save(tmp_path / "t.npy", rows)
    rows[90, 1] = np.nan
    np.save(tmp_path / "nan.npy", rows)
    assert why in diabolo.error("train", data, "--quiet", "--read", "blocks", *more, "--out", "run")
    assert not (tmp_path / "run").exists()
