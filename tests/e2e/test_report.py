"""The page of a run, as a person reads it: in a browser, from the disk, without a network."""

import base64
import io
import json
import re
import shutil

import numpy as np
import pytest
from browser import DESKTOP, PHONE, Browser
from PIL import Image
from program import ONE_THREAD, Diabolo
from tables import write_csv

HOSTILE = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser():
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def light_desktop(browser):
    browser.look(DESKTOP)


@pytest.fixture(scope="session")
def noisy_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("noisy")
    Diabolo(folder)("train", "mnist-mini", "--arch", "conv", "--channels", "4,8", "--latent", "8",
                    "--epochs", "1", "--noise", "gaussian:0.3", *ONE_THREAD, "--out", "run")
    return folder / "run"


def opened(browser, path):
    browser.open(path)
    assert browser.errors() == []
    asked = browser.requests()
    assert asked and all(re.match("file:|data:", address) for address in asked), asked
    return browser


def blank(pixels):
    return len(np.unique(pixels.reshape(-1, 3), axis=0)) < 20


def charts(browser):
    return browser.run("return charts.map((one) => one.canvas.getAttribute('aria-label'))")


def place_of_point(browser, i):
    """Pixels of sample i within the canvas of the codes."""
    return browser.run("""
        const one = charts.find((chart) => chart.canvas.ariaLabel.startsWith("Scatter"));
        for (const [s, set] of one.shown.data.datasets.entries()) {
          const at = set.data.findIndex((point) => point.i === arguments[0]);
          if (at < 0) continue;
          const { x, y } = one.shown.getDatasetMeta(s).data[at];
          return [x, y];
        }""", i)


def hover_over_some_point(browser):
    selector = "canvas[aria-label^=Scatter]"
    for i in range(10):  # Another may lie on top of one.
        browser.hover(selector, *place_of_point(browser, i))
        if browser.count("#hover:not([hidden])"):
            return
    raise AssertionError("no point shows anything")


def test_training_writes_a_page_that_opens_from_the_disk(browser, tiny_run):
    opened(browser, tiny_run / "report.html")
    assert browser.texts("h1") == [str(tiny_run.name)]
    assert browser.run("return document.title").startswith("run")
    sections = browser.texts("h2")
    assert {"Learning curves", "Reconstructions", "A walk along each code unit",
            "Errors of single samples", "What each code unit carries"} <= set(sections)
    assert "Codes: the 2 of 8 units with the most variance" in sections


def test_requests_to_a_network_would_be_seen_and_are_refused(browser, tiny_run, tmp_path):
    """The check above can fail, and the page itself forbids what it checks."""
    page = (tiny_run / "report.html").read_text()
    call = "<main><img src='http://127.0.0.1:9/x.png'>"
    (tmp_path / "allowed.html").write_text(
        re.sub("<meta http-equiv[^>]*>", "", page).replace("<main", call, 1))
    browser.open(tmp_path / "allowed.html")
    assert any(address.startswith("http:") for address in browser.requests())
    (tmp_path / "refused.html").write_text(page.replace("<main", call, 1))
    browser.open(tmp_path / "refused.html")
    assert any("Content Security Policy" in error for error in browser.errors())


def test_no_chart_is_blank(browser, tiny_run):
    opened(browser, tiny_run / "report.html")
    labels = charts(browser)
    assert len(labels) == 5 and all(labels)
    for i, label in enumerate(labels):
        browser.run("charts[arguments[0]].canvas.id = 'chart' + arguments[0]", i)
        assert not blank(browser.picture(f"#chart{i}")), label


def test_figures_are_those_of_the_summary(browser, tiny_run):
    opened(browser, tiny_run / "report.html")
    summary = json.loads((tiny_run / "summary.json").read_text())
    tiles = dict(zip(browser.texts(".tile dt"), browser.texts(".tile dd")))
    network = tiles["Network’s MSE"].split()[0]
    assert float(network) == pytest.approx(summary["validation_mse"], rel=0.005)
    pca = tiles["PCA’s MSE"].split()[0]
    assert float(pca) == pytest.approx(summary["pca_validation_mse"], rel=0.005)
    assert any(f"{summary['validation_mse']:.3g}" in text for text in browser.texts("td"))


