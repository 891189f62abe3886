"""The model file belongs to its owner: other programs read it and rebuild the network."""

import json

import numpy as np
import pytest
from network import Network
from program import DATA, TINY
from samples import mini_images


@pytest.fixture(scope="module")
def network(tiny_run):
    return Network(tiny_run / "model.safetensors")


def test_the_safetensors_package_lists_named_tensors(network):
    shapes = {name: tensor.shape for name, tensor in network.tensors.items()}
    assert shapes == {
        "encoder.layers.0.weight": (64, 784), "encoder.layers.0.bias": (64,),
        "encoder.layers.2.weight": (8, 64), "encoder.layers.2.bias": (8,),
        "decoder.layers.0.weight": (64, 8), "decoder.layers.0.bias": (64,),
        "decoder.layers.2.weight": (784, 64), "decoder.layers.2.bias": (784,),
        "pca.mean": (784,), "pca.components": (8, 784), "pca.share": (8,),
        "usual.model.low": (8,), "usual.model.high": (8,), "usual.model.scores": (100,),
        "usual.pca.low": (8,), "usual.pca.high": (8,), "usual.pca.scores": (100,)}
    assert all(tensor.dtype == np.float32 for tensor in network.tensors.values())


def test_the_metadata_are_json_and_tell_all_that_a_reader_needs(network):
    sample = json.loads(network.metadata["sample"])
    training = json.loads(network.metadata["training"])
    architecture = network.architecture()
    assert sample["kind"] == "image" and sample["shape"] == [1, 28, 28]
    assert architecture["arch"] == "dense" and architecture["hidden"] == [64]
    assert architecture["latent"] == 8 and architecture["activation"] == "silu"
    assert training["epochs"] == 2 and training["seed"] == 0
    assert json.loads(network.metadata["metrics"])["validation_mse"] > 0
    assert network.metadata["format_version"].isdigit()


def test_no_path_of_this_machine_is_in_a_model(diabolo, tmp_path):
    diabolo("train", "mnist-mini", *TINY, "--epochs", "1", "--data-dir", DATA, "--out", "run")
    assert str(DATA).encode() not in (tmp_path / "run" / "model.safetensors").read_bytes()


def test_numpy_rebuilds_the_network(network, diabolo, tiny_run):
    clean = mini_images("t10k") / 255.0
    mse = ((network(clean) - clean) ** 2).mean()
    stated = json.loads(diabolo("evaluate", tiny_run, "--json").out)["model"]["mse"]
    assert mse == pytest.approx(stated, abs=1e-5)


def test_the_model_file_alone_is_enough(diabolo, tmp_path, tiny_run):
    (tmp_path / "given-away.safetensors").write_bytes(
        (tiny_run / "model.safetensors").read_bytes())
    alone = diabolo("evaluate", "given-away.safetensors", "--json")
    assert alone.out == diabolo("evaluate", tiny_run, "--json").out
