"""Training on a folder of PNGs, of any size, grey or RGB."""

import json

import numpy as np
import pytest
from PIL import Image
from program import ONE_THREAD, contents
from samples import blobs, read_png, write_pngs

SMALL = ("--latent", "3", "--epochs", "3", "--validation", "0.25", *ONE_THREAD)
NETWORKS = {
    "dense": ("--hidden", "32"),
    "conv": ("--arch", "conv", "--channels", "4,8"),
    "map": ("--arch", "conv", "--channels", "4,8", "--code", "map"),
    "one layer": ("--arch", "conv", "--channels", "4"),
}


@pytest.mark.parametrize("channels", [1, 3], ids=["grey", "RGB"])
@pytest.mark.parametrize("network", NETWORKS)
def test_odd_sizes_train_rebuild_and_clean(diabolo, tmp_path, network, channels):
    write_pngs(tmp_path / "images", blobs(40, 17, 23, channels))
    diabolo("train", "images", *SMALL, *NETWORKS[network], "--out", "run")
    result = diabolo("reconstruct", "run", "--out", "r.png")
    assert "samples that training kept apart: 10 samples" in result.out
    assert read_png(tmp_path / "r.png").std() > 10
    diabolo("denoise", "run", "images", "--out", "clean")
    first = read_png(tmp_path / "clean" / "000.png")
    assert first.shape == ((17, 23) if channels == 1 else (17, 23, 3))
    assert len(contents(tmp_path / "clean")) == 40


def test_colours_keep_their_places(diabolo, tmp_path):
    """A network that sees red images alone rebuilds red, not blue."""
    red = np.zeros((20, 12, 12, 3), np.uint8)
    red[..., 0] = 200
    red[..., 1] = 30
    write_pngs(tmp_path / "red", red)
    diabolo("train", "red", *SMALL, "--hidden", "8", "--out", "run")
    diabolo("denoise", "run", "red", "--out", "clean")
    mean = read_png(tmp_path / "clean" / "000.png").mean(axis=(0, 1))
    assert mean == pytest.approx([200, 30, 0], abs=12)


def test_a_code_map_is_counted_in_numbers(diabolo, tmp_path):
    write_pngs(tmp_path / "images", blobs(20, 17, 23))
    diabolo("train", "images", *SMALL, *NETWORKS["map"], "--out", "run")
    # 17 x 23 becomes 5 x 6 after two strides of 2, times 3 channels.
    assert json.loads(diabolo("evaluate", "run", "--json").out)["latent"] == 3 * 5 * 6


def test_held_out_samples_are_those_of_training(diabolo, tmp_path):
    """The figures on the samples kept apart are those that the summary states."""
    write_pngs(tmp_path / "images", blobs(40, 17, 23))
    diabolo("train", "images", *SMALL, "--hidden", "32", "--precision", "fp32", "--out", "run")
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    found = json.loads(diabolo("evaluate", "run", "--json").out)
    assert found["samples"] == 10
    assert found["model"]["mse"] == pytest.approx(summary["validation_mse"], rel=1e-4)
    assert found["pca"]["mse"] == pytest.approx(summary["pca_validation_mse"], rel=1e-4)


def test_a_folder_that_is_named_is_used_whole(diabolo, tmp_path):
    write_pngs(tmp_path / "images", blobs(40, 17, 23))
    write_pngs(tmp_path / "others", blobs(7, 17, 23, seed=1))
    diabolo("train", "images", *SMALL, "--hidden", "32", "--out", "run")
    assert json.loads(diabolo("evaluate", "run", "others", "--json").out)["samples"] == 7


def test_size_makes_images_of_mixed_sizes_fit(diabolo, tmp_path):
    write_pngs(tmp_path / "images", [*blobs(10, 20, 24), *blobs(10, 31, 19)])
    diabolo("train", "images", *SMALL, "--hidden", "32", "--size", "20x24", "--out", "run")
    diabolo("denoise", "run", "images", "--out", "clean")
    assert {read_png(path).shape for path in (tmp_path / "clean").iterdir()} == {(20, 24)}


def test_images_smaller_than_the_window_of_ssim_have_no_ssim(diabolo, tmp_path):
    write_pngs(tmp_path / "images", blobs(20, 8, 9))
    diabolo("train", "images", *SMALL, "--hidden", "16", "--out", "run")
    found = json.loads(diabolo("evaluate", "run", "--json").out)
    assert "ssim" not in found["model"] and found["model"]["mse"] > 0


def test_other_files_and_subfolders_are_left_alone(diabolo, tmp_path):
    folder = write_pngs(tmp_path / "images", blobs(20, 8, 9))
    (folder / "readme.txt").write_text("not an image")
    write_pngs(folder / "deeper", blobs(3, 30, 30))
    assert "20 images of 1 x 8 x 9" in diabolo("inspect", "images").out


def test_sixteen_bits_become_eight(diabolo, tmp_path):
    eight = blobs(1, 28, 28)[0]
    Image.fromarray(eight).save(tmp_path / "8.png")
    Image.fromarray(eight.astype(np.uint16) * 257).save(tmp_path / "16.png")
    sums = [diabolo("inspect", name).out.split("SHA-256 ")[1] for name in ("8.png", "16.png")]
    assert sums[0] == sums[1]
