"""Tables with empty cells: what stands in for them is neither judged nor lost on the way out."""

import json

import numpy as np
import onnxruntime
import pytest
import torch
from program import Diabolo
from sklearn.metrics import mean_squared_error, r2_score
from tables import read_csv, rows_of, train, write_csv


@pytest.fixture(scope="module")
def gaps(tmp_path_factory):
    """gaps.csv, a fifth of whose cells are empty, and a run on all of it."""
    folder = tmp_path_factory.mktemp("gaps")
    random = np.random.default_rng(7)
    rows = [[f"{value:.4f}" for value in row] + ["xyz"[i % 3]]
            for i, row in enumerate(rows_of(90)[:, :5])]
    for row in rows:
        for i in np.flatnonzero(random.uniform(size=6) < 0.2):
            row[i] = ""
    write_csv(folder / "gaps.csv", list("abcdef"), rows)
    train(folder, "gaps.csv", "run", "--missing", "mean", "--validation", "0", "--epochs", "20")
    return folder


def values_of(folder):
    """[N, 8] of gaps.csv: numbers, and a word as three; NaN for an empty cell."""
    _, rows = read_csv(folder / "gaps.csv")
    return np.array([[float(cell or "nan") for cell in row[:5]] +
                     [float(row[5] == word) if row[5] else np.nan for word in "xyz"]
                     for row in rows])


def test_filled_cells_count_in_no_error(gaps):
    diabolo = Diabolo(gaps)
    found = json.loads(diabolo("evaluate", "run", "--json").out)
    diabolo("reconstruct", "run", "--out", "rebuilt.npy", "--overwrite")
    x, rebuilt = values_of(gaps), np.load(gaps / "rebuilt.npy")
    there = ~np.isnan(x)
    assert found["filled_cells"] == (~there[:, :6]).sum()
    scale = np.r_[np.nanstd(x[:, :5], 0), np.ones(3)]
    errors = ((rebuilt - x) / scale)[there]
    assert found["model"]["mse"] == pytest.approx((errors**2).mean(), rel=1e-4)
    assert found["model"]["squared_error"] == pytest.approx((errors**2).sum() / len(x), rel=1e-4)
    spread = ((x - np.nanmean(x, 0)) / scale)[there]
    assert found["mean"]["mse"] == pytest.approx((spread**2).mean(), rel=1e-4)
    assert found["model"]["r2"] == pytest.approx(1 - (errors**2).sum() / (spread**2).sum(),
                                                 abs=1e-5)
    for i, column in enumerate(found["columns"][:5]):
        known = there[:, i]
        rmse = np.sqrt(mean_squared_error(x[known, i], rebuilt[known, i]))
        assert column["model"] == pytest.approx(rmse, rel=1e-3)
        assert column["r2"] == pytest.approx(r2_score(x[known, i], rebuilt[known, i]), abs=1e-4)
    known = there[:, 5]
    wrong = (x[known, 5:].argmax(1) != rebuilt[known, 5:].argmax(1)).mean()
    assert found["columns"][5]["model"] == pytest.approx(wrong)
    assert "empty cells count in no error" in diabolo("evaluate", "run").out


def test_training_and_its_page_judge_filled_cells_as_evaluate_does(gaps):
    train(gaps, "gaps.csv", "apart", "--missing", "mean", "--validation", "0.4", "--epochs", "20")
    found = json.loads(Diabolo(gaps)("evaluate", "apart", "--json").out)
    summary = json.loads((gaps / "apart" / "summary.json").read_text())
    assert summary["validation_samples"] == found["samples"] == 36
    assert summary["validation_mse"] == pytest.approx(found["model"]["mse"], rel=1e-4)
    assert summary["pca_validation_mse"] == pytest.approx(found["pca"]["mse"], rel=1e-4)
    page = (gaps / "apart" / "report.html").read_text()
    data = json.loads(page.split('id="report-data">')[1].split("<")[0])
    for name in ("model", "pca", "mean"):
        assert data["clean"][name] == pytest.approx(found[name]["mse"], rel=1e-3)
    assert data["verdict"] == found["verdict"] and data["headline"]["large"] in data["verdict"]


@pytest.mark.parametrize("part", ["encoder", "autoencoder"])
def test_exports_fill_empty_cells_as_the_program_does(gaps, part):
    diabolo = Diabolo(gaps)
    command = ("encode", "run") if part == "encoder" else ("reconstruct", "run")
    diabolo(*command, "--out", f"{part}.npy")
    wanted = np.load(gaps / f"{part}.npy")
    x = values_of(gaps).astype(np.float32)
    diabolo("export", "run", "--part", part, "--out", f"{part}.onnx")
    session = onnxruntime.InferenceSession(gaps / f"{part}.onnx")
    assert np.allclose(session.run(None, {"x": x})[0], wanted, rtol=1e-5, atol=2e-5)
    fill = json.loads(session.get_modelmeta().custom_metadata_map["diabolo"])["fill"]
    assert np.allclose(fill, np.nanmean(values_of(gaps), 0), rtol=1e-5)
    diabolo("export", "run", "--part", part, "--format", "torchscript", "--out", f"{part}.pt")
    found = torch.jit.load(gaps / f"{part}.pt")(torch.tensor(x)).numpy()
    assert np.allclose(found, wanted, rtol=1e-5, atol=2e-5)


@pytest.mark.parametrize("missing", [[], ["--missing", "mean"], ["--missing", "drop"]])
def test_a_column_without_cells_is_left_out(tmp_path, missing):
    rows = [[*row, ""] for row in rows_of(30).tolist()]
    write_csv(tmp_path / "t.csv", [*"abcdef", "gone"], rows)
    result = train(tmp_path, "t.csv", "run", "--epochs", "2", *missing)
    assert "every cell is empty there: 'gone'" in result.err
    diabolo = Diabolo(tmp_path)
    diabolo("encode", "run", "t.csv", "--out", "codes.npy")
    assert np.load(tmp_path / "codes.npy").shape == (30, 2)
    assert "\n  gone: every cell is empty  <- left out\n" in diabolo("inspect", "t.csv").out
