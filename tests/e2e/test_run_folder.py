"""A run folder that is there already is safe."""

import shutil

import pytest
from program import TINY, contents, message_of


@pytest.fixture
def run(tmp_path, tiny_run):
    """A run folder with a stranger's files in it."""
    folder = tmp_path / "run"
    shutil.copytree(tiny_run, folder)
    (folder / "notes.txt").write_text("mine")
    (folder / "samples" / "mine.png").write_text("mine, too")
    return folder


def test_a_run_is_not_replaced_unasked(diabolo, run):
    before = contents(run)
    message = diabolo.error("train", "mnist-mini", *TINY, "--seed", "5", "--out", "run")
    assert "'run' holds a run already" in message and "--overwrite" in message
    assert contents(run) == before


def test_overwrite_replaces_the_run_and_keeps_other_files(diabolo, run):
    before = contents(run)
    diabolo("train", "mnist-mini", *TINY, "--epochs", "1", "--seed", "5", "--out", "run",
            "--overwrite")
    after = contents(run)
    assert after["notes.txt"] == b"mine" and after["samples/mine.png"] == b"mine, too"
    assert after["model.safetensors"] != before["model.safetensors"]
    assert "samples/epoch_0001.png" in after and "samples/epoch_0002.png" not in after


def test_overwrite_with_a_wrong_request_leaves_the_run(diabolo, run):
    before = contents(run)
    diabolo.error("train", "no-such-data", *TINY, "--out", "run", "--overwrite")
    diabolo.error("train", "mnist-mini", "--batch-size", "0", "--out", "run", "--overwrite")
    assert contents(run) == before


def test_overwrite_with_a_network_that_cannot_be_built_leaves_the_run(diabolo, run):
    before = contents(run)
    result = diabolo.try_it("train", "mnist-mini", *TINY, "--latent", 2**63 - 1, "--out", "run",
                            "--overwrite")
    assert result.code in (1, 2) and message_of(result.err)
    assert contents(run) == before


def test_a_run_that_could_not_begin_leaves_no_folder_in_the_way(diabolo, tmp_path):
    result = diabolo.try_it("train", "mnist-mini", *TINY, "--latent", 2**63 - 1, "--out", "run")
    assert result.code in (1, 2) and message_of(result.err)
    diabolo("train", "mnist-mini", *TINY, "--epochs", "1", "--out", "run")


def test_a_folder_of_other_files_is_refused_even_to_overwrite(diabolo, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    before = contents(tmp_path)
    for more in ((), ("--overwrite",)):
        message = diabolo.error("train", "mnist-mini", *TINY, "--out", "thesis", *more)
        assert "'thesis' holds other files and no run" in message
    assert contents(tmp_path) == before


def test_a_file_in_the_place_of_the_folder_is_refused(diabolo, tmp_path):
    (tmp_path / "run").write_text("a file")
    assert "'run' is a file" in diabolo.error("train", "mnist-mini", *TINY, "--out", "run")
    assert (tmp_path / "run").read_text() == "a file"


def test_an_empty_folder_is_filled(diabolo, tmp_path):
    (tmp_path / "run").mkdir()
    diabolo("train", "mnist-mini", *TINY, "--epochs", "1", "--out", "run")
    assert (tmp_path / "run" / "model.safetensors").is_file()


def test_parents_of_the_folder_are_made(diabolo, tmp_path):
    diabolo("train", "mnist-mini", *TINY, "--epochs", "1", "--out", "far/away/run")
    assert (tmp_path / "far" / "away" / "run" / "model.safetensors").is_file()


def test_a_folder_that_cannot_be_made_is_named(diabolo, tmp_path):
    (tmp_path / "file").write_text("")
    message = diabolo("train", "mnist-mini", *TINY, "--out", "file/run", code=1).err
    assert message.startswith("error: ") and "'file/run'" in message and message.count("\n") == 1