def test_figures_of_a_table_are_those_of_evaluate(browser, diabolo, wine_run):
    """It trains with noise on the input; neither of these has any."""
    found = json.loads(diabolo("evaluate", wine_run, "--json").out)
    opened(browser, wine_run / "report.html")
    errors = browser.run("return page.errors")
    assert errors["model"] == pytest.approx(found["model"]["mse"], rel=1e-3)
    assert errors["pca"] == pytest.approx(found["pca"]["mse"], rel=1e-3)
    assert browser.texts(".verdict") == [found["verdict"]]


def test_a_point_under_the_pointer_shows_its_image(browser, tiny_run):
    opened(browser, tiny_run / "report.html")
    assert browser.count("#hover[hidden]") == 1
    hover_over_some_point(browser)
    assert "error" in browser.texts("#hover")[0]
    assert re.search(r"label \d", browser.texts("#hover")[0])
    picture = browser.picture("#hover .look")
    assert picture.max() > 150 and picture.min() < 30 and picture.shape[0] >= 100


def pixels_of(uri):
    raw = base64.b64decode(uri.split(",", 1)[1])
    return np.asarray(Image.open(io.BytesIO(raw)))


@pytest.mark.parametrize("sample", [0, 57])
def test_what_is_shown_for_a_point_is_its_own_image(browser, tiny_run, sample):
    opened(browser, tiny_run / "report.html")
    page = browser.run("return page")
    sheet, columns = pixels_of(page["points"]["sheet"]["uri"]), page["points"]["sheet"]["columns"]
    top, left = 28 * (sample // columns), 28 * (sample % columns)
    image = sheet[top:top + 28, left:left + 28]
    if sample == 0:  # It is also the first of the reconstructions.
        assert np.array_equal(image, pixels_of(page["examples"][0]["clean"]))
    browser.run("document.body.replaceChildren(el('div', { class: 'hover' }, look(arguments[0])))",
                sample)
    shown = browser.picture(".look")
    assert shown.shape == (112, 112, 3) and image.std() > 30
    inside = slice(8, -8)  # Corners are round.
    assert np.array_equal(shown[inside, inside, 0], image.repeat(4, 0).repeat(4, 1)[inside, inside])


@pytest.mark.parametrize("which", ["tiny_run", "wine_run", "noisy_run"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE, (320, 600)])
def test_nothing_scrolls_sideways(browser, request, which, size):
    browser.look(size)
    opened(browser, request.getfixturevalue(which) / "report.html")
    assert browser.run("return document.documentElement.scrollWidth") <= size[0]


def test_dark_mode_changes_page_and_charts_and_follows_the_reader(browser, tiny_run):
    opened(browser, tiny_run / "report.html")
    light_page, light_chart = browser.picture(), browser.picture("canvas")
    browser.look(DESKTOP, dark=True)
    dark_page, dark_chart = browser.picture(), browser.picture("canvas")
    assert light_page.mean() > 200 and dark_page.mean() < 80
    assert np.median(light_chart) > 200 and np.median(dark_chart) < 80
    assert not blank(dark_chart) and browser.errors() == []


def test_every_picture_and_table_has_words(browser, tiny_run, wine_run):
    for run in (tiny_run, wine_run):
        opened(browser, run / "report.html")
        assert browser.count("img:not([alt]), img[alt=''], canvas:not([aria-label])") == 0
        assert browser.count("table") == browser.count("table:has(caption):has(th[scope=col])") > 0


def test_rows_of_a_table_are_shown_in_their_own_units(browser, wine_run):
    opened(browser, wine_run / "report.html")
    assert "Error of each column" in browser.texts("h2")
    head = browser.run("return [...document.querySelectorAll('table')].find((table) => "
                       "table.caption.textContent.startsWith('Rows and')).tHead.innerText")
    assert "alcohol" in head and "proline" in head
    hover_over_some_point(browser)
    card = browser.texts("#hover")[0]
    alcohol = float(re.search(r"alcohol\n([\d.]+)", card).group(1))
    assert 11 <= alcohol <= 15
    assert "Scatter of" in " ".join(charts(browser))


def test_a_run_with_noise_shows_noisy_and_cleaned(browser, noisy_run):
    opened(browser, noisy_run / "report.html")
    assert "Noisy samples, cleaned" in browser.texts("h2")
    alts = browser.run("return [...document.querySelectorAll('.samples figure:first-child img')]"
                       ".slice(0, 3).map((image) => image.alt)")
    assert [alt.split()[0] for alt in alts] == ["original", "with", "cleaned,"]
    captions = browser.texts("caption")
    assert any("Error with noise gaussian:0.3" in text for text in captions)


def test_texts_of_users_stay_texts(browser, tmp_path, diabolo):
    random = np.random.default_rng(0)
    rows = [[HOSTILE + str(i), *(f"{x:.3f}" for x in random.normal(size=3)), HOSTILE]
            for i in range(60)]
    write_csv(tmp_path / "evil.csv", ["id", HOSTILE, "&amp; <b>", "'\"`", "label"], rows)
    diabolo("train", "evil.csv", "--id", "id", "--label", "label", "--epochs", "3", *ONE_THREAD,
            "--out", "<b>run")
    opened(browser, tmp_path / "<b>run" / "report.html")
    assert browser.run("return document.title") == "<b>run – diabolo"
    assert browser.texts("h1") == ["<b>run"]
    assert browser.count("b img, script[src], [onerror]") == 0
    assert any(text.startswith("</script><script>") for text in browser.texts("th"))
    hover_over_some_point(browser)
    assert browser.errors() == [] and "</script>" in browser.texts("#hover")[0]


def test_pages_are_small(tiny_run, wine_run, noisy_run):
    for run in (tiny_run, wine_run, noisy_run):
        assert 200_000 < (run / "report.html").stat().st_size < 1_500_000


def test_runs_stand_beside_each_other(browser, tmp_path, diabolo, tiny_run, noisy_run):
    result = diabolo("report", tiny_run, noisy_run, "--out", "both.html")
    assert result.out == "both.html: 2 runs beside each other\n"
    opened(browser, tmp_path / "both.html")
    rows = browser.texts("#runs tbody tr")
    assert len(rows) == 2
    summary = json.loads((tiny_run / "summary.json").read_text())
    assert f"{summary['validation_mse']:.3g}" in rows[0] and f"{summary['parameters']:,}" in rows[0]
    assert "conv" in rows[1] and "gaussian:0.3" in rows[1]
    assert browser.run("return charts[0].shown.data.datasets.length") == 2
    assert not blank(browser.picture("canvas"))
    browser.look(PHONE, dark=True)
    assert browser.run("return document.documentElement.scrollWidth") <= PHONE[0]
    message = diabolo.error("report", tiny_run, noisy_run, "--out", "both.html")
    assert "--overwrite" in message


def test_without_its_data_a_page_has_the_rest_and_says_so(browser, diabolo, tmp_path, wine_run):
    shutil.copytree(wine_run, tmp_path / "run")
    config = (tmp_path / "run" / "config.toml").read_text()
    (tmp_path / "run" / "config.toml").write_text(config.replace("\"wine\"", "\"gone.csv\"")
                                                  .replace("'wine'", "'gone.csv'"))
    result = diabolo("report", "run")
    assert "the report shows no samples" in result.err and "gone.csv" in result.err
    opened(browser, tmp_path / "run" / "report.html")
    assert "Learning curves" in browser.texts("h2") and "Codes" not in browser.texts("h2")
    assert any("gone.csv" in text for text in browser.texts(".note"))
    assert browser.count("canvas") == 2


def test_names_beside_points_do_not_overlap(browser, tmp_path):
    crowd = np.random.default_rng(3).normal(scale=0.05, size=(24, 4))
    crowd[0] += 9  # Presses the others together.
    rows = [[f"a long name {i}", *row] for i, row in enumerate(crowd.tolist())]
    write_csv(tmp_path / "t.csv", ["name", *"abcd"], rows)
    Diabolo(tmp_path)("train", "t.csv", "--id", "name", "--epochs", "5", *ONE_THREAD, "--out", "run")
    opened(browser, tmp_path / "run/report.html")
    places = browser.run("""
        const one = charts.find((chart) => chart.canvas.ariaLabel.startsWith("Scatter"));
        return one.shown.namePlaces""")
    assert len(places) >= 2 and "a long name 0" in {place["name"] for place in places}
    for i, a in enumerate(places):
        for b in places[:i]:
            assert (a["right"] <= b["left"] or b["right"] <= a["left"] or
                    a["bottom"] <= b["top"] or b["bottom"] <= a["top"]), (a, b)
