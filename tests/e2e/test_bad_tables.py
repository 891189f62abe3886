"""Tables that cannot be right: the message names file, line and column."""

import numpy as np
import pytest
from program import Diabolo
from tables import train, write_csv

GOOD = "a,b,c\n1,2,x\n3,4,y\n5,7,x\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    (folder / "good.csv").write_text(GOOD)
    train(folder, "good.csv", "run", "--latent", "1", "--epochs", "2")
    return folder


@pytest.mark.parametrize("text, words", [
    ("", ["bad.csv", "nothing"]),
    ("a,b\n", ["bad.csv", "no rows"]),
    ("a,b\n1,2\n", ["bad.csv", "1 row", "2 or more"]),
    ("a,b\n1,2\n3\n", ["bad.csv:3", "1 field", "2 needed"]),
    ("a,b\n1,2\n3,4,5\n", ["bad.csv:3", "3 fields", "2 needed"]),
    ("a,b\n1,2\n3,4\nx,6\n7,8\n", ["bad.csv:4", "column 'a'", "'x' is not a number"]),
    ("a,b\n1,2\nnan,4\n5,6\n", ["bad.csv:3", "column 'a'", "empty cell", "--missing"]),
    ("a,b\n1,2\ninf,4\n5,6\n", ["bad.csv:3", "column 'a'", "'inf' is not finite"]),
    ("a,a\n1,2\n3,4\n", ["bad.csv:1", "'a'"]),
    ("a;b\n1,5;2\n2,5;3\n3,25;4\n", ["bad.csv:2", "column 'a'", "'1,5'", "point", "--drop"]),
    ("a;b\n1;2\n3;1.234,5\n4;9,5\n", ["bad.csv:3", "column 'b'", "'1.234,5'", "point"]),
    ("a,b\n1,2024-01-31\n2,2024-02-01\n", ["bad.csv:2", "column 'b'", "date", "--drop"]),
    ("a,b\n1,31/12/2023 10:00\n2,1/1/24\n", ["bad.csv:2", "column 'b'", "date"]),
    (",b\n0,2\n1,3\n", ["bad.csv:1", "column 1", "no name", "index=False"]),
    ("a,b\n5,5\n5,5\n", ["bad.csv", "no column varies"]),
    ("a,b\n\"1,2\n3,4\n", ["bad.csv:2", "quote"]),
    ("a,b\n1,\"p\n\nq\"\nx,r\n2,s\n3,t\n", ["bad.csv:5", "column 'a'", "'x'"]),
    ("a,b\n1,2\n\"3\n\n\",4\n5,6\n", ["bad.csv:3", "column 'a'", "is not a number"]),
])
def test_training_refuses(folder, text, words):
    (folder / "bad.csv").write_text(text)
    message = Diabolo(folder).error("train", "bad.csv", "--out", "new")
    assert all(word in message for word in words), message
    assert not (folder / "new").exists()


def test_a_unit_behind_many_numbers_is_named(folder):
    write_csv(folder / "bad.csv", ["a", "share"], [[i, f"{i}.5%"] for i in range(60)])
    message = Diabolo(folder).error("train", "bad.csv", "--out", "new")
    assert "column 'share'" in message and "unit" in message and "number alone" in message


def test_invalid_utf8_is_named(folder):
    (folder / "bad.csv").write_bytes(b"a,b\n1,x\n2,\xff\xfe\n")
    message = Diabolo(folder).error("train", "bad.csv", "--out", "new")
    assert "bad.csv:3" in message and "UTF-8" in message


def test_ten_thousand_levels_are_too_many(folder):
    write_csv(folder / "bad.csv", ["a", "word"], [[i, f"w{i}"] for i in range(10_000)])
    message = Diabolo(folder).error("train", "bad.csv", "--out", "new")
    assert "column 'word'" in message and "50 different" in message and "--drop" in message


@pytest.mark.parametrize("option, value, words", [
    ("--label", "d", ["--label", "unknown column 'd'", "(a, b, c)"]),
    ("--id", "aa", ["--id", "unknown column 'aa'"]),
    ("--drop", "b,zz", ["--drop", "unknown column 'zz'"]),
    ("--delimiter", "|", ["delimiter", "'|'", "tab"]),
    ("--size", "28x28", ["size", "is a table"]),
    ("--arch", "conv", ["conv"]),
])
def test_options_that_do_not_fit_are_refused(folder, option, value, words):
    message = Diabolo(folder).error("train", "good.csv", option, value, "--out", "new")
    assert all(word in message for word in words), message


@pytest.mark.parametrize("text, words", [
    ("a,c\n1,x\n", ["other.csv", "no column 'b'", "trained with"]),
    ("a,b,c,d\n1,2,x,9\n", ["other.csv", "a column 'd'", "--drop"]),
    ("a,b,c\n1,2,z\n", ["other.csv:2", "column 'c'", "'z'", "(x, y)"]),
    ("a,b,c\n1,word,x\n", ["other.csv:2", "column 'b'", "'word' is not a number"]),
    ("a,b,c\n1,,x\n", ["other.csv:2", "column 'b'", "empty cell"]),
])
def test_a_table_of_other_columns_is_refused(folder, text, words):
    (folder / "other.csv").write_text(text)
    message = Diabolo(folder).error("encode", "run", "other.csv", "--out", "codes.csv")
    assert all(word in message for word in words), message
    assert not (folder / "codes.csv").exists()


def test_an_error_in_a_late_row_leaves_no_codes(folder):
    (folder / "late.csv").write_text("a,b,c\n" + "1,2,x\n" * 5000 + "1,2,q\n")
    message = Diabolo(folder).error("encode", "run", "late.csv", "--out", "late-codes.csv")
    assert "late.csv:5002" in message
    assert not list(folder.glob("late-codes*"))


def test_a_table_in_the_place_of_a_model_is_told(folder):
    message = Diabolo(folder).error("evaluate", "good.csv")
    assert "'good.csv' holds data" in message and "a model comes first" in message


def test_images_and_tables_are_not_mixed_up(folder, tiny_run):
    diabolo = Diabolo(folder)
    message = diabolo.error("encode", "run", "mnist-mini", "--out", "c.npy")
    assert "rows of a table" in message and "holds images" in message
    message = diabolo.error("encode", tiny_run, "good.csv", "--out", "c.npy")
    assert "takes images" in message and "is a table" in message
    assert "is for images" in diabolo.error("denoise", "run", "good.csv", "--noise", "gaussian:0.1")
    message = diabolo.error("train", "mnist-mini", "--label", "x", "--out", "new")
    assert "label" in message and "tables" in message


def test_npy_of_another_shape_is_refused(folder):
    np.save(folder / "cube.npy", np.zeros((3, 2, 2), np.float32))
    assert "two dimensions" in Diabolo(folder).error("train", "cube.npy", "--out", "new")
    np.save(folder / "holes.npy", np.array([[1, 2], [np.nan, 3], [4, 6]], np.float32))
    message = Diabolo(folder).error("train", "holes.npy", "--out", "new")
    assert "row 2" in message and "column_1" in message
