"""Whatever stands in a graph, a page shows it and runs none of it: every hostile text in every field, in every view."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from article_examples import SMALL as ARTICLE
from browser import PATIENCE, chromium
from click.testing import CliRunner
from page_examples import SMALL
from planting import HIT, NAMED_BY_ID, TEXTS, Planter, all_text_fields, tag
from quality_pages import GO, VIEWS, link_of

from kg.cli import cli
from kg.pages import article, document, network_page
from kg.pages.prose import article_page

pytestmark = pytest.mark.browser

# With something in every field, and no more: each of these texts is shown in all of them.
NETWORK = replace(
    SMALL,
    nodes=[replace(SMALL.nodes[0], measures={"number of neighbours": 2}), *SMALL.nodes[1:]],
    statements=[replace(SMALL.statements[0], also_in=["A reprint"]), *SMALL.statements[1:]],
)
# What no reader of a network meets: ids, and what is told of a source by its statements.
UNSEEN = {
    *("Node.id", "Edge.id", "Statement.id", "HeldStance.id", "Position.id", "Issue.id", "Source.id", "Relation.key"),
    *("Statement.date", "HeldStance.date", "Moment.date", "Source.date", "Source.reliability", "Source.url"),
    "Statement.source_url",
}
UNSEEN_IN_PROSE = {"Account.id", "Account.date", "Article.actors", "Figure.file", "Source.id", "Source.url"}
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"svg", "title", "desc", "defs", "pattern", "rect", "g", "path", "line", "circle", "polygon", "text"}

# Elements, handlers and addresses that no part of a page makes; and how many scripts there are.
FOREIGN = """() => {
  const strange = 'img:not([src^="data:image/svg+xml;base64,"]), iframe, object, embed, form, base, [autofocus]';
  const odd = [...document.querySelectorAll(strange)];
  for (const node of document.querySelectorAll('*')) {
    for (const { name, value } of node.attributes) {
      const own = node.matches('link[rel=icon], .credits a') && /^(data:,|file:)/.test(value);
      const link = /^(xlink:)?href$/i.test(name) && !own;
      if (/^on/i.test(name) || (link && !/^(https?:|mailto:|#)/i.test(value))) odd.push(node);
    }
  }
  return [odd.map(node => node.outerHTML.slice(0, 200)), document.querySelectorAll('script').length];
}"""
# The tags of all that a reader can read or hear on the page at the moment.
READ = """() => {
  const names = ['aria-label', 'title', 'label', 'alt'], texts = [document.title, document.body.innerText];
  for (const node of document.querySelectorAll('body *')) {
    for (const name of names) if (node.hasAttribute(name)) texts.push(node.getAttribute(name));
    if (node.matches('option, svg text')) texts.push(node.textContent);
  }
  return [...new Set(texts.join(' ').match(/\\u27e6[\\w.]+\\u27e7/g) || [])];
}"""
# Opens what is folded in rail and panel, and the menus.
OPEN = """async () => {
  for (const fold of document.querySelectorAll('details')) fold.open = true;
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  for (const more of document.querySelectorAll('#rail .more, #panel .more')) if (more.isConnected) more.click();
  for (const id of ['export', 'moments-open', 'play-menu-open']) document.getElementById(id)?.click();
}"""
IDS = """() => {
  const of = map => [...map], code = (...ids) => ids.map(encodeURIComponent).join(' ');
  const all = JSON.parse(document.getElementById('data').textContent), id = list => list.map(one => one.id);
  return {
    actor: id(all.nodes), edge: id(all.edges), position: id(all.positions),
    cell: all.stances.slice(0, 5).map(one => code(one.holder, one.position)),
    pair: [code(all.nodes[0].id, all.nodes[1].id)],
  };
}"""


class Tab:
    """A tab that notes every request, complaint and dialog of the pages that it is led to."""

    def __init__(self, browser: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.events: list[str] = []
        self.own = ""
        self.page.on("request", self._request)
        self.page.on("dialog", self._dialog)
        self.page.on("popup", lambda popup: self.events.append(f"popup: {popup.url}"))
        self.page.on("pageerror", lambda error: self.events.append(f"error: {error}"))
        self.page.on("console", self._console)

    def _request(self, request: Any) -> None:
        ours = ("data:image/svg+xml;base64", "data:,")
        if request.url.split("#")[0] != self.own and not request.url.startswith(ours):
            self.events.append(f"request: {request.url[:200]}")

    def _dialog(self, dialog: Any) -> None:
        self.events.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.events.append(f"{said.type}: {said.text}")

    def open(self, file: Path, text: str | None = None, *, query: str = "") -> None:
        if text is not None:
            file.write_text(text, encoding="utf-8", newline="\n")
        self.events.clear()
        self.own = file.resolve().as_uri() + query
        self.page.goto(self.own)
        if file.suffix == ".html":
            self.page.wait_for_selector("html[data-ready=yes]")

    def innocent(self, scripts: int) -> None:
        """Nothing of what was planted ran, asked for something, complained or became an element."""
        assert self.page.evaluate("window.hit") is None
        odd, found = self.page.evaluate(FOREIGN)
        assert odd == []
        assert found == scripts
        assert self.events == []

    def read(self) -> set[str]:
        return set(self.page.evaluate(READ))


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with chromium() as running:
        tab = Tab(running)
        yield tab
        tab.context.close()


def tour(tab: Tab, *, scripts: int) -> tuple[set[str], dict[str, str]]:
    """Show all that a network page has to show, view by view: the tags that were read, the pictures by view."""
    met: set[str] = set()
    pictures = {}
    ids = tab.page.evaluate(IDS)
    for view in VIEWS:
        # In the network one of each kind, in the other views a cell.
        links = [[kind, all[0]] for kind, all in ids.items() if view == "network" or kind == "cell"]
        for pair in [None, *links]:
            choice = tab.page.evaluate("pair => new URLSearchParams([pair]).toString()", pair) if pair else ""
            tab.page.evaluate(GO, link_of(view, choice))
            assert tab.page.is_visible(f"#view-{view}")
            assert tab.page.evaluate("document.body.classList.contains('choice')") is bool(pair), pair
            if pair is None or view == "network":
                tab.page.evaluate(OPEN)
            met |= tab.read()
        if view != "table":
            pictures[view] = tab.page.evaluate("kgPage.svg()")
        tab.innocent(scripts)
    tab.page.fill("#query", "window")
    met |= tab.read()
    tab.page.press("#query", "Escape")
    tab.page.press("#query", "Escape")
    tab.innocent(scripts)
    return met, pictures


def harmless(tab: Tab, folder: Path, pictures: dict[str, str]) -> None:
    """Exported pictures are well-formed, hold shapes and text alone, and run nothing when they are opened."""
    for view, text in pictures.items():
        for element in ElementTree.fromstring(text).iter():
            assert element.tag.removeprefix(SVG) in SHAPES
            assert not [name for name in element.attrib if name.lower().startswith("on") or "href" in name]
        tab.open(folder / f"{view}.svg", text)
        assert tab.page.evaluate("window.hit") is None
        assert tab.events == []


def test_nothing_is_left_out() -> None:
    """The documents of these tests have something in every field of text that the types of a page have."""
    planter = Planter("x")
    planter.plant(NETWORK)
    planter.plant(ARTICLE)
    assert all_text_fields(document, article) - planter.planted == set()
    assert len(planter.planted) > 70


@pytest.mark.parametrize("name", TEXTS)
def test_every_field_shows_its_text_and_runs_none_of_it(tab: Tab, tmp_path: Path, name: str) -> None:
    """A hostile text in all fields at once is shown in each, in every view, and stays text there and in pictures."""
    planter = Planter(TEXTS[name])
    planted = planter.plant(NETWORK)
    # All views with the drawing engine that is not ours for the worst of it; for the rest its picture alone.
    foreign = name in ("handler", "end of script")
    tab.open(tmp_path / "page.html", network_page(replace(planted, engine="vis" if foreign else "canvas")))
    met, pictures = tour(tab, scripts=4 if foreign else 3)
    assert {tag(one) for one in planter.planted - UNSEEN - NAMED_BY_ID} - met == set()
    harmless(tab, tmp_path, pictures)
    if foreign:
        tab.open(tmp_path / "page.html", query="?embed=time")
    else:
        tab.open(tmp_path / "page.html", network_page(replace(planted, engine="vis")))
    tab.innocent(4)


def test_names_that_objects_have_already_are_names_like_others(tab: Tab, tmp_path: Path) -> None:
    """``__proto__``, ``constructor`` and their like serve as ids and names of everything, on either engine."""
    planted = Planter(inborn=True).plant(NETWORK)
    for engine, scripts in (("vis", 4), ("canvas", 3)):
        tab.open(tmp_path / "page.html", network_page(replace(planted, engine=engine)))
        _, pictures = tour(tab, scripts=scripts)
        assert tab.page.evaluate("Object.prototype.hit === undefined && Object.keys(Object.prototype).length === 0")
        if engine == "vis":
            harmless(tab, tmp_path, pictures)


@pytest.mark.parametrize("names", [tuple(TEXTS)[:4], tuple(TEXTS)[4:]], ids=["markup", "others"])
def test_prose_shows_every_text_and_runs_none_of_it(tab: Tab, tmp_path: Path, names: tuple[str, ...]) -> None:
    """The same for comparison pages and reports: all evidence open, every field is read, none of it runs."""
    for name in names:
        planter = Planter(TEXTS[name])
        planted = planter.plant(ARTICLE)
        tab.open(tmp_path / "page.html", article_page(planted))
        tab.page.click("#open")
        tab.innocent(1)
        told = planter.planted - UNSEEN_IN_PROSE - NAMED_BY_ID
        assert {tag(one) for one in told} - tab.read() == set(), name


# ---- from the coding sheet to the page


def sheet(text: str) -> list[dict[str, str]]:
    """A coding sheet of two actors who stand on opposite sides, with a text in every cell that takes free text."""
    usual = {
        "position": f"P {text}.",
        "issue": f"I {text}",
        "basis": "word",
        "summary": f"S {text}",
        "condition": text,
        "note": text,
        "coder": text,
    }
    rows = [("A", "2", "2024-05-01"), ("B", "-2", "2024-05-02"), ("A", "1", "2024-06-01")]
    return [
        {"actor": f"{who} {text}", "value": value, "date": date, "source": f"{who}{n} {text}", **usual,
         "target": f"{'B' if who == 'A' else 'A'} {text}", "quote": text, "relation": "disputes"}
        for n, (who, value, date) in enumerate(rows)
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["handler"])
def test_a_hostile_sheet_makes_harmless_pages(tab: Tab, tmp_path: Path, name: str) -> None:
    """Loaded from a sheet, a hostile text stays text in the network, the comparison and the report of the program."""
    text = " ".join(TEXTS[name].split())
    rows = sheet(text)
    with (tmp_path / "sheet.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    graph, a, b = tmp_path / "my.kg", rows[0]["actor"], rows[1]["actor"]
    # An address that is none of the web does not even come in.
    (tmp_path / "link.csv").write_text(f"actor,summary,url\nA,S,javascript:{HIT}\n", encoding="utf-8")
    refused = CliRunner().invoke(cli, ["-g", str(graph), "load", str(tmp_path / "link.csv")])
    assert refused.exit_code != 0
    assert "is no web address" in str(refused.exception)
    for words in (
        ["load", tmp_path / "sheet.csv"],
        ["save", tmp_path / "all.trig"],
        ["network", "-o", tmp_path / "network.html"],
        ["compare", a, b, "-o", tmp_path / "compare.html"],
        ["report", a, b, "-o", tmp_path / "report.html"],
    ):
        done = CliRunner().invoke(cli, ["-g", str(graph), *map(str, words)])
        assert done.exit_code == 0, (words, done.output, done.exception)
    # What comes back out of TriG makes the same page.
    second = tmp_path / "second.kg"
    for words in (["load", tmp_path / "all.trig"], ["network", "-o", tmp_path / "second.html"]):
        done = CliRunner().invoke(cli, ["-g", str(second), *map(str, words)])
        assert done.exit_code == 0, (words, done.output, done.exception)
    pages = [(tmp_path / f"{name}.html").read_text(encoding="utf-8") for name in ("network", "second")]
    assert pages[0] == pages[1].replace("second.kg", "my.kg")
    for page, scripts in (("network", 4), ("compare", 1), ("report", 1)):
        tab.open(tmp_path / f"{page}.html")
        if page == "network":
            tour(tab, scripts=scripts)
        else:
            tab.page.click("#open")
        assert a in tab.page.inner_text("body")
        tab.innocent(scripts)
