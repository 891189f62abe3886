"""Variational networks, and codes that are kept sparse, steady or tied."""

import csv
import json

import numpy as np
import pytest
from network import Network, sigmoid
from program import ONE_THREAD, TINY, Diabolo
from samples import mini_images, read_png

QUIET = ("--no-report", "--no-tensorboard", "--quiet")


@pytest.fixture(scope="module")
def variational(tmp_path_factory):
    folder = tmp_path_factory.mktemp("variational")
    Diabolo(folder)("train", "mnist-mini", *TINY, "--variational", *QUIET, "--out", "run")
    return folder / "run"


def test_codes_are_the_means(variational, diabolo, tmp_path):
    diabolo("encode", variational, "mnist-mini", "--out", "codes.npy")
    network = Network(variational / "model.safetensors")
    assert network.architecture()["variational"] is True
    both = network.encode(mini_images("t10k") / 255)
    assert both.shape == (500, 16)
    assert np.load(tmp_path / "codes.npy") == pytest.approx(both[:, :8], abs=1e-4)


def test_evaluate_gives_the_negative_elbo(variational, diabolo):
    found = json.loads(diabolo("evaluate", variational, "--json").out)["model"]
    network = Network(variational / "model.safetensors")
    images = (mini_images("t10k") / 255).reshape(500, -1)
    mean, log_variance = np.split(network.encode(images), 2, axis=1)
    divergence = (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1).mean() / 2
    assert found["divergence"] == pytest.approx(divergence, rel=1e-4)
    draws = np.random.default_rng(1).normal(size=mean.shape)
    y = sigmoid(network._layers("decoder", mean + np.exp(log_variance / 2) * draws))
    cost = -(images * np.log(y) + (1 - images) * np.log(1 - y)).sum(axis=1).mean()
    assert found["negative_elbo"] == pytest.approx(cost + divergence, rel=5e-3)
    text = diabolo("evaluate", variational).out
    assert "negative ELBO: " in text


def test_sample_decodes_standard_normal_codes(variational, diabolo, tmp_path):
    diabolo("sample", variational, "--count", 9, "--out", "nine.png")
    assert read_png(tmp_path / "nine.png").ndim >= 2
    diabolo("sample", variational, "--count", 1500, "--out", "a.npy")
    diabolo("sample", variational, "--count", 1500, "--out", "b.npy")
    diabolo("sample", variational, "--count", 1500, "--seed", 1, "--out", "c.npy")
    a, b, c = (np.load(tmp_path / f"{name}.npy") for name in "abc")
    assert a.shape == (1500, 1, 28, 28) and (a == b).all() and not (a == c).all(axis=(1, 2, 3)).any()
    network = Network(variational / "model.safetensors")
    codes = np.random.default_rng(0).normal(size=(4000, 8))
    wanted = sigmoid(network._layers("decoder", codes)).mean(axis=0)
    assert a.mean(axis=0).ravel() == pytest.approx(wanted, abs=0.02)


def test_a_plain_network_has_nothing_to_sample_from(diabolo, tiny_run, tmp_path):
    assert "is not variational" in diabolo.error("sample", tiny_run, "--out", "x.png")
    assert not (tmp_path / "x.png").exists()


def test_a_table_is_sampled_in_its_own_units(diabolo, tmp_path):
    diabolo("train", "wine", "--epochs", 40, "--variational", "--beta", "0.1", *ONE_THREAD, *QUIET,
            "--out", "run")
    diabolo("sample", "run", "--count", 50, "--out", "new.csv")
    rows = list(csv.DictReader((tmp_path / "new.csv").open()))
    assert len(rows) == 50 and 10 < np.mean([float(row["alcohol"]) for row in rows]) < 16


def test_a_variational_run_goes_on_to_the_bit(diabolo, tmp_path):
    from training import interrupted_run
    run = interrupted_run(tmp_path, "run", "--variational")
    diabolo("train", "--resume", run, "--quiet", "--no-report")
    config = run / "config.toml"
    diabolo("train", "--config", config, *QUIET, "--out", "whole")
    ours, theirs = (Network(folder / "model.safetensors").tensors
                    for folder in (run, tmp_path / "whole"))
    assert all((ours[name] == theirs[name]).all() for name in ours)


@pytest.mark.parametrize("format", ["onnx", "torchscript"])
@pytest.mark.parametrize("part", ["encoder", "decoder", "autoencoder"])
def test_a_variational_network_is_exported_with_its_means(variational, diabolo, tmp_path, format, part):
    diabolo("export", variational, "--format", format, "--part", part, "--out", "x")
    assert (tmp_path / "x").stat().st_size > 1000


@pytest.mark.parametrize("options", [("--sparsity", "l1:1e-3"), ("--sparsity", "kl:0.1"),
                                     ("--contractive", "1e-3"), ("--tied",)])
def test_options_on_codes_stand_in_the_model_file(diabolo, tmp_path, options):
    diabolo("train", "mnist-mini", *TINY, *options, *QUIET, "--out", "run")
    training = json.loads(Network(tmp_path / "run" / "model.safetensors").metadata["training"])
    name = options[0][2:]
    assert name in training
    assert {"sparsity", "contractive", "tied", "beta"} & set(training) == {name}
    assert json.loads(diabolo("evaluate", "run", "--json").out)["model"]["mse"] < 0.1


def test_sparse_codes_are_sparser(diabolo, tmp_path):
    sizes = []
    for weight in ("none", "l1:0.05"):
        diabolo("train", "mnist-mini", *TINY, "--sparsity", weight, *QUIET, "--out", weight[:2])
        diabolo("encode", weight[:2], "mnist-mini", "--out", f"{weight[:2]}.npy")
        sizes.append(np.abs(np.load(tmp_path / f"{weight[:2]}.npy")).mean())
    assert sizes[1] < 0.5 * sizes[0]


def test_a_tied_decoder_is_the_encoder_transposed(diabolo, tmp_path):
    diabolo("train", "mnist-mini", *TINY, "--tied", *QUIET, "--out", "run")
    tensors = Network(tmp_path / "run" / "model.safetensors").tensors
    for encoder, decoder in ((0, 2), (2, 0)):
        assert (tensors[f"decoder.layers.{decoder}.weight"]
                == tensors[f"encoder.layers.{encoder}.weight"].T).all()


@pytest.mark.parametrize("options, words", [
    (("--tied", "--arch", "conv"), "--tied has no effect with --arch conv"),
    (("--tied", "--variational"), "tied: a variational encoder"),
    (("--beta", "2"), "--beta has no effect without --variational"),
    (("--sparsity", "l2:1"), "unknown sparsity 'l2'"),
    (("--sparsity", "kl:2"), "between 0 and 1"),
    (("--contractive", "-1"), "0 or more"),
    (("--variational", "--arch", "conv", "--code", "map", "--skip"), "variational"),
])
def test_what_does_not_go_together_is_refused(diabolo, options, words):
    assert words in diabolo.error("train", "mnist-mini", *options)
