#!/usr/bin/env python3
"""Samples trained per second, here and in other libraries: the same network, data, batch and steps.

Each round runs every contestant of a case once, from another start each time, so that what else the
machine does hits all alike. A contestant's rate is the median over epochs and rounds, the first
epoch of each run left out, since some compile in it. First weights are drawn alike, scikit-learn's
aside, so losses should agree: within 10 % of their median. A processor without instructions for bf16
is not asked for it, which would take hours. Run by scripts/bench.sh.
"""

import argparse
import csv
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from bench_whole import PROGRAM, ROOT, has_bf16, machine

PEERS = ROOT / "tests/bench/peers"
RECIPE = ("--activation relu --loss mse --optimizer adam --learning-rate 1e-3 --schedule constant "
          "--warmup 0 --weight-decay 0 --beta2 0.999 --shift 0 --noise none --validation 0 "
          "--device cpu --restarts 0").split()  # fmt: skip

QUICK_IMAGES = {"dense": 20_000, "conv": 10_000}


@dataclass
class Contestant:
    name: str
    peer: str  # Its file among the peers, or "" for ourselves.
    options: list[str]
    threads: int = 2
    rates: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    version: str = ""

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


@dataclass
class Case:
    title: str
    net: str  # dense, conv or small.
    batch: int
    contestants: list[Contestant]


def cases(threads: int) -> list[Case]:
    def torch_(name: str, mode: str, precision: str = "fp32", count: int = threads) -> Contestant:
        options = ["--mode", mode, "--precision", precision]
        return Contestant(f"PyTorch, {name}", "pytorch.py", options, count)

    def jax(count: int = threads) -> Contestant:
        return Contestant("JAX, jit + scan + optax", "jax_scan.py", [], count)

    def keras() -> Contestant:
        return Contestant("Keras 3, fit", "keras_fit.py", [], threads)

    def ours(name: str, *options: str, count: int = threads) -> Contestant:
        return Contestant(name, "", list(options), count)

    fp32 = [torch_("eager, DataLoader", "dataloader"), torch_("resident, fused", "resident"),
            torch_("compile", "compile")]  # fmt: skip
    dense = ["--precision", "fp32"]
    small = ["--hidden", "16", "--latent", "2", "--precision", "fp32"]
    found = [
        Case("784-512-256-32, batch 256", "dense", 256, [
            *fp32, torch_("resident, fused, bf16", "resident", "bf16"),
            torch_("compile, bf16", "compile", "bf16"), jax(), keras(),
            ours("diabolo, fp32", *dense), ours("diabolo, bf16", "--precision", "bf16")]),
        Case("784-512-256-32, batch 64", "dense", 64, [
            torch_("resident, fused", "resident"), torch_("compile", "compile"), jax(), keras(),
            ours("diabolo, fp32", *dense), ours("diabolo, bf16", "--precision", "bf16")]),
        Case("conv 32-64, code 32, batch 128", "conv", 128, [
            torch_("resident, fused", "resident"),
            torch_("resident, fused, bf16", "resident", "bf16"), torch_("compile", "compile"),
            ours("diabolo, fp32", "--arch", "conv", *dense),
            ours("diabolo, bf16", "--arch", "conv", "--precision", "bf16")]),
        Case("30-16-2 on a table, batch 64", "small", 64, [
            torch_("resident, fused", "resident", count=1), torch_("compile", "compile", count=1),
            jax(1), Contestant("scikit-learn, MLPRegressor", "sklearn_mlp.py", [], 1),
            ours("diabolo", *small, count=0)]),
    ]  # fmt: skip
    if not has_bf16():
        for case in found:
            case.contestants = [entry for entry in case.contestants if "bf16" not in entry.name]
    return found


