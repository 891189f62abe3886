"""Every figure that `evaluate` gives for a table, against scikit-learn and scipy on the same codes."""

import json

import numpy as np
import pytest
from program import DATA, Diabolo
from scipy.spatial import procrustes
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import trustworthiness
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import LeaveOneOut, PredefinedSplit, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tables import columns_of, mixed_table, read_csv, train


class Case:
    """A run on all rows of a table, its figures, and its samples as numpy sees them."""

    def __init__(self, folder, data, latent):
        diabolo = Diabolo(folder)
        train(folder, data, "run", "--validation", "0", "--latent", latent)
        self.found = json.loads(diabolo("evaluate", "run", "--json").out)
        diabolo("encode", "run", "--out", "codes.npy")
        diabolo("reconstruct", "run", "--out", "rebuilt.npy")
        self.codes = np.load(folder / "codes.npy")
        self.rebuilt = np.load(folder / "rebuilt.npy")
        names, rows = read_csv(DATA / f"{data}.csv")
        self.names = names[:-1]
        self.raw = columns_of(DATA / f"{data}.csv", self.names)
        self.labels = np.array([row[-1] for row in rows])
        self.scaler = StandardScaler().fit(self.raw)
        self.x = self.scaler.transform(self.raw)
        self.pca = PCA(int(latent), svd_solver="full").fit(self.x)
        self.components = self.pca.transform(self.x)
        self.pca_rebuilt = self.pca.inverse_transform(self.components)


@pytest.fixture(scope="module", params=[("wine", "2"), ("iris", "1"), ("wine", "5")],
                ids=lambda p: "-".join(p))
def case(request, tmp_path_factory):
    return Case(tmp_path_factory.mktemp("run"), *request.param)


def knn(x, labels):
    guess = cross_val_predict(KNeighborsClassifier(5), x, labels, cv=LeaveOneOut())
    return np.mean(guess == labels)


def probe(x, labels):
    folds = PredefinedSplit(np.arange(len(x)) % 5)
    model = make_pipeline(StandardScaler(), LogisticRegression(tol=1e-8, max_iter=10_000))
    return np.mean(cross_val_predict(model, x, labels, cv=folds) == labels)


def pictured(codes):
    if codes.shape[1] <= 3:
        return codes
    return codes[:, np.sort(np.argsort(codes.var(0))[-2:])]


def test_errors_of_scaled_values(case):
    rebuilt = case.scaler.transform(case.rebuilt)
    for name, guess in (("model", rebuilt), ("pca", case.pca_rebuilt),
                        ("mean", np.zeros_like(case.x))):
        mse = mean_squared_error(case.x, guess)
        assert case.found[name]["mse"] == pytest.approx(mse, rel=1e-4)
        assert case.found[name]["squared_error"] == pytest.approx(mse * case.x.shape[1], rel=1e-4)


def test_share_of_variance_that_pca_explains(case):
    wanted = case.pca.explained_variance_ratio_.sum()
    assert case.found["pca"]["variance_share"] == pytest.approx(wanted, abs=1e-5)


def test_r2(case):
    rebuilt = case.scaler.transform(case.rebuilt)
    for name, guess in (("model", rebuilt), ("pca", case.pca_rebuilt)):
        wanted = r2_score(case.x, guess, multioutput="variance_weighted")
        assert case.found[name]["r2"] == pytest.approx(wanted, abs=1e-5)


def test_errors_per_column_in_its_own_units(case):
    pca = case.scaler.inverse_transform(case.pca_rebuilt)
    assert [column["name"] for column in case.found["columns"]] == case.names
    for i, column in enumerate(case.found["columns"]):
        truth = case.raw[:, i]
        rmse = np.sqrt(mean_squared_error(truth, case.rebuilt[:, i]))
        assert column["model"] == pytest.approx(rmse, rel=1e-3)
        assert column["pca"] == pytest.approx(np.sqrt(mean_squared_error(truth, pca[:, i])),
                                              rel=1e-3)
        assert column["mean"] == pytest.approx(truth.std(), rel=1e-3)
        assert column["r2"] == pytest.approx(r2_score(truth, case.rebuilt[:, i]), abs=1e-4)
        assert column["pca_r2"] == pytest.approx(r2_score(truth, pca[:, i]), abs=1e-4)


def test_neighbours_and_linear_probe(case):
    for name, x in (("model", case.codes), ("pca", case.components), ("raw", case.x)):
        assert case.found[name]["knn_accuracy"] == pytest.approx(knn(x, case.labels), abs=1e-9)
        assert case.found[name]["probe_accuracy"] == pytest.approx(probe(x, case.labels), abs=1e-9)


def test_trustworthiness(case):
    for name, x in (("model", case.codes), ("pca", case.components)):
        wanted = trustworthiness(case.x, pictured(x), n_neighbors=5)
        # iris has equal rows, and which of them comes first is up to each program.
        assert case.found[name]["trustworthiness"] == pytest.approx(wanted, abs=1e-4)


def test_stability_is_scipys_procrustes_disparity(tmp_path):
    common = ("--validation", "0", "--epochs", "30")
    train(tmp_path, "iris", "run", *common)
    train(tmp_path, "iris", "next", *common, "--seed", "1")
    diabolo = Diabolo(tmp_path)
    found = json.loads(diabolo("evaluate", "run", "--stability", "1", "--json").out)
    codes = []
    for name in ("run", "next"):
        diabolo("encode", name, "--out", f"{name}.npy")
        codes.append(np.load(tmp_path / f"{name}.npy"))
    wanted = procrustes(*codes)[2]
    assert found["stability"]["disparities"] == [pytest.approx(wanted, abs=1e-5)]


def test_wrong_words_are_counted(tmp_path):
    mixed_table(tmp_path / "mixed.csv")
    train(tmp_path, "mixed.csv", "run", "--id", "name", "--label", "class", "--latent", "1",
          "--validation", "0", "--epochs", "3")
    diabolo = Diabolo(tmp_path)
    found = json.loads(diabolo("evaluate", "run", "--json").out)
    diabolo("reconstruct", "run", "--out", "rebuilt.csv")
    names, rebuilt = read_csv(tmp_path / "rebuilt.csv")
    header, rows = read_csv(tmp_path / "mixed.csv")
    for column in ("colour", "flag"):
        wrong = np.mean([a[header.index(column)] != b[names.index(column)]
                         for a, b in zip(rows, rebuilt)])
        figure = next(c for c in found["columns"] if c["name"] == column)
        assert figure["kind"] == "category" and figure["model"] == pytest.approx(wrong)


def test_images_get_figures_of_their_codes_too(tmp_path, tiny_run):
    diabolo = Diabolo(tmp_path)
    found = json.loads(diabolo("evaluate", tiny_run, "--json").out)
    diabolo("encode", tiny_run, "--out", "codes.csv")
    names, rows = read_csv(tmp_path / "codes.csv")
    labels = np.array([row[0] for row in rows])
    codes = np.array([row[1:] for row in rows], float)
    assert names[0] == "label"
    assert found["model"]["knn_accuracy"] == pytest.approx(knn(codes, labels), abs=1e-9)
    assert found["model"]["probe_accuracy"] == pytest.approx(probe(codes, labels), abs=1e-9)
