#!/usr/bin/env python3
"""How well photographs are cleaned, beside non-local means and BM3D; scripts/photographs.sh runs it.

usage: photographs.py [--folder FOLDER] [--picture FILE.png] [OPTION OF train …]

All ways get the same noisy files: gaussian noise of 25 grey levels, clipped, rounded to 8 bits.
BM3D is told how strong it is, non-local means gets the strength that is best on training pictures,
and the network was trained on it.

DIABOLO  the program, build/diabolo by default
"""

import argparse
import os
import shutil
import subprocess
import time
from pathlib import Path

import bm3d
import cv2
import numpy as np
import skimage
import sklearn.datasets
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = os.environ.get("DIABOLO", ROOT / "build" / "diabolo")
MATE = Path("/usr/share/backgrounds/mate")
SKIMAGE = Path(skimage.__file__).parent / "data"
SKLEARN = Path(sklearn.datasets.__file__).parent / "images"

SIGMA = 25  # Of 255.
LONGEST = 1280  # Pixels a side: larger ones are averaged, which also hides what JPEG did to them.
TRAINING = [*(MATE / "nature" / f"{name}.jpg" for name in (
    "Aqua", "Blinds", "Dune", "FreshFlower", "Garden", "GreenMeadow", "LadyBird", "RainDrops",
    "Storm", "TwoWings", "Wood", "YellowFlower")),
    MATE / "abstract" / "Elephants_3840x2160.jpg",
    *(SKIMAGE / name for name in ("brick.png", "grass.png", "gravel.png", "motorcycle_left.png",
                                  "retina.jpg", "ihc.png", "hubble_deep_field.jpg"))]
HELD_OUT = [*(SKIMAGE / name for name in ("astronaut.png", "camera.png", "chelsea.png",
                                          "coffee.png", "rocket.jpg")),
            *(SKLEARN / name for name in ("china.jpg", "flower.jpg"))]
RECIPE = ["--patch", 40, "--patches-per-image", 1500, "--augment", "--shift", 0,
          "--arch", "conv", "--code", "map", "--channels", "32,48,64", "--latent", 64,
          "--blocks", 1, "--skip", "--residual", "--noise", "gaussian:0.098",
          "--batch-size", 16, "--learning-rate", 0.003, "--epochs", 6, "--validation", 0,
          "--seed", 1]


def write_grey(source: Path, folder: Path) -> None:
    image = cv2.imread(str(source), cv2.IMREAD_GRAYSCALE)
    scale = LONGEST / max(image.shape)
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(folder / f"{source.stem}.png"), image)


def read_all(folder: Path) -> dict[str, np.ndarray]:
    return {path.name: cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
            for path in sorted(folder.glob("*.png"))}


def with_noise(image: np.ndarray, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, SIGMA, image.shape)
    return np.clip(image + noise, 0, 255).round().astype(np.uint8)


def prepare(folder: Path) -> None:
    for name, sources in (("train", TRAINING), ("test", HELD_OUT)):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
        for source in sources:
            write_grey(source, folder / name)
    (folder / "noisy").mkdir(exist_ok=True)
    for seed, (name, image) in enumerate(read_all(folder / "test").items()):
        cv2.imwrite(str(folder / "noisy" / name), with_noise(image, seed))


def means(noisy: np.ndarray, strength: float) -> np.ndarray:
    return cv2.fastNlMeansDenoising(noisy, None, float(strength))


def best_strength(folder: Path) -> int:
    """Of non-local means, by mean PSNR on the middle of training pictures."""
    middles = [image[image.shape[0] // 2 - 128:][:256, image.shape[1] // 2 - 128:][:, :256]
               for image in read_all(folder / "train").values()]
    noisy = [with_noise(image, 100 + seed) for seed, image in enumerate(middles)]

    def mean_psnr(strength: int) -> float:
        return float(np.mean([peak_signal_noise_ratio(clean, means(given, strength))
                              for clean, given in zip(middles, noisy)]))
    return max(range(10, 42, 2), key=mean_psnr)


def figures(clean: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    return (float(peak_signal_noise_ratio(clean, found, data_range=255)),
            float(structural_similarity(clean, found, data_range=255, gaussian_weights=True,
                                        sigma=1.5, use_sample_covariance=False)))


def clean_all(folder: Path) -> dict[str, dict[str, np.ndarray]]:
    """Every way to clean: its name, then the pictures by name."""
    noisy = read_all(folder / "noisy")
    strength = best_strength(folder)
    print(f"non-local means: strength {strength}")
    cleaned = folder / "cleaned"
    subprocess.run([PROGRAM, "denoise", folder / "run", folder / "noisy", "--out", cleaned,
                    "--overwrite"], check=True)
    return {"noisy": noisy,
            "non-local means": {name: means(image, strength) for name, image in noisy.items()},
            "BM3D": {name: np.clip(bm3d.bm3d(image.astype(float), SIGMA), 0, 255).round()
                     .astype(np.uint8) for name, image in noisy.items()},
            "this program": read_all(cleaned)}


def draw(path: Path, clean: dict[str, np.ndarray], ways: dict[str, dict[str, np.ndarray]]) -> None:
    """A detail of two pictures: clean, then each way; twice as large, PSNR of the whole below."""
    side, gap, foot = 144, 8, 44
    rows = []
    for name, (top, left) in (("astronaut.png", (40, 170)), ("coffee.png", (120, 330))):
        tiles = []
        for way, pictures in {"clean": clean, **ways}.items():
            detail = pictures[name][top:top + side, left:left + side]
            tile = np.full((2 * side + foot, 2 * side + gap), 255, np.uint8)
            tile[:2 * side, :2 * side] = cv2.resize(detail, None, fx=2, fy=2,
                                                    interpolation=cv2.INTER_NEAREST)
            words = way if way == "clean" else f"{way} {figures(clean[name], pictures[name])[0]:.1f} dB"
            cv2.putText(tile, words, (2, 2 * side + 22), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1,
                        cv2.LINE_AA)
            tiles.append(tile)
        rows.append(np.hstack(tiles))
    cv2.imwrite(str(path), np.vstack(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT / "runs" / "photographs")
    parser.add_argument("--picture", type=Path)
    arguments, options = parser.parse_known_args()
    folder = arguments.folder
    if not (folder / "run" / "summary.json").exists():
        prepare(folder)
        begin = time.monotonic()
        subprocess.run([PROGRAM, "train", folder / "train", *map(str, RECIPE), *options, "--out",
                        folder / "run", "--overwrite"], check=True)
        print(f"trained in {time.monotonic() - begin:.0f} seconds")
    clean = read_all(folder / "test")
    ways = clean_all(folder)
    print(f"{'PSNR in dB / SSIM':20}" + "".join(f"{way:>18}" for way in ways))
    table = {name: [figures(image, pictures[name]) for pictures in ways.values()]
             for name, image in clean.items()}
    table["mean"] = np.mean(list(table.values()), axis=0)
    for name, row in table.items():
        print(f"{name:20}" + "".join(f"{psnr:10.2f} / {ssim:.3f}" for psnr, ssim in row))
    mean = dict(zip(ways, table["mean"][:, 0]))
    print(f"beside non-local means: {mean['this program'] - mean['non-local means']:+.2f} dB; "
          f"beside BM3D: {mean['this program'] - mean['BM3D']:+.2f} dB, squared error "
          f"{10 ** ((mean['BM3D'] - mean['this program']) / 10):.3f} of its")
    if arguments.picture:
        draw(arguments.picture, clean, ways)


if __name__ == "__main__":
    main()
