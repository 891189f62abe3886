"""Codes and exports, read by the programs that people will read them with."""

import csv
import json
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
import pytest
from program import ROOT, TINY, Diabolo
from samples import blobs, idx_bytes, mini_images, read_png, write_pngs

PARTS = ("encoder", "decoder", "autoencoder")
CONV = ("--arch", "conv", "--channels", "4,8", "--latent", "8", "--epochs", "1", "--threads", "1")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Run folders: dense, conv with a vector code, and on odd RGB images a map code and skips."""
    folder = tmp_path_factory.mktemp("runs")
    diabolo = Diabolo(folder)
    diabolo("train", "mnist-mini", *TINY, "--out", "dense")
    diabolo("train", "mnist-mini", *CONV, "--out", "conv")
    (folder / "thousand-idx3-ubyte").write_bytes(idx_bytes(mini_images("train")[:1000]))
    write_pngs(folder / "odd", blobs(40, 17, 23, channels=3))
    diabolo("train", "odd", *CONV, "--code", "map", "--activation", "gelu", "--out", "map")
    diabolo("train", "odd", *CONV, "--code", "map", "--blocks", "1", "--norm", "group", "--skip",
            "--residual", "--noise", "gaussian:0.1", "--out", "skips")
    return folder


def images_of(runs, name):
    """What the network of a run takes: float32 [N, C, H, W] in [0, 1]."""
    if name == "map":
        images = np.stack([read_png(path) for path in sorted((runs / "odd").iterdir())])
        return (images.transpose(0, 3, 1, 2) / 255).astype(np.float32)
    return (mini_images("train")[:1000, None] / 255).astype(np.float32)


def data_of(name):
    return "odd" if name == "map" else "thousand-idx3-ubyte"


def encoded(runs, name):
    diabolo = Diabolo(runs)
    diabolo("encode", name, data_of(name), "--out", f"{name}.npy", "--overwrite")
    return np.load(runs / f"{name}.npy")


def decoded(runs, name):
    encoded(runs, name)
    Diabolo(runs)("decode", name, f"{name}.npy", "--out", f"{name}-decoded.npy", "--overwrite")
    return np.load(runs / f"{name}-decoded.npy")


def in_and_out(runs, name, part):
    """What goes into a part, and what the program makes of it."""
    x = encoded(runs, name) if part == "decoder" else images_of(runs, name)
    return x, encoded(runs, name) if part == "encoder" else decoded(runs, name)


@pytest.mark.parametrize("name", ["dense", "conv", "map"])
@pytest.mark.parametrize("part", PARTS)
def test_onnx_gives_the_same_numbers_in_onnxruntime(runs, name, part):
    path = runs / f"{name}-{part}.onnx"
    said = Diabolo(runs)("export", name, "--format", "onnx", "--part", part, "--out", path).out
    assert f"{path}: {part}, " in said
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert json.loads(model.metadata_props[0].value)["part"] == part
    session = onnxruntime.InferenceSession(path)
    x, expected = in_and_out(runs, name, part)
    assert np.abs(session.run(None, {"x": x})[0] - expected).max() < 1e-5
    assert session.run(None, {"x": x[:1]})[0].shape == expected[:1].shape


@pytest.mark.parametrize("name", ["dense", "conv", "map"])
@pytest.mark.parametrize("part", PARTS)
def test_torchscript_gives_the_same_numbers_in_python(runs, name, part):
    torch = pytest.importorskip("torch", reason="the build uses a LibTorch without Python")
    path = runs / f"{name}-{part}.pt"
    Diabolo(runs)("export", name, "--format", "torchscript", "--part", part, "--out", path)
    extra = {"diabolo.json": ""}
    module = torch.jit.load(path, _extra_files=extra)
    x, expected = in_and_out(runs, name, part)
    with torch.no_grad():
        y = module(torch.from_numpy(x)).numpy()
        assert np.abs(y - expected).max() < 1e-5
        assert module(torch.from_numpy(x[:1])).shape == expected[:1].shape
    assert json.loads(extra["diabolo.json"])["part"] == part
    assert "def forward" in module.code


@pytest.mark.parametrize("part", ["encoder", "autoencoder"])
def test_a_network_with_skips_is_exported(runs, part):
    torch = pytest.importorskip("torch", reason="the build uses a LibTorch without Python")
    diabolo = Diabolo(runs)
    diabolo("export", "skips", "--part", part, "--out", f"skips-{part}.onnx")
    diabolo("export", "skips", "--format", "torchscript", "--part", part, "--out", f"skips-{part}.pt")
    onnx.checker.check_model(onnx.load(runs / f"skips-{part}.onnx"), full_check=True)
    x = images_of(runs, "map")
    y = onnxruntime.InferenceSession(runs / f"skips-{part}.onnx").run(None, {"x": x})[0]
    module = torch.jit.load(runs / f"skips-{part}.pt")
    assert np.abs(module(torch.from_numpy(x)).detach().numpy() - y).max() < 1e-5
    if part == "autoencoder":
        stated = json.loads(diabolo("evaluate", "skips", "odd", "--json").out)["model"]["mse"]
        assert ((y.clip(0, 1) - x) ** 2).mean() == pytest.approx(stated, rel=1e-3)


def test_a_network_with_skips_has_codes_but_does_not_decode_them(runs):
    diabolo = Diabolo(runs)
    diabolo("encode", "skips", "odd", "--out", "skips.npy")
    assert np.load(runs / "skips.npy").shape == (40, 8, 5, 6)
    for arguments in (("decode", "skips", "skips.npy", "--out", "x.npy"),
                      ("export", "skips", "--part", "decoder", "--out", "x.onnx")):
        assert "skips carry the image past the code" in diabolo.error(*arguments)


@pytest.mark.parametrize("activation", ["silu", "relu", "gelu", "elu", "leaky-relu", "tanh"])
def test_every_activation_is_exported(diabolo, tmp_path, activation):
    diabolo("train", "mnist-mini", *TINY, "--epochs", "1", "--activation", activation, "--out", "r")
    diabolo("encode", "r", "mnist-mini", "--out", "codes.npy")
    diabolo("export", "r", "--out", "encoder.onnx")
    x = (mini_images("t10k")[:, None] / 255).astype(np.float32)
    y = onnxruntime.InferenceSession(tmp_path / "encoder.onnx").run(None, {"x": x})[0]
    assert np.abs(y - np.load(tmp_path / "codes.npy")).max() < 1e-5


def test_a_linear_output_is_exported_without_a_sigmoid(diabolo, tmp_path):
    diabolo("train", "mnist-mini", *TINY, "--output", "linear", "--loss", "mse", "--learning-rate",
            "0.001", "--out", "r")
    diabolo("export", "r", "--part", "decoder", "--out", "decoder.onnx")
    nodes = [node.op_type for node in onnx.load(tmp_path / "decoder.onnx").graph.node]
    assert nodes == ["Gemm", "Sigmoid", "Mul", "Gemm", "Reshape", "Identity"]  # That one is SiLU's.


def test_csv_holds_the_codes_and_the_labels(runs):
    Diabolo(runs)("encode", "dense", "mnist-mini", "--out", "labelled.npy")
    codes = np.load(runs / "labelled.npy")
    Diabolo(runs)("encode", "dense", "mnist-mini", "--out", "dense.csv")
    with open(runs / "dense.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["label"] + [f"code_{i}" for i in range(1, 9)]
    assert [row[0] for row in rows[:5]] == ["7", "2", "1", "0", "4"]
    assert np.array_equal(np.array([row[1:] for row in rows], np.float32), codes)


def test_codes_decode_the_same_from_csv_and_npy_and_by_the_whole_network(runs):
    from_npy = decoded(runs, "dense")
    Diabolo(runs)("encode", "dense", data_of("dense"), "--out", "again.csv")
    Diabolo(runs)("decode", "dense", "again.csv", "--out", "again.npy")
    assert np.array_equal(np.load(runs / "again.npy"), from_npy)
    stated = json.loads(Diabolo(runs)("evaluate", "dense", data_of("dense"), "--json").out)["model"]["mse"]
    assert ((from_npy - images_of(runs, "dense")) ** 2).mean() == pytest.approx(stated, rel=1e-4)


def test_decode_draws_a_grid_and_writes_a_folder(runs):
    samples = decoded(runs, "map")
    diabolo = Diabolo(runs)
    diabolo("decode", "map", "map.npy", "--out", "grid.png")
    assert read_png(runs / "grid.png").std() > 10
    diabolo("decode", "map", "map.npy", "--out", "folder")
    names = sorted(path.name for path in (runs / "folder").iterdir())
    assert names[0] == "000000.png" and len(names) == len(samples)
    first = read_png(runs / "folder" / "000000.png").transpose(2, 0, 1)
    assert np.abs(first - samples[0] * 255).max() <= 0.51


def test_numpy_gives_the_same_codes_and_reconstructions_with_the_example_script(runs):
    np.save(runs / "images.npy", images_of(runs, "dense"))
    subprocess.run([sys.executable, ROOT / "scripts" / "python" / "load_model.py",
                    runs / "dense" / "model.safetensors", runs / "images.npy",
                    runs / "codes-by-hand.npy", runs / "by-hand.npy"], check=True)
    assert np.abs(np.load(runs / "codes-by-hand.npy") - encoded(runs, "dense")).max() < 1e-5
    assert np.abs(np.load(runs / "by-hand.npy") - decoded(runs, "dense")).max() < 1e-5


@pytest.mark.parametrize("arguments, message", [
    (["encode", "dense", "mnist-mini"], "--out is missing: codes.npy or codes.csv"),
    (["encode", "dense", "mnist-mini", "--out", "x.txt"], "codes are written as .npy or .csv"),
    (["encode", "map", "mnist-mini", "--out", "x.npy"], "takes samples of 3 x 17 x 23"),
    (["decode", "dense", "map.npy", "--out", "x.npy"], "has the shape [40 x 8 x 5 x 6]"),
    (["decode", "dense", "nothing.npy", "--out", "x.npy"], "nothing.npy"),
    (["export", "dense", "--format", "onx"], "did you mean 'onnx'?"),
    (["export", "dense", "--out", "dense/model.safetensors"], "is there already"),
])
def test_what_cannot_be_done_is_said_in_one_line(runs, arguments, message):
    encoded(runs, "map")
    assert message in Diabolo(runs).error(*arguments)


def test_a_csv_of_another_code_size_is_refused(runs):
    (runs / "short.csv").write_text("code_1,code_2\n1,2\n")
    assert "has no column 'code_3'" in Diabolo(runs).error("decode", "dense", "short.csv", "--out",
                                                          "y.npy")
    names = ",".join(f"code_{i}" for i in range(1, 9))
    (runs / "broken.csv").write_text(f"{names}\n1,x,3,4,5,6,7,8\n")
    assert "broken.csv:2: column 'code_2'" in Diabolo(runs).error("decode", "dense", "broken.csv",
                                                                 "--out", "y.npy")
