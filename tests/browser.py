"""A real browser for tests of pages: Chromium without a window, through playwright.

It says what a page asked for and what went wrong on it, so that a test can demand silence.

Nothing here counts on speed. A click waits until what it aims at stands still and is not covered, and
then until the page says what was chosen; whatever else a test expects, it waits for. Only a page that
never comes to it fails, after :data:`PATIENCE`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

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
    # One process for all pages of a browser: to start one takes longer than most tests.
    "--process-per-site",
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
]

PATIENCE = 30_000
"""Milliseconds until a page that does not do what it should has failed, on a slow and busy machine too."""

SLOWED = float(os.environ.get("KG_TEST_SLOWED", "1"))
"""How many times slower the browser shall run its pages, to find what counts on speed."""

# True after three frames in which every name and the point asked for kept their places in the window.
# A picture that is about to be drawn anew changes one of them in the next frame.
STILL = """([kind, id]) => new Promise(done => {
  const find = { actor: () => kgPage.actorPoint(id), edge: () => kgPage.edgePoint(id), none: () => null }[kind];
  let last = '', same = 0;
  const look = () => {
    const point = find(), now = JSON.stringify([point, kgPage.labels(), innerWidth, innerHeight]);
    same = now === last ? same + 1 : 0;
    last = now;
    if (same < 2) { requestAnimationFrame(look); return; }
    const hit = point && document.elementFromPoint(point.x, point.y);
    done(point ? Boolean(hit && hit.closest('#picture')) && point : true);
  };
  requestAnimationFrame(look);
})"""
CHOSEN = "([kind, id]) => new URLSearchParams(kgPage.link()).get(kind) === id"


@dataclass
class Opened:
    """A page in the browser with what it did: requests beyond its own file, and complaints."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def until(self, condition: str, argument: Any = None) -> Any:
        """Wait until a JavaScript condition holds; returns its value."""
        from playwright.sync_api import TimeoutError as Late

        try:
            return self.page.wait_for_function(condition, arg=argument, timeout=PATIENCE).json_value()
        except Late:
            pytest.fail(
                f"After {PATIENCE / 1000:.0f} s still not so: {condition} of {argument!r}. "
                f"The page's link is {self.link()!r}, its complaints are {self.complaints}."
            )

    def still(self) -> None:
        """Wait until the picture is drawn and nothing in it moves."""
        self.until(STILL, ["none", ""])

    def point(self, kind: str, id: str) -> dict[str, float]:
        """Where an ``actor`` or the middle of an ``edge`` is in the window, once it stands still, uncovered."""
        found: dict[str, float] = self.until(STILL, [kind, id])
        return found

    def click_at(self, point: dict[str, float]) -> None:
        self.page.mouse.click(point["x"], point["y"])

    def click_actor(self, id: str) -> None:
        """One click on an actor in the picture, and the page says that it is chosen."""
        self.click_at(self.point("actor", id))
        self.until(CHOSEN, ["actor", id])

    def click_edge(self, id: str) -> None:
        """One click on the middle of a line in the picture, and the page says that it is chosen."""
        self.click_at(self.point("edge", id))
        self.until(CHOSEN, ["edge", id])

    def link(self) -> str:
        """The view as the page itself puts it into a link."""
        return str(self.page.evaluate("kgPage.link()"))

    def links(self, link: str) -> None:
        """Wait until the page's link is exactly this one."""
        self.until("link => kgPage.link() === link", link)

    def says(self, selector: str, text: str) -> None:
        """Wait until the text of the first such element holds ``text``."""
        self.until(
            "([where, text]) => (document.querySelector(where)?.innerText ?? '').includes(text)", [selector, text]
        )

    def reads(self, selector: str, text: str) -> None:
        """Wait until the text of the first such element is ``text``, no more and no less."""
        self.until("([where, text]) => document.querySelector(where)?.innerText === text", [selector, text])

    def counts(self, selector: str, number: int) -> None:
        """Wait until there are so many such elements."""
        self.until("([where, n]) => document.querySelectorAll(where).length === n", [selector, number])

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
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=4 * PATIENCE)
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
    slowed: float = SLOWED,
) -> Iterator[Opened]:
    """``file`` opened from disk in a page of its own, ready to be used; ``slowed`` times slower than it could be."""
    page = _shared_context(browser).new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if slowed > 1:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
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
    page.wait_for_selector("html[data-ready=yes]")
    seen.still()
    try:
        yield seen
    finally:
        page.close()


def _shared_context(browser: Any) -> Any:
    """One context for all pages of a browser, which keep nothing in it; its first page keeps the process alive."""
    if browser not in _contexts:
        context = _contexts[browser] = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(PATIENCE)
        context.set_default_navigation_timeout(2 * PATIENCE)
        context.new_page()
    return _contexts[browser]


_contexts: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

Opener = Callable[..., AbstractContextManager[Opened]]


def opener(browser: Any, folder: Path) -> Opener:
    """A function that writes a document's page into ``folder`` and opens it, by default the small one."""

    def open_document(document: Document = SMALL, **options: Any) -> AbstractContextManager[Opened]:
        file = folder / "page.html"
        file.write_text(network_page(document), encoding="utf-8", newline="\n")
        return opened(browser, file, **options)

    return open_document


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for a module; its driver's event loop must not outlive it."""
    with chromium() as running:
        yield running


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Opener:
    """Writes a document's page into the test's folder and opens it."""
    return opener(browser, tmp_path)
