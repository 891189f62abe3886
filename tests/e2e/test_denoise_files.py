"""Cleaning files that are noisy already: their formats, depths, sizes and faults."""

import numpy as np
import pytest
import skimage.data
from PIL import Image
from program import ONE_THREAD, Diabolo, contents, peak_bytes
from samples import blobs, write_pngs

MAP = ("--arch", "conv", "--code", "map", "--channels", "8,12", "--latent", "8", "--blocks", "1",
       "--skip", "--residual", "--epochs", "3", "--noise", "gaussian:0-0.3", *ONE_THREAD)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """`grey` and `rgb`: networks of code map, which clean a little."""
    folder = tmp_path_factory.mktemp("runs")
    diabolo = Diabolo(folder)
    diabolo("train", "mnist-mini", *MAP, "--out", "grey")
    write_pngs(folder / "images", blobs(60, 20, 24, channels=3))
    diabolo("train", "images", *MAP, "--out", "rgb")
    return folder


def noisy(height, width, channels=1, seed=0):
    """A soft spot with noise, in [0, 1], and the spot."""
    clean = blobs(1, height, width, channels, seed)[0] / 255
    return clean, np.clip(clean + np.random.default_rng(seed).normal(0, 0.2, clean.shape), 0, 1)


def read(path):
    with Image.open(path) as image:
        return image.format, np.asarray(image)


def write(path, values, deep=False):
    most, kind = (65535, np.uint16) if deep else (255, np.uint8)
    Image.fromarray((values * most).round().astype(kind)).save(path)


@pytest.mark.parametrize("name, form", [("a.png", "PNG"), ("a.pgm", "PPM"), ("a.jpg", "JPEG")])
def test_a_grey_image_of_any_size_comes_back_cleaner_as_it_was(diabolo, tmp_path, runs, name, form):
    clean, given = noisy(61, 47)
    write(tmp_path / name, given)
    result = diabolo("denoise", runs / "grey", name, "--out", "cleaned")
    assert result.out == "cleaned 1 image into cleaned\n" and result.err == ""
    found_form, found = read(tmp_path / "cleaned" / name)
    assert found_form == form and found.shape == (61, 47) and found.dtype == np.uint8
    assert ((found / 255 - clean) ** 2).mean() < 0.7 * ((given - clean) ** 2).mean()


@pytest.mark.parametrize("name", ["deep.png", "deep.pgm"])
def test_sixteen_bits_stay_sixteen_bits(diabolo, tmp_path, runs, name):
    clean, given = noisy(40, 33)
    write(tmp_path / name, given, deep=True)
    diabolo("denoise", runs / "grey", name, "--out", "cleaned")
    _, found = read(tmp_path / "cleaned" / name)
    assert found.max() > 255 and len(np.unique(found)) > 300
    assert ((found / 65535 - clean) ** 2).mean() < 0.7 * ((given - clean) ** 2).mean()


def test_rgb_images_are_cleaned_by_a_network_of_rgb(diabolo, tmp_path, runs):
    clean, given = noisy(50, 41, channels=3)
    write(tmp_path / "a.ppm", given)
    diabolo("denoise", runs / "rgb", "a.ppm", "--out", "cleaned")
    _, found = read(tmp_path / "cleaned" / "a.ppm")
    assert found.shape == (50, 41, 3)
    assert ((found / 255 - clean) ** 2).mean() < 0.7 * ((given - clean) ** 2).mean()


def test_a_large_image_in_tiles_is_the_same_without_seams(diabolo, tmp_path, runs):
    _, given = noisy(300, 211)
    write(tmp_path / "a.png", given)
    diabolo("denoise", runs / "grey", "a.png", "--out", "whole")
    diabolo("denoise", runs / "grey", "a.png", "--out", "tiled", "--tile", "128")
    whole = read(tmp_path / "whole" / "a.png")[1].astype(int)
    tiled = read(tmp_path / "tiled" / "a.png")[1].astype(int)
    assert np.abs(whole - tiled).max() <= 3


