#!/usr/bin/env python3
"""Times `diabolo train mnist` against the same net in PyTorch, whole processes, in one run: by the
usual recipe, and by ours. One more contestant of ours trains a fifth of the epochs.

Each round runs every contestant once, in turn and from another start, so that what else the machine
does hits all alike. Prints a Markdown table with medians over the rounds; run by scripts/bench.sh.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build/diabolo"


@dataclass
class Contestant:
    name: str
    command: list[str]  # {seed} and {out} stand for the seed and a path that does not exist.
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    mse: list[float] = field(default_factory=list)


def run(command: list[str]) -> tuple[float, float, str]:
    """Seconds from start to end of a process, its peak memory in MB, and its stdout."""
    with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, text=True
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        stdout.seek(0)
        if process.returncode != 0:
            stderr.seek(0)
            sys.exit(f"{' '.join(command)}\nfailed ({process.returncode}):\n{stderr.read()[-4000:]}")
        return seconds, usage.ru_maxrss * 1024 / 1e6, stdout.read()


def has_bf16() -> bool:
    return bool({"avx512_bf16", "amx_bf16"} & set(Path("/proc/cpuinfo").read_text().split()))


def contestants(arguments: argparse.Namespace) -> list[Contestant]:
    """The first two are what others are compared with."""
    shared = ["--threads", str(arguments.threads), "--seed", "{seed}", "--out", "{out}"]
    epochs, few = str(arguments.epochs), str(max(1, arguments.epochs // 5))

    def pytorch(script: str, *options: str) -> list[str]:
        data = ["--data", str(arguments.data_dir / "mnist"), "--epochs", epochs]
        return [sys.executable, str(ROOT / "tests/bench/peers" / script), *data, *shared, *options]

    def diabolo(count: str, *options: str) -> list[str]:
        data = ["mnist", "--data-dir", str(arguments.data_dir), "--epochs", count]
        return [str(PROGRAM), "train", *data, *shared, *options]

    entries = [Contestant("PyTorch, usual recipe, fp32", pytorch("pytorch_usual.py")),
               Contestant("PyTorch, our recipe, fp32", pytorch("pytorch_recipe.py"))]  # fmt: skip
    if has_bf16():
        bf16 = pytorch("pytorch_recipe.py", "--precision", "bf16")
        entries += [Contestant("PyTorch, our recipe, bf16", bf16),
                    Contestant("diabolo, bf16", diabolo(epochs, "--precision", "bf16"))]  # fmt: skip
    return [*entries, Contestant("diabolo, fp32", diabolo(epochs, "--precision", "fp32")),
            Contestant(f"diabolo, {few} epochs", diabolo(few))]  # fmt: skip


def test_mse(contestant: Contestant, out: str, stdout: str, data_dir: Path) -> float:
    if contestant.command[0] != str(PROGRAM):
        return json.loads(stdout.splitlines()[-1])["test_mse"]
    evaluate = [str(PROGRAM), "evaluate", out, "mnist", "--data-dir", str(data_dir), "--json"]
    return json.loads(run(evaluate)[2])["model"]["mse"]


def measure(entries: list[Contestant], arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(arguments.rounds):
            start = number % len(entries)
            for entry in entries[start:] + entries[:start]:
                out = f"{scratch}/{entries.index(entry)}-{number}"
                values = {"seed": str(number + 1), "out": out}
                seconds, megabytes, stdout = run([part.format(**values) for part in entry.command])
                entry.seconds.append(seconds)
                entry.megabytes.append(megabytes)
                entry.mse.append(test_mse(entry, out, stdout, arguments.data_dir))
                print(f"round {number + 1}: {entry.name}: {seconds:.1f} s", file=sys.stderr)


def machine() -> dict[str, object]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "load_before": os.getloadavg()[0],
        "diabolo": run([str(PROGRAM), "--version"])[2].strip(),
        "torch": run([sys.executable, "-c", "import torch; print(torch.__version__)"])[2].strip(),
        "python": platform.python_version(),
    }


def heading(facts: dict[str, object], arguments: argparse.Namespace) -> str:
    return (
        f"`train mnist`, {arguments.epochs} epochs, {arguments.threads} threads; whole processes, "
        f"rounds: {arguments.rounds}, interleaved.\n{facts['cpu']}, {facts['cores']} cores, load "
        f"{facts['load_before']:.1f} at the start; {facts['system']}; {facts['diabolo']}, "
        f"PyTorch {facts['torch']}, Python {facts['python']}."
    )


def table(entries: list[Contestant]) -> str:
    usual, same = (statistics.median(entry.seconds) for entry in entries[:2])
    rows = [
        "| | seconds, median (range) | of PyTorch's usual | of PyTorch's, our recipe | test MSE "
        "| peak memory, MB |",
        "|---|---|---|---|---|---|",
    ]
    for entry in entries:
        median = statistics.median(entry.seconds)
        rows.append(
            f"| {entry.name} | {median:.1f} ({min(entry.seconds):.1f}–{max(entry.seconds):.1f}) "
            f"| {median / usual:.2f} | {median / same:.2f} | {statistics.median(entry.mse):.4f} "
            f"| {statistics.median(entry.megabytes):.0f} |"
        )
    return "\n".join(rows)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="1 epoch, 1 round")
    parser.add_argument("--epochs", type=int, help="10 by default")
    parser.add_argument("--rounds", type=int, help="3 by default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data-dir", type=Path, default=ROOT / "data", help="holds mnist/")
    parser.add_argument("--out", type=Path, help="also write all figures to this JSON file")
    arguments = parser.parse_args()
    arguments.epochs = arguments.epochs or (1 if arguments.quick else 10)
    arguments.rounds = arguments.rounds or (1 if arguments.quick else 3)
    return arguments


def main() -> None:
    arguments = parse_arguments()
    facts = machine()
    entries = contestants(arguments)
    measure(entries, arguments)

    print(heading(facts, arguments), table(entries), sep="\n\n")
    if arguments.out:
        results = {"machine": facts, "epochs": arguments.epochs, "threads": arguments.threads}
        results["contestants"] = [
            {"name": e.name, "seconds": e.seconds, "megabytes": e.megabytes, "test_mse": e.mse}
            for e in entries
        ]
        arguments.out.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
