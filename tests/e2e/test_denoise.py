"""Cleaning images: of a known noise, and of files."""

import json

import numpy as np
import pytest
from network import Network
from PIL import Image
from program import ONE_THREAD, Diabolo, contents
from samples import idx_bytes, mini_images, read_png, write_pngs


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A network that learned to clean, a little."""
    folder = tmp_path_factory.mktemp("denoise")
    Diabolo(folder)("train", "mnist-mini", "--hidden", "128", "--latent", "16", "--epochs", "8",
                    "--noise", "gaussian:0.3", *ONE_THREAD, "--out", "run")
    return folder / "run"


@pytest.fixture
def noisy(tmp_path):
    """A folder of five noisy digits."""
    digits = mini_images("t10k")[:5].astype(float)
    digits += np.random.default_rng(1).normal(0, 76, digits.shape)
    return write_pngs(tmp_path / "noisy", np.clip(digits, 0, 255).astype(np.uint8))


def figures(diabolo, run, *more, **how):
    result = diabolo("denoise", run, "--noise", "gaussian:0.3", "--json", "--overwrite", *more,
                     **how)
    return json.loads(result.out)


def test_the_model_is_closer_to_clean_than_the_noisy_input(diabolo, run):
    found = figures(diabolo, run)
    assert found["samples"] == 500
    assert found["model"]["psnr"] > found["input"]["psnr"] + 2
    assert found["model"]["ssim"] > found["input"]["ssim"]
    assert 12 < found["input"]["psnr"] < 15


def test_clean_noisy_and_cleaned_are_drawn(diabolo, tmp_path, run):
    result = diabolo("denoise", run, "--noise", "gaussian:0.3", "--out", "d.png", "--count", "6")
    picture = read_png(tmp_path / "d.png")
    assert picture.shape[0] > 400 and picture.shape[1] > 600 and picture.std() > 20
    assert "noisy input" in result.out and "this model" in result.out
    assert result.err == "wrote d.png\n"


def test_the_same_seed_gives_the_same_figures(diabolo, run):
    assert figures(diabolo, run, "--seed", "4") == figures(diabolo, run, "--seed", "4")


def test_another_seed_gives_other_noise(diabolo, run):
    one, other = (figures(diabolo, run, "--seed", seed) for seed in (4, 5))
    assert one["input"]["mse"] != other["input"]["mse"]
    assert one["input"]["mse"] == pytest.approx(other["input"]["mse"], rel=0.02)


def test_the_number_of_threads_does_not_change_the_noise(diabolo, run):
    one = figures(diabolo, run)
    two = figures(diabolo, run, env={"OMP_NUM_THREADS": "2"})
    assert one["input"]["mse"] == pytest.approx(two["input"]["mse"], rel=1e-9)
    assert one["model"]["mse"] == pytest.approx(two["model"]["mse"], rel=1e-5)


def test_a_folder_of_noisy_images_is_cleaned_under_the_same_names(diabolo, tmp_path, run, noisy):
    result = diabolo("denoise", run, "noisy", "--out", "clean")
    assert sorted(contents(tmp_path / "clean")) == sorted(contents(noisy))
    assert result.out == "cleaned 5 images into clean\n" and result.err == ""


def test_a_cleaned_image_is_what_the_network_gives(diabolo, tmp_path, run, noisy):
    diabolo("denoise", run, "noisy", "--out", "clean")
    network = Network(run / "model.safetensors")
    for path in noisy.iterdir():
        wanted = network(read_png(path)[np.newaxis] / 255.0)[0] * 255
        found = read_png(tmp_path / "clean" / path.name)
        assert found.dtype == np.uint8
        assert np.abs(found - wanted).max() < 0.51  # Rounded to whole grey levels.


def test_cleaned_images_are_closer_to_the_clean_ones(diabolo, tmp_path, run, noisy):
    diabolo("denoise", run, "noisy", "--out", "clean")
    for i, digit in enumerate(mini_images("t10k")[:5].astype(float)):
        error_before = ((read_png(noisy / f"{i:03}.png") - digit) ** 2).mean()
        error_after = ((read_png(tmp_path / "clean" / f"{i:03}.png") - digit) ** 2).mean()
        assert error_after < error_before


def test_single_files_are_cleaned(diabolo, tmp_path, run, noisy):
    diabolo("denoise", run, "noisy/001.png", "noisy/003.png", "--out", "clean")
    assert sorted(contents(tmp_path / "clean")) == ["001.png", "003.png"]


def test_images_of_one_file_are_written_under_their_numbers(diabolo, tmp_path, run):
    (tmp_path / "digits-idx3-ubyte").write_bytes(idx_bytes(mini_images()[:3]))
    diabolo("denoise", run, "digits-idx3-ubyte", "--out", "clean")
    assert sorted(contents(tmp_path / "clean")) == ["000000.png", "000001.png", "000002.png"]


def test_files_of_the_same_name_do_not_replace_each_other(diabolo, tmp_path, run, noisy):
    other = tmp_path / "other"
    other.mkdir()
    (other / "001.png").write_bytes((noisy / "002.png").read_bytes())
    message = diabolo.error("denoise", run, "noisy/001.png", "other/001.png", "--out", "clean")
    assert "001.png" in message
    assert not (tmp_path / "clean").exists()


def test_cleaned_images_replace_nothing_unasked(diabolo, tmp_path, run, noisy):
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "003.png").write_text("precious")
    message = diabolo.error("denoise", run, "noisy", "--out", "clean")
    assert "'clean/003.png' is there already" in message
    assert contents(tmp_path / "clean") == {"003.png": b"precious"}
    diabolo("denoise", run, "noisy", "--out", "clean", "--overwrite")
    assert len(contents(tmp_path / "clean")) == 5


def test_the_noisy_images_are_not_replaced_unasked(diabolo, run, noisy):
    before = contents(noisy)
    diabolo.error("denoise", run, "noisy", "--out", "noisy")
    assert contents(noisy) == before


def test_a_picture_is_not_overwritten_unasked(diabolo, tmp_path, run):
    (tmp_path / "d.png").write_text("precious")
    diabolo.error("denoise", run, "--noise", "gaussian:0.3", "--out", "d.png")
    assert (tmp_path / "d.png").read_text() == "precious"


@pytest.mark.parametrize("arguments, word", [
    (("noisy",), "--out"), ((), "--noise"),
    (("noisy/001.png", "noisy/002.png", "--noise", "gaussian:0.3"), "one DATA"),
    (("noisy", "--out", "clean", "--noise", "gaussian"), "gaussian:0.3"),
])
def test_what_is_missing_is_named(diabolo, run, noisy, arguments, word):
    assert word in diabolo.error("denoise", run, *arguments)


@pytest.mark.parametrize("noise, words", [
    ("gaussian:-0.1", "0 or more; found -0.1"), ("gaussian:nan", "finite"),
    ("salt-pepper:1.5", "from 0 to 1; found 1.5"),
    ("mask:0.5-2", "from 0 to 1; found 2"), ("poisson:0", "found 0"), ("jpeg:101", "found 101"),
    ("gaussian:0.6-0.1", "the lower one first")])
def test_levels_out_of_range_are_refused(diabolo, run, noise, words):
    assert words in diabolo.error("denoise", run, "--noise", noise)


def test_images_of_another_size_are_refused(diabolo, tmp_path, run):
    Image.new("L", (30, 28)).save(tmp_path / "wide.png")
    message = diabolo.error("denoise", run, "wide.png", "--out", "clean")
    assert "1 x 28 x 28" in message and "1 x 28 x 30" in message
    assert not (tmp_path / "clean").exists()
