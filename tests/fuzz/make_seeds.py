#!/usr/bin/env python3
"""Writes the first inputs of each fuzzer into tests/fuzz/corpus/: small files that are right.

What fuzzers find beyond them is added by scripts/fuzz.sh. Needs the Python of scripts/setup.sh
--tests, and a build.
"""

import gzip
import io
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus"
PROGRAM = ROOT / "build/diabolo"


def idx(*shape: int) -> bytes:
    count = int(np.prod(shape))
    header = struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape)
    return header + bytes(i % 256 for i in range(count))


def npy(array: np.ndarray, version: tuple[int, int] = (1, 0)) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def image(size: tuple[int, int], mode: str, form: str = "PNG") -> bytes:
    file = io.BytesIO()
    values = np.random.default_rng(1).integers(0, 256, (size[1], size[0], len(mode) % 4 + 1))
    Image.fromarray(values.astype(np.uint8).squeeze()).convert(mode).save(file, form)
    return file.getvalue()


def entries() -> list[bytes]:
    """The texts of two models' metadata, each behind the byte that fuzz_model takes for its place."""
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for kind, data in enumerate(("mnist-mini", "wine")):
            run = Path(scratch) / data
            subprocess.run([PROGRAM, "train", data, "--data-dir", ROOT / "data", "--hidden", "3",
                            "--latent", "2", "--epochs", "1", "--quiet", "--no-report",
                            "--no-tensorboard", "--out", run], check=True, capture_output=True)
            with safe_open(run / "model.safetensors", framework="numpy") as file:
                metadata = {key: text for key, text in file.metadata().items() if key != "sha256"}
            for place, key in enumerate(sorted(metadata)):
                found.append(bytes([2 * place + kind]) + metadata[key].encode())
    return found


CSV = [b"a,b\n1,2\n3,4\n", b"\xef\xbb\xbfname;value\r\n\"x;y\";1,5\r\n\"he said \"\"no\"\"\";\r\n",
       b"a\tb\tc\n1\t\t3\n", b"a\r1\r2\r", b"when,colour,n\n2024-01-02,red,1e9\n,blue,NaN\n",
       b"id,x,y\n1,0.5,red\n2,1.5,blue\n3,2.5,red\n4,0.25,green\n", b"a\n\"unfinished", b"a,a\n1,2\n",
       "größe,é\n1,2\n".encode(), b"x\n1\n1\n1\n"]


def seeds() -> dict[str, list[bytes]]:
    arrays = [np.arange(6).reshape(2, 3).astype(kind) for kind in ("<f4", "<f8", "u1", "<i2", "<i8", "?")]
    tensors = {"w": np.ones((2, 3), np.float32), "b": np.zeros(2, np.int64), "": np.zeros((0, 4), np.uint8)}
    with tempfile.TemporaryDirectory() as scratch:
        run = Path(scratch) / "run"
        subprocess.run([PROGRAM, "train", "uk-foods", "--data-dir", ROOT / "data", "--quiet",
                        "--no-report", "--out", run], check=True, capture_output=True)
        config = (run / "config.toml").read_bytes()
        compressed = []
        for options in ((), ("--bits", "400")):
            subprocess.run([PROGRAM, "compress", run, "--data-dir", ROOT / "data", "--out",
                            run / "a.dbl", "--overwrite", *options], check=True, capture_output=True)
            compressed.append((run / "a.dbl").read_bytes())
    # Each also as its header alone, and as its first block.
    for whole in list(compressed):
        header = 12 + struct.unpack_from("<I", whole, 8)[0]
        compressed += [whole[12:header], whole[header + 4:]]
    plain = [idx(4), idx(2, 3), idx(2, 3, 4), idx(1, 2, 2, 2), idx(0)]
    return {
        "idx": plain + [gzip.compress(one, mtime=0) for one in plain],
        "gzip": [gzip.compress(one, mtime=0) for one in (b"", b"hello", bytes(5000))]
                + [gzip.compress(b"a") + gzip.compress(b"b"), zlib.compress(b"no gzip")],
        "csv": CSV, "table": CSV + [(ROOT / "data/uk_foods.csv").read_bytes()],
        "npy": [npy(one) for one in arrays] + [npy(arrays[0], (2, 0)), npy(np.float32(1)),
                                               npy(np.asfortranarray(arrays[0]))],
        "safetensors": [save(tensors), save({"x": np.zeros(0, np.float32)}, {"key": "text"})],
        "image": [image((3, 2), "L"), image((4, 4), "RGB"), image((2, 2), "RGBA"),
                  image((2, 2), "P"), image((9, 1), "1"), image((9, 9), "L", "JPEG"),
                  image((8, 3), "RGB", "JPEG"), image((4, 4), "CMYK", "JPEG"),
                  image((3, 5), "L", "PPM"), image((3, 5), "RGB", "PPM")],
        "code_file": compressed,
        "config": [config, b"[training]\nepochs = 3\n", b"[model]\nhidden = [3, 2]\n", b"a = 1"],
        "model": entries(),
    }


def main() -> None:
    for target, files in seeds().items():
        folder = CORPUS / target
        folder.mkdir(parents=True, exist_ok=True)
        for i, contents in enumerate(files):
            (folder / f"seed-{i:02}").write_bytes(contents)
        print(f"{target}: {len(files)} files", file=sys.stderr)


if __name__ == "__main__":
    main()