def data_of(case: Case, folder: Path, data_dir: Path, quick: bool) -> Path:
    if case.net != "small":
        images = data_dir / "mnist/train-images-idx3-ubyte"
        return first_images(images, QUICK_IMAGES[case.net], folder) if quick else images
    path = folder / "rows.npy"
    if not path.exists():
        random = np.random.default_rng(0)
        hidden = random.normal(size=(100_000, 2))
        rows = np.tanh(hidden @ random.normal(size=(2, 30))) + 0.3 * random.normal(size=(100_000, 30))
        np.save(path, ((rows - rows.mean(0)) / rows.std(0)).astype(np.float32))
    return path


def first_images(images: Path, count: int, folder: Path) -> Path:
    """An IDX file of the first so many images of 28 x 28."""
    path = folder / f"first-{count}-ubyte"
    with images.open("rb") as file:
        header = file.read(16)
        path.write_bytes(header[:4] + struct.pack(">i", count) + header[8:] + file.read(count * 784))
    return path


def output_of(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=os.environ | environment, text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nfailed ({done.returncode}):\n{done.stderr[-3000:]}")
    return done.stdout


def run_ours(entry: Contestant, case: Case, data: Path, epochs: int, folder: Path) -> None:
    out = folder / "run"
    shared = ["--batch-size", case.batch, "--epochs", epochs, "--threads", entry.threads]
    command = [PROGRAM, "train", data, *entry.options, *RECIPE, *shared, "--seed", 1, "--quiet",
               "--json", "--no-report", "--no-tensorboard", "--overwrite", "--out", out]
    summary = json.loads(output_of(list(map(str, command)), {}))
    with (out / "metrics.csv").open() as file:
        entry.rates += [float(row["samples_per_second"]) for row in csv.DictReader(file)][1:]
    entry.losses.append(summary["train_loss"])
    entry.version = summary["diabolo_version"]


def run_peer(entry: Contestant, case: Case, data: Path, epochs: int, python: Path) -> None:
    python = Path(sys.executable) if entry.peer == "pytorch.py" else python
    command = [python, PEERS / entry.peer, "--case", case.net, "--data", data, "--batch", case.batch,
               "--epochs", epochs, "--threads", entry.threads, *entry.options]  # fmt: skip
    # Without this XLA spreads over every processor, whatever its own flags say.
    cores = sorted(os.sched_getaffinity(0))[: entry.threads]
    pinned = ["taskset", "-c", ",".join(map(str, cores))]
    found = json.loads(output_of([*pinned, *map(str, command)], {}).splitlines()[-1])
    entry.rates += found["rates"][1:]
    entry.losses.append(found["loss"])
    entry.version = found["version"]


def measure(case: Case, arguments: argparse.Namespace, folder: Path) -> None:
    data = data_of(case, folder, arguments.data_dir, arguments.quick)
    epochs = arguments.epochs + 1
    for number in range(arguments.rounds):
        start = number % len(case.contestants)
        for entry in case.contestants[start:] + case.contestants[:start]:
            if entry.peer:
                run_peer(entry, case, data, epochs, arguments.peers)
            else:
                run_ours(entry, case, data, epochs, folder)
            print(f"{case.title}: {entry.name}: {entry.rates[-1]:,.0f} a second", file=sys.stderr)


def products(case: Case, threads: int) -> dict[str, float]:
    """What the processor does, and matrix products of this network alone allow."""
    command = [str(ROOT / "build/machine"), str(threads), str(case.batch)]
    return json.loads(output_of(command, {}))


def table(case: Case, limits: dict[str, float] | None) -> str:
    losses = [statistics.median(entry.losses) for entry in case.contestants]
    middle = statistics.median(losses)
    ours = max(entry.rate for entry in case.contestants if not entry.peer)
    rows = [f"### {case.title}", "", "| | samples/s, median (range) | diabolo's best is | loss |",
            "|---|---|---|---|"]  # fmt: skip
    for entry, loss in zip(case.contestants, losses):
        apart = "" if abs(loss / middle - 1) <= 0.1 else " (apart)"
        rows.append(f"| {entry.name} | {entry.rate:,.0f} ({min(entry.rates):,.0f}–"
                    f"{max(entry.rates):,.0f}) | {ours / entry.rate:.2f}x | {loss:.5f}{apart} |")
    if limits:
        rows.append(f"| *matrix products alone, fp32 / bf16* | {limits['products_fp32']:,.0f} / "
                    f"{limits['products_bf16']:,.0f} | | |")
    return "\n".join(rows)


def draw(done: list[Case], picture: Path) -> None:
    """A bar for each contestant, its range as a line, by gnuplot; ours apart in colour."""
    rows = (len(done) + 1) // 2
    script = [f"set terminal pngcairo size 1300,{380 * rows} font 'DejaVu Sans,11'",
              f"set output '{picture}'", f"set multiplot layout {rows},{min(2, len(done))}",
              "set style fill solid 0.9", "unset border", "unset xtics", "unset key",
              "set lmargin 27", "set xlabel 'samples a second'"]  # fmt: skip
    for case in done:
        entries = list(reversed(case.contestants))
        fastest = max(max(entry.rates) for entry in entries)
        names = ", ".join(f"'{entry.name}' {i}" for i, entry in enumerate(entries))
        script += [f"set title '{case.title}'", f"set ytics ({names}) scale 0",
                   f"set yrange [-0.6:{len(entries) - 0.4}]", f"set xrange [0:{fastest * 1.25}]",
                   "unset label"]  # fmt: skip
        bars, ranges = [], []
        for i, entry in enumerate(entries):
            colour = 0x9AA5B1 if entry.peer else 0x1F6FB2
            bars.append(f"0 {i} 0 {entry.rate} {i - 0.36} {i + 0.36} {colour}")
            ranges.append(f"{entry.rate} {i} {min(entry.rates)} {max(entry.rates)}")
            script.append(f"set label '{entry.rate:,.0f}' at {max(entry.rates) + fastest * 0.01},{i}")
        script += ["$bars << EOD", *bars, "EOD", "$ranges << EOD", *ranges, "EOD",
                   "plot $bars using 1:2:3:4:5:6:7 with boxxyerror lc rgb variable, "
                   "$ranges with xerrorbars pt 0 lc rgb 'black'"]  # fmt: skip
    script.append("unset multiplot")
    picture.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["gnuplot"], input="\n".join(script), text=True, check=True)


