"""Pictures of what a network learned: explain, traverse, interpolate."""

import csv
import json
import re

import numpy as np
import pytest
from program import ONE_THREAD, Diabolo
from samples import blobs, read_png, write_pngs


@pytest.fixture(scope="module")
def digits_run(tmp_path_factory):
    """A network that has learned digits well enough to look at."""
    folder = tmp_path_factory.mktemp("digits")
    Diabolo(folder)("train", "mnist-mini", "--hidden", "256", "--epochs", "30", *ONE_THREAD,
                    "--no-report", "--out", "run")
    return folder / "run"


def test_the_edge_of_digits_matters_little_and_the_command_says_so(diabolo, tmp_path, digits_run):
    result = diabolo("explain", digits_run)
    said = re.search(r"outermost 2 rings of pixels, 26\.5 % of the image, carry ([0-9.]+) % of the "
                     r"importance by\s+gradient and ([0-9.]+) % by occlusion", result.out)
    assert float(said[1]) < 1 and float(said[2]) < 1
    picture = read_png(tmp_path / "explain.png")
    assert picture.shape[1] == 1600 and picture.shape[0] > 1500
    assert result.err == "wrote explain.png\n"


def test_figures_of_explain_as_json_hold_all_of_the_image(diabolo, digits_run):
    found = json.loads(diabolo("explain", digits_run, "--json").out)
    assert found["samples"] == 500 and found["latent"] == 32
    rings = found["rings"]
    assert [ring["first"] for ring in rings] == [1, 3, 5, 7, 9, 11, 13]
    for name in ("pixels", "gradient", "occlusion"):
        assert sum(ring[name] for ring in rings) == pytest.approx(1, abs=1e-6)
    assert max(rings, key=lambda ring: ring["gradient"])["first"] in (5, 7, 9)
    assert 0 < found["half_of_gradient_in"] < 0.3


def test_importance_lies_where_images_differ(diabolo, tmp_path):
    """Images whose left half alone has anything in it."""
    images = blobs(120, 16, 12)
    images[:, :, 6:] = 0
    write_pngs(tmp_path / "left", images)
    diabolo("train", "left", "--arch", "conv", "--channels", "8", "--latent", "4", "--epochs", "5",
            *ONE_THREAD, "--no-report", "--out", "run")
    diabolo("explain", "run", "left", "--count", "3")
    picture = read_png(tmp_path / "explain.png").astype(int)
    # The map by gradient, below its heading and left of its scale: pixels of 25 by 25, H 16, W 12.
    top, left, side = 136, 36 + (1600 - 72) // 3, 400
    width = side * 12 // 16
    begin = left + (side - width) // 2
    square = picture[top + 8:top + side - 8, begin + 8:begin + width - 8]
    yellow = square[:, :, 0] - square[:, :, 2]
    middle = square.shape[1] // 2
    assert yellow[:, :middle - 12].max() > 150
    assert yellow[:, middle + 12:].max() < 0


def test_a_colour_network_is_explained(diabolo, tmp_path):
    write_pngs(tmp_path / "colour", blobs(60, 12, 12, channels=3))
    diabolo("train", "colour", "--hidden", "32", "--latent", "3", "--epochs", "3", *ONE_THREAD,
            "--no-report", "--out", "run")
    result = diabolo("explain", "run", "colour")
    assert "1 " in result.out and "outermost ring of pixels" in result.out
    mean = read_png(tmp_path / "explain.png")[140:530, 40:430].astype(int)
    assert np.abs(mean[:, :, 0] - mean[:, :, 2]).max() > 3, "the mean image has no colour"


def test_a_network_whose_code_is_not_all_is_explained_and_not_walked_along(diabolo, tmp_path):
    """Skips carry the image past the code; the page of the run is written all the same."""
    diabolo("train", "mnist-mini", "--arch", "conv", "--code", "map", "--channels", "4,4",
            "--latent", "4", "--skip", "--residual", "--noise", "gaussian:0.3", "--epochs", "1",
            *ONE_THREAD, "--out", "run")
    assert (tmp_path / "run" / "report.html").is_file()
    assert "outermost 2 rings" in diabolo("explain", "run").out
    for command in (("traverse", "run"), ("interpolate", "run", "--from", "1", "--to", "2")):
        assert "no code to decode from alone" in diabolo.error(*command)


