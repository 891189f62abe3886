#!/usr/bin/env python3
"""Times codes: `diabolo encode` of MNIST's 60,000 training images, file to file, against scripts in
PyTorch and onnxruntime, whole processes; and one code of one image through the library against
PyTorch eager, TorchScript and onnxruntime. Interleaved rounds of the same network; the codes must
agree. Run by scripts/bench.sh.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from bench_whole import PROGRAM, ROOT, machine, run

PEERS = ROOT / "tests/bench/peers"
TOLERANCE = 1e-3  # Of codes of some units: sums in another order.


def prepare(folder: Path, data_dir: Path) -> dict[str, str]:
    """A trained network, and what was exported of it. One epoch: speed is asked for, not quality."""
    paths = {"run": folder / "run", "onnx": folder / "encoder.onnx", "jit": folder / "encoder.pt"}
    run([str(PROGRAM), "train", "mnist", "--data-dir", str(data_dir), "--epochs", "1", "--quiet",
         "--no-report", "--no-tensorboard", "--out", str(paths["run"])])
    for form, key in (("onnx", "onnx"), ("torchscript", "jit")):
        run([str(PROGRAM), "export", str(paths["run"]), "--format", form, "--part", "encoder",
             "--out", str(paths[key])])
    return {**{key: str(path) for key, path in paths.items()},
            "model": str(paths["run"] / "model.safetensors"),
            "images": str(data_dir / "mnist/train-images-idx3-ubyte")}


def file_to_file(paths: dict[str, str], threads: str) -> dict[str, list[str]]:
    """The command of each contestant; {out} stands for the file of codes."""
    return {
        "PyTorch, inference_mode, batches of 4096": [
            sys.executable, str(PEERS / "encode_pytorch.py"), paths["model"], paths["images"],
            "{out}", threads],
        "onnxruntime, batches of 4096": [
            sys.executable, str(PEERS / "encode_onnxruntime.py"), paths["onnx"], paths["images"],
            "{out}", threads],
        "diabolo encode": [str(PROGRAM), "encode", paths["run"], paths["images"], "--out", "{out}"],
    }


def one_image(paths: dict[str, str]) -> dict[str, list[str]]:
    latency = str(PEERS / "latency.py")
    return {
        "PyTorch eager": [sys.executable, latency, "eager", paths["model"], "1"],
        "TorchScript in Python": [sys.executable, latency, "torchscript", paths["jit"], "1"],
        "onnxruntime in Python": [sys.executable, latency, "onnxruntime", paths["onnx"], "1"],
        "diabolo, as a library": [str(ROOT / "build/latency"), paths["model"], "1"],
    }


def in_turn(commands: dict[str, list[str]], rounds: int):
    """(round, name, command), each round from another start."""
    names = list(commands)
    for number in range(rounds):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            print(f"round {number + 1}: {name}", file=sys.stderr)
            yield number, name, commands[name]


def require_equal(folder: Path, names: list[str]) -> None:
    codes = [np.load(folder / f"{i}-0.npy") for i in range(len(names))]
    for name, other in zip(names, codes):
        apart = float(np.abs(codes[-1] - other).max())
        if codes[-1].shape != other.shape or apart > TOLERANCE:
            sys.exit(f"{name}: codes are {apart:.2g} apart from diabolo's")


def table(unit: str, figures: dict[str, list[float]]) -> str:
    ours = statistics.median(list(figures.values())[-1])
    rows = [f"| | {unit}, median (range) | diabolo is |", "|---|---|---|"]
    for name, values in figures.items():
        median = statistics.median(values)
        ratio = "" if name == list(figures)[-1] else f"{median / ours:.2f}x"
        digits = 0 if median >= 100 else 2 if median < 10 else 1
        rows.append(f"| {name} | {median:.{digits}f} ({min(values):.{digits}f}–"
                    f"{max(values):.{digits}f}) | {ratio} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="1 round")
    parser.add_argument("--rounds", type=int, help="5 by default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data-dir", type=Path, default=ROOT / "data", help="holds mnist/")
    arguments = parser.parse_args()
    rounds = arguments.rounds or (1 if arguments.quick else 5)
    facts = machine()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        paths = prepare(folder, arguments.data_dir.resolve())
        commands = file_to_file(paths, str(arguments.threads))
        names = list(commands)
        seconds = {name: [] for name in names}
        for number, name, command in in_turn(commands, rounds):
            out = str(folder / f"{names.index(name)}-{number}.npy")
            seconds[name].append(run([part.replace("{out}", out) for part in command])[0])
        require_equal(folder, names)
        latency = {name: [] for name in one_image(paths)}
        for _, name, command in in_turn(one_image(paths), rounds):
            latency[name].append(json.loads(run(command)[2])["microseconds"])
    print(f"{facts['cpu']}, {facts['cores']} cores, load {facts['load_before']:.1f} at the start; "
          f"{facts['diabolo']}, PyTorch {facts['torch']}; rounds: {rounds}, interleaved.")
    print(f"\n60,000 images to codes, file to file, whole processes, {arguments.threads} threads:\n")
    print(table("seconds", seconds))
    print("\nOne code of one image, 1 thread:\n")
    print(table("microseconds", latency))


if __name__ == "__main__":
    main()
