"""An independent view of lib/formats/npy: numpy itself.

  golden_npy.py         prints the files that test_npy.cpp holds
  golden_npy.py FILE    reads FILE with numpy, prints it, and checks that numpy writes the same bytes
Needs numpy (2.4.6 made the values in the test).
"""

import io
import sys

import numpy as np

NUMBERS = {
    "f8": [1.5, -2, np.nan, 1e300],
    "f4": [1.5, -2, np.nan, np.inf],
    "f2": [1.5, -2, np.nan, -np.inf, 2**-24, 65504],
    "i8": [-(2**63), 16777217],
    "i4": [-(2**31), 7],
    "i2": [-(2**15), 7],
    "i1": [-128, 127],
    "u8": [2**64 - 1, 7],
    "u4": [2**32 - 1, 7],
    "u2": [2**16 - 1, 7],
    "u1": [0, 128, 255],
    "b1": [True, False],
}


def saved(array, version=None):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    return stream.getvalue()


def show_golden():
    print("small", saved(np.arange(6, dtype="<f4").reshape(2, 3)))
    for version in [(2, 0), (3, 0)]:
        print(version, saved(np.arange(2, dtype="<f4"), version))
    print("scalar", saved(np.array(7, "<i8")))
    print("empty", saved(np.zeros((0, 3), "u1")))
    print("big-endian", saved(np.array([1], ">f4")))
    print("fortran", saved(np.asfortranarray(np.zeros((2, 3), "<f4"))))
    print("objects", np.lib.format.header_data_from_array_1_0(np.array([None])))
    print("records", saved(np.zeros(1, [("a", "<f4"), ("b", "u1")])))
    for dtype, values in NUMBERS.items():
        array = np.array(values, dtype)
        with np.errstate(over="ignore"):
            print(dtype, array.tobytes(), array.astype(np.float32).tolist())


def check(path):
    with open(path, "rb") as stream:
        file = stream.read()
    array = np.load(path, allow_pickle=False)
    print(array.dtype, array.shape, array.ravel()[:8].tolist())
    same = saved(array) == file
    print("numpy writes", "the same" if same else "other bytes")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(check(sys.argv[1]) if len(sys.argv) > 1 else show_golden())