def test_a_walk_along_units_is_a_row_each(diabolo, tmp_path, digits_run):
    result = diabolo("traverse", digits_run, "--count", "3", "--steps", "5")
    assert result.out == ("traverse.png: 3 of 32 code units, each from its 1st to its 99th "
                          "percentile, the others at their mean\n")
    heights = [read_png(tmp_path / "traverse.png").shape[0]]
    diabolo("traverse", digits_run, "--count", "4", "--steps", "5", "--overwrite")
    heights.append(read_png(tmp_path / "traverse.png").shape[0])
    assert heights[1] - heights[0] > 80


def test_a_code_of_two_numbers_is_a_map(diabolo, tmp_path):
    diabolo("train", "mnist-mini", "--hidden", "64", "--latent", "2", "--epochs", "10",
            *ONE_THREAD, "--no-report", "--out", "run")
    assert "a map of 20 by 20 images" in diabolo("traverse", "run").out
    picture = read_png(tmp_path / "traverse.png")
    assert picture.shape[1] == 1600
    inside = picture[100:1400, 250:1400].mean(axis=2)
    assert inside.std() > 30 and (inside < 60).mean() > 0.4


def test_a_walk_of_a_table_draws_its_columns(diabolo, tmp_path, wine_run):
    assert "2 of 2 code units" in diabolo("traverse", wine_run).out
    picture = read_png(tmp_path / "traverse.png")
    colours = {tuple(pixel) for pixel in picture[::3, ::3].reshape(-1, 3).tolist()}
    assert {(0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00), (0x00, 0x9E, 0x73)} <= colours


def test_the_way_between_two_images_is_drawn(diabolo, tmp_path, digits_run):
    result = diabolo("interpolate", digits_run, "--from", "3", "--to", "18", "--steps", "7")
    assert re.fullmatch(r"interpolation\.png: from 3 \(\d\) to 18 \(\d\) in 7 steps between their "
                        r"codes\n", result.out)
    assert read_png(tmp_path / "interpolation.png").std() > 50


def test_the_way_between_two_rows_is_a_table(diabolo, tmp_path):
    """By name, and its ends are what reconstruct makes of the same rows."""
    diabolo("train", "uk-foods", *ONE_THREAD, "--no-report", "--out", "run")
    diabolo("interpolate", "run", "--from", "Wales", "--to", "England", "--steps", "3")
    diabolo("reconstruct", "run")
    way = list(csv.DictReader(open(tmp_path / "interpolation.csv")))
    rebuilt = {row["country"]: row for row in csv.DictReader(open(tmp_path / "reconstruction.csv"))}
    assert len(way) == 3
    for name in way[0]:
        for step, country in ((0, "Wales"), (2, "England")):
            assert float(way[step][name]) == pytest.approx(float(rebuilt[country][name]), rel=1e-4)


@pytest.mark.parametrize("ends, said", [
    (("--from", "3"), "give --from and --to"),
    (("--from", "3", "--to", "500"), "--to: no sample '500' (a number from 0 to 499)"),
    (("--from", "-1", "--to", "5"), "--from: no sample '-1'"),
    (("--from", "seven", "--to", "5"), "--from: no sample 'seven'"),
])
def test_samples_that_are_not_there_are_named(diabolo, digits_run, ends, said):
    assert said in diabolo.error("interpolate", digits_run, *ends)


def test_a_misspelt_row_gets_the_nearest_one(diabolo):
    diabolo("train", "uk-foods", *ONE_THREAD, "--no-report", "--out", "run")
    message = diabolo.error("interpolate", "run", "--from", "Wale", "--to", "England")
    assert "did you mean 'Wales'?" in message


@pytest.mark.parametrize("command", [
    ("explain",), ("traverse",), ("interpolate", "--from", "0", "--to", "1")])
def test_a_picture_that_is_there_is_left_alone(diabolo, tmp_path, digits_run, command):
    (tmp_path / "p.png").write_text("precious")
    message = diabolo.error(command[0], digits_run, *command[1:], "--out", "p.png")
    assert "'p.png' is there already" in message
    assert (tmp_path / "p.png").read_text() == "precious"
