"""kill -9 at any moment, and a disk that fails at any write, lose nothing.

DIABOLO_KILLS and DIABOLO_FAULTS say how many of each; scripts/soak.sh gives more than a test run.
"""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from program import ONE_THREAD, Diabolo, contents, message_of
from training import Training, state_of

KILLS = int(os.environ.get("DIABOLO_KILLS", 12))
FAULTS = int(os.environ.get("DIABOLO_FAULTS", 25))
# Epochs of a few hundredths of a second, each of which saves: most of the time goes into files.
QUICK = ("train", "mnist-mini", "--hidden", "32", "--latent", "4", "--batch-size", "500",
         *ONE_THREAD, "--no-report", "--out", "run")
FAULTY = ("train", "mnist-mini", "--hidden", "16", "--latent", "3", "--epochs", "2", *ONE_THREAD,
          "--quiet", "--out", "run")


def kept(run):
    """What a run is, without what depends on the clock."""
    return {name: (run / name).read_bytes() for name in ("model.safetensors", "config.toml")} | \
        contents(run / "samples")


def test_a_run_that_is_killed_again_and_again_ends_as_if_it_never_was(tmp_path):
    epochs = 5 + 3 * KILLS
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    training = Training(undisturbed, [*QUICK, "--epochs", epochs])
    assert training.end(seconds=60 + epochs) == 0, training.err
    first, last = ((undisturbed / "run" / name).stat().st_mtime
                   for name in ("config.toml", "summary.json"))
    epoch = (last - first) / epochs
    chance = random.Random(1)
    command, kills = [*QUICK, "--epochs", epochs], 0
    while True:
        training = Training(tmp_path, command)
        before = state_of(tmp_path / "run")["epoch"]
        if kills < KILLS:
            # From anywhere within an epoch, or before the first one goes on.
            if chance.random() < 0.9:
                training.wait_until(lambda: state_of(tmp_path / "run")["epoch"] > before or
                                    training.process.poll() is not None)
            time.sleep(chance.uniform(0, min(1.5 * epoch, 0.15)))
            training.interrupt(signal.SIGKILL)
        code = training.end()
        if code == 0:
            break
        assert code == -signal.SIGKILL, training.err
        kills += 1
        if (tmp_path / "run" / "checkpoint.safetensors").exists():
            Diabolo(tmp_path)("inspect", "run")
            command = ["train", "--resume", "run"]
        else:
            command = [*QUICK, "--epochs", epochs, "--overwrite"]
    assert kills == KILLS
    assert kept(tmp_path / "run") == kept(undisturbed / "run")
    left = [name for name in contents(tmp_path / "run") if ".tmp" in name or "previous" in name]
    assert not left


def file_names(run):
    """Those of a run; that of its events holds the second in which it began."""
    return {name.split(".tfevents.")[0] for name in contents(run)}


@pytest.fixture(scope="module")
def failing():
    library = Path(os.environ["DIABOLO_FAILING_CALLS"])
    assert library.is_file()
    return library


def run_with_fault(folder, library, at, error, *command):
    below = str(folder.resolve()) + "/"
    return Diabolo(folder).try_it(*command, env={
        "LD_PRELOAD": str(library), "FAIL_AT": str(at), "FAIL_WITH": error, "FAIL_BELOW": below})


def count_calls(folder, library, *command):
    folder.mkdir()
    Diabolo(folder)(*command, env={"LD_PRELOAD": str(library), "FAIL_BELOW": str(folder) + "/",
                                   "FAIL_COUNT": str(folder.parent / "count")})
    return int((folder.parent / "count").read_text())


def test_a_write_that_fails_anywhere_in_a_training_leaves_no_half_file(tmp_path, failing):
    calls = count_calls(tmp_path / "whole", failing, *FAULTY)
    assert calls > 40
    complete = file_names(tmp_path / "whole" / "run")
    chance = random.Random(2)
    places = sorted(chance.sample(range(1, calls + 1), min(FAULTS, calls)))
    failed = 0
    for at in places:
        folder = tmp_path / f"at-{at}"
        folder.mkdir()
        result = run_with_fault(folder, failing, at, chance.choice(["ENOSPC", "EIO"]), *FAULTY)
        assert result.code in (0, 1), f"call {at}: exit {result.code}: {result.err}"
        for name in contents(folder / "run"):
            assert ".diabolo-" not in name, f"call {at} left {name}"
        if result.code == 0:  # What may fail: a second name for the last checkpoint, a page.
            assert "warning" in result.err or file_names(folder / "run") == complete
            continue
        failed += 1
        assert "cannot" in message_of("error: " + result.err.rsplit("error: ", 1)[1])
        if (folder / "run" / "model.safetensors").exists():
            Diabolo(folder)("inspect", "run")
        # And the run can be had after all.
        if (folder / "run" / "checkpoint.safetensors").exists() and \
                not (folder / "run" / "summary.json").exists():
            Diabolo(folder)("train", "--resume", "run", "--quiet")
        else:
            Diabolo(folder)(*FAULTY, "--overwrite")
        assert kept(folder / "run") == kept(tmp_path / "whole" / "run"), f"call {at}"
        shutil.rmtree(folder)
    assert failed > len(places) / 2


