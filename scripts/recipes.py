#!/usr/bin/env python3
"""Trains MNIST by the default recipe and by its neighbours, and says how far each gets, and how fast.

usage: scripts/recipes.py [--seeds N] [--epochs N] [--only NAME;…] [--picture FILE.png] [OPTION OF train …]

Prints a Markdown table: squared error on the validation images (5 % of the training images; the
test images are not looked at) at the end, least and greatest over the seeds, and seconds of
training. The picture shows the error after each epoch, of the first seed. Needs a build; a quarter
of an hour for all on two cores.
"""

import argparse
import csv
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECIPES = {
    "default": [],
    "ReLU": ["--activation", "relu"],
    "GELU": ["--activation", "gelu"],
    "squared error": ["--loss", "mse"],
    "constant rate": ["--schedule", "constant", "--learning-rate", "0.002"],
    "Adam": ["--optimizer", "adam"],
    "no weight decay": ["--weight-decay", "0"],
    "no shifts": ["--shift", "0"],
    "batch 128": ["--batch-size", "128"],
    "batch 512": ["--batch-size", "512"],
    "Muon": ["--optimizer", "muon"],
    "Muon, batch 512": ["--optimizer", "muon", "--batch-size", "512"],
}
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]


def history(folder: Path, seed: int, options: list[str]) -> list[dict[str, float]]:
    """An epoch each: what metrics.csv says of it."""
    command = [ROOT / "build/diabolo", "train", "mnist", "--seed", seed, "--out", folder / "run",
               "--overwrite", "--quiet", "--no-report", "--no-tensorboard", *options]
    subprocess.run(list(map(str, command)), cwd=ROOT, check=True, capture_output=True)
    with (folder / "run/metrics.csv").open() as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def draw(curves: dict[str, list[dict[str, float]]], picture: Path) -> None:
    """Error against epochs, by gnuplot; a logarithmic axis of errors."""
    script = ["set terminal pngcairo size 1000,600 font 'DejaVu Sans,12'", f"set output '{picture}'",
              "set xlabel 'epoch'", "set ylabel 'squared error on validation images'",
              "set logscale y", "set yrange [0.003:0.013] noextend", "set ytics (0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.02)",
              "set grid ytics", "set border 3", "set tics nomirror", "set key right top"]  # fmt: skip
    for number, (name, epochs) in enumerate(curves.items()):
        points = [f"{int(epoch['epoch'])} {epoch['validation_mse']}" for epoch in epochs]
        script += [f"$curve{number} << end", *points, "end"]
    lines = [f"$curve{number} using 1:2 with linespoints linewidth 2 pointtype 7 pointsize 0.6 "
             f"dashtype {1 + number // len(COLOURS)} "
             f"linecolor '{COLOURS[number % len(COLOURS)]}' title '{name}'"
             for number, name in enumerate(curves)]  # fmt: skip
    script.append("plot " + ", ".join(lines))
    subprocess.run(["gnuplot"], input="\n".join(script), text=True, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--only", help="names of recipes, with ; between them")
    parser.add_argument("--picture", type=Path)
    arguments, options = parser.parse_known_args()
    chosen = arguments.only.split(";") if arguments.only else list(RECIPES)
    curves = {}
    print("| recipe | validation MSE (least … greatest) | seconds |", "|---|---|---|", sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            runs = [history(Path(folder), seed,
                            ["--epochs", arguments.epochs, *RECIPES[name], *options])
                    for seed in range(arguments.seeds)]  # fmt: skip
            curves[name] = runs[0]
            errors = [run[-1]["validation_mse"] for run in runs]
            seconds = statistics.median(sum(epoch["seconds"] for epoch in run) for run in runs)
            print(f"| {name} | {statistics.median(errors):.5f} ({min(errors):.5f} … "
                  f"{max(errors):.5f}) | {seconds:.0f} |", flush=True)
    if arguments.picture:
        draw(curves, arguments.picture)


if __name__ == "__main__":
    main()
