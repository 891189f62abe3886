"""Training by several processes under mpirun."""

import csv
import json
import os
import signal

import numpy as np
import pytest
from network import Network
from program import ONE_THREAD, Diabolo, contents
from ranks import Ranks, run_ranks
from training import state_of

# Noise, shifts, and a last batch of three samples: on four ranks one has none of it. One epoch.
SHORT = ("train", "mnist-mini", "--latent", "8", "--epochs", "1", "--batch-size", "271", "--quiet",
         *ONE_THREAD)
DENSE = (*SHORT, "--hidden", "64", "--noise", "gaussian:0-0.5", "--precision", "fp32")
CONV = (*SHORT, "--arch", "conv", "--channels", "4,8", "--precision", "fp32")
KINDS = {"dense": DENSE, "conv": CONV, "dense in bf16": (*DENSE[:-1], "bf16")}
# Thousands of steps.
LONG = ("train", "mnist-mini", "--hidden", "16", "--latent", "4", "--epochs", "40", "--batch-size",
        "64", "--precision", "fp32", "--quiet", *ONE_THREAD, "--out", "run")

# What other sums of the same numbers may change of weights of some 0.1, in 8 steps of 0.008.
WEIGHTS = 2e-5
MOMENTS = 1e-3


def weights(run):
    return Network(run / "model.safetensors").tensors


def moments(run):
    """The optimizer's, each beside its greatest value."""
    saved = Network(run / "checkpoint.safetensors").tensors
    found = {name: values for name, values in saved.items() if "exp_avg" in name}
    assert found
    return {name: values / np.abs(values).max() for name, values in found.items()}


def far_apart(ours, theirs):
    """The greatest distance of two numbers of the same name."""
    assert ours.keys() == theirs.keys()
    return max(np.abs(ours[name].astype(float) - theirs[name]).max() for name in ours)


def rows_of(file):
    with file.open() as rows:
        return list(csv.DictReader(rows))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """kind -> the run of one process without mpirun."""
    made = {}

    def run(kind):
        if kind not in made:
            folder = tmp_path_factory.mktemp("plain")
            Diabolo(folder)(*KINDS[kind], "--out", "run")
            made[kind] = folder / "run"
        return made[kind]

    return run


@pytest.mark.parametrize("kind", KINDS)
def test_one_rank_gives_the_bytes_of_the_plain_program(tmp_path, plain, kind):
    run_ranks(tmp_path, 1, *KINDS[kind], "--out", "run")
    for name in ("model.safetensors", "config.toml"):
        assert (tmp_path / "run" / name).read_bytes() == (plain(kind) / name).read_bytes(), name


@pytest.mark.parametrize("kind", ["dense", "conv"])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_several_ranks_give_the_same_network_but_for_rounding(tmp_path, plain, kind, count):
    run_ranks(tmp_path, count, *KINDS[kind], "--out", "run")
    assert 0 < far_apart(weights(tmp_path / "run"), weights(plain(kind))) < WEIGHTS
    assert far_apart(moments(tmp_path / "run"), moments(plain(kind))) < MOMENTS
    (row,), (expected,) = rows_of(tmp_path / "run" / "metrics.csv"), rows_of(plain(kind) /
                                                                              "metrics.csv")
    for name in ("train_loss", "validation_loss", "validation_mse"):
        assert float(row[name]) == pytest.approx(float(expected[name]), rel=1e-6), name


def test_in_bf16_they_agree_to_its_precision(tmp_path, plain):
    run_ranks(tmp_path, 2, *KINDS["dense in bf16"], "--out", "run")
    (row,) = rows_of(tmp_path / "run" / "metrics.csv")
    (expected,) = rows_of(plain("dense in bf16") / "metrics.csv")
    assert float(row["train_loss"]) == pytest.approx(float(expected["train_loss"]), rel=1e-3)


def test_the_first_rank_alone_writes_and_speaks(tmp_path):
    ranks = run_ranks(tmp_path, 3, *DENSE, "--json", "--out", "run")
    assert json.loads(ranks.out)["epochs"] == 1
    assert ranks.err == ""
    files = set(contents(tmp_path / "run"))
    assert files > {"checkpoint.safetensors", "config.toml", "metrics.csv", "model.safetensors",
                    "samples/epoch_0001.png", "summary.json", "report.html"}
    assert sum("tfevents" in name for name in files) == 1


def test_a_table_is_trained_until_the_loss_stands_still(tmp_path):
    run_ranks(tmp_path, 2, "train", "iris", "--quiet", *ONE_THREAD, "--out", "ranks")
    Diabolo(tmp_path)("train", "iris", "--quiet", *ONE_THREAD, "--out", "plain")
    found, expected = (json.loads((tmp_path / name / "summary.json").read_text())
                       for name in ("ranks", "plain"))
    assert found["validation_mse"] == pytest.approx(expected["validation_mse"], rel=0.02)


