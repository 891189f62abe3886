#!/usr/bin/env python3
"""What `explain` finds in tables of known relations, over many seeds.

usage: .venv/bin/python scripts/planted_relations.py [--seeds N]

A table has 2,000 rows of 15 columns: x1 and x2, normal; sum = x1 + x2, product = x1 * x2 and square =
x1^2, each with a noise of deviation 0.1; and ten columns of noise. Of each seed a network is trained
and explained. Prints a line a seed that is not as planted, and a line for all.

DIABOLO       the program, build/diabolo by default
"""

import argparse
import csv
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = os.environ.get("DIABOLO", ROOT / "build" / "diabolo")
SHAPES = {"x1": "linear", "x2": "linear", "sum": "linear", "product": "curved", "square": "curved"}
SOURCES = {"x1": {"x2", "sum"}, "x2": {"x1", "sum"}, "sum": {"x1", "x2"},
           "product": {"x1", "x2"}, "square": {"x1"}}


def write_planted(path: Path, seed: int, rows: int = 2000) -> None:
    random = np.random.default_rng(seed)
    x1, x2 = random.normal(size=(2, rows))

    def about(values: np.ndarray) -> np.ndarray:
        return values + 0.1 * random.normal(size=rows)
    columns = {"x1": x1, "x2": x2, "sum": about(x1 + x2), "product": about(x1 * x2),
               "square": about(x1**2)}
    columns |= {f"noise {i}": random.normal(size=rows) for i in range(1, 11)}
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(np.column_stack(list(columns.values())).round(5).tolist())


def faults(found: dict) -> list[str]:
    """What differs from what was planted."""
    wrong = []
    for relation in found["relations"]:
        name = relation["name"]
        if relation["follows"] != (name in SHAPES):
            wrong.append(f"{name} {'follows' if relation['follows'] else 'does not follow'}")
        if not relation["follows"] or name not in SHAPES:
            continue
        if relation["shape"] != SHAPES[name]:
            wrong.append(f"{name} is {relation['shape']}")
        sources = {source["name"] for source in relation["from"]}
        if not SOURCES[name] <= sources:
            wrong.append(f"{name} does not follow from {sorted(SOURCES[name] - sources)}")
        if sources - SHAPES.keys():
            wrong.append(f"{name} follows from {sorted(sources - SHAPES.keys())}")
    for column in found["code"]:
        if column["carried"] and column["name"] not in SHAPES:
            wrong.append(f"the code ties {column['name']}")
    return wrong


def one(folder: Path, seed: int, program=PROGRAM) -> dict:
    def diabolo(*arguments: object) -> str:
        return subprocess.run([program, *map(str, arguments)], cwd=folder, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout
    write_planted(folder / "planted.csv", seed)
    diabolo("train", "planted.csv", "--seed", seed, "--threads", "1", "--quiet", "--no-report",
            "--no-tensorboard", "--out", "run", "--overwrite")
    return json.loads(diabolo("explain", "run", "--json", "--overwrite"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    arguments = parser.parse_args()
    begin = time.monotonic()
    good, tied = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.seeds):
            found = one(Path(folder), seed)
            wrong = faults(found)
            good += not wrong
            tied += sum(column["carried"] for column in found["code"])
            if wrong:
                print(f"seed {seed}: {'; '.join(wrong)}", flush=True)
    print(f"{arguments.seeds} seeds: {good} as planted; the code tied {tied / arguments.seeds:.1f} of "
          f"the 5 related columns on average; {time.monotonic() - begin:.0f} seconds")


if __name__ == "__main__":
    main()
