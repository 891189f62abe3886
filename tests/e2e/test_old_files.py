"""Model files and checkpoints of every format version that was given to people still open."""

import json
import shutil

import pytest
from program import ROOT

OLD = ROOT / "tests" / "data" / "format-1"
# MSE that the program gave when the files were new.
MSE = {"dense": ("mnist-mini", 0.0513222538), "conv": ("mnist-mini", 0.0814262408),
       "table": ("wine", 0.6793267752)}


@pytest.mark.parametrize("name", MSE)
def test_a_model_of_format_1_gives_what_it_gave(diabolo, name):
    data, mse = MSE[name]
    # As of its own data: of a table the rows that training kept apart.
    words = [OLD / f"{name}.safetensors"] + ([data] if data == "mnist-mini" else [])
    found = json.loads(diabolo("evaluate", *words, "--json").out)
    assert found["model"]["mse"] == pytest.approx(mse, rel=1e-5)


def test_a_run_of_format_1_goes_on(diabolo, tmp_path):
    shutil.copytree(OLD / "run", tmp_path / "run")
    diabolo("train", "--resume", "run", "--quiet", "--no-report")
    found = json.loads(diabolo("evaluate", "run", "--json").out)
    assert found["model"]["mse"] == pytest.approx(0.0466600067, rel=1e-4)
