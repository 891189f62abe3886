"""What a person sees who runs the program on a terminal."""

import os
import pty
import re
import subprocess

from program import PROGRAM, TINY, environment

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(folder, *arguments, **variables):
    """The exit code, stdout, and what arrives on the terminal that stderr is."""
    ours, theirs = pty.openpty()
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
