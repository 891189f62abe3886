"""How unusual samples are: scores, their threshold and reasons, beside other people's figures."""

import csv
import json
import re

import numpy as np
import pytest
from earlier import strip_usual
from network import Network
from program import ONE_THREAD, TINY, Diabolo
from samples import blobs, mini_images, read_png, write_pngs
from sklearn.datasets import load_breast_cancer
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import StandardScaler
from tables import write_csv

CODE = 6
QUIET = ("--no-report", "--no-tensorboard", "--quiet")


def breast_cancer(folder, seed):
    """Tables of 250 benign rows to train on, and of all others."""
    data = load_breast_cancer()
    random = np.random.default_rng(seed)
    benign = random.permutation(np.flatnonzero(data.target == 1))
    parts = {"usual": benign[:250],
             "others": [*benign[250:], *np.flatnonzero(data.target == 0)]}
    for name, rows in parts.items():
        write_csv(folder / f"{name}.csv", ["diagnosis", *data.feature_names],
                  [[str(data.target_names[data.target[i]]), *data.data[i].tolist()] for i in rows])
    return data.data[parts["usual"]], data.data[parts["others"]], data.target[parts["others"]] == 0


@pytest.fixture(scope="module")
def cancer(tmp_path_factory):
    """A network of benign rows alone, and its scores of the others."""
    folder = tmp_path_factory.mktemp("cancer")
    usual, others, malignant = breast_cancer(folder, 0)
    diabolo = Diabolo(folder)
    diabolo("train", "usual.csv", "--label", "diagnosis", "--latent", CODE, *ONE_THREAD, *QUIET,
            "--out", "run")
    found = diabolo("anomalies", "run", "others.csv", "--anomaly", "malignant", "--json", "--out",
                    "scores.csv", "--picture", "worst.png", "--curve", "curve.png")
    rows = list(csv.DictReader((folder / "scores.csv").open(newline="")))
    return folder, json.loads(found.out), rows, malignant


def numbers(rows, name):
    return np.array([float(row[name]) for row in rows])


def test_the_area_and_the_precision_are_those_of_scikit_learn(cancer):
    _, found, rows, malignant = cancer
    for name, column in (("model", "score"), ("pca", "pca_score")):
        scores = numbers(rows, column)
        assert found[name]["auroc"] == pytest.approx(roc_auc_score(malignant, scores), abs=1e-9)
        assert found[name]["average_precision"] == pytest.approx(
            average_precision_score(malignant, scores), abs=1e-9)


def test_malignant_rows_are_found_at_least_as_well_as_by_pca_and_by_an_isolation_forest(tmp_path):
    """Means over three splits: each a network of its own, five forests, PCA of as many numbers,
    judged as the network is, and by its plain reconstruction error."""
    ours, same_pca, plain_pca, forest = [], [], [], []
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        usual, others, malignant = breast_cancer(folder, seed)
        diabolo = Diabolo(folder)
        diabolo("train", "usual.csv", "--label", "diagnosis", "--latent", CODE, "--seed", seed,
                *ONE_THREAD, *QUIET, "--out", "run")
        found = json.loads(diabolo("anomalies", "run", "others.csv", "--anomaly", "malignant",
                                   "--json").out)
        ours.append(found["model"]["auroc"])
        same_pca.append(found["pca"]["auroc"])
        scaler = StandardScaler().fit(usual)
        usual, others = scaler.transform(usual), scaler.transform(others)
        pca = PCA(CODE).fit(usual)
        left = others - pca.inverse_transform(pca.transform(others))
        plain_pca.append(roc_auc_score(malignant, (left**2).sum(axis=1)))
        forest += [roc_auc_score(malignant, -IsolationForest(random_state=state).fit(usual)
                                 .score_samples(others)) for state in range(5)]
    assert np.mean(ours) >= np.mean(plain_pca)
    assert np.mean(ours) >= np.mean(forest)
    assert np.mean(ours) >= np.mean(same_pca)


