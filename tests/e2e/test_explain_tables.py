"""explain of tables: planted relations are found and named, and nothing else is."""

import csv
import json
import re
import sys

import numpy as np
import pytest
from program import ONE_THREAD, PROGRAM, ROOT, Diabolo
from samples import read_png
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import cross_val_predict
from tables import WINE, write_csv

sys.path.insert(0, str(ROOT / "scripts"))
from planted_relations import faults, one, write_planted  # noqa: E402

QUIET = ("--no-report", "--no-tensorboard", "--quiet")


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    return folder, one(folder, 100, PROGRAM)


def test_planted_relations_are_found_with_their_shapes_and_no_noise_is(planted):
    _, found = planted
    assert faults(found) == []
    assert found["rows"] == 2000 and found["code_rows"] == 200
    assert found["false_discovery_rate"] == 0.01
    by_name = {relation["name"]: relation for relation in found["relations"]}
    assert by_name["sum"]["ridge_r2"] > 0.99
    assert by_name["product"]["ridge_r2"] < 0.05 < 0.9 < by_name["product"]["network_r2"]


def test_each_number_of_the_code_shares_itself_out(planted):
    _, found = planted
    gradients = np.abs([column["gradients"] for column in found["code"]])
    assert gradients.sum(axis=0) == pytest.approx(np.ones(2), abs=1e-6)
    effects = np.array([column["effects"] for column in found["code"]])
    assert (effects >= 0).all() and (effects <= 1.6).all()
    assert sum(column["carried"] for column in found["code"]) >= 3


def test_text_and_picture_say_the_same(planted):
    folder, _ = planted
    result = Diabolo(folder)("explain", "run", "--overwrite")
    assert "planted.csv: 2,000 rows of 15 columns" in result.out
    line = [line for line in result.out.splitlines() if line.startswith("  product  ")][-1]
    assert re.search(r" 0\.9\d\d   curved   (x1, x2|x2, x1)", line), line
    assert "not found to follow: noise 1, noise 2" in result.out
    assert "at\nmost 1 % are expected to be wrong" in result.out
    picture = read_png(folder / "explain.png")
    assert picture.shape[1] == 1600 and picture.std() > 20
    colours = picture.reshape(-1, 3).tolist()
    assert [0xFD, 0xE7, 0x25] in colours, "a column whose shuffling loses all is yellow"


def test_shuffled_columns_have_no_relations(planted, tmp_path):
    folder, _ = planted
    names, *rows = csv.reader((folder / "planted.csv").open(newline=""))
    values = np.random.default_rng(5).permuted(np.array(rows), axis=0)
    write_csv(tmp_path / "shuffled.csv", names, values.tolist())
    result = Diabolo(tmp_path)("explain", folder / "run", "shuffled.csv", "--json")
    found = json.loads(result.out)
    assert not any(relation["follows"] for relation in found["relations"])
    assert not any(column["carried"] for column in found["code"])


def test_ridge_is_that_of_scikit_learn(diabolo, tmp_path):
    """Of wine, whose columns hang together: other folds and penalties, so nearly."""
    names, *rows = csv.reader(WINE.open(newline=""))
    keep = [i for i, name in enumerate(names) if name != "class" and name != "grower"]
    x = np.array([[float(row[i]) for i in keep] for row in rows])
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    diabolo("train", "wine", *ONE_THREAD, *QUIET, "--out", "run")
    found = json.loads(diabolo("explain", "run", "--json").out)
    assert "fewer than 20 rows" in found["code_not_concluded"]
    order = np.random.default_rng(0).permutation(len(x))
    for i, relation in enumerate(found["relations"]):
        assert relation["name"] == names[keep[i]]
        others = np.delete(x, i, axis=1)[order]
        wanted = r2_score(x[order, i], cross_val_predict(Ridge(10), others, x[order, i], cv=3))
        assert relation["ridge_r2"] == pytest.approx(wanted, abs=0.1)


def test_too_few_rows_say_that_nothing_can_be_concluded(diabolo, tmp_path):
    diabolo("train", "uk-foods", *ONE_THREAD, *QUIET, "--out", "run")
    result = diabolo("explain", "run")
    assert "nothing can be concluded: fewer than 20 rows" in result.out
    assert "cannot be concluded: fewer than 50 rows" in result.out
    assert not (tmp_path / "explain.png").exists() and "wrote" not in result.err


def test_a_category_follows_and_is_followed(diabolo, tmp_path):
    random = np.random.default_rng(2)
    rows = []
    for _ in range(600):
        kind = random.choice(["oak", "pine", "yew"])
        size = {"oak": 0.0, "pine": 4.0, "yew": 8.0}[kind] + random.normal()
        rows.append([kind, f"{size:.4f}", f"{random.normal():.4f}", random.choice(["y", "n"])])
    write_csv(tmp_path / "trees.csv", ["kind", "size", "noise", "coin"], rows)
    diabolo("train", "trees.csv", *ONE_THREAD, *QUIET, "--out", "run")
    found = json.loads(diabolo("explain", "run", "--json").out)
    follows = {relation["name"]: relation for relation in found["relations"] if relation["follows"]}
    assert set(follows) == {"kind", "size"}
    assert [source["name"] for source in follows["kind"]["from"]] == ["size"]
    assert [source["name"] for source in follows["size"]["from"]] == ["kind"]
    assert follows["kind"]["shape"] == "curved", "pine lies between the others"


@pytest.mark.parametrize("arguments, said", [
    (("--fdr", "0"), "--fdr"), (("--fdr", "1"), "--fdr"), (("--count", "4"), "--count is for images"),
])
def test_what_does_not_fit_a_table_is_refused(diabolo, wine_run, arguments, said):
    assert said in diabolo.error("explain", wine_run, *arguments)


def test_fdr_does_not_fit_images(diabolo, tiny_run):
    assert "--fdr is for tables" in diabolo.error("explain", tiny_run, "--fdr", "0.1")
