#!/usr/bin/env python3
"""Rows a second of fit() beside PyTorch eager on a small network, 30-16-2-16-30 in batches of 64.

Each round runs every contestant once, from another start each time. Prints medians over the rounds
and the ratio of the best of each side; run by scripts/bench.sh small.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTORCH = [sys.executable, str(ROOT / "tests/bench/pytorch_small.py")]
DIABOLO = [str(ROOT / "build/small_net")]


def rate(command: list[str], epochs: int, threads: int) -> float:
    command = [*command, str(epochs), str(threads)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=5, help="of 100,000 rows, a round")
    arguments = parser.parse_args()

    contestants = {
        "PyTorch eager, fused Adam, 1 thread": (PYTORCH, 1),
        "PyTorch eager, fused Adam, 2 threads": (PYTORCH, 2),
        "diabolo": (DIABOLO, 0),
    }
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(arguments.rounds):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            command, threads = contestants[name]
            rates[name].append(rate(command, arguments.epochs, threads))

    medians = {name: statistics.median(values) for name, values in rates.items()}
    best = max(medians[name] for name in names if contestants[name][0] is PYTORCH)
    print("| | rows/s, median (range) | of PyTorch's best |", "|---|---|---|", sep="\n")
    for name, values in rates.items():
        print(f"| {name} | {medians[name]:,.0f} ({min(values):,.0f}–{max(values):,.0f}) "
              f"| {medians[name] / best:.1f} |")  # fmt: skip


if __name__ == "__main__":
    main()