def test_a_write_that_fails_leaves_what_was_there(tmp_path, failing, tiny_run):
    """Every command that replaces a file, at each of its calls."""
    for name, command in {
        "codes.npy": ("encode", tiny_run, "mnist-mini"), "e.onnx": ("export", tiny_run),
        "r.png": ("reconstruct", tiny_run),
    }.items():
        folder = tmp_path / name
        calls = count_calls(folder, failing, *command, "--out", name)
        (folder / name).write_text("precious")
        for at in range(1, calls + 1):
            result = run_with_fault(folder, failing, at, "ENOSPC", *command, "--out", name,
                                    "--overwrite")
            if result.code == 0 or "cannot" not in result.err:
                assert result.code == 0, result.err
                (folder / name).write_text("precious")
                continue
            assert result.code == 1
            # The last call makes the rename last; by then the new file is whole.
            found = (folder / name).read_bytes()
            assert found == b"precious" or at == calls, f"{name}: call {at} of {calls}"
            assert set(contents(folder)) == {name}
            (folder / name).write_text("precious")


def test_a_damaged_checkpoint_falls_back_to_the_one_before(tmp_path):
    epochs = ("--epochs", "40")
    training = Training(tmp_path, [*QUICK, *epochs])
    training.wait_for_epoch("run", 4)
    training.interrupt(signal.SIGKILL)
    training.end()
    run = tmp_path / "run"
    for damage in (lambda raw: raw[:-1], lambda raw: b"", None):
        copy = tmp_path / "copy"
        shutil.copytree(run, copy)
        last = copy / "checkpoint.safetensors"
        if damage is None:
            last.unlink()
        else:
            last.write_bytes(damage(last.read_bytes()))
        result = Diabolo(tmp_path)("train", "--resume", "copy", "--quiet", "--no-report")
        assert "going on from the checkpoint before it" in result.err
        Diabolo(tmp_path)(*QUICK[:-2], *epochs, "--quiet", "--out", "other", "--overwrite")
        assert kept(copy) | {"config.toml": b""} == kept(tmp_path / "other") | {"config.toml": b""}
        shutil.rmtree(copy)


def test_two_damaged_checkpoints_are_an_error(diabolo, tmp_path):
    training = Training(tmp_path, [*QUICK, "--epochs", "40"])
    training.wait_for_epoch("run", 4)
    training.interrupt(signal.SIGKILL)
    training.end()
    for name in ("checkpoint.safetensors", "checkpoint.previous.safetensors"):
        path = tmp_path / "run" / name
        path.write_bytes(path.read_bytes()[:-1])
    message = diabolo.error("train", "--resume", "run", code=1)
    assert "checkpoint.safetensors' is damaged" in message and "so is the one before" in message


def test_a_second_training_in_one_folder_is_kept_out_and_readers_are_not(diabolo, tmp_path):
    training = Training(tmp_path, [*QUICK, "--epochs", "100000"])
    training.wait_for_epoch("run", 2)
    before = (tmp_path / "run" / "config.toml").read_bytes()
    message = diabolo.error("train", "--resume", "run", code=1)
    assert message.startswith("another process is writing into 'run'")
    message = diabolo.error("train", "mnist-mini", *ONE_THREAD, "--epochs", "1", "--quiet", "--out",
                            "run", "--overwrite", code=1)
    assert message.startswith("another process is writing into 'run'")
    assert (tmp_path / "run" / "config.toml").read_bytes() == before
    diabolo("inspect", "run")
    diabolo("evaluate", "run")
    # A lock that was left is none.
    training.interrupt(signal.SIGKILL)
    training.end()
    diabolo("train", *QUICK[1:-2], "--epochs", "1", "--quiet", "--out", "run", "--overwrite")
