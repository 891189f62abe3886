"""PNG files and folders that must be refused."""

import os
import subprocess

import numpy as np
import pytest
from PIL import Image
from program import PROGRAM, TINY, environment
from samples import blobs, png_bytes, write_pngs


def test_images_of_mixed_size_are_named_with_what_to_do(diabolo, tmp_path):
    write_pngs(tmp_path / "images", [*blobs(2, 20, 24), *blobs(1, 31, 19)])
    message = diabolo.error("train", "images", *TINY, "--out", "run")
    assert "'images/002.png' is 31 x 19" in message and "'images/000.png' is 20 x 24" in message
    assert "--size" in message
    assert not (tmp_path / "run").exists()


def test_grey_and_rgb_do_not_mix(diabolo, tmp_path):
    write_pngs(tmp_path / "images", [blobs(1, 20, 24)[0], blobs(1, 20, 24, 3)[0]])
    message = diabolo.error("train", "images", *TINY, "--out", "run")
    assert "'images/001.png' is 20 x 24 RGB" in message and "grey" in message


def test_an_alpha_channel_is_refused(diabolo, tmp_path):
    Image.new("RGBA", (20, 20)).save(tmp_path / "a.png")
    assert "'a.png' has an alpha channel" in diabolo.error("train", "a.png", *TINY)


def test_a_folder_without_images_is_named(diabolo, tmp_path):
    (tmp_path / "empty").mkdir()
    message = diabolo.error("train", "empty", *TINY)
    assert "'empty'" in message and ".png" in message


@pytest.mark.parametrize("name", ["text.png", "empty.png"])
def test_a_file_that_only_is_named_like_a_png_is_refused(diabolo, tmp_path, name):
    folder = write_pngs(tmp_path / "images", blobs(2, 20, 24))
    (folder / name).write_text("no picture" if name == "text.png" else "")
    message = diabolo.error("train", "images", *TINY)
    assert f"'images/{name}': not a PNG" in message


@pytest.mark.parametrize("where", [20, 30, 40, 0.5, -10])
def test_a_truncated_png_is_one_line_of_error(diabolo, tmp_path, where):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)).save(
        tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    end = int(len(whole) * where) if isinstance(where, float) else where
    (tmp_path / "cut.png").write_bytes(whole[:end])
    assert "'cut.png'" in diabolo.error("inspect", "cut.png", code=1)


@pytest.mark.parametrize("where", [30, 60, 300])
def test_a_damaged_png_is_one_line_of_error(diabolo, tmp_path, where):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)).save(
        tmp_path / "whole.png")
    raw = bytearray((tmp_path / "whole.png").read_bytes())
    raw[where] ^= 0x40
    (tmp_path / "hurt.png").write_bytes(raw)
    assert "'hurt.png'" in diabolo.error("inspect", "hurt.png", code=1)


@pytest.mark.parametrize("width, height", [(100_000, 100_000), (2**31 - 1, 2**31 - 1),
                                           (2**32 - 1, 2**32 - 1), (2**31, 2**32 - 1)])
def test_a_png_that_says_it_is_huge_is_refused_before_it_is_decoded(tmp_path, width, height):
    (tmp_path / "huge.png").write_bytes(png_bytes(width, height, bytes(1000)))
    process = subprocess.Popen([PROGRAM, "inspect", "huge.png"], cwd=tmp_path, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    out, err = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 2 and out == ""
    assert err.startswith("error: 'huge.png' is ") and err.count("\n") == 1
    assert f"{height} x {width}" in err.replace(",", "")
    assert used.ru_maxrss < 1_000_000, "kilobytes"


def test_a_png_without_width_is_refused(diabolo, tmp_path):
    (tmp_path / "flat.png").write_bytes(png_bytes(0, 28, bytes(28)))
    diabolo("inspect", "flat.png", code=1)


def test_a_png_wider_than_any_that_can_be_decoded_is_one_line_of_error(diabolo, tmp_path):
    (tmp_path / "wide.png").write_bytes(png_bytes(2_000_000, 1, bytes(2_000_001)))
    result = diabolo.error("inspect", "wide.png", code=2)
    assert "'wide.png' is 1 x 2000000" in result.replace(",", "")


@pytest.mark.parametrize("size", ["0x28", "28x0", "-5", "28x28x3", "big", "x28", "28x",
                                  "99999999x99999999"])
def test_a_size_that_is_none_is_named(diabolo, tmp_path, size):
    write_pngs(tmp_path / "images", blobs(2, 20, 24))
    assert f"'{size}'" in diabolo.error("train", "images", *TINY, f"--size={size}")
