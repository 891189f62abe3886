"""Tables from CSV to codes and back."""

import gzip
import json

import numpy as np
import onnxruntime
import pytest
import torch
from program import DATA, Diabolo, contents, peak_bytes
from safetensors.numpy import load_file
from samples import idx_bytes, mini_images
from tables import FOODS, WINE, columns_of, mixed_table, read_csv, train, write_csv
from training import Training


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A folder with mixed.csv, and a run on it."""
    folder = tmp_path_factory.mktemp("mixed")
    mixed_table(folder / "mixed.csv")
    result = train(folder, "mixed.csv", "run", "--id", "name", "--label", "class", "--latent", "2")
    assert "'constant'" in result.err  # Left out, and said so.
    return folder


@pytest.fixture(scope="module")
def foods(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foods")
    train(folder, FOODS, "run", "--id", "country", "--latent", "2")
    return folder


def test_codes_carry_names_and_labels(mixed):
    Diabolo(mixed)("encode", "run", "--out", "codes.csv", "--overwrite")
    names, rows = read_csv(mixed / "codes.csv")
    assert names == ["name", "class", "code_1", "code_2"]
    wanted, given = read_csv(mixed / "mixed.csv")
    assert [row[:2] for row in rows] == [[row[0], row[6]] for row in given]


def test_reconstruction_is_in_the_units_of_the_file_with_words(mixed):
    Diabolo(mixed)("reconstruct", "run", "--out", "rebuilt.csv", "--overwrite")
    names, rows = read_csv(mixed / "rebuilt.csv")
    assert names == ["name", "big", "small", "colour", "flag", "constant", "class"]
    _, given = read_csv(mixed / "mixed.csv")
    big = np.array([float(row[1]) for row in rows])
    wanted = np.array([float(row[1]) for row in given])
    assert np.corrcoef(big, wanted)[0, 1] > 0.9 and abs(big.mean() - wanted.mean()) < 2e4
    right = np.mean([row[3] == other[3] for row, other in zip(rows, given)])
    assert right > 0.8
    assert {row[3] for row in rows} <= {"red", "green", "blue, dark"}


@pytest.mark.parametrize("codes", ["c.npy", "c.csv"])  # In CSV names and labels stand beside.
def test_decoded_codes_are_the_reconstruction(mixed, codes):
    diabolo = Diabolo(mixed)
    diabolo("encode", "run", "--out", codes, "--overwrite")
    diabolo("decode", "run", codes, "--out", "d.npy", "--overwrite")
    diabolo("reconstruct", "run", "--out", "r.npy", "--overwrite")
    assert np.allclose(np.load(mixed / "d.npy"), np.load(mixed / "r.npy"), rtol=1e-5)


def test_columns_may_stand_in_another_order_and_labels_may_be_missing(mixed):
    header, rows = read_csv(mixed / "mixed.csv")
    order = [3, 1, 4, 2]
    write_csv(mixed / "other.csv", [header[i] for i in order],
              [[row[i] for i in order] for row in rows], delimiter=";")
    diabolo = Diabolo(mixed)
    diabolo("encode", "run", "other.csv", "--out", "a.npy", "--overwrite")
    diabolo("encode", "run", "mixed.csv", "--out", "b.npy", "--overwrite")
    assert np.array_equal(np.load(mixed / "a.npy"), np.load(mixed / "b.npy"))


@pytest.mark.parametrize("kind", ["standard", "minmax", "robust", "none"])
def test_scaler_is_fitted_on_the_training_rows(tmp_path, kind):
    train(tmp_path, "wine", "run", "--scale", kind, "--validation", "0", "--epochs", "1")
    x = columns_of(WINE, ["alcohol", "proline"])
    shift, scale = {
        "standard": (x.mean(0), x.std(0)),
        "minmax": (x.min(0), x.max(0) - x.min(0)),
        "robust": (np.median(x, 0), np.quantile(x, 0.75, 0) - np.quantile(x, 0.25, 0)),
        "none": (np.zeros(2), np.ones(2)),
    }[kind]
    tensors = load_file(tmp_path / "run" / "model.safetensors")
    assert np.allclose(tensors["scaler.shift"][[0, 12]], shift, rtol=1e-5)
    assert np.allclose(tensors["scaler.scale"][[0, 12]], scale, rtol=1e-5)


def test_validation_rows_do_not_move_the_scaler(tmp_path):
    rows = [[i, i % 7, (i * i) % 11] for i in range(60)]
    train(tmp_path, write_csv(tmp_path / "a.csv", ["a", "b", "c"], rows), "run", "--latent", "1",
          "--validation", "0.3", "--epochs", "1")
    shift = load_file(tmp_path / "run" / "model.safetensors")["scaler.shift"][0]
    assert shift != np.mean([row[0] for row in rows])


def test_northern_ireland_stands_apart(foods):
    Diabolo(foods)("encode", "run", "--out", "codes.csv", "--overwrite")
    _, rows = read_csv(foods / "codes.csv")
    codes = {row[0]: np.array(row[1:], float) for row in rows}
    nearest = {a: min(np.linalg.norm(codes[a] - codes[b]) for b in codes if b != a) for a in codes}
    assert max(nearest, key=nearest.get) == "Northern Ireland"


def test_equal_seed_equal_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        train(tmp_path, "wine", name, "--seed", seed, "--epochs", "20")
    models = [(tmp_path / name / "model.safetensors").read_bytes() for name in "abc"]
    assert models[0] == models[1] != models[2]


def test_config_repeats_a_run(tmp_path):
    train(tmp_path, "wine", "a", "--latent", "3")
    Diabolo(tmp_path)("train", "--config", "a/config.toml", "--out", "b")
    a, b = ((tmp_path / name / "model.safetensors").read_bytes() for name in "ab")
    assert a == b


def test_missing_cells_take_the_mean_or_drop_the_row(tmp_path):
    rows = [[i % 5, i % 3, "x" if i % 2 else "y"] for i in range(50)]
    rows[7][0] = ""
    rows[9][2] = "NA"
    write_csv(tmp_path / "gaps.csv", ["a", "b", "c"], rows)
    diabolo = Diabolo(tmp_path)
    message = diabolo.error("train", "gaps.csv", "--out", "x")
    assert message.startswith("gaps.csv:9: column 'a': a missing value (an empty cell, NA, NaN or the like); give --missing mean")
    train(tmp_path, "gaps.csv", "mean", "--missing", "mean", "--latent", "1", "--epochs", "5")
    result = train(tmp_path, "gaps.csv", "drop", "--missing", "drop", "--latent", "1",
                   "--epochs", "5")
    assert "rows left out for their empty cells: 2" in result.err
    for run, count in (("mean", 50), ("drop", 48)):
        diabolo("encode", run, "gaps.csv", "--out", f"{run}.npy")
        codes = np.load(tmp_path / f"{run}.npy")
        assert codes.shape == (count, 1) and np.isfinite(codes).all()


def test_npy_tables_are_read(tmp_path):
    x = np.random.default_rng(0).normal(size=(80, 4)).astype(np.float64)
    np.save(tmp_path / "x.npy", x)
    write_csv(tmp_path / "x.csv", [f"column_{i}" for i in range(1, 5)], x.astype(np.float32))
    for name in ("npy", "csv"):
        train(tmp_path, f"x.{name}", name, "--latent", "2", "--epochs", "30")
    a, b = (load_file(tmp_path / name / "model.safetensors") for name in ("npy", "csv"))
    assert all(np.array_equal(a[key], b[key]) for key in a)


def test_gzip_tab_and_semicolon_are_seen(tmp_path):
    text = (DATA / "iris.csv").read_text()
    (tmp_path / "iris.csv.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "iris.tsv").write_text(text.replace(",", "\t"))
    (tmp_path / "semi.csv").write_text("\ufeff" + text.replace(",", ";").replace("\n", "\r\n"))
    codes = []
    train(tmp_path, "iris", "run", "--epochs", "5")
    for name in ("iris.csv.gz", "iris.tsv", "semi.csv"):
        Diabolo(tmp_path)("encode", "run", name, "--out", f"{name}.npy")
        codes.append(np.load(tmp_path / f"{name}.npy"))
    assert np.array_equal(codes[0], codes[1]) and np.array_equal(codes[1], codes[2])


def test_named_tables_know_their_labels(tmp_path):
    train(tmp_path, "wine", "run", "--epochs", "2")
    names, rows = read_csv(DATA / "wine.csv")
    Diabolo(tmp_path)("encode", "run", "--out", "codes.csv")
    header, coded = read_csv(tmp_path / "codes.csv")
    assert header == ["grower", "code_1", "code_2"]
    assert [row[0] for row in coded] == [row[-1] for row in rows]


def test_summary_compares_with_pca_and_says_what_follows(foods, tmp_path):
    result = train(tmp_path, FOODS, "run", "--id", "country")
    assert "PCA" in result.out and "network" in result.out
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["stopped"] == "still" and summary["pca_train_mse"] < 0.1


def test_interrupted_table_training_goes_on_to_the_bit(tmp_path):
    write_csv(tmp_path / "t.csv", list("abcdef"),
              np.random.default_rng(1).normal(size=(3000, 6)).round(4))
    more = ("--batch-size", "8", "--epochs", "8", "--threads", "1")
    Diabolo(tmp_path)("train", "t.csv", "--out", "whole", *more)
    training = Training(tmp_path, ["train", "t.csv", "--out", "part", *more])
    training.wait_until(lambda: (tmp_path / "part" / "checkpoint.safetensors").exists())
    training.interrupt()
    assert training.end() == 130
    Diabolo(tmp_path)("train", "--resume", "part")
    whole, part = ((tmp_path / name / "model.safetensors").read_bytes()
                   for name in ("whole", "part"))
    assert whole == part


def test_the_same_folder_is_left_as_it_was_by_a_wrong_table(mixed):
    before = contents(mixed / "run")
    (mixed / "bad.csv").write_text("a,b\n1,2\n3\n")
    Diabolo(mixed).error("train", "bad.csv", "--out", "run", "--overwrite")
    assert contents(mixed / "run") == before


def test_exports_take_and_give_raw_columns(mixed):
    diabolo = Diabolo(mixed)
    diabolo("encode", "run", "--out", "codes.npy", "--overwrite")
    diabolo("reconstruct", "run", "--out", "whole.npy", "--overwrite")
    _, rows = read_csv(mixed / "mixed.csv")
    levels = [["blue, dark", "green", "red"], ["no", "yes"]]
    x = np.array([[float(row[1]), float(row[2]),
                   *(float(row[3] == level) for level in levels[0]),
                   *(float(row[4] == level) for level in levels[1])] for row in rows], np.float32)
    for part, wanted in (("encoder", np.load(mixed / "codes.npy")),
                         ("autoencoder", np.load(mixed / "whole.npy"))):
        diabolo("export", "run", "--part", part, "--out", f"{part}.onnx")
        diabolo("export", "run", "--part", part, "--format", "torchscript", "--out", f"{part}.pt")
        session = onnxruntime.InferenceSession(mixed / f"{part}.onnx")
        found = session.run(None, {session.get_inputs()[0].name: x})[0]
        assert np.allclose(found, wanted, rtol=1e-5, atol=2e-5)
        found = torch.jit.load(mixed / f"{part}.pt")(torch.tensor(x)).numpy()
        assert np.allclose(found, wanted, rtol=1e-5, atol=2e-5)


def test_encoding_a_longer_table_takes_no_more_memory(tmp_path):
    rows = np.random.default_rng(2).normal(size=(1000, 20)).round(3)
    header = [f"c{i}" for i in range(20)]
    train(tmp_path, write_csv(tmp_path / "small.csv", header, rows), "run", "--epochs", "1")
    lines = (tmp_path / "small.csv").read_text().split("\n", 1)
    peaks = []
    for copies in (50, 400):
        (tmp_path / "long.csv").write_text(lines[0] + "\n" + lines[1] * copies)
        peaks.append(peak_bytes(tmp_path, "encode", "run", "long.csv", "--out",
                                    f"{copies}.csv"))
    # 350,000 rows more are 28 MB of float32, and 56 MB of text.
    assert peaks[1] - peaks[0] < 10e6, peaks


def test_encoding_more_images_takes_no_more_memory(tmp_path, tiny_run):
    images = mini_images("train")
    peaks = []
    for copies in (2, 30):
        (tmp_path / "many-idx3-ubyte").write_bytes(idx_bytes(np.tile(images, (copies, 1, 1))))
        peaks.append(peak_bytes(tmp_path, "encode", str(tiny_run), "many-idx3-ubyte", "--out",
                                    f"{copies}.npy"))
    # 56,000 images more are 44 MB.
    assert peaks[1] - peaks[0] < 10e6, peaks
