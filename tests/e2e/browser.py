"""A page in headless Chromium, with what it said and asked for."""

import base64
import io
import json
import os
import time
from pathlib import Path

import numpy as np
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

DESKTOP = (1280, 900)
PHONE = (390, 844)
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DRIVER = os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")


class Browser:
    """One tab. Root may run Chromium without its sandbox alone."""

    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu",
                     "hide-scrollbars", "force-color-profile=srgb",
                     # Its own calls home, which would be seen beside the page's.
                     "disable-background-networking", "disable-component-update",
                     "disable-sync", "no-first-run", "no-default-browser-check"):
            options.add_argument(f"--{flag}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self._driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        self.look(DESKTOP)

    def close(self):
        self._driver.quit()

    def look(self, size, dark=False, scale=1):
        """The next pages are as wide and high as `size`, for a reader of this scheme."""
        width, height = size
        self._command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=scale, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._command("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, path):
        self._driver.get_log("browser")
        self._driver.get_log("performance")
        self._driver.get(Path(path).resolve().as_uri())

    def _command(self, name, **parameters):
        return self._driver.execute_cdp_cmd(name, parameters)

    def errors(self):
        """What the console was told since open()."""
        return [entry["message"] for entry in self._driver.get_log("browser")]

    def requests(self):
        """Addresses that the page asked for since open()."""
        messages = [json.loads(entry["message"])["message"]
                    for entry in self._driver.get_log("performance")]
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]

    def run(self, script, *arguments):
        return self._driver.execute_script(script, *arguments)

    def texts(self, selector):
        """What a person reads in each element."""
        return [one.text for one in self._driver.find_elements(By.CSS_SELECTOR, selector)]

    def count(self, selector):
        return len(self._driver.find_elements(By.CSS_SELECTOR, selector))

    def picture(self, selector=None):
        """Pixels [H, W, 3] of an element, or of what is in view."""
        if selector is None:
            raw = self.window()
        else:
            element = self._driver.find_element(By.CSS_SELECTOR, selector)
            self.run("arguments[0].scrollIntoView({block: 'center'})", element)
            raw = element.screenshot_as_png
        return np.asarray(Image.open(io.BytesIO(raw)).convert("RGB"))

    def window(self):
        """A PNG of what is in view."""
        return self._driver.get_screenshot_as_png()

    def whole_page(self, most=20_000):
        """A PNG of all of the page, down to `most` pixels."""
        size = self._command("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], most),
                "scale": 1}
        shot = self._command("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def hover(self, selector, x, y):
        """Moves the pointer to pixels from the left top of an element."""
        element = self._driver.find_element(By.CSS_SELECTOR, selector)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        size = element.size
        ActionChains(self._driver, duration=0).move_to_element_with_offset(
            element, x - size["width"] / 2, y - size["height"] / 2).perform()
        time.sleep(0.2)
