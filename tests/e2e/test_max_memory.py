"""--max-memory: what needs more is an error, and leaves nothing half done."""

import numpy as np
import pytest

from program import ONE_THREAD, contents

LIMIT = "200M"


@pytest.fixture
def large(tmp_path):
    """256 MB of zeros that take no room on the disk."""
    path = tmp_path / "large.npy"
    np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(1 << 21, 32))
    return path


@pytest.mark.parametrize("amount", ["4X", "0", "-1G", "1.5G", "G", "9999999T", ""])
def test_what_is_no_amount_is_refused(diabolo, amount):
    message = diabolo.error("inspect", "mnist-mini", f"--max-memory={amount}")
    assert "--max-memory" in message and f"'{amount}'" in message and "4G" in message


def test_less_than_the_program_itself_is_refused(diabolo):
    assert "--max-memory: the program itself takes" in diabolo.error(
        "inspect", "mnist-mini", "--max-memory", "1M")


def test_data_that_need_more_are_an_error_and_nothing_is_written(diabolo, tmp_path, large):
    before = {"large.npy"}
    message = diabolo.error("train", large, "--out", "run", "--max-memory", LIMIT, code=1)
    assert f"more than --max-memory {LIMIT}" in message
    assert set(contents(tmp_path)) == before


def test_data_in_pieces_need_no_more(diabolo, tmp_path, large):
    few = np.random.default_rng(1).normal(size=(200, 32)).astype(np.float32)
    np.save(tmp_path / "few.npy", few)
    diabolo("train", "few.npy", "--epochs", "2", *ONE_THREAD, "--out", "run")
    diabolo("encode", "run", large, "--out", "codes.npy", "--max-memory", LIMIT)
    assert np.load(tmp_path / "codes.npy", mmap_mode="r").shape == (1 << 21, 2)
