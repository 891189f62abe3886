#!/usr/bin/env python3
"""Codes of an IDX file of images by PyTorch, from a model file of diabolo, as a script of one's own
would do it: resident tensors, inference_mode, large batches.

encode_pytorch.py MODEL.safetensors IMAGES CODES.npy THREADS
"""

import json
import sys

import numpy as np
import torch
from common import samples
from pathlib import Path
from safetensors import safe_open

BATCH = 4096


def encoder(path: str) -> torch.nn.Sequential:
    """The dense encoder of a model file, with its weights."""
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        activation = json.loads(file.metadata()["architecture"])["activation"]
    names = sorted((name for name in tensors if name.startswith("encoder.layers.")
                    and name.endswith(".weight")), key=lambda name: int(name.split(".")[2]))
    layers = []
    for name in names:
        weight = tensors[name]
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
        layer.load_state_dict({"weight": weight, "bias": tensors[name[:-6] + "bias"]})
        layers += [{"silu": torch.nn.SiLU, "relu": torch.nn.ReLU}[activation](), layer]
    return torch.nn.Sequential(*layers[1:]).eval()


if __name__ == "__main__":
    model, images, codes, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    network = encoder(model)
    with torch.inference_mode():
        batches = torch.from_numpy(samples(Path(images))).split(BATCH)
        np.save(codes, torch.cat([network(batch) for batch in batches]).numpy())
