"""One line for all ties of a family between two actors, on either engine of a page, in a real browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from browser import Opened, Opener
from page_examples import statement

from kg.pages import Document, Edge, Node, Relation

pytestmark = pytest.mark.browser

COOPERATION = ("talks", "backs", "aids", "hosts")
CONFLICT = ("disputes", "presses")
RELATIONS = (
    *(Relation(key, f"{key} with", "cooperation", sign=1) for key in COOPERATION),
    *(Relation(key, f"{key} them", "conflict", sign=-1) for key in CONFLICT),
)
# Six ties between two, of two families; one tie of each of them with a third.
CROWD = Document(
    title="A crowd of ties",
    nodes=[Node("a", "Anna"), Node("b", "Ben"), Node("c", "Carla")],
    edges=[
        *(Edge(key, *(("a", "b") if n % 2 else ("b", "a")), key, [f"s{n}"])
          for n, key in enumerate((*COOPERATION, *CONFLICT))),
        Edge("a-c", "a", "c", "talks", ["s6", "s7"]),
        Edge("b-c", "b", "c", "presses", ["s8"]),
    ],
    relations=RELATIONS,
    statements=[statement(n) for n in range(9)],
)  # fmt: skip


@pytest.fixture(params=["vis", "canvas"])
def crowd(request: pytest.FixtureRequest) -> Document:
    return replace(CROWD, engine=request.param)


def middle(seen: Opened, edge: str) -> tuple[int, int]:
    """Where the line is in the window on which a tie is drawn."""
    seen.still()
    point: dict[str, float] = seen.page.evaluate("id => kgPage.edgePoint(id)", edge)
    return round(point["x"]), round(point["y"])


def lines(seen: Opened) -> set[tuple[int, int]]:
    return {middle(seen, edge.id) for edge in CROWD.edges}


def test_many_ties_of_two_are_one_line_a_family(open_page: Opener, crowd: Document) -> None:
    """More ties than can be told apart are drawn as a line a family, which opens all that is between the two."""
    with open_page(crowd) as seen:
        assert seen.page.is_checked("#bundled")
        assert len(lines(seen)) == 4
        assert middle(seen, "talks") == middle(seen, "hosts") != middle(seen, "presses") == middle(seen, "disputes")
        seen.page.mouse.click(*middle(seen, "backs"))
        seen.links("pair=b+a")
        for n in range(6):
            seen.until("text => document.getElementById('panel').innerText.includes(text)", f"Statement {n}")
        # A line that stands for one tie opens that.
        seen.page.press("#picture", "Escape")
        seen.click_edge("a-c")
        assert seen.complaints == []


def test_a_line_a_tie_is_there_when_asked_for(open_page: Opener, crowd: Document) -> None:
    """Without bundles every tie has its own line to click, and the link says so."""
    with open_page(crowd) as seen:
        seen.page.uncheck("#bundled")
        seen.links("bundled=0")
        assert len(lines(seen)) == len(CROWD.edges)
        for edge in CROWD.edges:
            seen.click_edge(edge.id)
        assert seen.complaints == []
    with open_page(crowd, fragment="bundled=0") as seen:
        assert not seen.page.is_checked("#bundled")
        assert len(lines(seen)) == len(CROWD.edges)


def test_a_line_stays_while_one_of_its_ties_is_in_view(open_page: Opener, crowd: Document) -> None:
    """What is filtered out leaves its line, and the line goes with the last of its ties."""
    with open_page(crowd) as seen:
        place = middle(seen, "disputes")
        for key, left in (("disputes", 1), ("presses", 0)):
            seen.page.locator("#relations .legend", has_text=f"{key} them").locator("input").uncheck()
            seen.until("key => new URLSearchParams(kgPage.link()).getAll('without').includes(key)", key)
            seen.still()
            seen.page.mouse.click(*(middle(seen, "presses") if left else place))
            if left:
                seen.until("() => new URLSearchParams(kgPage.link()).get('edge') === 'presses'")
                seen.page.press("#picture", "Escape")
        seen.until("() => !/edge=|pair=/.test(kgPage.link())")
        assert seen.complaints == []


def test_an_exported_picture_has_the_same_lines(open_page: Opener, crowd: Document) -> None:
    """The picture as a file draws what the page draws, and its legend says what such a line is."""
    with open_page(crowd) as seen:
        seen.still()
        bundled: str = seen.page.evaluate("kgPage.svg()")
        seen.page.uncheck("#bundled")
        seen.links("bundled=0")
        seen.still()
        assert len(seen.page.evaluate("kgPage.svg()")) > len(bundled)
        assert "cooperation: several ties" in bundled