def test_a_killed_rank_ends_all_and_the_run_goes_on_with_another_number(tmp_path):
    ranks = Ranks(tmp_path, 3, *LONG)
    ranks.wait_until(lambda: state_of(tmp_path / "run")["epoch"] >= 1)
    numbers = ranks.ranks()
    assert len(numbers) == 3
    os.kill(numbers[1], signal.SIGKILL)
    assert ranks.end(within=10) != 0
    assert "Killed" in ranks.err
    assert 1 <= state_of(tmp_path / "run")["epoch"] < 40
    run_ranks(tmp_path, 2, "train", "--resume", "run", "--quiet")
    Diabolo(tmp_path)(*LONG[:-1], "plain")
    assert_near(tmp_path / "run", tmp_path / "plain")


def assert_near(run, other):
    """Rounding grows over a thousand steps, but two runs end alike."""
    found, expected = (rows_of(folder / "metrics.csv") for folder in (run, other))
    assert len(found) == len(expected) == 40
    for row, other_row in zip(found, expected):
        assert float(row["train_loss"]) == pytest.approx(float(other_row["train_loss"]), rel=2e-3)


@pytest.mark.parametrize("rank", [0, 1])
def test_an_interrupt_of_any_rank_stops_all_and_the_plain_program_goes_on(tmp_path, rank):
    ranks = Ranks(tmp_path, 2, *LONG)
    ranks.wait_until(lambda: state_of(tmp_path / "run")["epoch"] >= 2)
    os.kill(ranks.ranks()[rank], signal.SIGINT)
    assert ranks.end() == 130
    assert "go on with: " in ranks.err and not ranks.errors()
    stopped = state_of(tmp_path / "run")
    assert 2 <= stopped["epoch"] < 40
    Diabolo(tmp_path)("train", "--resume", "run", "--quiet")
    Diabolo(tmp_path)(*LONG[:-1], "plain")
    assert_near(tmp_path / "run", tmp_path / "plain")


def test_what_is_wrong_on_all_ranks_is_said_once(tmp_path):
    for arguments, message in ((("train", "mnist-mini", "--epochs", "0"), "--epochs"),
                               (("train", "nothere"), "no data named 'nothere'")):
        ranks = run_ranks(tmp_path, 3, *arguments, code=2)
        (error,) = ranks.errors()
        assert message in error and "rank" not in error


def test_what_is_wrong_on_one_rank_ends_all_with_its_message(tmp_path):
    nowhere = ["env", f"DIABOLO_DATA={tmp_path / 'nowhere'}"]
    ranks = run_ranks(tmp_path, 0, code=2,
                      groups=[(2, [], [*DENSE, "--out", "run"]),
                              (1, nowhere, [*DENSE, "--out", "run"])])
    (error,) = ranks.errors()
    assert "'mnist-mini' is not in" in error and error.endswith("(rank 2)")
    assert not (tmp_path / "run").exists()


def test_a_full_disk_of_the_first_rank_ends_all(tmp_path):
    small = ["sh", "-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "sh"]
    ranks = run_ranks(tmp_path, 0, code=1,
                      groups=[(1, small, [*DENSE, "--out", "run"]),
                              (1, [], [*DENSE, "--out", "run"])])
    (error,) = ranks.errors()
    assert "cannot write 'run/model.safetensors': File too large" in error


def test_an_error_that_the_others_cannot_see_ends_them_too(tmp_path):
    ranks = run_ranks(tmp_path, 0, code=2,
                      groups=[(1, [], [*DENSE, "--out", "run"]),
                              (1, [], ["train", "mnist-mini", "--epochs", "0"])])
    (error,) = ranks.errors()
    assert "--epochs" in error


def test_a_command_for_one_process_runs_once(tmp_path, tiny_run):
    ranks = run_ranks(tmp_path, 3, "evaluate", tiny_run, "--json")
    assert json.loads(ranks.out)["samples"] == 500
    ranks = run_ranks(tmp_path, 2, "nonsense", code=2)
    assert len(ranks.errors()) == 1


SWEEP = ("sweep", "iris", "--latent", "1,2,3", "--seeds", "3", "--epochs", "10", "--quiet",
         *ONE_THREAD, "--out", "s")


def figures(folder):
    return [(row["latent"], row["seed"], row["mse"], row["pca_mse"])
            for row in rows_of(folder / "s" / "sweep.csv")]


def test_a_sweep_is_the_same_spread_over_ranks(tmp_path):
    for name in ("plain", "ranks"):
        (tmp_path / name).mkdir()
    Diabolo(tmp_path / "plain")(*SWEEP)
    ranks = run_ranks(tmp_path / "ranks", 2, *SWEEP, "--json")
    assert len(json.loads(ranks.out)["sizes"]) == 3
    assert figures(tmp_path / "ranks") == figures(tmp_path / "plain")


def test_a_sweep_goes_on_where_it_stopped_on_another_number_of_ranks(tmp_path):
    Diabolo(tmp_path)(*SWEEP)
    expected = figures(tmp_path)
    table = (tmp_path / "s" / "sweep.csv").read_text().splitlines(keepends=True)
    # What is left are five of nine: the times of the others stay.
    (tmp_path / "s" / "sweep.csv").write_text("".join(table[:5]))
    run_ranks(tmp_path, 3, *SWEEP)
    assert figures(tmp_path) == expected
    assert (tmp_path / "s" / "sweep.csv").read_text().splitlines(keepends=True)[:5] == table[:5]
