"""Data files that tests train on, or that the program must refuse."""

import gzip
import struct
import zlib

import numpy as np
from PIL import Image

from program import DATA

MINI = DATA / "mnist-mini"


def read_idx(path):
    raw = gzip.open(path).read()
    shape = struct.unpack(f">{raw[3]}I", raw[4:4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def idx_header(*shape, kind=8):
    return struct.pack(f">HBB{len(shape)}I", 0, kind, len(shape), *shape)


def idx_bytes(array):
    return idx_header(*array.shape) + array.tobytes()


def mini_images(part="train"):
    return read_idx(MINI / f"{part}-images-idx3-ubyte.gz")


def blobs(count, height, width, channels=1, seed=0):
    """Images of one soft spot each: easy to learn, at any size. uint8 [N, H, W] or [N, H, W, C]."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    images = np.empty((count, height, width, channels))
    for i in range(count):
        for c in range(channels):
            row, column = random.uniform(0, height), random.uniform(0, width)
            images[i, :, :, c] = 255 * np.exp(-((y - row) ** 2 + (x - column) ** 2) / 20)
    images = images.round().astype(np.uint8)
    return images[..., 0] if channels == 1 else images


def write_pngs(folder, images):
    folder.mkdir(parents=True)
    for i, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{i:03}.png")
    return folder


def read_png(path):
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image)


def png_chunk(name, body):
    return (struct.pack(">I", len(body)) + name + body +
            struct.pack(">I", zlib.crc32(name + body)))


def png_bytes(width, height, pixels):
    """A grey PNG that states a size, whatever pixels follow."""
    return (b"\x89PNG\r\n\x1a\n" +
            png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            png_chunk(b"IDAT", zlib.compress(pixels)) + png_chunk(b"IEND", b""))
