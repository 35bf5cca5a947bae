"""A page in another page, in a frame without rights, and on paper, in a real browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import PATIENCE, Opened, Opener
from page_examples import SMALL

from kg.pages import network_page

pytestmark = pytest.mark.browser


@pytest.fixture
def embedded(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    file = tmp_path / "embedded.html"
    file.write_text(network_page(SMALL), encoding="utf-8", newline="\n")
    context = browser.new_context(viewport={"width": 1000, "height": 560}, reduced_motion="reduce")
    page = context.new_page()
    seen = Opened(page)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto(file.as_uri() + "?embed#kind=Person")
    page.wait_for_selector("html[data-ready=yes]", timeout=PATIENCE)
    seen.still()
    yield seen
    context.close()


def test_embedded_page_is_the_picture(embedded: Opened) -> None:
    """With ?embed there is the picture, one line that says what it is, a way to the full page, and no more."""
    page = embedded.page
    for gone in (".top", "#rail", "#time", "#panel"):
        assert not page.is_visible(gone), gone
    box = page.locator("#view-network").bounding_box()
    assert box["width"] == 1000
    assert box["height"] > 500
    assert "A small network" in embedded.text(".credits")
    assert page.get_attribute(".credits a", "href") == page.url.replace("?embed", "")
    embedded.click_actor("north")
    embedded.says("#panel h2", "Northland")
    assert page.is_visible("#panel")
    # The sheet does not lie over what was chosen.
    assert embedded.point("actor", "north")["x"] < page.locator("#panel").bounding_box()["x"]
    page.hover(".credits a")
    assert "actor=north" in page.get_attribute(".credits a", "href")
    page.click("#panel .close")
    embedded.until("() => document.getElementById('panel').getClientRects().length === 0")
    assert embedded.complaints == []


def test_embedded_page_may_keep_its_period(browser: Any, tmp_path: Path) -> None:
    """embed=time, in the query or in the fragment, keeps the period below the picture; links leave it out."""
    file = tmp_path / "embedded.html"
    file.write_text(network_page(SMALL), encoding="utf-8", newline="\n")
    for address in ("?embed=time", "#embed=time"):
        page = browser.new_page()
        page.goto(file.as_uri() + address)
        page.wait_for_selector("html[data-embed=time][data-ready=yes]", timeout=PATIENCE)
        assert page.is_visible("#time")
        assert not page.is_visible(".top")
        assert page.get_attribute(".credits a", "href") == file.as_uri()
        page.close()


@pytest.fixture
def sandboxed(browser: Any, tmp_path: Path) -> Iterator[tuple[Any, Any]]:
    """A frame without any rights but scripts, as notebooks show it: the outer page, the frame."""
    page = browser.new_page(viewport={"width": 1300, "height": 800}, reduced_motion="reduce")
    inner = html.escape(network_page(SMALL))
    file = tmp_path / "outer.html"
    style = "width:1250px;height:760px"
    outer = f'<!doctype html><iframe sandbox="allow-scripts" style="{style}" srcdoc="{inner}"></iframe>'
    file.write_text(outer, "utf-8")
    page.goto(file.as_uri())
    frame = page.wait_for_selector("iframe").content_frame()
    frame.wait_for_selector("html[data-ready=yes]", timeout=PATIENCE)
    yield page, frame
    page.close()


def test_named_frame_is_embedded(browser: Any, tmp_path: Path) -> None:
    """A frame made of a string has no address; its name says that it is a part of another page."""
    page = browser.new_page(reduced_motion="reduce")
    inner, file = html.escape(network_page(SMALL)), tmp_path / "outer.html"
    file.write_text(f'<!doctype html><iframe name="embed" sandbox="allow-scripts" srcdoc="{inner}"></iframe>', "utf-8")
    page.goto(file.as_uri())
    frame = page.wait_for_selector("iframe").content_frame()
    frame.wait_for_selector("html[data-embed=picture][data-ready=yes]", timeout=PATIENCE)
    assert not frame.is_visible(".top")
    assert "A small network" in frame.inner_text(".credits")
    # There is no full page to lead to.
    assert frame.locator(".credits a").count() == 0
    page.close()


def test_sandboxed_frame_shows_what_it_may_not_save(sandboxed: tuple[Any, Any]) -> None:
    """In a frame that may not save, a sentence says so, and text or picture stand there for copying."""
    page, frame = sandboxed
    for name, start in (("svg", "<?xml"), ("csv-statements", "\ufeffdate,"), ("json", "{")):
        frame.click("#export")
        frame.click(f"[data-export={name}]")
        frame.wait_for_selector("#handout[open] textarea")
        assert "may keep it from saving files" in frame.inner_text("#handout p")
        assert frame.input_value("#handout textarea").startswith(start)
        page.keyboard.press("Escape")
        frame.wait_for_selector("#handout", state="hidden")
    frame.click("#export")
    frame.click("[data-export=png]")
    frame.wait_for_function("() => document.querySelector('#handout[open] img')?.naturalWidth > 500", timeout=PATIENCE)
    page.keyboard.press("Escape")
    assert frame.locator("[data-export=print]").count() == 0
    frame.click("#export")
    frame.click("[data-export=link]")
    frame.wait_for_selector("#handout[open] textarea")
    assert frame.input_value("#handout textarea") == "network.html"
    assert "no address of its own" in frame.inner_text("#handout p")


def on_paper(seen: Opened) -> str:
    seen.page.emulate_media(media="print", reduced_motion="reduce")
    seen.until("() => document.querySelector('.made-of')")
    return seen.text("body")


def test_paper_has_view_evidence_and_origin(open_page: Opener) -> None:
    """Printed, the page is black on white, without controls, with the picture, the evidence and what it is made of."""
    with open_page(fragment="edge=n-s-disputes", scheme="dark") as seen:
        text = on_paper(seen)
        page = seen.page
        for gone in (".search", ".views", ".actions", "#rail", ".zoom", "#time", ".close", "#picture", "#focus"):
            assert not page.is_visible(gone), gone
        assert page.is_visible("#view-network > svg.on-paper")
        for part in ("We will keep the harbour open.", "Selection: issue: harbour", "7 statements"):
            assert part in text
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.querySelector('.card')).color") == "rgb(0, 0, 0)"
        assert page.get_attribute(".on-paper > rect", "fill") == "#fff"
        page.emulate_media(media="screen")
        seen.until("() => !document.querySelector('.on-paper, .made-of')")
        assert page.get_attribute("html", "data-theme") == "dark"


@pytest.mark.parametrize("view", ["network", "stances", "agreement", "table"])
def test_every_view_prints(open_page: Opener, view: str) -> None:
    """Every view becomes a document of its own, and the page is afterwards as it was."""
    with open_page(fragment="" if view == "network" else f"view={view}") as seen:
        before = seen.link()
        data = seen.page.pdf()
        assert data.startswith(b"%PDF")
        assert len(re.findall(rb"/Type\s*/Page\b", data)) in (1, 2, 3)
        seen.until("() => !document.querySelector('.on-paper, .made-of')")
        assert seen.link() == before
        assert seen.complaints == []
