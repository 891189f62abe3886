#!/usr/bin/env python3
"""Microseconds of one code from one image, in Python: PyTorch eager, TorchScript, onnxruntime.

latency.py eager|torchscript|onnxruntime MODEL THREADS
MODEL: a model file of diabolo for eager, else what it exported. Prints a JSON object.
"""

import json
import statistics
import sys
import time

WARM_UPS, REPEATS = 200, 3000


def eager(path: str, threads: int):
    import torch
    from encode_pytorch import encoder

    torch.set_num_threads(threads)
    network, image = encoder(path), torch.rand(1, 784)

    def call():
        with torch.inference_mode():
            network(image)

    return call, torch.__version__


def torchscript(path: str, threads: int):
    import torch

    torch.set_num_threads(threads)
    network, image = torch.jit.load(path).eval(), torch.rand(1, 1, 28, 28)

    def call():
        with torch.inference_mode():
            network(image)

    return call, torch.__version__


def onnx(path: str, threads: int):
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    image = np.random.rand(1, 1, 28, 28).astype(np.float32)
    return lambda: session.run(None, {name: image}), onnxruntime.__version__


if __name__ == "__main__":
    kind, model, threads = sys.argv[1:]
    makers = {"eager": eager, "torchscript": torchscript, "onnxruntime": onnx}
    call, version = makers[kind](model, int(threads))
    seconds = []
    for i in range(WARM_UPS + REPEATS):
        start = time.perf_counter()
        call()
        if i >= WARM_UPS:
            seconds.append(time.perf_counter() - start)
    print(json.dumps({"microseconds": 1e6 * statistics.median(seconds), "version": version}))
