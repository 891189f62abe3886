"""An independent view of lib/formats/safetensors: the Python package and a checksum written anew.

  golden_safetensors.py         prints the file and the checksum that test_safetensors.cpp holds
  golden_safetensors.py FILE    reads FILE with the package and checks its checksum
Needs numpy and safetensors (0.8.0 made the values in the test).
"""

import hashlib
import json
import struct
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save


def u64(value):
    return struct.pack("<Q", value)


def text(value):
    return u64(len(value)) + value


def checksum(file):
    size = struct.unpack("<Q", file[:8])[0]
    header = json.loads(file[8 : 8 + size])
    metadata = {k.encode(): v.encode() for k, v in header.pop("__metadata__", {}).items()}
    metadata.pop(b"sha256", None)
    digest = hashlib.sha256(u64(len(metadata)))
    for key in sorted(metadata):
        digest.update(text(key) + text(metadata[key]))
    digest.update(u64(len(header)))
    for name in sorted(header, key=str.encode):
        tensor = header[name]
        begin, end = (8 + size + offset for offset in tensor["data_offsets"])
        digest.update(text(name.encode()) + text(tensor["dtype"].encode()))
        digest.update(u64(len(tensor["shape"])) + b"".join(map(u64, tensor["shape"])))
        digest.update(text(file[begin:end]))
    return digest.hexdigest()


def show_golden():
    tensors = {
        "bias": np.array([1, -2], np.float32),
        "count": np.array(7, np.int64),
        "mask": np.array([[True], [False], [True]]),
    }
    file = save(tensors, {"format": "diabolo"})
    print(file)
    print(checksum(file))


def check(path):
    with open(path, "rb") as stream:
        expected = checksum(stream.read())
    with safe_open(path, "np") as file:
        for name in file.keys():
            print(name, file.get_tensor(name).tolist())
        stated = (file.metadata() or {}).get("sha256")
    print("checksum", "right" if stated == expected else f"is {stated}, should be {expected}")
    return 0 if stated == expected else 1


if __name__ == "__main__":
    sys.exit(check(sys.argv[1]) if len(sys.argv) > 1 else show_golden())
