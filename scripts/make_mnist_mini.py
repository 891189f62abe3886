#!/usr/bin/env python3
"""Makes data/mnist-mini/ from data/mnist/: the first 2,000 training and 500 test digits.

The files are gzipped IDX with no time stamp, so the same Python gives the same bytes. They are
part of the repository; run this only to make them again (scripts/fetch_data.sh mnist first).
"""

import argparse
import gzip
import math
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COUNTS = {
    "train-images-idx3-ubyte": 2000,
    "train-labels-idx1-ubyte": 2000,
    "t10k-images-idx3-ubyte": 500,
    "t10k-labels-idx1-ubyte": 500,
}


def first_records(idx: bytes, count: int) -> bytes:
    """The IDX file of unsigned bytes that holds the first `count` records of `idx`."""
    zeros, kind, rank = struct.unpack_from(">HBB", idx)
    if zeros != 0 or kind != 0x08:
        raise SystemExit("not an IDX file of unsigned bytes")
    sizes = struct.unpack_from(f">{rank}I", idx, 4)
    if sizes[0] < count:
        raise SystemExit(f"{sizes[0]} records found, {count} wanted")
    start = 4 + 4 * rank
    values = idx[start : start + count * math.prod(sizes[1:])]
    return idx[:4] + struct.pack(f">{rank}I", count, *sizes[1:]) + values


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, default=ROOT / "data/mnist")
    parser.add_argument("--out", type=Path, default=ROOT / "data/mnist-mini")
    arguments = parser.parse_args()

    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, count in COUNTS.items():
        idx = first_records((arguments.source / name).read_bytes(), count)
        with (
            open(arguments.out / f"{name}.gz", "wb") as file,
            gzip.GzipFile("", "wb", 9, file, mtime=0) as packed,
        ):
            packed.write(idx)


if __name__ == "__main__":
    main()
