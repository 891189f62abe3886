"""Runs the built program as a person would, and says what came of it."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(os.environ.get("DIABOLO_ROOT", Path(__file__).resolve().parents[2]))
PROGRAM = Path(os.environ.get("DIABOLO_PROGRAM", ROOT / "build" / "diabolo"))
DATA = ROOT / "data"

ONE_THREAD = ("--threads", "1")
# Half a second of training.
TINY = ("--hidden", "64", "--latent", "8", "--epochs", "2", *ONE_THREAD)


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


def environment(**changes):
    """This process's variables without those that change what the program says or reads."""
    variables = {name: value for name, value in os.environ.items()
                 if name not in ("NO_COLOR", "TERM", "DIABOLO_DATA")}
    return {**variables, "DIABOLO_DATA": str(DATA), "OMP_NUM_THREADS": "1", **changes}


class Diabolo:
    """The program, started in `folder`."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def try_it(self, *arguments, env=None, **how):
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              env=environment(**(env or {})),
                              **{"stdout": subprocess.PIPE, "timeout": 300, **how})
        return Result(done.returncode, done.stdout or "", done.stderr)

    def __call__(self, *arguments, code=0, **how):
        """What a run gives that must exit with `code`."""
        result = self.try_it(*arguments, **how)
        assert result.code == code, f"exit {result.code}, not {code}: {result.err}"
        return result

    def error(self, *arguments, code=2, **how):
        """The message of a run that must fail: one line on stderr, and nothing on stdout."""
        result = self(*arguments, code=code, **how)
        assert result.out == ""
        return message_of(result.err)


def message_of(err):
    assert re.fullmatch(r"error: [^\n]+\n", err), f"not one line of error: {err!r}"
    assert not has_controls(err[:-1]), err
    return err[len("error: "):-1]


def has_controls(text):
    """True for any control character but a line feed."""
    return re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text) is not None


def peak_bytes(folder, *arguments):
    """Most memory that a run of the program held, started in `folder`."""
    # From a process of its own, which has had no other children.
    script = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
              "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    done = subprocess.run([sys.executable, "-c", script, PROGRAM, *map(str, arguments)], cwd=folder,
                          env=environment(), capture_output=True, text=True, check=True)
    return int(done.stdout.splitlines()[-1]) * 1024


def contents(folder):
    """Every file below a folder, by its name there: its bytes."""
    folder = Path(folder)
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}
