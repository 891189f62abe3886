"""IDX files: strict, and bounded in memory whatever a header says."""

import gzip
import os
import subprocess
import zlib

import numpy as np
import pytest
from program import PROGRAM, TINY, environment
from samples import MINI, idx_bytes, idx_header, mini_images

IMAGES = mini_images()[:20]
WHOLE = idx_bytes(IMAGES)


def test_any_size_and_count_is_read(diabolo, tmp_path):
    (tmp_path / "data").write_bytes(idx_bytes(np.zeros((7, 5, 9), np.uint8)))
    assert "7 images of 1 x 5 x 9" in diabolo("inspect", "data").out


def test_plain_and_gzip_hold_the_same(diabolo, tmp_path):
    (tmp_path / "plain").write_bytes(WHOLE)
    (tmp_path / "packed").write_bytes(gzip.compress(WHOLE))
    plain, packed = (diabolo("inspect", name).out for name in ("plain", "packed"))
    assert plain.split(":", 1)[1] == packed.split(":", 1)[1]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("name, raw, code, word", [
    ("truncated", WHOLE[:-1], 1, "1 byte is missing"),
    ("over-long", WHOLE + b"\0", 1, "follow"),
    ("cut-in-header", WHOLE[:9], 1, "header ends"),
    ("empty", b"", 2, "at least 8"),
    ("text", b"label,pixel\n1,0\n", 2, "two zero bytes"),
    ("floats", idx_header(20, 28, 28, kind=0x0D) + bytes(4 * 20 * 784), 2, "32-bit floats"),
    ("unknown-type", idx_header(20, 28, 28, kind=0x77) + bytes(20 * 784), 2, "0x77"),
    ("labels", idx_header(20) + bytes(20), 2, "dimensions"),
    ("flat", idx_header(20, 28) + bytes(20 * 28), 2, "dimensions"),
    ("volumes", idx_header(2, 3, 4, 5) + bytes(120), 2, "dimensions"),
    ("no-images", idx_header(0, 28, 28), 2, "no images"),
    ("no-width", idx_header(20, 28, 0), 1, "20 x 28 x 0"),
    ("overflow", idx_header(2**32 - 1, 2**32 - 1, 2**32 - 1), 1, "4,294,967,295"),
    ("a-lie", idx_header(2**32 - 1, 28, 28) + bytes(100), 1, "4,294,967,295 x 28 x 28"),
])
def test_a_wrong_file_is_named_with_what_is_wrong(diabolo, tmp_path, name, raw, code, word, packed):
    (tmp_path / name).write_bytes(gzip.compress(raw) if packed else raw)
    message = diabolo.error("train", name, *TINY, "--out", "run", code=code)
    assert name in message and word in message
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name, raw", [
    ("cut", gzip.compress(WHOLE)[:-20]), ("no-trailer", gzip.compress(WHOLE)[:-8]),
    ("wrong-sum", gzip.compress(WHOLE)[:-8] + b"\0\0\0\0" + gzip.compress(WHOLE)[-4:]),
    ("more", gzip.compress(WHOLE) + b"more"), ("magic-alone", b"\x1f\x8b"),
])
def test_a_damaged_gzip_file_is_named(diabolo, tmp_path, name, raw):
    (tmp_path / name).write_bytes(raw)
    assert f"'{name}' is damaged" in diabolo.error("inspect", name, code=1)


def peak_kilobytes(folder, *arguments, code):
    """Memory at its peak, and the one line of error if `code` says so."""
    process = subprocess.Popen([PROGRAM, *arguments], cwd=folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment(), text=True)
    _, err = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == code, err
    assert err.count("\n") == (code != 0)
    return used.ru_maxrss


def followed_by_zeros(head, megabytes):
    """A gzip file, much smaller than what it unpacks to."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return (packer.compress(head) +
            b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush())


@pytest.mark.parametrize("shape", [(20, 28, 28), (2**32 - 1, 28, 28),
                                   (2**32 - 1, 2**32 - 1, 2**32 - 1)])
def test_a_gzip_bomb_costs_no_memory(tmp_path, shape):
    (tmp_path / "tame").write_bytes(gzip.compress(WHOLE))
    (tmp_path / "bomb").write_bytes(followed_by_zeros(idx_header(*shape), 200))
    tame = peak_kilobytes(tmp_path, "inspect", "tame", code=0)
    assert peak_kilobytes(tmp_path, "inspect", "bomb", code=1) < tame + 50_000


def test_a_named_pipe_is_refused_and_not_waited_for(diabolo, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "'pipe'" in diabolo.error("inspect", "pipe", timeout=20)


def test_labels_of_another_count_are_refused(diabolo, tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(WHOLE)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_header(19) + bytes(19))
    message = diabolo.error("train", ".", *TINY, "--out", "run", code=1)
    assert "19 labels" in message and "20 images" in message
    assert not (tmp_path / "run").exists()


def test_labels_that_are_no_labels_are_refused(diabolo, tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(WHOLE)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(WHOLE)
    assert "labels" in diabolo.error("train", ".", *TINY, "--out", "run")


def test_a_data_set_that_is_not_there_is_named_with_where_to_get_it(diabolo, tmp_path):
    for command in ("train", "inspect"):
        message = diabolo.error(command, "mnist", env={"DIABOLO_DATA": str(tmp_path)})
        assert "'mnist'" in message and "scripts/fetch_data.sh mnist" in message


def test_data_dir_wins_over_the_variable(diabolo, tmp_path):
    diabolo("train", "mnist-mini", *TINY, "--epochs", "1", "--data-dir", MINI.parent, "--out",
            "run", env={"DIABOLO_DATA": str(tmp_path / "nowhere")})
    assert (tmp_path / "run" / "model.safetensors").is_file()


def test_a_data_set_without_a_test_part_says_that_it_has_none(diabolo, tmp_path):
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "train-images-idx3-ubyte").write_bytes(WHOLE)
    diabolo("train", "half", *TINY, "--out", "run")
    message = diabolo.error("evaluate", "run")
    assert "t10k-images-idx3-ubyte" in message and "no such file or folder" not in message


def test_a_data_set_without_a_training_part_says_that_it_has_none(diabolo, tmp_path):
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "t10k-images-idx3-ubyte").write_bytes(WHOLE)
    message = diabolo.error("train", "half", *TINY, "--out", "run")
    assert "train-images-idx3-ubyte" in message and "no IDX files" not in message
