"""What a person sees who runs the program on a terminal."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest
from program import PROGRAM, TINY, environment, has_controls
from tables import WINE

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(folder, *arguments, columns=0, **variables):
    """The exit code, stdout, and what arrives on the terminal that stderr is. columns: its width;
    0: it does not say."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([PROGRAM, *arguments], cwd=folder, stdin=theirs, stderr=theirs,
                               stdout=subprocess.PIPE, text=True,
                               env=environment(**{"TERM": "xterm", **variables}))
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux's way to say that the other side is closed.
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    return process.returncode, out, seen.decode()


def test_a_terminal_gets_a_moving_bar_and_a_line_an_epoch(tmp_path):
    code, out, seen = on_terminal(tmp_path, "train", "mnist-mini", *TINY, "--out", "run")
    assert code == 0
    assert out.startswith("run: ") and "\x1b" not in out
    bars = re.findall(r"\r\x1b\[K(epoch [12]/2 \[[=> ]{10,}\] loss \d[^\r]*/s  [^\r]* left)", seen)
    assert bars and all(len(bar) < 80 for bar in bars)
    assert len(re.findall(r"^.*epoch [12]/2  loss .*samples/s", seen, re.M)) == 2


@pytest.mark.parametrize("columns", [80, 60, 40, 20, 5])
@pytest.mark.parametrize("data", ["mnist-mini", WINE], ids=["images", "table"])
def test_no_line_of_progress_is_as_wide_as_the_terminal(tmp_path, columns, data):
    options = TINY if data == "mnist-mini" else ("--epochs", "200", "--learning-rate", "0.2")
    code, _, seen = on_terminal(tmp_path, "train", data, *options, "--out", "run", columns=columns)
    assert code == 0
    progress = seen[:seen.index("look at it")]
    lines = [line for line in re.split(r"\r\x1b\[K|\r?\n|\r", progress) if line]
    assert len(lines) >= 2 and all(line.startswith("epoch"[:columns - 1]) for line in lines)
    assert max(map(len, lines)) < columns
    if columns >= 40:
        assert all(re.search(r"loss \d", line) for line in lines)


def test_a_terminal_that_cannot_move_gets_lines_alone(tmp_path):
    code, _, seen = on_terminal(tmp_path, "train", "mnist-mini", *TINY, "--out", "run", TERM="dumb")
    assert code == 0
    assert "epoch 2/2" in seen and not has_controls(seen.replace("\r\n", "\n"))


@pytest.mark.parametrize("data", ["mnist-mini", WINE], ids=["images", "table"])
def test_a_log_has_whole_lines_and_no_control_characters(tmp_path, data):
    options = TINY if data == "mnist-mini" else ("--epochs", "200")
    with (tmp_path / "log").open("w") as log:
        subprocess.run([PROGRAM, "train", data, *options, "--out", "run"], cwd=tmp_path, stderr=log,
                       stdout=subprocess.DEVNULL, check=True,
                       env=environment(TERM="xterm-256color", COLUMNS="40"))
    text = (tmp_path / "log").read_text()
    assert not has_controls(text)
    assert re.search(r"^epoch +\d+/\d+  loss \S+  validation \S+  MSE \S+  \S+ samples/s", text,
                     re.M)


def test_quiet_draws_no_bar(tmp_path):
    code, _, seen = on_terminal(tmp_path, "train", "mnist-mini", *TINY, "--quiet", "--out", "run")
    assert (code, seen) == (0, "")


def test_an_error_is_red_on_a_terminal(tmp_path):
    code, _, seen = on_terminal(tmp_path, "trian")
    assert code == 2
    assert COLOUR.search(seen) and "error: " in COLOUR.sub("", seen)


def test_no_color_leaves_no_colour_codes(tmp_path):
    code, _, seen = on_terminal(tmp_path, "trian", NO_COLOR="1")
    assert code == 2
    assert seen.startswith("error: ") and not COLOUR.search(seen)


def test_no_color_leaves_no_colour_codes_while_training(tmp_path):
    code, _, seen = on_terminal(tmp_path, "train", "mnist-mini", *TINY, "--latent", "800",
                                "--epochs", "1", "--out", "run", NO_COLOR="1")
    assert code == 0
    assert "warning: " in seen and not COLOUR.search(seen)