def test_a_photograph_of_odd_sides_comes_back_at_its_size_without_seams(diabolo, tmp_path, runs):
    photograph = Image.fromarray(skimage.data.camera()).resize((1001, 667), Image.Resampling.BICUBIC)
    noise = np.random.default_rng(0).normal(0, 0.1, (667, 1001))
    write(tmp_path / "a.png", np.clip(np.asarray(photograph) / 255 + noise, 0, 1))
    diabolo("denoise", runs / "grey", "a.png", "--out", "whole", "--tile", "2048")
    diabolo("denoise", runs / "grey", "a.png", "--out", "tiled", "--tile", "256")
    whole = read(tmp_path / "whole" / "a.png")[1].astype(int)
    tiled = read(tmp_path / "tiled" / "a.png")[1].astype(int)
    assert whole.shape == (667, 1001)
    assert np.abs(whole - tiled).max() <= 2 and np.abs(whole - tiled).mean() < 0.01


@pytest.mark.parametrize("height, width", [(1, 1), (2, 3), (3, 90), (40, 5)])
def test_an_image_smaller_than_a_tile_or_a_stride_comes_back(diabolo, tmp_path, runs, height, width):
    write(tmp_path / "a.png", noisy(height, width)[1])
    diabolo("denoise", runs / "grey", "a.png", "--out", "cleaned", "--tile", "32")
    assert read(tmp_path / "cleaned" / "a.png")[1].shape == (height, width)


def test_one_bad_file_among_good_ones_is_told_of_at_the_end(diabolo, tmp_path, runs):
    folder = tmp_path / "scans"
    folder.mkdir()
    for i in range(4):
        write(folder / f"{i}.png", noisy(30 + i, 30)[1])
    (folder / "2b.png").write_bytes(b"")
    Image.new("CMYK", (20, 20)).save(folder / "3b.jpg")
    (folder / "notes.txt").write_text("not an image")
    result = diabolo("denoise", runs / "grey", "scans", "--out", "cleaned", code=1)
    assert result.out == "cleaned 4 images into cleaned\n"
    errors = result.err.splitlines()
    assert errors[0] == "error: 'scans/2b.png' is damaged: it is empty"
    assert len(errors) == 2 and "'scans/3b.jpg'" in errors[1] and "CMYK" in errors[1]
    assert sorted(contents(tmp_path / "cleaned")) == ["0.png", "1.png", "2.png", "3.png"]


@pytest.mark.parametrize("mode, name, word", [
    ("RGBA", "a.png", "alpha channel"), ("LA", "a.png", "alpha channel"), ("CMYK", "a.jpg", "CMYK"),
    ("RGB", "a.png", "takes grey images")])
def test_images_that_do_not_fit_are_refused_with_a_reason(diabolo, tmp_path, runs, mode, name, word):
    Image.new(mode, (20, 20)).save(tmp_path / name)
    message = diabolo.error("denoise", runs / "grey", name, "--out", "cleaned")
    assert name in message and word in message
    assert not (tmp_path / "cleaned").exists()


def test_a_turned_photograph_is_turned_before_it_is_cleaned(diabolo, tmp_path, runs):
    _, given = noisy(30, 50)
    exif = Image.Exif()
    exif[0x0112] = 6  # To be shown turned by a quarter.
    Image.fromarray((given * 255).astype(np.uint8)).save(tmp_path / "a.jpg", exif=exif)
    diabolo("denoise", runs / "grey", "a.jpg", "--out", "cleaned")
    assert read(tmp_path / "cleaned" / "a.jpg")[1].shape == (50, 30)


def test_a_tile_goes_with_files_alone(diabolo, runs):
    message = diabolo.error("denoise", runs / "grey", "--noise", "gaussian:0.1", "--tile", "64")
    assert "--tile" in message
    assert "32 to 16384" in diabolo.error("denoise", runs / "grey", "--tile", "0")


def test_memory_follows_the_tile_not_the_image(diabolo, tmp_path, runs):
    def peak(side):
        write(tmp_path / f"{side}.png", np.random.default_rng(0).random((side, side)))
        return peak_bytes(tmp_path, "denoise", runs / "grey", f"{side}.png", "--out", f"out{side}",
                          "--tile", "256")

    small, large = peak(300), peak(1500)
    # Three float32 copies and the file at most: 20 bytes a pixel.
    assert large - small < 20 * (1500 ** 2 - 300 ** 2) + 30e6
