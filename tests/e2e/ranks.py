"""The program under mpirun: several processes that train one network."""

import os
import signal
import subprocess
import time
from pathlib import Path

from program import PROGRAM, environment

MPIRUN = os.environ.get("DIABOLO_MPIRUN", "mpirun")
# More processes than cores, as root, in a container: none of it matters here.
ANYWHERE = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "OMPI_MCA_rmaps_base_oversubscribe": "1",
            "OMPI_MCA_hwloc_base_binding_policy": "none", "OMPI_MCA_mpi_yield_when_idle": "1"}


def mpirun_line(groups):
    """groups: a list of (number of ranks, words before the program, arguments)."""
    line = [MPIRUN, "--allow-run-as-root"]
    for count, before, arguments in groups:
        line += [":"] if len(line) > 2 else []
        line += ["-np", str(count), *map(str, before), str(PROGRAM), *map(str, arguments)]
    return line


class Ranks:
    """One mpirun. Its output goes to files, so that none is lost when all is killed."""

    def __init__(self, folder, count, *arguments, groups=None):
        self.folder = Path(folder)
        self._out = self.folder / "ranks.out"
        self._err = self.folder / "ranks.err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(mpirun_line(groups or [(count, [], arguments)]),
                                            cwd=folder, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=err, env=environment(**ANYWHERE),
                                            start_new_session=True)

    @property
    def out(self):
        return self._out.read_text()

    @property
    def err(self):
        return self._err.read_text()

    def errors(self):
        """Our own lines of error, among what mpirun has to say."""
        return [line[len("error: "):] for line in self.err.splitlines()
                if line.startswith("error: ")]

    def ranks(self):
        """The process numbers of the ranks, the first first."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return sorted(int(number) for number in children.split()
                      if Path(f"/proc/{number}/exe").resolve() == PROGRAM.resolve())

    def wait_until(self, true):
        end = time.monotonic() + 120
        while not true():
            assert self.process.poll() is None, f"ended too early: {self.err}"
            assert time.monotonic() < end, f"nothing happened: {self.err}"
            time.sleep(0.01)

    def end(self, within=120):
        """The exit code. Whatever is left after so many seconds is killed, and the test fails."""
        try:
            return self.process.wait(timeout=within)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def run_ranks(folder, count, *arguments, code=0, groups=None):
    """A whole run that must exit with `code`."""
    ranks = Ranks(folder, count, *arguments, groups=groups)
    found = ranks.end()
    assert found == code, f"exit {found}, not {code}: {ranks.err}"
    return ranks
