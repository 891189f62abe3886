"""What `inspect`, `data` and `doctor` name."""

import json
import re

import pytest
from program import DATA
from samples import MINI, blobs, write_pngs


@pytest.mark.parametrize("name", ["", "model.safetensors"], ids=["run folder", "model file"])
def test_a_model_is_described(diabolo, tiny_run, name):
    result = diabolo("inspect", tiny_run / name)
    assert result.err == ""
    assert "images of 1 x 28 x 28, code 8, 102,296 parameters" in result.out
    assert "arch=dense" in result.out and "epochs=2" in result.out and "seed=0" in result.out
    assert re.search(r"encoder\.layers\.0\.weight +\[64 x 784\]", result.out)
    assert re.search(r"decoder\.layers\.2\.bias +\[784\]", result.out)
    summary = json.loads((tiny_run / "summary.json").read_text())
    assert f"validation_mse={summary['validation_mse']}" in result.out


def test_idx_images_are_described(diabolo):
    result = diabolo("inspect", MINI / "t10k-images-idx3-ubyte.gz")
    assert "500 images of 1 x 28 x 28, with labels" in result.out and result.err == ""


def test_a_png_and_a_folder_of_them_are_described(diabolo, tmp_path):
    write_pngs(tmp_path / "images", blobs(3, 17, 23, 3))
    assert "3 images of 3 x 17 x 23" in diabolo("inspect", "images").out
    assert re.search(r"1 image\b.* 3 x 17 x 23", diabolo("inspect", "images/001.png").out)


def test_every_column_of_a_table_is_described_whatever_is_in_it(diabolo, tmp_path):
    lines = ["nr,name,price,when,weight,kind,left"]
    lines += [f'{i + 1},n{i},"{i},5",2024-01-{i % 28 + 1:02},{i % 3} kg,{"ab"[i % 2]},{"" if i == 3 else i * i}'
              for i in range(60)]
    (tmp_path / "shop.csv").write_text("\n".join(lines) + "\n")
    out = diabolo("inspect", "shop.csv").out
    assert "60 rows, 7 columns" in out
    rows = {line.split(":")[0].strip(): line for line in out.splitlines()}
    assert "number, 1 to 60" in rows["nr"] and "counts the rows" in rows["nr"]
    assert "more than 50 words: n0, n1" in rows["name"] and "--id or --drop" in rows["name"]
    assert "'0,5'" in rows["price"] and "point" in rows["price"]
    assert "date" in rows["when"] and "unit" in rows["weight"]
    assert rows["kind"].endswith("text, 2 words: a, b")
    assert "number, 0 to 3481, 1 empty" in rows["left"]
    assert "not as it is" in out and "'price'" in out.split("not as it is")[1]
    out = diabolo("inspect", "shop.csv", "--drop", "price,when,weight", "--id", "name",
                  "--missing", "mean").out
    assert "60 rows of 4 values, SHA-256" in out and "column 'nr' counts the rows" in out


def test_the_hash_is_that_of_the_summary(diabolo, tiny_run):
    summary = json.loads((tiny_run / "summary.json").read_text())
    found = diabolo("inspect", MINI / "train-images-idx3-ubyte.gz").out
    assert f"SHA-256 {summary['data_sha256']}" in found


@pytest.mark.parametrize("name", ["nowhere", "notes.txt"])
def test_what_cannot_be_described_is_named(diabolo, tmp_path, name):
    (tmp_path / "notes.txt").write_text("only words")
    assert f"'{name}'" in diabolo.error("inspect", name)


def test_data_says_what_is_where(diabolo):
    result = diabolo("data")
    assert result.err == ""
    for name in ("mnist", "fashion-mnist", "mnist-mini"):
        assert re.search(rf"^{name} +\S", result.out, re.M)
        assert str(DATA / name) in result.out


def test_data_says_how_to_fetch_what_is_not_there(diabolo, tmp_path):
    result = diabolo("data", "--data-dir", tmp_path)
    assert "fetch_data.sh mnist" in result.out and "fetch_data.sh fashion-mnist" in result.out


def test_doctor_names_what_a_report_of_a_fault_needs(diabolo):
    result = diabolo("doctor")
    assert result.err == ""
    for line in (r"diabolo +\d+\.\d+\.\d+", r"LibTorch +\d+\.\d+", r"OpenCV +\d+\.\d+",
                 r"processor +\S", r"threads +1 of \d+", r"matrix product +\d+ GFLOP/s fp32, (\d+|no) bf16",
                 r"CUDA +\S", r"precision +auto means (fp32|bf16)",
                 r"data folder +.*mnist-mini \(found\)"):
        assert re.search(rf"^{line}", result.out, re.M), line


@pytest.mark.parametrize("set_to, found", [
    ({}, "GOMP_SPINCOUNT = '3000'"),
    ({"GOMP_SPINCOUNT": "77"}, "GOMP_SPINCOUNT = '77'"),
    ({"OMP_WAIT_POLICY": "passive"}, "GOMP_SPINCOUNT = '0'"),
])
def test_threads_that_wait_spin_for_a_moment_unless_told_otherwise(diabolo, set_to, found):
    result = diabolo("doctor", env={"OMP_DISPLAY_ENV": "verbose", **set_to})
    assert found in result.err