def test_scores_are_what_the_model_file_says(cancer):
    """Clamped codes, decoded, over the usual error, in numpy."""
    folder, found, rows, _ = cancer
    network = Network(folder / "run" / "model.safetensors")
    tensors = network.tensors
    values = np.array([[float(cell) for cell in row[1:]]
                       for row in list(csv.reader((folder / "others.csv").open()))[1:]])
    x = (values - tensors["scaler.shift"]) / tensors["scaler.scale"]
    codes = network.encode(x).clip(tensors["usual.model.low"], tensors["usual.model.high"])
    errors = (network._layers("decoder", codes) - x) ** 2 / tensors["usual.model.error"]
    assert numbers(rows, "score") == pytest.approx(errors.mean(axis=1), rel=1e-3)
    threshold = np.quantile(tensors["usual.model.scores"].astype(float), 0.99)
    assert found["model"]["threshold"] == pytest.approx(threshold, rel=1e-6)
    flagged = numbers(rows, "unusual") == 1
    assert (flagged == (numbers(rows, "score") > threshold)).all()
    assert found["model"]["flagged"] == flagged.sum()
    parts = np.array([[float(row[name]) for name in row if name.startswith("part of ")]
                      for row in rows])
    assert parts == pytest.approx(errors / errors.shape[1], rel=1e-3, abs=1e-6)


def test_three_columns_explain_each_row(cancer):
    _, found, rows, _ = cancer
    for row in rows[:20]:
        parts = {name[len("part of "):]: float(part) for name, part in row.items()
                 if name.startswith("part of ")}
        largest = sorted(parts, key=parts.get, reverse=True)[:3]
        assert [row[f"column_{i}"] for i in (1, 2, 3)] == largest
        assert float(row["share_1"]) == pytest.approx(parts[largest[0]] / float(row["score"]),
                                                      rel=1e-3)
    worst = found["worst"][0]
    assert len(worst["columns"]) == 3 and worst["label"] == "malignant"
    row = rows[worst["sample"]]
    assert worst["score"] == pytest.approx(max(numbers(rows, "score")), rel=1e-5)
    assert worst["columns"][0]["value"] == pytest.approx(float(row["value_1"]), rel=1e-5)


def test_a_value_that_is_out_of_line_is_named(diabolo, tmp_path):
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 300))
    names = ["a", "b", "sum", "difference", "mean", "twice", "side"]

    def row(x, y):
        return [f"{value:.4f}" for value in (x, y, x + y, x - y, (x + y) / 2, 2 * x)] + [
            ["low", "high"][int(x > 0)]]
    rows = [row(x, y) for x, y in zip(a, b)]
    odd = [row(0.6, 0.3), row(0.6, 0.3), row(0.6, 0.3)]
    odd[1][3], odd[2][6] = "-3", "low"
    write_csv(tmp_path / "usual.csv", names, rows)
    write_csv(tmp_path / "odd.csv", names, odd)
    diabolo("train", "usual.csv", "--latent", "2", *ONE_THREAD, *QUIET, "--out", "run")
    diabolo("anomalies", "run", "odd.csv", "--out", "odd.json")
    plain, wrong_number, wrong_word = json.loads((tmp_path / "odd.json").read_text())
    assert not plain["unusual"]
    assert wrong_number["unusual"] and wrong_word["unusual"]
    assert wrong_number["columns"][0]["name"] == "difference"
    assert wrong_number["columns"][0]["value"] == pytest.approx(-3)
    assert wrong_word["columns"][0] | {"share": 0} == {
        "name": "side", "share": 0, "value": "low", "usual": "high"}


def test_a_filled_cell_counts_nothing(cancer, tmp_path):
    folder, _, rows, _ = cancer
    names, *cells = csv.reader((folder / "others.csv").open(newline=""))
    worst = max(range(len(rows)), key=lambda i: float(rows[i]["score"]))
    column = rows[worst]["column_1"]
    cells[worst][names.index(column)] = ""
    write_csv(tmp_path / "gap.csv", names, cells)
    Diabolo(tmp_path)("anomalies", folder / "run", "gap.csv", "--missing", "mean", "--out", "g.csv")
    gap = list(csv.DictReader((tmp_path / "g.csv").open(newline="")))
    assert float(gap[worst][f"part of {column}"]) == 0
    parts = [float(part) for name, part in gap[worst].items() if name.startswith("part of ")]
    assert sum(parts) == pytest.approx(float(gap[worst]["score"]), rel=1e-4)
    other = (worst + 1) % len(rows)
    assert float(gap[other]["score"]) == pytest.approx(float(rows[other]["score"]), rel=1e-5)


