"""What a page makes of hostile, odd, tiny and huge documents, in a real browser."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from browser import Opener
from page_examples import RELATIONS, SMALL, ring, statement

from kg.pages import (
    Conflict,
    Document,
    Edge,
    HeldStance,
    Issue,
    Moment,
    Node,
    Position,
    Relation,
    Source,
    Statement,
)

pytestmark = pytest.mark.browser


HOSTILE = (
    "<script>window.harmed=1</script>",
    "</script><script>window.harmed=1</script>",
    '"><img src=x onerror="window.harmed=1">',
    "<!--<script>",
    "javascript:window.harmed=1",
    "{{ 7*7 }} ${window.harmed=1}",
    "__proto__",
    "\u202eevil\u202c \u2028\u2029",
    "שלום مرحبا",
    "👩‍👩‍👧‍👦" * 12,
    "x" * 5000,
    "\ud83d half",
)


def test_hostile_text_stays_text(open_page: Opener) -> None:
    """Whatever stands in a label, an id, a quote or a link, in every field and view, nothing of it runs."""
    nodes = [Node(text, text, text, text, [text]) for text in HOSTILE]
    relations = [
        Relation(text, text, family, description=text)
        for text, family in zip(HOSTILE[:3], ("cooperation", "conflict", "other"), strict=True)
    ]
    texts = [
        item.name
        for item in fields(Statement)
        if item.name not in ("date", "confidence", "conflicts", "also_in", "sources", "issues")
    ]
    statements = [
        Statement(
            **dict.fromkeys(texts, text),
            date="2020-01-01",
            also_in=[text],
            sources=[text],
            issues=[text],
            conflicts=[Conflict(text, text, text)],
        )
        for text in HOSTILE
    ]
    edges = [
        Edge(text, text, HOSTILE[(number + 1) % len(HOSTILE)], relations[number % 3].key, [text])
        for number, text in enumerate(HOSTILE)
    ]
    held = ("id", "holder", "position", "date", "date_text", "basis")
    stances = [HeldStance(**dict.fromkeys(held, text)) for text in HOSTILE]
    document = Document(
        title=HOSTILE[1],
        subtitle=HOSTILE[2],
        made_from=[(HOSTILE[0], HOSTILE[1])],
        nodes=nodes,
        edges=edges,
        relations=relations,
        statements=statements,
        stances=stances,
        positions=[Position(text, text, text, text) for text in HOSTILE],
        issues=[Issue(text, text) for text in HOSTILE],
        sources=[Source(text, text, text, text, text) for text in HOSTILE],
        moments=[Moment("2020-01-01", text) for text in HOSTILE],
    )
    with open_page(document) as seen:
        page = seen.page
        ids = page.evaluate(
            """() => {
              const { nodes, edges } = JSON.parse(document.getElementById('data').textContent);
              return { actor: nodes.map(node => node.id), edge: edges.map(edge => edge.id) };
            }"""
        )
        assert [len(ids["actor"]), len(ids["edge"])] == [len(HOSTILE), len(HOSTILE)]
        for id in ids["edge"]:
            seen.click_edge(id)
            seen.until("() => document.getElementById('tip').innerText !== ''")
        for id in ids["actor"]:
            seen.click_actor(id)
            assert seen.text("#panel h2")
        page.fill("#query", "script")
        seen.until("() => document.querySelectorAll('#found li').length > 3")
        page.keyboard.press("Escape")
        page.press("#picture", "Escape")
        page.click("#tab-table")
        seen.counts("tbody tr", len(HOSTILE))
        assert page.locator("a[href^=javascript], a[href*=javascript]").count() == 0
        assert page.locator("img, iframe, object, embed").count() == 0
        assert page.locator("script").count() == 4
        assert page.evaluate("window.harmed") is None
        assert seen.requests == []
        assert seen.complaints == []


@pytest.mark.parametrize(
    ("address", "linked"),
    [("https://example.org/a", 1), ("javascript:alert(1)", 0), ("data:text/html,x", 0), ("", 0)],
)
def test_only_web_addresses_become_links(open_page: Opener, address: str, linked: int) -> None:
    """A source without an http address is named but not linked."""
    document = replace(
        SMALL,
        edges=[replace(SMALL.edges[0], statements=["s1"])],
        statements=[statement(1, source_url=address)],
        stances=[],
    )
    with open_page(document) as seen:
        seen.click_edge("n-s-talks")
        seen.says("#panel .source", "Made-up daily 1")
        seen.counts("#panel .source a", linked)


@pytest.mark.parametrize(
    "document",
    [
        Document(title="Nothing"),
        Document(title="One", nodes=[Node("a", "Only One", "Person")]),
        Document(title="Isolates", nodes=[Node(f"a{i}", f"Actor {i}", "State") for i in range(9)]),
        Document(
            title="Loop",
            nodes=[Node("a", "Itself", "State")],
            edges=[Edge("e", "a", "a", "disputes", ["s1"])],
            relations=RELATIONS,
            statements=[statement(1, date="0001")],
        ),
        Document(
            title="Undated",
            nodes=[Node("a", "", "State"), Node("b", "B", "")],
            edges=[Edge("e", "a", "b", "talks", ["s1"]), Edge("f", "b", "a", "backs")],
            relations=RELATIONS,
            statements=[statement(1, date="", date_text="")],
        ),
    ],
    ids=lambda document: document.title,
)
def test_little_networks_make_pages(open_page: Opener, document: Document) -> None:
    """No actors, one actor, no ties, a tie to itself and no dates each give a page that works and says so."""
    with open_page(document) as seen:
        seen.says("#panel", "Overview")
        assert len(seen.labels()) == len(document.nodes)
        seen.page.click("#tab-table")
        seen.page.click("#tab-network")
        for node in document.nodes:
            seen.click_actor(node.id)
        assert seen.complaints == []


def test_many_statements_on_one_tie_come_in_portions(open_page: Opener) -> None:
    """Ten thousand statements on one tie open at once, newest first, and the rest on demand."""
    many = [statement(number, date=f"{1000 + number // 10}") for number in range(10_000)]
    edge = Edge("e", "north", "south", "talks", [item.id for item in many])
    document = replace(SMALL, edges=[edge], statements=many, stances=[])
    with open_page(document) as seen:
        seen.click_edge("e")
        seen.counts("#panel .card", 40)
        seen.says("#panel .card", "1999")
        seen.page.click("#panel .cards .more")
        seen.counts("#panel .card", 80)


def test_large_network_opens(open_page: Opener) -> None:
    """A thousand actors are drawn, and a click still finds one."""
    with open_page(ring(1000), fragment="draw=all") as seen:
        # So many stand close together that the click may find a neighbour.
        seen.click_at(seen.point("actor", "n500"))
        seen.until("() => /^actor=n\\d+(&|$)/.test(kgPage.link())")
        assert seen.complaints == []
