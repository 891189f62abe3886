#!/usr/bin/env python3
"""Trains for some minutes and watches the process: its memory and its open files must not grow.

watch_process.py MINUTES
Every epoch saves model, checkpoint, picture and events. The first quarter is for warming up; after
it the greatest memory of each quarter may be at most 3 % and 8 MB above that of the second one, and
no more files may be open. Exit code 1 if that does not hold.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GROWTH, ROOM = 1.03, 8_000_000


def memory(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def watch(process: subprocess.Popen, seconds: float) -> list[tuple[int, int]]:
    """(bytes of memory, open files) twice a second."""
    samples, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.5)
        if process.poll() is not None:
            sys.exit(f"the training ended by itself: {process.returncode}")
        samples.append((memory(process.pid), len(os.listdir(f"/proc/{process.pid}/fd"))))
    return samples


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        command = [ROOT / "build/diabolo", "train", "mnist-mini", "--data-dir", ROOT / "data",
                   "--hidden", "64", "--latent", "8", "--epochs", "1000000", "--schedule",
                   "constant", "--patience", "0", "--quiet", "--out", f"{folder}/run"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            samples = watch(process, 60 * float(sys.argv[1]))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        epochs = len((Path(folder) / "run/metrics.csv").read_text().splitlines()) - 1
    quarter = len(samples) // 4
    most = [max(one for one, _ in samples[i * quarter:(i + 1) * quarter]) for i in range(4)]
    files = [max(one for _, one in samples[i * quarter:(i + 1) * quarter]) for i in range(4)]
    print(f"{epochs} epochs; memory by quarter {', '.join(f'{one / 1e6:.0f}' for one in most)} MB; "
          f"open files {', '.join(map(str, files))}")
    if max(most[2:]) > GROWTH * most[1] + ROOM or max(files[2:]) > files[1]:
        sys.exit("they grow")


if __name__ == "__main__":
    main()
