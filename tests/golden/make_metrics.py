#!/usr/bin/env python3
"""Writes metrics.txt: PSNR and SSIM of image pairs by scikit-image, for tests/analysis/test_metrics.cpp.

    python3 tests/golden/make_metrics.py > tests/golden/metrics.txt

The pairs follow from whole numbers alone, so that C++ makes the same ones to the byte.
"""

import numpy as np
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

# pair, channels, height, width, strength: how far a byte of the second image may lie from the first.
PAIRS = [(0, 1, 28, 28, 3), (1, 1, 28, 28, 40), (2, 1, 28, 28, 255), (3, 1, 11, 11, 60),
         (4, 1, 13, 40, 25), (5, 3, 17, 12, 50), (6, 3, 32, 32, 10)]


def image_pair(pair, channels, height, width, strength):
    c, y, x = np.meshgrid(np.arange(channels), np.arange(height), np.arange(width), indexing="ij")
    clean = (x * (3 + pair) + y * (5 + 2 * pair) + x * y + 40 * c) % 256
    change = (7 * x * x + 11 * y * (x + 1) + 3 * c + pair) % (2 * strength + 1) - strength
    return clean / 255.0, np.clip(clean + change, 0, 255) / 255.0


def main():
    print("# pair channels height width strength psnr ssim")
    for pair in PAIRS:
        clean, other = image_pair(*pair)
        psnr = peak_signal_noise_ratio(clean, other, data_range=1)
        ssim = structural_similarity(clean, other, gaussian_weights=True, sigma=1.5,
                                     use_sample_covariance=False, data_range=1, channel_axis=0)
        print(*pair, f"{psnr:.8f}", f"{ssim:.8f}")


main()
