"""Codes in few bytes: to an error or a size, and samples again, all or some."""

import csv
import hashlib
import json
import re
import struct
import zlib

import numpy as np
import pytest
from network import Network
from program import TINY, Diabolo
from samples import MINI, mini_images, read_idx, read_png

MAGIC = b"\x89DBL\r\n\x1a\n"


class File:
    """A compressed file as docs/compressed-file.md describes it, read by nothing else."""

    def __init__(self, path):
        self.raw = path.read_bytes()
        assert self.raw[:8] == MAGIC
        length = struct.unpack_from("<I", self.raw, 8)[0]
        assert struct.unpack_from("<I", self.raw, 12 + length)[0] == zlib.crc32(self.raw[:12 + length])
        self.at = 12
        assert self.take(1) == b"\x01"
        self.model = self.take(32).hex()
        self.samples, self.block, size, units = (self.number() for _ in range(4))
        flags = self.take(1)[0]
        self.diagonal, self.labelled = bool(flags & 1), bool(flags & 2)
        self.centre = np.frombuffer(self.take(4 * size), "<f4")
        entries = size if self.diagonal else size * units
        upper = np.frombuffer(self.take(2 * entries), "<u2").astype("<u4") << 16
        self.basis = upper.view("<f4") if self.diagonal else upper.view("<f4").reshape(size, units)
        self.tables = []
        for _ in range(units + self.labelled):
            first = self.number()
            first = -(first // 2) - 1 if first % 2 else first // 2
            shares = [self.number() for _ in range(self.number())]
            assert sum(shares) == 1 << 14
            self.tables.append((first, np.cumsum([0, *shares])))
        index = [(self.number(), struct.unpack("<I", self.take(4))[0])
                 for _ in range(-(-self.samples // self.block))]
        assert self.at == 12 + length
        self.at += 4
        self.symbols = np.concatenate([self.decode(i, *one) for i, one in enumerate(index)])
        assert self.at == len(self.raw)

    def take(self, count):
        self.at += count
        return self.raw[self.at - count:self.at]

    def number(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def decode(self, block, size, checksum):
        data = self.take(size)
        assert zlib.crc32(data) == checksum
        state, at = int.from_bytes(data[:4], "big"), 4
        rows = min(self.block, self.samples - block * self.block)
        symbols = []
        for i in range(rows * len(self.tables)):
            first, parts = self.tables[i % len(self.tables)]
            place = state & ((1 << 14) - 1)
            symbol = int(np.searchsorted(parts, place, side="right")) - 1
            symbols.append(first + symbol)
            state = int(parts[symbol + 1] - parts[symbol]) * (state >> 14) + place - int(parts[symbol])
            while state < 1 << 23:
                state, at = state << 8 | data[at], at + 1
        assert state == 1 << 23 and at == size
        return np.array(symbols).reshape(rows, -1)

    def codes(self):
        symbols = self.symbols[:, :-1] if self.labelled else self.symbols
        return self.centre + (symbols * self.basis if self.diagonal else symbols @ self.basis.T)


@pytest.fixture(scope="module")
def packed(tiny_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packed")
    found = Diabolo(folder)("compress", tiny_run, "--out", "a.dbl", "--max-mse", "0.058", "--labels",
                            "--json")
    return folder, json.loads(found.out)


def test_the_file_holds_codes_that_any_program_can_decode(packed, tiny_run):
    folder, found = packed
    file, network = File(folder / "a.dbl"), Network(tiny_run / "model.safetensors")
    assert file.model == network.metadata["sha256"]
    assert file.samples == 500 == found["samples"]
    assert found["bytes"] == (folder / "a.dbl").stat().st_size
    assert found["bytes_per_sample"] == pytest.approx(found["bytes"] / 500)
    images = mini_images("t10k") / 255
    rebuilt = 1 / (1 + np.exp(-network._layers("decoder", file.codes())))
    mse = np.mean((rebuilt.reshape(images.shape) - images) ** 2)
    assert mse == pytest.approx(found["mse"], rel=1e-4)
    assert 0.055 < mse <= 0.058
    labels = read_idx(MINI / "t10k-labels-idx1-ubyte.gz")
    assert (file.symbols[:, -1] == labels).all()


def test_decompressed_samples_are_those_that_were_measured(packed, tiny_run, tmp_path):
    folder, found = packed
    diabolo = Diabolo(tmp_path)
    diabolo("decompress", tiny_run, folder / "a.dbl", "--out", "all.npy")
    rebuilt = np.load(tmp_path / "all.npy")
    images = mini_images("t10k")[:, None] / 255
    assert np.mean((rebuilt - images) ** 2) == pytest.approx(found["mse"], rel=1e-4)
    diabolo("decompress", tiny_run, folder / "a.dbl", "--first", 250, "--count", 20, "--out",
            "some.npy")
    assert np.load(tmp_path / "some.npy") == pytest.approx(rebuilt[250:270], abs=1e-6)
    diabolo("decompress", tiny_run, folder / "a.dbl", "--count", 5, "--out", "some.csv")
    rows = list(csv.DictReader((tmp_path / "some.csv").open()))
    assert len(rows) == 5 and rows[0]["label"] == str(File(folder / "a.dbl").symbols[0, -1])
    diabolo("decompress", tiny_run, folder / "a.dbl", "--out", "some.png")
    assert read_png(tmp_path / "some.png").ndim >= 2
    message = diabolo.error("decompress", tiny_run, folder / "a.dbl", "--first", 499, "--count", 2,
                            "--out", "b.npy")
    assert "holds the samples 0 to 499" in message
    assert not (tmp_path / "b.npy").exists()


def test_inspect_says_what_it_is_and_which_model_it_needs(packed, tiny_run, diabolo):
    folder, _ = packed
    text = diabolo("inspect", folder / "a.dbl").out
    assert "codes of 500 samples with labels" in text
    digest = re.search(r"made with the model of sha256: ([0-9a-f]{64})$", text, re.M).group(1)
    assert f"sha256: {digest}" in diabolo("inspect", tiny_run).out


def test_a_size_that_is_asked_for_is_kept(diabolo, tiny_run, tmp_path):
    errors = []
    for bits in (40, 80):
        found = json.loads(diabolo("compress", tiny_run, "--out", f"{bits}.dbl", "--bits", bits,
                                   "--json").out)
        assert 0.9 * bits <= 8 * found["bytes"] / 500 <= bits
        errors.append(found["mse"])
    assert errors[0] > errors[1] > 0.99 * found["network_mse"]
    assert "--bits 0.1" in diabolo.error("compress", tiny_run, "--out", "c.dbl", "--bits", 0.1)
    assert not (tmp_path / "c.dbl").exists()


def test_another_model_is_refused(packed, wine_run, tmp_path):
    folder, _ = packed
    diabolo = Diabolo(tmp_path)
    diabolo("train", "mnist-mini", *TINY, "--seed", 5, "--quiet", "--no-report", "--out", "other")
    for model in ("other", wine_run):
        message = diabolo.error("decompress", model, folder / "a.dbl", "--out", "x.npy")
        assert "was made with another model" in message


def test_changed_and_cut_files_are_refused(packed, tiny_run, tmp_path):
    folder, _ = packed
    whole = (folder / "a.dbl").read_bytes()
    diabolo = Diabolo(tmp_path)
    for place in (9, 20, 60, len(whole) // 2, len(whole) - 1):
        changed = bytearray(whole)
        changed[place] ^= 4
        (tmp_path / "bad.dbl").write_bytes(changed)
        assert "'bad.dbl' is damaged" in diabolo.error("decompress", tiny_run, "bad.dbl", "--out",
                                                       "x.npy", code=1)
    (tmp_path / "bad.dbl").write_bytes(whole[:-1])
    assert "damaged" in diabolo.error("decompress", tiny_run, "bad.dbl", "--out", "x.npy", code=1)
    (tmp_path / "bad.dbl").write_bytes(b"no such file")
    assert "not a compressed file" in diabolo.error("decompress", tiny_run, "bad.dbl", "--out",
                                                    "x.npy")
    assert not (tmp_path / "x.npy").exists()


def test_a_table_comes_back_in_its_own_units(wine_run, tmp_path):
    diabolo = Diabolo(tmp_path)
    found = json.loads(diabolo("compress", wine_run, "--out", "wine.dbl", "--labels", "--json").out)
    assert found["samples"] == 178 and found["mse"] <= 1.1 * found["network_mse"]
    diabolo("decompress", wine_run, "wine.dbl", "--out", "back.csv")
    diabolo("reconstruct", wine_run, "--out", "rebuilt.csv")
    back, rebuilt = (list(csv.DictReader((tmp_path / name).open()))
                     for name in ("back.csv", "rebuilt.csv"))
    assert len(back) == 178
    label = Network(wine_run / "model.safetensors").metadata
    label = json.loads(label["table"])["label"]
    assert len({row[label] for row in back}) == 3
    column = next(name for name in back[0] if name != label)
    ours = np.array([float(row[column]) for row in back])
    theirs = np.array([float(row[column]) for row in rebuilt])
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9


def test_the_curve_has_pca_and_the_codecs_beside_it(diabolo, tiny_run, tmp_path):
    result = diabolo("compress", tiny_run, "--out", "a.dbl", "--curve", "curve.png", "--json")
    found = json.loads(result.out)
    assert read_png(tmp_path / "curve.png").shape[1] == 1600
    curve = found["curve"]
    for name in ("model", "pca", "jpeg", "webp"):
        sizes = [point["bytes_per_sample"] for point in curve[name]]
        assert len(sizes) >= 2 and sizes == sorted(sizes, reverse=True), name
    for name in ("pca", "jpeg", "webp"):
        assert found[name]["mse"] <= found["mse"]
    assert found["png_bytes_per_sample"] > 50
    text = diabolo("compress", tiny_run, "--out", "b.dbl").out
    assert re.search(r"with its model \([\d,]+ bytes\) it is smaller than raw samples from "
                     r"([\d,]+) images on", text)
    once = found["model_bytes"] / (784 - found["bytes_per_sample"])
    assert found["pays_from"] == pytest.approx(once, abs=1)


def test_requests_that_contradict_themselves_are_refused(diabolo, tiny_run):
    assert "exclude each other" in diabolo.error("compress", tiny_run, "--out", "a.dbl", "--bits", 8,
                                                 "--max-mse", 0.1)
    assert "the network itself" in diabolo.error("compress", tiny_run, "--out", "a.dbl",
                                                 "--max-mse", 0.001)
    assert "--out is missing" in diabolo.error("compress", tiny_run)
    (diabolo.folder / "there.dbl").touch()
    assert "--overwrite" in diabolo.error("compress", tiny_run, "--out", "there.dbl")


def test_equal_requests_give_equal_bytes(packed, tiny_run, diabolo, tmp_path):
    folder, _ = packed
    diabolo("compress", tiny_run, "--out", "a.dbl", "--max-mse", "0.058", "--labels")
    digests = {hashlib.sha256(path.read_bytes()).hexdigest()
               for path in (folder / "a.dbl", tmp_path / "a.dbl")}
    assert len(digests) == 1
