"""The system's Chromium for tests of HTML pages; never a downloaded browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Root has no sandbox to enter, and a container may have a small /dev/shm and no GPU.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def executable() -> str:
    """The browser's path; a missing one fails with a sentence."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise AssertionError("the test of the atlas needs Chromium: apt-get install chromium")
    return found


@contextmanager
def page(width: int = 1100, height: int = 900) -> Iterator[tuple[Page, list[str]]]:
    """A page of a headless browser, and the list that collects what its console complains about or what it asks
    of the network."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        view = browser.new_page(viewport={"width": width, "height": height})
        view.set_default_timeout(20_000)
        view.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        view.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        view.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        view.on("request", lambda request: _local(request.url, complaints))
        try:
            yield view, complaints
        finally:
            browser.close()


def _local(url: str, complaints: list[str]) -> None:
    if not url.startswith(("file:", "data:")):
        complaints.append(f"network: {url}")
