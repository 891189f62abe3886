"""Pictures of originals and reconstructions."""

import json

from PIL import Image
from program import TINY, message_of
from samples import idx_header, read_png


def test_a_picture_is_written_and_the_figures_are_printed(diabolo, tmp_path, tiny_run):
    result = diabolo("reconstruct", tiny_run, "--out", "r.png")
    picture = read_png(tmp_path / "r.png")
    # Ten columns and four rows of digits, each about 100 pixels wide, with titles.
    assert picture.shape[2] == 3
    assert 400 < picture.shape[0] < 800 and 1000 < picture.shape[1] < 2000
    assert result.err == "wrote r.png\n"
    assert "mnist-mini, test part: 500 samples" in result.out


def test_a_picture_is_not_blank(diabolo, tmp_path, tiny_run):
    diabolo("reconstruct", tiny_run, "--out", "r.png")
    picture = read_png(tmp_path / "r.png").astype(float)
    digits = picture[60:140, 200:].mean(axis=2)
    assert digits.std() > 50, "the originals are not there"
    assert (picture < 60).mean() > 0.2 and (picture > 200).mean() > 0.2


def test_the_name_of_the_picture_has_a_default(diabolo, tmp_path, tiny_run):
    diabolo("reconstruct", tiny_run)
    assert (tmp_path / "reconstruction.png").is_file()


def test_a_folder_for_the_picture_is_made(diabolo, tmp_path, tiny_run):
    diabolo("reconstruct", tiny_run, "--out", "new/folder/r.png")
    assert (tmp_path / "new" / "folder" / "r.png").is_file()


def test_errors_are_those_of_evaluate(diabolo, tiny_run):
    drawn = json.loads(diabolo("reconstruct", tiny_run, "--out", "r.png", "--json").out)
    whole = json.loads(diabolo("evaluate", tiny_run, "--json").out)
    for name in ("model", "pca", "mean"):
        assert drawn[name] and drawn[name].items() <= whole[name].items()
    assert drawn["verdict"] == whole["verdict"]


def test_a_file_is_not_overwritten_unasked(diabolo, tmp_path, tiny_run):
    (tmp_path / "r.png").write_text("precious")
    message = diabolo.error("reconstruct", tiny_run, "--out", "r.png")
    assert "'r.png' is there already" in message and "--overwrite" in message
    assert (tmp_path / "r.png").read_text() == "precious"
    diabolo("reconstruct", tiny_run, "--out", "r.png", "--overwrite")
    assert read_png(tmp_path / "r.png").size


def test_count_is_the_number_of_columns(diabolo, tmp_path, tiny_run):
    widths = []
    for count in (3, 4, 5):
        diabolo("reconstruct", tiny_run, "--out", f"{count}.png", "--count", count)
        widths.append(read_png(tmp_path / f"{count}.png").shape[1])
    assert widths[2] - widths[1] == widths[1] - widths[0] > 80


def test_a_count_beyond_the_samples_draws_all(diabolo, tmp_path, tiny_run):
    image = tmp_path / "one.png"
    Image.new("L", (28, 28), 100).save(image)
    diabolo("reconstruct", tiny_run, image, "--count", "50", "--out", "many.png")
    diabolo("reconstruct", tiny_run, image, "--count", "1", "--out", "one-drawn.png")
    assert (tmp_path / "many.png").read_bytes() == (tmp_path / "one-drawn.png").read_bytes()


def test_a_picture_too_wide_for_a_png_is_one_line_of_error_if_any(diabolo, tmp_path):
    (tmp_path / "wide-idx3-ubyte").write_bytes(idx_header(300, 1, 4000) + bytes(300 * 4000))
    diabolo("train", "wide-idx3-ubyte", *TINY, "--hidden", "2", "--latent", "1", "--epochs", "1",
            "--out", "run")
    result = diabolo.try_it("reconstruct", "run", "wide-idx3-ubyte", "--count", "300", "--out",
                            "r.png")
    if result.code == 0:
        assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG")
    else:
        assert result.code in (1, 2) and message_of(result.err)
        assert not (tmp_path / "r.png").exists()
