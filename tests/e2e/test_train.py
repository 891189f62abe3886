"""What `train` writes, and when two runs are the same."""

import csv
import json
import re

import pytest
from program import DATA, TINY, has_controls
from samples import read_png


def train(diabolo, out, *more):
    diabolo("train", "mnist-mini", *TINY, "--quiet", "--out", out, *more)
    return (diabolo.folder / out / "model.safetensors").read_bytes()


def test_a_run_folder_holds_what_the_documentation_says(tiny_run):
    found = {str(path.relative_to(tiny_run)) for path in tiny_run.rglob("*") if path.is_file()}
    assert found >= {"config.toml", "model.safetensors", "checkpoint.safetensors", "metrics.csv",
                     "summary.json", "samples/epoch_0001.png", "samples/epoch_0002.png"}
    assert not [name for name in found if "tmp" in name]


def test_metrics_have_a_row_an_epoch(tiny_run):
    rows = list(csv.DictReader((tiny_run / "metrics.csv").open()))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    counts = ("constant_units", "duplicate_units")
    assert all(row[name] == "0" for row in rows for name in counts)
    assert all(float(value) > 0 for row in rows for name, value in row.items()
               if name not in counts)
    assert float(rows[1]["validation_loss"]) < float(rows[0]["validation_loss"])


def test_the_summary_agrees_with_the_metrics(tiny_run):
    summary = json.loads((tiny_run / "summary.json").read_text())
    rows = list(csv.DictReader((tiny_run / "metrics.csv").open()))
    best = rows[summary["best_epoch"] - 1]
    assert summary["stopped"] == "finished"
    assert summary["epochs"] == 2 and summary["seed"] == 0 and summary["threads"] == 1
    assert summary["validation_mse"] == float(best["validation_mse"])
    # 784-64-8-64-784, weights and biases.
    assert summary["parameters"] == 2 * (784 * 64 + 64 * 8) + 64 + 8 + 64 + 784
    assert re.fullmatch("[0-9a-f]{64}", summary["data_sha256"])


def test_a_picture_of_an_epoch_shows_something(tiny_run):
    picture = read_png(tiny_run / "samples" / "epoch_0001.png")
    assert picture.shape[0] > 200 and picture.shape[1] > 800 and picture.std() > 20


def test_stdout_is_the_result_and_stderr_is_the_progress(diabolo):
    result = diabolo("train", "mnist-mini", *TINY, "--out", "run")
    assert re.fullmatch(r"run: validation MSE 0\.\d+ .*\n.*PCA of the same size.*\n", result.out)
    assert re.match(r"epoch 1/2 .*\nepoch 2/2 .*\n", result.err)


def test_stderr_that_is_no_terminal_gets_no_control_characters(diabolo):
    result = diabolo("train", "mnist-mini", *TINY, "--out", "run", env={"TERM": "xterm-256color"})
    assert not has_controls(result.err) and "epoch 2/2" in result.err


def test_quiet_says_nothing_but_the_result(diabolo):
    result = diabolo("train", "mnist-mini", *TINY, "--quiet", "--out", "run")
    assert result.err == ""
    assert result.out.startswith("run: validation MSE")


def test_json_is_the_summary_alone(diabolo):
    result = diabolo("train", "mnist-mini", *TINY, "--json", "--out", "run")
    summary = json.loads((diabolo.folder / "run" / "summary.json").read_text())
    assert json.loads(result.out) == summary
    assert summary["run"] == "run"


def test_without_out_a_free_name_below_runs_is_taken(diabolo):
    for folder in ("runs/mnist-mini-dense-8", "runs/mnist-mini-dense-8-2"):
        result = diabolo("train", "mnist-mini", *TINY, "--quiet")
        assert result.out.startswith(folder + ": ")
        assert (diabolo.folder / folder / "model.safetensors").is_file()


def test_the_same_seed_gives_the_same_bytes(diabolo):
    assert train(diabolo, "a", "--seed", "7") == train(diabolo, "b", "--seed", "7")


def test_another_seed_gives_another_model(diabolo):
    assert train(diabolo, "a", "--seed", "7") != train(diabolo, "b", "--seed", "8")


def test_the_config_of_a_run_repeats_it_to_the_byte(diabolo):
    first = train(diabolo, "a", "--seed", "3", "--noise", "gaussian:0-0.4", "--loss", "mse")
    diabolo("train", "--config", "a/config.toml", "--out", "b")
    assert (diabolo.folder / "b" / "model.safetensors").read_bytes() == first
    configs = [(diabolo.folder / run / "config.toml").read_text() for run in ("a", "b")]
    assert configs[0] == configs[1]


def test_a_flag_wins_over_the_config(diabolo, tiny_run):
    diabolo("train", "--config", tiny_run / "config.toml", "--latent", "3", "--epochs", "1",
            "--out", "b")
    summary = json.loads((diabolo.folder / "b" / "summary.json").read_text())
    config = (diabolo.folder / "b" / "config.toml").read_text()
    assert summary["epochs"] == 1
    assert "latent = 3\n" in config and "hidden = [ 64 ]\n" in config


def test_a_path_to_the_data_trains_the_same_network_as_its_name(diabolo):
    by_name = train(diabolo, "a")
    diabolo("train", DATA / "mnist-mini", *TINY, "--out", "b")
    weights = (diabolo.folder / "b" / "model.safetensors").read_bytes()[-100000:]
    assert by_name.endswith(weights)


def test_patience_stops_early_and_says_so(diabolo):
    result = diabolo("train", "mnist-mini", *TINY, "--epochs", "60", "--schedule", "constant",
                     "--learning-rate", "0.1", "--patience", "2", "--json", "--out", "run")
    summary = json.loads(result.out)
    assert summary["stopped"] == "patience"
    assert summary["epochs"] == summary["best_epoch"] + 2 < 60


def test_a_loss_that_explodes_names_epoch_and_step_and_what_to_try(diabolo):
    message = diabolo.error("train", "mnist-mini", *TINY, "--optimizer", "sgd", "--loss", "mse",
                            "--output", "linear", "--learning-rate", "1e30", "--quiet", "--out",
                            "run", code=1)
    assert re.search(r"epoch 1, step \d+; try --learning-rate", message)


@pytest.mark.parametrize("options", [
    ("--optimizer", "adam"), ("--optimizer", "sgd"), ("--schedule", "constant"),
    ("--loss", "huber"), ("--loss", "l1"), ("--output", "linear", "--loss", "mse"),
    ("--hidden", ""), ("--activation", "tanh"), ("--precision", "fp32"), ("--patience", "5"),
])
def test_every_kind_of_training_writes_a_model(diabolo, options):
    diabolo("train", "mnist-mini", *TINY, "--quiet", "--epochs", "1", "--out", "run", *options)
    assert (diabolo.folder / "run" / "model.safetensors").is_file()


def test_without_validation_no_validation_error_is_claimed(diabolo):
    result = diabolo("train", "mnist-mini", *TINY, "--validation", "0", "--quiet", "--out", "run")
    summary = json.loads((diabolo.folder / "run" / "summary.json").read_text())
    assert "validation MSE 0.00000" not in result.out
    assert summary.get("validation_mse") != 0


def test_a_code_no_smaller_than_a_sample_is_a_warning(diabolo):
    result = diabolo("train", "mnist-mini", *TINY, "--latent", "800", "--epochs", "1", "--quiet",
                     "--out", "run")
    assert re.fullmatch(r"warning: .*800.*784.*\n", result.err)
    assert result.out.startswith("run: ")
