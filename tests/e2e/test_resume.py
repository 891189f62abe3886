"""When `train --resume` goes on, and when it refuses."""

import json
import shutil

import pytest
from program import TINY, contents
from samples import idx_bytes, mini_images
from training import interrupted_run, state_of


@pytest.fixture(scope="session")
def interrupted(tmp_path_factory):
    """A run of twelve epochs that was interrupted after the first. Read it, do not change it."""
    return interrupted_run(tmp_path_factory.mktemp("interrupted"))


def test_a_complete_run_has_nothing_to_go_on_with(diabolo, tiny_run):
    before = contents(tiny_run)
    message = diabolo.error("train", "--resume", tiny_run)
    assert str(tiny_run) in message and "complete" in message
    assert contents(tiny_run) == before


def test_a_run_that_stopped_for_want_of_patience_is_trained_no_further(diabolo, tmp_path):
    diabolo("train", "mnist-mini", *TINY, "--epochs", "60", "--schedule", "constant",
            "--learning-rate", "0.1", "--patience", "1", "--quiet", "--out", "run")
    before = contents(tmp_path / "run")
    result = diabolo.try_it("train", "--resume", "run")
    assert result.code in (0, 2) and "epoch" not in result.err
    after = contents(tmp_path / "run")
    for name in ("model.safetensors", "metrics.csv", "summary.json"):
        assert after[name] == before[name], name
    assert after.keys() == before.keys()


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_a_folder_without_a_run_is_named(diabolo, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    message = diabolo.error("train", "--resume", folder)
    assert f"'{folder}' is no run to go on with" in message and "checkpoint" in message


def test_other_data_are_refused(diabolo, tmp_path):
    def make_data(images):
        folder = tmp_path / "mine" / "mnist-mini"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "train-images-idx3-ubyte").write_bytes(idx_bytes(images))

    images = mini_images()[:400]
    make_data(images)
    interrupted_run(tmp_path, "run", "--data-dir", "mine", "--batch-size", "1")
    make_data(255 - images)
    before = contents(tmp_path / "run")
    message = diabolo.error("train", "--resume", "run")
    assert "'mnist-mini' is not the data that this run began with" in message
    assert contents(tmp_path / "run") == before


def test_missing_data_are_named(diabolo, tmp_path, interrupted):
    message = diabolo.error("train", "--resume", interrupted, env={"DIABOLO_DATA": str(tmp_path)})
    assert "'mnist-mini' is not in" in message and "data/ of the source tree" in message


def test_a_damaged_checkpoint_without_another_is_an_error(diabolo, tmp_path, interrupted):
    run = tmp_path / "run"
    shutil.copytree(interrupted, run)
    (run / "checkpoint.previous.safetensors").unlink()
    checkpoint = bytearray((run / "checkpoint.safetensors").read_bytes())
    checkpoint[len(checkpoint) // 2] ^= 1
    (run / "checkpoint.safetensors").write_bytes(checkpoint)
    message = diabolo.error("train", "--resume", "run", code=1)
    assert "checkpoint.safetensors' is damaged" in message


def test_the_model_of_an_interrupted_run_can_be_used(diabolo, interrupted):
    assert json.loads(diabolo("evaluate", interrupted, "--json").out)["samples"] == 500
    assert state_of(interrupted)["epoch"] >= 1


def test_options_that_would_have_no_effect_are_refused(diabolo, tmp_path, interrupted):
    shutil.copytree(interrupted, tmp_path / "run")
    before = contents(tmp_path / "run")
    for more in (("--latent", "3"), ("--epochs", "2"), ("--out", "other")):
        message = diabolo.error("train", "--resume", "run", *more)
        assert more[0] in message
    assert contents(tmp_path / "run") == before
