"""When a page is made, made again, left out or refused."""

import shutil

from program import ONE_THREAD, TINY, Diabolo, contents
from tables import write_csv
from training import interrupted_run


def test_a_page_is_made_again_as_training_made_it(tiny_run, wine_run, tmp_path):
    for run in (tiny_run, wine_run):
        copy = tmp_path / run.parent.name / "run"
        shutil.copytree(run, copy)
        before = contents(copy)
        (copy / "report.html").unlink()
        result = Diabolo(copy.parent)("report", "run")
        assert result.out == "run/report.html: report of 'run'\n"
        assert contents(copy) == before


def test_a_page_elsewhere_is_not_replaced_unasked(diabolo, tmp_path, tiny_run):
    (tmp_path / "mine.html").write_text("mine")
    assert "--overwrite" in diabolo.error("report", tiny_run, "--out", "mine.html")
    assert (tmp_path / "mine.html").read_text() == "mine"
    diabolo("report", tiny_run, "--out", "mine.html", "--overwrite")
    assert "Chart.js" in (tmp_path / "mine.html").read_text()


def test_data_that_changed_are_not_shown_as_the_runs(diabolo, tmp_path):
    rows = [[i, i * i % 17, i % 5] for i in range(80)]
    write_csv(tmp_path / "a.csv", ["x", "y", "z"], rows)
    diabolo("train", "a.csv", "--epochs", "2", *ONE_THREAD, "--out", "run")
    write_csv(tmp_path / "a.csv", ["x", "y", "z"], rows[::-1])
    assert "has changed since the run was trained" in diabolo("report", "run").err


def test_no_report_leaves_it_out(diabolo, tmp_path):
    train = ("train", "mnist-mini", *TINY, "--epochs", "1", "--out", "run")
    assert "open in a browser: run/report.html\n" in diabolo(*train).err
    assert "report.html" not in diabolo(*train, "--no-report", "--overwrite").err
    assert not (tmp_path / "run" / "report.html").exists()


def test_a_report_that_cannot_be_written_fails_no_training(diabolo, tmp_path):
    run = interrupted_run(tmp_path)
    (run / "report.html").mkdir()
    result = diabolo("train", "--resume", "run")
    assert "warning: no report was written" in result.err and "report.html" in result.err
    assert (run / "summary.json").exists()


def test_a_run_that_has_not_ended_has_a_page_too(diabolo, tmp_path):
    run = interrupted_run(tmp_path)
    assert not (run / "report.html").exists()
    diabolo("report", "run")
    page = (run / "report.html").read_text()
    assert '"curves":{' in page and '"points":{' in page and '"summary":{' not in page


def test_what_is_no_run_is_refused(diabolo, tmp_path):
    assert "no run folder" in diabolo.error("report", "nowhere")
