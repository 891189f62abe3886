"""What `inspect` says of tables that `train` refuses, and the command that it ends with."""

import shlex

import pytest
from program import Diabolo
from tables import rows_of, write_csv


@pytest.mark.parametrize("text, words", [
    (",a,b\n" + "".join(f"{i},{i * i % 7},{i % 5}\n" for i in range(20)),
     ["(column 1): number, 0 to 19", "column 1 has no name", "--id id", "index=False"]),
    ("a,b,a\n1,2,3\n4,5,7\n", ["columns 1 and 3 are both named 'a'"]),
    ("a,place\n1,Orl\xe9ans\n2,Paris\n", ["Orl?ans", "row 1, column 'place'", "iconv"]),
    ("1,2\n3,4\n5,6\n", ["first line holds numbers", "names"]),
    ("a,b\n1,2\n3\n5,6\n", ["1 row", "t.csv:3: 1 field", "not looked at"]),
])
def test_inspect_names_what_train_refuses_and_what_to_do(tmp_path, text, words):
    (tmp_path / "t.csv").write_bytes(text.encode("latin-1"))
    diabolo = Diabolo(tmp_path)
    out = diabolo("inspect", "t.csv").out
    assert all(word in out for word in ["see to this first", *words]), out
    assert "diabolo train" not in out
    assert "t.csv" in diabolo.error("train", "t.csv", "--out", "run")


def test_inspect_ends_with_a_command_that_trains(tmp_path):
    rows = [[f"n{i}", i, f"{i},5", f"2024-01-{i % 28 + 1:02}", *row, "pq"[i % 2], ""]
            for i, row in enumerate(rows_of(60)[:, :3].round(3).tolist())]
    rows[4][5] = ""
    write_csv(tmp_path / "my shop.csv",
              ["name", "nr", "price", "when", "a", "b", "c", "kind", "gone"], rows)
    diabolo = Diabolo(tmp_path)
    last = diabolo("inspect", "my shop.csv", "--label", "kind").out.splitlines()[-1]
    words = shlex.split(last.removeprefix("train on it: "))
    assert words[1:] == ["train", "my shop.csv", "--label", "kind", "--id", "name",
                         "--drop", "nr,price,when", "--missing", "mean"]
    diabolo(*words[1:], "--epochs", "2", "--out", "run")
    last = diabolo("inspect", "wine").out.splitlines()[-1]
    assert last.endswith(" train wine")
