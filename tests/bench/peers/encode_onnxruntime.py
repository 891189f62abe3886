#!/usr/bin/env python3
"""Codes of an IDX file of images by onnxruntime, from an encoder that diabolo exported.

encode_onnxruntime.py ENCODER.onnx IMAGES CODES.npy THREADS
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from common import samples

BATCH = 4096

if __name__ == "__main__":
    model, images, codes, threads = sys.argv[1:]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    pixels = samples(Path(images)).reshape(-1, 1, 28, 28)
    parts = [session.run(None, {name: pixels[at:at + BATCH]})[0]
             for at in range(0, len(pixels), BATCH)]
    np.save(codes, np.concatenate(parts))
