#!/usr/bin/env python3
"""A page in headless Chromium as a PNG, by the driver of the tests.

screenshot.py PAGE PNG [--size WIDTHxHEIGHT] [--dark] [--scale 2] [--hover N] [--whole]
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "e2e"))
from browser import Browser  # noqa: E402

POINT = """
const one = charts.find((chart) => chart.canvas.ariaLabel.startsWith("Scatter"));
const set = one.shown.data.datasets.findIndex((each) => each.data.some((at) => at.i === arguments[0]));
const { x, y } = one.shown.getDatasetMeta(set).data[
  one.shown.data.datasets[set].data.findIndex((at) => at.i === arguments[0])];
return [x, y];
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page")
    parser.add_argument("png", type=Path)
    parser.add_argument("--size", default="1280x900", help="of the window, in CSS pixels")
    parser.add_argument("--scale", type=float, default=1, help="pixels a CSS pixel")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--hover", type=int, help="the sample whose point is under the pointer")
    parser.add_argument("--whole", action="store_true", help="all of the page, not the window alone")
    asked = parser.parse_args()
    browser = Browser()
    try:
        width, height = map(int, asked.size.split("x"))
        browser.look((width, height), dark=asked.dark, scale=asked.scale)
        browser.open(asked.page)
        if asked.hover is not None:
            browser.hover("canvas[aria-label^=Scatter]", *browser.run(POINT, asked.hover))
        raw = browser.whole_page() if asked.whole else browser.window()
        asked.png.parent.mkdir(parents=True, exist_ok=True)
        asked.png.write_bytes(raw)
        if browser.errors():
            sys.exit(f"{asked.page}: {browser.errors()}")
    finally:
        browser.close()


if __name__ == "__main__":
    main()
