"""`train --watch`: one picture that follows a run."""

import os

import numpy as np
import pytest
from program import TINY, contents
from samples import read_png
from tables import WINE
from training import SLOW, Training

LONG = (*SLOW, "--epochs", "40")


def inode(path):
    try:
        return os.stat(path).st_ino
    except FileNotFoundError:
        return None


def test_the_picture_is_replaced_as_a_whole_while_training_goes_on(tmp_path):
    training = Training(tmp_path, ["train", "mnist-mini", *LONG, "--watch", "now.png",
                                   "--out", "run"])
    picture = tmp_path / "now.png"
    seen = []
    for _ in range(3):
        before = inode(picture)
        training.wait_until(lambda: inode(picture) not in (None, before))
        seen.append(read_png(picture))  # Whole, whenever it is read.
    training.interrupt()
    training.end()
    assert all(one.shape == seen[0].shape for one in seen)
    assert not np.array_equal(seen[0], seen[1]) and not np.array_equal(seen[1], seen[2])


def test_the_last_picture_shows_the_network_that_was_kept(diabolo, tmp_path):
    diabolo("train", "mnist-mini", *TINY, "--watch", "pictures/now.png", "--out", "run")
    # Below the titles both show the same samples, here of the last epoch, which was the best.
    now = read_png(tmp_path / "pictures" / "now.png")
    last = read_png(tmp_path / "run" / "samples" / "epoch_0002.png")
    assert np.array_equal(now[48:], last[48:]) and not np.array_equal(now[:48], last[:48])


def test_images_need_no_gnuplot_and_no_validation_samples(diabolo, tmp_path):
    diabolo("train", "mnist-mini", *TINY, "--validation", "0", "--watch", "now.png", "--out", "run",
            env={"DIABOLO_GNUPLOT": "/nowhere"})
    assert read_png(tmp_path / "now.png").std() > 20


def test_of_a_table_the_codes_are_drawn(diabolo, tmp_path):
    diabolo("train", WINE, "--epochs", "50", "--watch", "now.png", "--out", "run")
    picture = read_png(tmp_path / "now.png")
    # Points in three colours beside paper and ink.
    colours = np.unique(picture.reshape(-1, picture.shape[-1]), axis=0)
    vivid = colours[colours.max(1).astype(int) - colours.min(1) > 100]
    assert picture.shape[1] == 1600 and len(vivid) > 20


def test_a_picture_that_cannot_be_drawn_does_not_end_the_run(diabolo, tmp_path):
    result = diabolo("train", WINE, "--epochs", "50", "--watch", "now.png", "--out", "run",
                     env={"DIABOLO_GNUPLOT": "/nowhere"})
    assert result.err.count("warning: ") == 1 and "going on without --watch" in result.err
    assert (tmp_path / "run" / "summary.json").is_file()


def test_the_model_is_the_same(diabolo, tmp_path, tiny_run):
    diabolo("train", "mnist-mini", *TINY, "--watch", "now.png", "--out", "run")
    assert (tmp_path / "run/model.safetensors").read_bytes() == (
        tiny_run / "model.safetensors").read_bytes()


def test_a_picture_that_is_there_is_kept_unless_overwritten(diabolo, tmp_path):
    (tmp_path / "now.png").write_text("mine")
    message = diabolo.error("train", "mnist-mini", *TINY, "--watch", "now.png", "--out", "run")
    assert "'now.png' is there already" in message and "--overwrite" in message
    assert contents(tmp_path) == {"now.png": b"mine"}
    diabolo("train", "mnist-mini", *TINY, "--watch", "now.png", "--out", "run", "--overwrite")
    assert read_png(tmp_path / "now.png").std() > 20


@pytest.fixture
def interrupted(tmp_path):
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--out", "run", "--watch",
                                   "now.png"])
    training.wait_for_epoch("run", 1)
    training.interrupt()
    assert training.end() == 130


def test_a_run_that_goes_on_can_be_watched(diabolo, tmp_path, interrupted):
    message = diabolo.error("train", "--resume", "run", "--watch", "now.png")
    assert "'now.png' is there already" in message
    before = inode(tmp_path / "now.png")
    diabolo("train", "--resume", "run", "--watch", "now.png", "--overwrite")
    assert inode(tmp_path / "now.png") != before


def test_overwrite_without_a_picture_means_nothing_to_a_run_that_goes_on(diabolo, tmp_path,
                                                                         interrupted):
    before = contents(tmp_path / "run")
    assert "--overwrite" in diabolo.error("train", "--resume", "run", "--overwrite")
    assert contents(tmp_path / "run") == before
