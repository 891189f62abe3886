"""Model files as earlier programs wrote them."""

import hashlib
import json
import struct

from safetensors.numpy import load_file, save_file


def strip_usual(path, out):
    """The file that a program wrote which knew nothing of usual samples: with its own checksum."""
    raw = path.read_bytes()
    size = struct.unpack_from("<Q", raw)[0]
    header = json.loads(raw[8:8 + size])
    metadata = {name: text for name, text in header["__metadata__"].items()
                if name not in ("usual", "sha256")}
    tensors = {name: tensor for name, tensor in load_file(path).items()
               if not name.startswith("usual.")}
    digest = hashlib.sha256()

    def u64(*counts):
        digest.update(struct.pack(f"<{len(counts)}Q", *counts))

    def text(word):
        u64(len(word.encode()))
        digest.update(word.encode())
    u64(len(metadata))
    for name in sorted(metadata):
        text(name)
        text(metadata[name])
    u64(len(tensors))
    for name in sorted(tensors):
        tensor = tensors[name]
        text(name)
        text("F32")
        u64(tensor.ndim, *tensor.shape, tensor.nbytes)
        digest.update(tensor.tobytes())
    save_file(tensors, out, {**metadata, "sha256": digest.hexdigest()})