def versions(done: list[Case]) -> str:
    found = {}
    for case in done:
        for entry in case.contestants:
            found[entry.name.split(",")[0]] = entry.version
    return ", ".join(f"{name} {version}" for name, version in found.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="1 round of 2 epochs of fewer images")
    parser.add_argument("--rounds", type=int, help="3 by default")
    parser.add_argument("--epochs", type=int, help="that count, 2 by default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--case", choices=["dense", "conv", "small"], help="only these")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "data", help="holds mnist/")
    parser.add_argument("--picture", type=Path, help="PNG of bars to write")
    parser.add_argument("--peers", type=Path, required=True, help="Python that has the peers")
    arguments = parser.parse_args()
    arguments.epochs = arguments.epochs or (1 if arguments.quick else 2)
    arguments.rounds = arguments.rounds or (1 if arguments.quick else 3)

    chosen = [c for c in cases(arguments.threads) if arguments.case in (None, c.net)]
    facts = machine()
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        for case in chosen:
            limits = products(case, arguments.threads) if case.net == "dense" else None
            measure(case, arguments, Path(folder))
            if limits:
                peak = f"Fused multiply-adds, fp32: {limits['fma_gflops']:.0f} GFLOP/s."
            tables.append(table(case, limits))
    print(f"{facts['cpu']}, {arguments.threads} threads, load {facts['load_before']:.1f} at the start; "
          f"rounds: {arguments.rounds}, interleaved. {peak if arguments.case in (None, 'dense') else ''}")
    print(versions(chosen) + ".", *tables, sep="\n\n")
    if arguments.picture:
        draw(chosen, arguments.picture)


if __name__ == "__main__":
    main()
