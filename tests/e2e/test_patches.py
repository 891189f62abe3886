"""Training on squares cut from photographs of any size."""

import json

import numpy as np
import pytest
from PIL import Image
from program import ONE_THREAD, contents
from samples import blobs, read_png, write_pngs

SMALL = ("--patch", "16", "--patches-per-image", "20", "--arch", "conv", "--code", "map",
         "--channels", "4,8", "--latent", "4", "--epochs", "2", "--validation", "0.25",
         *ONE_THREAD)


@pytest.fixture
def photographs(tmp_path):
    """A PNG, two JPEGs and a PPM, of sizes of their own, none too small for a patch of 16."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    for i, (name, height, width) in enumerate([("a.png", 40, 30), ("b.jpg", 16, 70),
                                               ("c.jpeg", 55, 17), ("d.ppm", 31, 32)]):
        Image.fromarray(blobs(1, height, width, 3, seed=i)[0]).save(folder / name)
    return folder


def test_a_network_of_patches_cleans_whole_images(diabolo, tmp_path, photographs):
    diabolo("train", "photographs", *SMALL, "--augment", "--noise", "gaussian:0.1", "--out", "run")
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert (summary["train_samples"], summary["validation_samples"]) == (60, 20)
    diabolo("denoise", "run", "photographs", "--out", "cleaned")
    assert contents(tmp_path / "cleaned").keys() == contents(photographs).keys()
    assert read_png(tmp_path / "cleaned" / "a.png").shape == (40, 30, 3)


def test_other_commands_read_patches_as_the_training_did(diabolo, tmp_path, photographs):
    diabolo("train", "photographs", *SMALL, "--noise", "gaussian:0.1", "--precision", "fp32",
            "--out", "run")
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    found = json.loads(diabolo("evaluate", "run", "--noise", "gaussian:0.1", "--json").out)
    assert found["samples"] == 20
    assert found["model"]["mse"] == pytest.approx(summary["validation_mse"], rel=1e-4)
    other = json.loads(diabolo("evaluate", "run", "photographs/b.jpg", "--json").out)
    assert other["samples"] == 20
    diabolo("encode", "run", "photographs", "--out", "codes.npy")
    assert np.load(tmp_path / "codes.npy").shape[0] == 80
    compared = json.loads(diabolo("denoise", "run", "photographs", "--noise", "gaussian:0.1",
                                  "--levels", "0.1", "--json").out)
    assert compared["samples"] == 80


def test_the_same_command_gives_the_same_model(diabolo, tmp_path, photographs):
    for name in ("one", "two"):
        diabolo("train", "photographs", *SMALL, "--augment", "--out", name)
    diabolo("train", "photographs", *SMALL, "--out", "plain")
    one, two, plain = ((tmp_path / name / "model.safetensors").read_bytes()
                       for name in ("one", "two", "plain"))
    assert one == two and one != plain


def test_a_resumed_run_cuts_the_same_patches(diabolo, tmp_path, photographs):
    diabolo("train", "photographs", *SMALL, "--out", "run")
    (tmp_path / "run" / "summary.json").unlink()
    diabolo("train", "--resume", "run")
    Image.fromarray(blobs(1, 60, 60, 3, seed=9)[0]).save(photographs / "a.png")
    (tmp_path / "run" / "summary.json").unlink()
    assert "not the data that this run began with" in diabolo.error("train", "--resume", "run")


def test_models_without_patches_do_not_speak_of_them(diabolo, tmp_path):
    diabolo("train", "mnist-mini", "--hidden", "8", "--latent", "2", "--epochs", "1", *ONE_THREAD,
            "--out", "run")
    first = (tmp_path / "run" / "model.safetensors").read_bytes()[:8000]
    assert b"shift" in first and b"patch" not in first and b"augment" not in first


@pytest.mark.parametrize("arguments, words", [
    (("--patch", "64"), "'photographs/a.png' is 40 x 30 pixels, less than a patch of 64 x 64"),
    (("--patch", "4"), "--patch: found 4; give 0, or 8 to 4096"),
    (("--patch", "16", "--size", "20x20"), "size: patches are cut from images of any size"),
    (("--patches-per-image", "5"), "give --patch 64, or drop it"),
    ((), "holds no .png images"),
])
def test_what_does_not_fit_is_refused_before_anything_is_written(diabolo, tmp_path, photographs,
                                                                 arguments, words):
    if not arguments:
        (photographs / "a.png").unlink()
    assert words in diabolo.error("train", "photographs", *arguments, "--epochs", "1", "--out", "run")
    assert not (tmp_path / "run").exists()


def test_grey_and_rgb_do_not_mix(diabolo, photographs):
    Image.fromarray(blobs(1, 30, 30)[0]).save(photographs / "e.png")
    message = diabolo.error("train", "photographs", *SMALL, "--out", "run")
    assert "'photographs/e.png' is grey" in message and "'photographs/a.png' is RGB" in message


def test_one_photograph_is_trained_on_whole(diabolo, photographs):
    message = diabolo.error("train", "photographs/b.jpg", *SMALL, "--out", "run")
    assert "the patches of one image are not split; give --validation 0" in message
    diabolo("train", "photographs/b.jpg", *SMALL, "--validation", "0", "--out", "run")


@pytest.mark.parametrize("data, word", [("mnist-mini", "is IDX"), ("iris", "is a table")])
def test_patches_are_for_image_files(diabolo, data, word):
    message = diabolo.error("train", data, "--patch", "16", "--out", "run")
    assert "patch: squares are cut from image files" in message and word in message


def test_rows_of_a_table_are_not_turned(diabolo):
    assert "augment: images are turned" in diabolo.error("train", "iris", "--augment", "--out", "run")
