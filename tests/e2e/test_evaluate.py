"""The figures of `evaluate`, each computed again by another program."""

import json

import numpy as np
import pytest
from network import Network
from program import TINY, Diabolo
from samples import idx_bytes, mini_images
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.decomposition import PCA


@pytest.fixture(scope="module")
def figures(all_run):
    return json.loads(Diabolo(all_run.parent)("evaluate", all_run, "--json").out)


@pytest.fixture(scope="module")
def all_run(tmp_path_factory):
    """A run that kept no sample apart."""
    folder = tmp_path_factory.mktemp("all")
    Diabolo(folder)("train", "mnist-mini", *TINY, "--validation", "0", "--out", "run")
    return folder / "run"


@pytest.fixture(scope="module")
def clean():
    return mini_images("t10k") / 255.0


@pytest.fixture(scope="module")
def mean():
    return (mini_images() / 255.0).mean(axis=0)


@pytest.fixture(scope="module")
def pca_rebuilt(clean):
    pca = PCA(8, svd_solver="full").fit(mini_images().reshape(-1, 784) / 255.0)
    return pca.inverse_transform(pca.transform(clean.reshape(-1, 784))).reshape(clean.shape)


def psnr(clean, rebuilt):
    return np.mean([peak_signal_noise_ratio(a, b, data_range=1) for a, b in zip(clean, rebuilt)])


def ssim(clean, rebuilt):
    return np.mean([structural_similarity(a, b, data_range=1, gaussian_weights=True, sigma=1.5,
                                          use_sample_covariance=False)
                    for a, b in zip(clean, rebuilt)])


def cross_entropy(target, p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -(target * np.log(p) + (1 - target) * np.log(1 - p)).mean()


def test_json_has_the_documented_keys(figures):
    assert set(figures) == {"samples", "latent", "model", "pca", "mean", "raw", "verdict"}
    assert figures["samples"] == 500 and figures["latent"] == 8
    common = {"mse", "squared_error", "psnr", "ssim"}
    codes = {"knn_accuracy", "probe_accuracy", "trustworthiness"}
    assert set(figures["pca"]) == common | codes | {"variance_share"}
    assert set(figures["mean"]) == common | {"bce", "bce_floor"}
    assert set(figures["model"]) == common | codes | {"bce", "bce_floor"}
    assert set(figures["raw"]) == {"knn_accuracy", "probe_accuracy"}


def test_pca_is_that_of_scikit_learn(figures, clean, pca_rebuilt):
    mse = ((pca_rebuilt - clean) ** 2).mean()
    assert figures["pca"]["mse"] == pytest.approx(mse, rel=1e-4)
    assert figures["pca"]["squared_error"] == pytest.approx(mse * 784, rel=1e-4)


def test_the_mean_sample_is_that_of_numpy(figures, clean, mean):
    assert figures["mean"]["mse"] == pytest.approx(((clean - mean) ** 2).mean(), rel=1e-5)


def test_the_model_is_that_of_numpy(figures, all_run, clean):
    rebuilt = Network(all_run / "model.safetensors")(clean)
    mse = ((rebuilt - clean) ** 2).mean()
    assert figures["model"]["mse"] == pytest.approx(mse, rel=1e-4)
    assert figures["model"]["squared_error"] == pytest.approx(mse * 784, rel=1e-4)
    assert figures["model"]["bce"] == pytest.approx(cross_entropy(clean, rebuilt), rel=1e-4)


def test_psnr_and_ssim_are_those_of_scikit_image(figures, all_run, clean, mean, pca_rebuilt):
    rebuilt = {"model": Network(all_run / "model.safetensors")(clean), "pca": pca_rebuilt,
               "mean": np.broadcast_to(mean, clean.shape)}
    for name, images in rebuilt.items():
        assert figures[name]["psnr"] == pytest.approx(psnr(clean, images), abs=1e-3), name
        assert figures[name]["ssim"] == pytest.approx(ssim(clean, images), abs=1e-4), name


def test_the_floor_of_the_cross_entropy_is_the_entropy_of_the_data(figures, clean):
    floor = cross_entropy(clean, clean)
    assert figures["model"]["bce_floor"] == pytest.approx(floor, rel=1e-4)
    assert figures["mean"]["bce_floor"] == pytest.approx(floor, rel=1e-4)
    assert figures["model"]["bce"] > floor


def test_pca_is_fitted_on_the_training_samples_alone(diabolo, tmp_path, clean):
    """Three images to train on leave PCA of one axis exact on them, and blind to others."""
    train = np.stack([np.full((28, 28), value, np.uint8) for value in (0, 100, 200)])
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx_bytes(train))
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(mini_images("t10k")))
    diabolo("train", ".", *TINY, "--latent", "1", "--validation", "0", "--out", "run")
    on_train = diabolo("evaluate", "run", "train-images-idx3-ubyte", "--json").out
    on_test = diabolo("evaluate", "run", ".", "--json").out
    assert json.loads(on_train)["pca"]["mse"] < 1e-8
    variance_within = ((clean - clean.mean(axis=(1, 2), keepdims=True)) ** 2).mean()
    assert json.loads(on_test)["pca"]["mse"] == pytest.approx(variance_within, rel=1e-4)


def test_the_table_shows_the_figures_of_the_json(diabolo, all_run, figures):
    result = diabolo("evaluate", all_run)
    assert result.err == ""
    assert "mnist-mini, test part: 500 samples, a code of 8 numbers" in result.out
    for name in ("model", "pca", "mean"):
        assert f" {figures[name]['mse']:.5f} " in result.out
        assert f" {figures[name]['psnr']:.2f} " in result.out


def test_noise_on_the_input_has_the_level_asked_for(diabolo, all_run, clean, figures):
    noisy = json.loads(diabolo("evaluate", all_run, "--noise", "gaussian:0.3", "--json").out)
    random = np.random.default_rng(0)
    input_psnr = psnr(clean, np.clip(clean + random.normal(0, 0.3, clean.shape), 0, 1))
    assert noisy["input"]["psnr"] == pytest.approx(input_psnr, abs=0.03)
    assert noisy["model"]["mse"] > figures["model"]["mse"]
    assert noisy["mean"] == figures["mean"]


def test_a_code_no_smaller_than_a_sample_has_no_pca_beside_it(diabolo):
    diabolo("train", "mnist-mini", *TINY, "--latent", "784", "--epochs", "1", "--out", "run")
    assert "pca" not in json.loads(diabolo("evaluate", "run", "--json").out)
    assert "PCA would be exact" in diabolo("evaluate", "run").out
