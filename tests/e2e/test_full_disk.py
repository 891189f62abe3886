"""When a file cannot be written: exit 1, one line, and no half file under the final name."""

import resource
import shutil
import signal

import pytest
from program import TINY, contents
from safetensors import safe_open
from samples import blobs, write_pngs


def small_disk(limit):
    """For a child process: a write beyond so many bytes of a file fails, as on a full disk."""

    def set_limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return set_limit


def leftovers(folder):
    return [name for name in contents(folder) if "tmp" in name]


def test_a_model_that_does_not_fit_is_an_error(diabolo, tmp_path):
    message = diabolo.error("train", "mnist-mini", *TINY, "--quiet", "--out", "run", code=1,
                            preexec_fn=small_disk(100_000))
    assert message == "cannot write 'run/model.safetensors': File too large"
    assert not (tmp_path / "run" / "model.safetensors").exists()
    assert not leftovers(tmp_path)


def test_a_checkpoint_that_does_not_fit_leaves_the_model(diabolo, tmp_path):
    message = diabolo.error("train", "mnist-mini", *TINY, "--quiet", "--out", "run", code=1,
                            preexec_fn=small_disk(600_000))
    assert message == "cannot write 'run/checkpoint.safetensors': File too large"
    assert not (tmp_path / "run" / "checkpoint.safetensors").exists()
    assert not leftovers(tmp_path)
    with safe_open(tmp_path / "run" / "model.safetensors", framework="numpy") as model:
        assert "encoder.layers.0.weight" in model.keys()
    diabolo("evaluate", "run")


def test_a_config_that_does_not_fit_is_an_error(diabolo, tmp_path):
    message = diabolo.error("train", "mnist-mini", *TINY, "--quiet", "--out", "run", code=1,
                            preexec_fn=small_disk(100))
    assert "cannot write 'run/config.toml'" in message
    assert not contents(tmp_path)


def test_a_picture_that_does_not_fit_leaves_the_old_one(diabolo, tmp_path, tiny_run):
    (tmp_path / "r.png").write_text("old")
    message = diabolo.error("reconstruct", tiny_run, "--out", "r.png", "--overwrite", code=1,
                            preexec_fn=small_disk(1000))
    assert message == "cannot write 'r.png': File too large"
    assert contents(tmp_path) == {"r.png": b"old"}


def test_a_cleaned_image_that_does_not_fit_is_an_error(diabolo, tmp_path, tiny_run):
    write_pngs(tmp_path / "noisy", blobs(2, 28, 28))
    message = diabolo.error("denoise", tiny_run, "noisy", "--out", "clean", code=1,
                            preexec_fn=small_disk(100))
    assert "cannot write 'clean/000.png'" in message
    assert not contents(tmp_path / "clean")


@pytest.mark.parametrize("arguments", [
    ("evaluate", "run", "--json"), ("evaluate", "run"), ("inspect", "run"), ("--help",),
    ("train", "--help"), ("train", "mnist-mini", *TINY, "--quiet", "--out", "new"),
], ids=" ".join)
def test_a_result_that_cannot_be_written_to_stdout_is_an_error(diabolo, tmp_path, tiny_run,
                                                               arguments):
    shutil.copytree(tiny_run, tmp_path / "run")
    with open("/dev/full", "w") as full:
        assert "standard output" in diabolo.error(*arguments, code=1, stdout=full)
