"""Comparison pages and reports in a real browser: opened, read, printed, on a phone and without scripts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from article_examples import HOSTILE, SMALL, hostile
from browser import PATIENCE, Opened

import kg
from kg.pages.article import Article
from kg.pages.frame import framed
from kg.pages.prose import article_page

pytestmark = pytest.mark.browser

A, B = "Taliban", "Afghan government"

# For each text: its colour against what is behind it, as the ratio that WCAG asks for.
CONTRAST = """() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = text => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = text; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = node => { for (let at = node; at; at = at.parentElement) {
    const colour = rgb(getComputedStyle(at).backgroundColor); if (colour[3] === 255) return colour; }
    return [255, 255, 255, 255]; };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !node.checkVisibility() || node.closest('.skip, svg, script, style')) continue;
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push([node.className || node.tagName, walk.currentNode.data.slice(0, 30), ratio]);
  }
  return found;
}"""

# What can be clicked and is smaller than 24 by 24 pixels, links inside sentences apart.
SMALL_TARGETS = """() => [...document.querySelectorAll('button, summary, nav a, .ref, .sources a')]
  .filter(node => node.checkVisibility() && !node.hidden)
  .filter(node => { const box = node.getBoundingClientRect(); return box.height < 24 || box.width < 24; })
  .map(node => node.outerHTML.slice(0, 80))"""


@contextmanager
def page_in(
    browser: Any, file: Path, *, scripts: bool = True, width: int = 1280, scheme: str = "light"
) -> Iterator[Opened]:
    """A page opened from disk, with what it asked for and complained of."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    seen, address = Opened(page), file.resolve().as_uri()
    page.on(
        "request",
        lambda request: seen.requests.append(request.url)
        if request.url.split("#")[0] != address and not request.url.startswith("data:")
        else None,
    )
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("console", lambda m: seen.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.goto(address)
    if scripts:
        page.wait_for_selector("html[data-ready=yes]")
    try:
        yield seen
    finally:
        context.close()


Opener = Callable[..., AbstractContextManager[Opened]]


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Opener:
    def opener(made: str | Article = SMALL, **options: Any) -> AbstractContextManager[Opened]:
        file = tmp_path / "page.html"
        text = made if isinstance(made, str) else article_page(made)
        file.write_text(text, encoding="utf-8", newline="\n")
        return page_in(browser, file, **options)

    return opener


@pytest.fixture(scope="module")
def pages(corpus: kg.KnowledgeGraph) -> dict[str, str]:
    """The pages of the shipped corpus: a comparison, one of all actors, a report."""
    release = corpus.where(issues="prisoner release")
    return {
        "comparison": kg.compare(release, A, B).to_html(),
        "everyone": kg.compare(release).to_html(),
        "report": kg.report(corpus, A, B).to_html(),
    }


@pytest.mark.parametrize("name", ["comparison", "everyone", "report"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_corpus_ask_nobody_and_can_be_read(
    open_page: Opener, pages: dict[str, str], name: str, scheme: str
) -> None:
    """A page makes no request, complains of nothing, and has contrast, targets, headings and names as WCAG asks."""
    with open_page(pages[name], scheme=scheme) as seen:
        page = seen.page
        page.click("#open")
        seen.until("() => [...document.querySelectorAll('details')].every(fold => fold.open)")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(SMALL_TARGETS) == []
        levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(node => Number(node.tagName[1]))")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
        assert page.get_attribute("html", "lang") == "en"
        assert page.evaluate("[...document.querySelectorAll('[id]')].length === new Set("
                             "[...document.querySelectorAll('[id]')].map(node => node.id)).size")
        assert page.evaluate("getComputedStyle(document.body).colorScheme") == scheme
        assert seen.requests == []
        assert seen.complaints == []


def test_quote_and_source_within_two_actions(open_page: Opener, pages: dict[str, str]) -> None:
    """One click on the evidence of a value shows a quotation with its speaker, another leads to its source."""
    with open_page(pages["comparison"]) as seen:
        side = seen.page.locator(".side", has=seen.page.locator("blockquote")).first
        assert not side.locator("blockquote").first.is_visible()
        side.locator("summary").click()
        account = side.locator(".account", has=seen.page.locator("blockquote")).first
        assert account.locator("blockquote").is_visible()
        assert account.locator("time").inner_text()
        assert account.locator(".voices").inner_text()
        number = account.locator(".ref").first
        goal = str(number.get_attribute("href"))
        number.click()
        seen.until("goal => location.hash === goal", goal)
        assert seen.page.locator(goal).is_visible()
        assert len(seen.page.locator(goal).inner_text()) > 10


def test_keyboard_opens_evidence_and_skips_to_the_text(open_page: Opener) -> None:
    """The first stop of the tab key skips to the text; Enter opens the evidence that has the focus."""
    with open_page() as seen:
        seen.page.keyboard.press("Tab")
        seen.until("() => document.activeElement.classList.contains('skip')")
        seen.page.keyboard.press("Enter")
        seen.until("() => document.activeElement.id === 'main'")
        seen.page.locator("summary").first.focus()
        seen.page.keyboard.press("Enter")
        seen.until("() => document.querySelector('details').open")
        assert seen.page.locator("blockquote").first.inner_text() == "“We will keep the quay open.”"


def test_all_evidence_opens_and_closes(open_page: Opener) -> None:
    """One button opens all evidence and then offers to close it."""
    with open_page() as seen:
        seen.reads("#open", "Open all evidence")
        seen.page.click("#open")
        seen.reads("#open", "Close all evidence")
        seen.page.click("#open")
        seen.reads("#open", "Open all evidence")
        seen.until("() => ![...document.querySelectorAll('details')].some(fold => fold.open)")


def test_reads_without_scripts(open_page: Opener, pages: dict[str, str]) -> None:
    """Without scripts everything is there, evidence opens, and no dead button is shown."""
    with open_page(pages["report"], scripts=False) as seen:
        assert not seen.page.locator("button").first.is_visible()
        summary = seen.page.locator("summary").first
        summary.click()
        assert seen.page.locator("details[open] .account").first.is_visible()
        assert seen.requests == []


def test_print_shows_all_evidence_and_no_controls(open_page: Opener) -> None:
    """On paper the evidence stands open with the addresses of sources, and contents and buttons are gone."""
    with open_page(scripts=False) as seen:
        seen.page.emulate_media(media="print")
        assert seen.page.locator("blockquote").first.is_visible()
        assert not seen.page.locator("nav").is_visible()
        assert not seen.page.locator("summary").first.is_visible()
        shown = seen.page.evaluate("getComputedStyle(document.querySelector('.sources a'), '::after').content")
        assert "example.org/gazette" in shown or "attr(href)" in shown
        assert len(seen.page.pdf()) > 5000


@pytest.mark.parametrize("name", ["comparison", "everyone", "report"])
@pytest.mark.parametrize("width", [320, 820, 1920])
def test_no_page_is_wider_than_the_window(open_page: Opener, pages: dict[str, str], name: str, width: int) -> None:
    """From a small phone to a wide screen nothing sticks out; wide tables scroll on their own."""
    with open_page(pages[name], width=width) as seen:
        seen.page.click("#open")
        seen.until("() => document.querySelector('details').open")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.locator("h1").is_visible()


def test_hostile_text_runs_nothing(open_page: Opener) -> None:
    """Whatever stands in a label, a quote or an address, nothing of it runs, and it is shown as it is written."""
    with open_page(hostile(), width=390) as seen:
        seen.page.click("#open")
        seen.until("() => [...document.querySelectorAll('details')].every(fold => fold.open)")
        assert seen.page.evaluate("window.harmed") is None
        assert seen.page.evaluate("document.querySelectorAll('img[src=x], script').length") == 1
        assert HOSTILE[0] in seen.text("main")
        assert "{{ 7*7 }}" in seen.text("main")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert seen.requests == []
        assert seen.complaints == []


def test_frame_in_a_notebook_reads_and_follows_its_own_links(open_page: Opener) -> None:
    """In a sandboxed frame among foreign styles the page looks like itself, and its links stay on it."""
    title = 'A "comparison"'
    around = (
        "<!doctype html><html data-ready=yes><meta charset=utf-8><link rel=icon href='data:,'>"
        f"<style>* {{ color: red !important; font-size: 40px }}</style>{framed(article_page(SMALL), title)}"
    )
    with open_page(around) as seen:
        assert seen.page.locator("iframe").get_attribute("title") == title
        frame = seen.page.frame_locator("iframe")
        frame.locator("html[data-ready=yes]").wait_for(state="attached")
        heading = frame.locator("h1")
        assert heading.inner_text() == "Town council and Fishers"
        assert heading.evaluate("node => getComputedStyle(node).color") != "rgb(255, 0, 0)"
        frame.locator("summary").first.click()
        frame.locator(".account .ref").first.click()
        seen.until("() => true")
        assert frame.locator("#source-1").is_visible()
        assert frame.locator("h1").inner_text() == "Town council and Fishers"
        assert seen.requests == ["about:srcdoc"] or seen.requests == []
        assert seen.complaints == []


def test_scale_shows_who_stands_where(open_page: Opener) -> None:
    """On the scale an actor's mark stands at its value, in the form that stands beside its name; text says it, too."""
    with open_page() as seen:
        scale = seen.page.locator(".scale").first
        assert scale.locator("circle.for").count() == 1
        assert scale.locator(".range").count() == 1
        assert seen.page.locator(".side").first.locator(".key circle").count() == 1
        text = re.sub(r"\s+", " ", seen.text(".meeting"))
        assert "strongly supports (mean +1.50, +1 to +2)" in text
        assert "not known" in text
