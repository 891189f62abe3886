"""Completion and manual, as bash and man take them."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from program import environment

DOCUMENTS = Path(os.environ["DIABOLO_DOCUMENTS"])
SCRIPT = DOCUMENTS / "diabolo.bash"
PAGE = DOCUMENTS / "diabolo.1"


def completed(folder, line):
    """What bash offers for the last word of a command line."""
    # bash cuts words at '=', too.
    words = line.replace("=", " = ").split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    bash = f"source {SCRIPT}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _diabolo; " \
           "printf '%s\\n' \"${COMPREPLY[@]}\""
    done = subprocess.run(["bash", "--norc", "-c", bash], cwd=folder, text=True,
                          capture_output=True, check=True)
    assert done.stderr == ""
    return [word for word in done.stdout.split("\n") if word]


@pytest.fixture
def folder(tmp_path):
    """A folder with a run, a broken run, and files."""
    for name in ("runs/first", "runs/second"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "model.safetensors").touch()
    (tmp_path / "runs" / "empty").mkdir()
    (tmp_path / "prices.csv").touch()
    return tmp_path


@pytest.mark.parametrize("line, offered", [
    ("diabolo tr", {"train", "traverse"}),
    ("diabolo exp", {"explain", "export"}),
    ("diabolo train --lea", {"--learning-rate"}),
    ("diabolo train --arch ", {"dense", "conv"}),
    ("diabolo train --arch=c", {"conv"}),
    ("diabolo train --loss=", {"bce", "mse"}),
    ("diabolo export runs/first --format ", {"onnx", "torchscript"}),
    ("diabolo train w", {"wine"}),
    ("diabolo train p", {"prices.csv"}),
    ("diabolo evaluate --json runs/f", {"runs/first"}),
    ("diabolo evaluate --noise gaussian:0.3 runs/s", {"runs/second"}),
    ("diabolo evaluate runs/first mnist-", {"mnist-mini"}),
    ("diabolo report runs/first runs/s", {"runs/second"}),
    ("diabolo completion ", {"bash"}),
    ("diabolo doctor --j", set()),
    ("diabolo xyzzy ", set()),
])
def test_bash_is_offered_what_fits(folder, line, offered):
    found = set(completed(folder, line))
    # A loss may be added; those named here stay.
    assert offered <= found if line.endswith("=") else found == offered


def test_runs_come_before_other_files_and_the_empty_one_is_no_run(folder):
    offered = completed(folder, "diabolo scatter ")
    assert {"runs/first", "runs/second", "runs", "prices.csv"} == set(offered)


def test_another_shell_is_refused(diabolo):
    assert "unknown shell 'zhs'" in diabolo.error("completion", "zhs")


def test_the_build_wrote_what_the_program_prints(diabolo):
    assert diabolo("completion", "bash").out == SCRIPT.read_text()
    assert diabolo("manual").out == PAGE.read_text()


def test_the_manual_is_clean_roff_that_names_every_command_and_option(diabolo):
    done = subprocess.run(["groff", "-man", "-ww", "-z", "-Kutf8", "-Tutf8", PAGE], text=True,
                          capture_output=True, check=True)
    assert done.stderr == ""
    shown = subprocess.run(["groff", "-man", "-Kutf8", "-Tutf8", "-P-bcou", PAGE], text=True,
                           capture_output=True, check=True, env=environment()).stdout
    listed = re.findall(r"^  ([a-z]+) {2,}\S", diabolo("--help").out, re.M)
    assert len(listed) > 15
    for command in listed:
        assert f"diabolo {command} " in shown or f"diabolo {command}\n" in shown
        for option in re.findall(r"^ +(?:-h, )?--([a-z0-9-]+)", diabolo(command, "--help").out, re.M):
            assert option == "help" or f"--{option}" in shown
    for title in ("NAME", "SYNOPSIS", "COMMANDS", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES"):
        assert re.search(f"^{title}$", shown, re.M)
