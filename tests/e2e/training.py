"""A training run that goes on while a test watches, interrupts and resumes it."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

from program import ONE_THREAD, PROGRAM, environment

# An epoch of 0.15 seconds on a fast machine, so that a signal can hit its middle.
SLOW = ("--hidden", "256", "--latent", "8", "--epochs", "6", "--batch-size", "4", *ONE_THREAD)
# The same for convolutions.
SLOW_CONV = ("--arch", "conv", "--channels", "8,16", "--latent", "8", "--epochs", "6",
             "--batch-size", "4", *ONE_THREAD)
# One step an epoch, of 0.3 seconds or more, and little to write.
LONG_STEPS = ("--arch", "conv", "--channels", "64,64", "--latent", "4", "--batch-size", "2000",
              *ONE_THREAD)


def state_of(folder):
    """Where the checkpoint of a run stands. It is replaced as a whole, so always readable."""
    try:
        raw = (Path(folder) / "checkpoint.safetensors").read_bytes()
    except FileNotFoundError:
        return {"epoch": 0, "step": 0}
    header = json.loads(raw[8:8 + int.from_bytes(raw[:8], "little")])
    return json.loads(header["__metadata__"]["state"])


class Training:
    """One process. `command` is a list of arguments, or a line for the shell."""

    def __init__(self, folder, command):
        self.folder = Path(folder)
        self._log = self.folder / "stderr.log"
        shell = isinstance(command, str)
        # The shell finds the program by its name, and becomes it, so that signals reach it.
        line = ["/bin/sh", "-c", f"exec {command}"] if shell else [PROGRAM, *map(str, command)]
        path = f"{PROGRAM.parent}:/usr/bin:/bin"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(line, cwd=folder, stdout=subprocess.DEVNULL,
                                            stderr=log, env=environment(PATH=path))

    @property
    def err(self):
        return self._log.read_text()

    def wait_until(self, true):
        """Returns once `true()`; fails if the process ends before, or after a minute."""
        end = time.monotonic() + 60
        while not true():
            assert self.process.poll() is None, f"ended too early: {self.err}"
            assert time.monotonic() < end, f"nothing happened: {self.err}"
            time.sleep(0.002)

    def wait_for_epoch(self, run, epoch):
        """Returns soon after the checkpoint of an epoch was written: early in the next one."""
        self.wait_until(lambda: state_of(self.folder / run)["epoch"] >= epoch)
        time.sleep(0.05)

    def interrupt(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def end(self, seconds=60):
        """The exit code. Kills the process if that takes longer."""
        try:
            return self.process.wait(timeout=seconds)
        finally:
            self.process.kill()
            self.process.wait()

    def resume_command(self):
        """The line that a person would copy from the terminal."""
        found = re.search(r"go on with: (\S*diabolo .*)$", self.err, re.M)
        assert found, self.err
        return found.group(1)


def interrupted_run(folder, name="run", *more):
    """A run folder that was interrupted after its first epoch, of twelve."""
    training = Training(folder, ["train", "mnist-mini", *SLOW, "--epochs", "12", "--out", name,
                                 *more])
    training.wait_for_epoch(name, 1)
    training.interrupt()
    assert training.end() == 130
    return Path(folder) / name
