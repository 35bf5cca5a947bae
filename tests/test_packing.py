"""Packed data: a browser gets back exactly what was packed, in far fewer bytes."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from hypothesis import given
from hypothesis import strategies as st
from page_examples import RELATIONS, SMALL, statement

from benchmarks.pages import network
from kg.pages import Document, Edge, HeldStance, Node, network_page, packing, parts
from kg.pages.drawing import drawing
from kg.pages.render import _data

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(request: pytest.FixtureRequest) -> Iterator[Any]:
    with chromium() as browser:
        page = browser.new_page()
        program = "\n".join(parts.shipped(f"scripts/{name}.js") for name in ("tools", "unpack"))
        page.add_script_tag(content=program.replace("const unpacked", "var unpacked"))
        yield page
        page.close()


def plain(document: Document) -> Any:
    return json.loads(json.dumps(_data(document, drawing(document))))


def size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


BEGIN = "https://example.org/a/"

ODD = Document(
    title="Odd",
    nodes=[
        *(Node(f"{BEGIN}{n}", f"Actor {n}", "State", measures={"__proto__": n + 1.5}) for n in range(300)),
        Node("speaker", "a\nname that is broken over two lines of the picture, and then some", "", "text", ["1", "2"]),
        Node("0", "", "Person"),
    ],
    relations=RELATIONS,
    edges=[
        Edge(f"x:{n}|talks|x:{n + 1}", f"{BEGIN}{n}", f"{BEGIN}{n + 1}", "talks", [f"s{n}"])
        for n in range(299)
    ],
    statements=[
        *(
            statement(n, sources=["daily"] if n % 2 else [], speaker="nobody we know" if n % 3 else "0")
            for n in range(320)
        ),
        statement(
            320, date="2020-02-30", date_text="30 February 2020", source_title="Made-up daily", sources=["daily"]
        ),
        statement(321, date="2020-02", date_text="February 2020", sources=["weekly", "daily"], reliability="B"),
        statement(322, date="2020-02-03", date_text="about 3 February 2020", confidence=0.123456),
        statement(323, date="٢٠٢٠-٠٢-٠٣", date_text="2020", sources=["weekly"], source_title=""),
    ],
    stances=[
        HeldStance(id="h1", holder="0", position="p", value=0, superseded_by=["h2"]),
        HeldStance(id="h2", holder="0", position="p", value=1.5, statements=["s1", "s2"]),
        HeldStance(id="h3", holder="speaker", position="p"),
    ],
    positions=[replace(SMALL.positions[0], id="p")],
    issues=SMALL.issues,
    sources=SMALL.sources,
)  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(ODD, id="odd"),
        pytest.param(network(400), id="network"),
        pytest.param(replace(ODD, edges=[replace(ODD.edges[0], id="other"), *ODD.edges[1:]]), id="ids of their own"),
        pytest.param(replace(ODD, edges=[], stances=[]), id="no ties"),
    ],
)
def test_a_browser_gets_back_what_was_packed(page: Any, document: Document) -> None:
    """Every record, in order, with the fields that have a value and no others."""
    data = plain(document)
    packed = packing.pack(data)
    assert "packed" in packed
    back = page.evaluate("packed => JSON.stringify(unpacked(JSON.parse(packed)))", json.dumps(packed))
    assert json.loads(back) == data


def test_ids_that_follow_from_the_ends_of_a_tie_are_not_carried() -> None:
    """The usual id of a tie, short names of its ends around its relation, costs nothing."""
    packed = packing.pack(plain(ODD))
    assert packed["tie_ids"] == [len(BEGIN), "x:"]
    assert "id" not in packed["packed"]["edges"]["columns"]


def test_what_is_small_stays_readable() -> None:
    """The data of a small page is a list of records as it stands."""
    assert packing.pack(plain(SMALL)) == plain(SMALL)


def test_packing_saves_most_of_the_bytes() -> None:
    """A large network takes less than a third of the room of its records."""
    data = plain(network(600))
    assert size(packing.pack(data)) < size(data) / 3


texts = st.sampled_from(["", "a", "b1", "b2", "b03"])
values = st.one_of(st.integers(-5, 5), texts, st.lists(st.sampled_from(["x", 1]), max_size=2))
BACK = "([code, count]) => columnFrom(code, count).map(value => value === undefined ? null : value)"


@given(st.lists(st.one_of(st.none(), values), min_size=1, max_size=30))
def test_any_column_comes_back(page: Any, column: list[Any]) -> None:
    """Whatever stands in a column, and wherever something is absent, it comes back."""
    given_ = [packing._ABSENT if value is None else value for value in column]
    packed = json.loads(json.dumps(packing._column(given_)))
    assert page.evaluate(BACK, [packed, len(column)]) == column


@pytest.mark.parametrize(
    ("day", "forms"),
    [
        ("2020-04-08", ["8 April 2020", "about 8 April 2020", "April 2020", "2020"]),
        ("2020-04", ["", "", "April 2020", "2020"]),
        ("2020", ["", "", "", "2020"]),
        ("2020-13", []),
        ("", []),
        ("-0044-03-15", []),
    ],
)
def test_the_usual_ways_to_write_a_date(day: str, forms: list[str]) -> None:
    """A date that is known to the day, the month or the year has its usual wordings, another none."""
    assert packing.date_forms(day) == forms


def test_a_script_that_was_slipped_in_does_not_run(page: Any, tmp_path: Path) -> None:
    """The scripts that a page carries packed run only if they are those that its policy knows."""
    packed = base64.b64encode(zlib.compress(b"window.harmed = 1;")).decode()
    block = f'<script type="text/plain" class="packed">{packed}</script>'
    file = tmp_path / "page.html"
    begin = '<script type="text/plain"'
    file.write_text(network_page(SMALL).replace(begin, block + begin, 1), encoding="utf-8")
    opened = page.context.browser.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.goto(file.as_uri())
    opened.wait_for_selector("html[data-ready=yes]")
    assert opened.evaluate("window.harmed") is None
    assert any("Content Security Policy" in text for text in complaints)
    # And nobody else may turn text into a script, a markup or an address of one.
    for attempt in (
        "document.body.innerHTML = '<b>x</b>'",
        "document.createElement('script').text = 'window.harmed = 1'",
        "trustedTypes.createPolicy('kg', { createScript: text => text })",
        "trustedTypes.createPolicy('other', {})",
    ):
        assert opened.evaluate(f"() => {{ try {{ {attempt}; return false; }} catch {{ return true; }} }}"), attempt
    opened.close()
