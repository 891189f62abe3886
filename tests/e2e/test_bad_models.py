"""A damaged model file never gives other weights; no model runs on data of another size."""

import json

import numpy as np
import pytest
from program import TINY, Diabolo, message_of
from safetensors.numpy import save_file
from samples import blobs, idx_bytes, write_pngs


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A model file of a few kilobytes: its bytes, and what `evaluate` says of it."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "data").write_bytes(idx_bytes(blobs(40, 12, 12)))
    diabolo = Diabolo(folder)
    diabolo("train", "data", *TINY, "--hidden", "4", "--latent", "2", "--out", "run")
    evaluation = diabolo("evaluate", "run", "--json").out
    return diabolo, (folder / "run" / "model.safetensors").read_bytes(), evaluation


def positions(raw):
    """Every so many bytes, denser in the header; never in step with anything in it."""
    data = 8 + int.from_bytes(raw[:8], "little")
    return [*range(8), *range(8, data, 23), *range(data, len(raw), max(1, (len(raw) - data) // 23))]


def test_no_flipped_bit_gives_another_model(small):
    diabolo, raw, evaluation = small
    places = positions(raw)
    assert len(places) > 80
    for i, place in enumerate(places):
        hurt = bytearray(raw)
        hurt[place] ^= 1 << i % 8
        (diabolo.folder / "hurt.safetensors").write_bytes(hurt)
        done = diabolo.try_it("inspect", "hurt.safetensors")
        if done.code == 0:
            assert diabolo("evaluate", "hurt.safetensors", "--json").out == evaluation, place
        else:
            assert done.code in (1, 2) and done.out == "", place
            assert "hurt.safetensors" in message_of(done.err), place


@pytest.mark.parametrize("part", [0, 7, 8, 9, 100, 0.5, -1])
def test_a_truncated_model_is_an_error(small, part):
    diabolo, raw, _ = small
    end = int(len(raw) * part) if isinstance(part, float) else part
    (diabolo.folder / "cut.safetensors").write_bytes(raw[:end])
    message = diabolo.error("evaluate", "cut.safetensors", code=2 if 0 <= end <= 8 else 1)
    assert "cut.safetensors" in message


def test_bytes_behind_a_model_are_an_error(small):
    diabolo, raw, _ = small
    (diabolo.folder / "long.safetensors").write_bytes(raw + b"\0")
    assert "is damaged" in diabolo.error("evaluate", "long.safetensors", code=1)


def test_a_swapped_checksum_does_not_help(small):
    """Weights and metadata are sealed together: other metadata with the old seal are refused."""
    diabolo, raw, _ = small
    forged = raw.replace(b'\\"latent\\":2', b'\\"latent\\":3')
    assert forged != raw
    (diabolo.folder / "forged.safetensors").write_bytes(forged)
    assert "checksum" in diabolo.error("evaluate", "forged.safetensors", code=1)


def test_a_checkpoint_is_no_model(diabolo, tiny_run):
    message = diabolo.error("evaluate", tiny_run / "checkpoint.safetensors")
    assert "no diabolo model" in message


@pytest.mark.parametrize("name", ["notes.txt", "picture.png", "data"])
def test_a_file_of_another_kind_is_no_model(diabolo, tmp_path, name):
    write_pngs(tmp_path / "images", blobs(1, 12, 12))
    raw = {"notes.txt": b"only words", "data": idx_bytes(blobs(4, 12, 12)),
           "picture.png": (tmp_path / "images" / "000.png").read_bytes()}[name]
    (tmp_path / name).write_bytes(raw)
    assert name in diabolo.error("evaluate", name)


def test_someone_elses_safetensors_file_is_refused(diabolo, tmp_path):
    save_file({"weight": np.zeros((3, 3), np.float32)}, tmp_path / "other.safetensors",
              metadata={"format": "pt"})
    assert "other.safetensors" in diabolo.error("evaluate", "other.safetensors", code=1)


@pytest.mark.parametrize("command", ["evaluate", "reconstruct"])
def test_data_of_another_size_are_refused_with_both_sizes(diabolo, tmp_path, tiny_run, command):
    (tmp_path / "data").write_bytes(idx_bytes(blobs(4, 12, 13)))
    message = diabolo.error(command, tiny_run, "data")
    assert "1 x 28 x 28" in message and "'data'" in message and "1 x 12 x 13" in message
    assert not (tmp_path / "reconstruction.png").exists()


def test_images_of_another_size_fit_with_size(diabolo, tmp_path, tiny_run):
    write_pngs(tmp_path / "images", blobs(4, 12, 13))
    found = json.loads(diabolo("evaluate", tiny_run, "images", "--size", "28x28", "--json").out)
    assert found["samples"] == 4
