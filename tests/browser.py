"""A real browser for tests of pages: Chromium without a window, through playwright.

It says what a page asked for and what went wrong on it, so that a test can demand silence.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from page_examples import SMALL

from kg.pages import Document, network_page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Opened:
    """A page in the browser with what it did: requests beyond its own file, and complaints."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def click_at(self, point: dict[str, float]) -> None:
        self.page.mouse.click(point["x"], point["y"])

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))

    def labels(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate("kgPage.labels()")
        return found


@contextmanager
def chromium() -> Iterator[Any]:
    """One browser, to be shared by the tests of a module: starting it is the slow part."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("no Chromium: page tests need one (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Any,
    file: Path,
    *,
    fragment: str = "",
    width: int = 1440,
    height: int = 900,
    scheme: str = "light",
) -> Iterator[Opened]:
    """``file`` opened from disk in a fresh context, ready to be used."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    seen = Opened(page)
    address = file.resolve().as_uri()

    def note_request(request: Any) -> None:
        if request.url.split("#")[0] != address and not request.url.startswith("data:"):
            seen.requests.append(request.url)

    page.on("request", note_request)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: seen.complaints.append(message.text)
        if message.type in ("error", "warning")
        else None,
    )
    page.goto(address + (f"#{fragment}" if fragment else ""))
    page.wait_for_selector("html[data-ready=yes]", timeout=20_000)
    settle(page)
    try:
        yield seen
    finally:
        context.close()


Opener = Callable[..., AbstractContextManager[Opened]]


def opener(browser: Any, folder: Path) -> Opener:
    """A function that writes a document's page into ``folder`` and opens it, by default the small one."""

    def open_document(document: Document = SMALL, **options: Any) -> AbstractContextManager[Opened]:
        file = folder / "page.html"
        file.write_text(network_page(document), encoding="utf-8", newline="\n")
        return opened(browser, file, **options)

    return open_document


def settle(page: Any) -> None:
    """Wait until sizes are known and the picture is drawn."""
    page.wait_for_timeout(180)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
