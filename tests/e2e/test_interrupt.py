"""Ctrl-C, and kill -9, lose nothing: the run goes on to the same bytes."""

import csv
import re
import signal

import pytest
from program import contents
from training import LONG_STEPS, SLOW, SLOW_CONV, Training, state_of

KINDS = {"dense": SLOW, "noise": (*SLOW, "--noise", "gaussian:0-0.5"), "conv": SLOW_CONV}
EPOCHS = 6


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """kind -> its run folder, trained without a break."""
    made = {}

    def run(kind):
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            training = Training(folder, ["train", "mnist-mini", *KINDS[kind], "--out", "run"])
            assert training.end() == 0, training.err
            made[kind] = folder / "run"
        return made[kind]

    return run


def losses(run):
    """metrics.csv without what depends on the clock."""
    rows = csv.DictReader((run / "metrics.csv").open())
    return [{name: value for name, value in row.items() if "second" not in name} for row in rows]


def assert_same_run(run, other):
    assert (run / "model.safetensors").read_bytes() == (other / "model.safetensors").read_bytes()
    assert contents(run / "samples") == contents(other / "samples")
    assert losses(run) == losses(other)
    assert (run / "summary.json").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_and_the_printed_command_give_the_bytes_of_an_undisturbed_run(tmp_path, kind,
                                                                             undisturbed):
    command = ["train", "mnist-mini", *KINDS[kind], "--out", "run"]
    steps = []
    for epoch in (1, 3, 4):
        training = Training(tmp_path, command)
        training.wait_for_epoch("run", epoch)
        training.interrupt()
        assert training.end() == 130
        assert "error" not in training.err
        steps.append(state_of(tmp_path / "run")["step"])
        command = training.resume_command()
    assert any(steps), "no signal came in the middle of an epoch"
    assert not (tmp_path / "run" / "summary.json").exists()
    training = Training(tmp_path, command)
    assert training.end() == 0, training.err
    assert_same_run(tmp_path / "run", undisturbed(kind))


def test_a_killed_run_goes_on_to_the_bytes_of_an_undisturbed_one(tmp_path, undisturbed):
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--out", "run"])
    training.wait_for_epoch("run", 2)
    training.interrupt(signal.SIGKILL)
    assert training.end() == -signal.SIGKILL
    training = Training(tmp_path, "diabolo train --resume run")
    assert training.end() == 0, training.err
    assert_same_run(tmp_path / "run", undisturbed("dense"))


def test_sigterm_saves_as_ctrl_c_does(tmp_path):
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--out", "run"])
    training.wait_for_epoch("run", 1)
    training.interrupt(signal.SIGTERM)
    assert training.end() == 130
    assert "--resume run" in training.resume_command()


def test_the_second_ctrl_c_ends_at_once(tmp_path):
    training = Training(tmp_path, ["train", "mnist-mini", *LONG_STEPS, "--epochs", "50",
                                   "--out", "run"])
    training.wait_for_epoch("run", 1)
    training.interrupt()
    training.wait_until(lambda: "interrupted" in training.err)
    training.interrupt()
    assert training.end() == 130
    assert "go on with" not in training.err
    assert state_of(tmp_path / "run")["epoch"] == 1


def test_ctrl_c_while_the_run_is_being_set_up_exits_with_130(tmp_path):
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--out", "run"])
    training.wait_until((tmp_path / "run" / "config.toml").exists)
    training.interrupt()
    assert training.end() == 130


def test_ctrl_c_during_the_last_step_leaves_a_run_that_can_be_finished(tmp_path):
    command = ["train", "mnist-mini", *LONG_STEPS, "--epochs", "2", "--out"]
    assert Training(tmp_path, [*command, "undisturbed"]).end() == 0
    training = Training(tmp_path, [*command, "run"])
    training.wait_for_epoch("run", 1)
    training.interrupt()
    if training.end() == 130:
        again = Training(tmp_path, training.resume_command())
        assert again.end() == 0, again.err
    assert_same_run(tmp_path / "run", tmp_path / "undisturbed")


def test_the_printed_command_works_for_a_folder_with_a_space_in_its_name(tmp_path):
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--epochs", "3", "--out",
                                   "my first run"])
    training.wait_for_epoch("my first run", 1)
    training.interrupt()
    assert training.end() == 130
    again = Training(tmp_path, training.resume_command())
    assert again.end() == 0, again.err
    assert (tmp_path / "my first run" / "summary.json").is_file()


def test_what_an_interrupted_run_says_can_be_read(tmp_path):
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--out", "run"])
    training.wait_for_epoch("run", 1)
    training.interrupt()
    training.end()
    assert re.search(r"^interrupted: .+\n(.+\n)*saved; go on with: \S*diabolo train --resume run\n\Z",
                     training.err, re.M)