def test_a_network_with_skips_is_refused(diabolo, tmp_path):
    write_pngs(tmp_path / "spots", blobs(60, 12, 12))
    diabolo("train", "spots", "--arch", "conv", "--code", "map", "--channels", "4,8", "--latent",
            "2", "--skip", "--epochs", "1", *ONE_THREAD, *QUIET, "--out", "run")
    assert "would rebuild what is unusual" in diabolo.error("anomalies", "run", "spots")


def test_text_says_where_the_threshold_comes_from_and_what_it_is_worth(cancer):
    folder, _, _, _ = cancer
    result = Diabolo(folder)("anomalies", "run", "others.csv", "--anomaly", "malignant")
    assert "the 0.99 quantile of the scores of 25 samples that training kept apart" in result.out
    assert "takes 100 or more" in result.out
    assert re.search(r"this model .* 0\.9\d+ ", result.out)
    own = Diabolo(folder)("anomalies", "run", "--quantile", "0.9", "--count", "1")
    assert "usual.csv: 250 samples" in own.out
    assert "trained on 225 of these samples" in own.out and "takes" not in own.out


def test_pictures_show_columns_and_curves(cancer):
    folder, _, _, _ = cancer
    for name in ("worst.png", "curve.png"):
        picture = read_png(folder / name)
        assert picture.shape[1] == 1600 and picture.std() > 20
    curve = read_png(folder / "curve.png").reshape(-1, 3).tolist()
    assert [0x00, 0x72, 0xB2] in curve and [0xE6, 0x9F, 0x00] in curve


def test_images_get_a_map_of_where_they_differ(diabolo, tmp_path, tiny_run):
    result = diabolo("anomalies", tiny_run, "--picture", "worst.png", "--count", "4", "--anomaly",
                     "8,9")
    assert "500 samples" in result.out and "labelled 8,9" in result.out
    picture = read_png(tmp_path / "worst.png").astype(int)
    red = (picture[:, :, 0] - picture[:, :, 2]) > 120
    assert red.any()
    rows = np.flatnonzero(red.any(axis=1))
    assert rows.min() > picture.shape[0] / 2, "the map stands below the images"


def test_a_model_of_an_earlier_program_looks_at_its_own_data(diabolo, tmp_path, tiny_run):
    path = tiny_run / "model.safetensors"
    with_scores = json.loads(diabolo("anomalies", tiny_run, "--json").out)
    strip_usual(path, tmp_path / "old.safetensors")
    assert json.loads(diabolo("anomalies", "old.safetensors", "--json").out) == with_scores
    (tmp_path / "empty").mkdir()
    images = tiny_run.parent / "images"
    write_test_images(images)
    message = diabolo.error("anomalies", "old.safetensors", images, "--data-dir", "empty")
    assert "does not hold the scores of usual samples" in message and "mnist-mini" in message


def write_test_images(folder):
    write_pngs(folder, mini_images("t10k")[:5])


@pytest.mark.parametrize("arguments, said", [
    (("--anomaly", "malignent"), "unknown label 'malignent'; did you mean 'malignant'?"),
    (("--anomaly", "malignant,benign"), "every sample has this label"),
    (("--quantile", "1"), "--quantile"),
    (("--out", "scores.xlsx"), "written as .csv or .json"),
    (("--curve", "roc.png"), "--curve needs --anomaly"),
])
def test_what_cannot_be_answered_is_refused(cancer, arguments, said):
    folder, _, _, _ = cancer
    assert said in Diabolo(folder).error("anomalies", "run", "others.csv", *arguments)


def test_files_that_are_there_are_left_alone(diabolo, tmp_path, tiny_run):
    for option, name in (("--out", "a.csv"), ("--picture", "a.png")):
        (tmp_path / name).write_text("precious")
        assert "is there already" in diabolo.error("anomalies", tiny_run, option, name)
        assert (tmp_path / name).read_text() == "precious"


def test_a_model_without_rows_apart_says_that_it_knows_its_own(diabolo):
    diabolo("train", "uk-foods", *ONE_THREAD, *QUIET, "--out", "run")
    assert "4 samples that it was trained on" in diabolo("anomalies", "run").out
