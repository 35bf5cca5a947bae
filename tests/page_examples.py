"""Documents that the tests of pages draw: a small one with everything in it, and rings of any size."""

from __future__ import annotations

from typing import Any

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

RELATIONS = (
    Relation("talks", "talks with", "cooperation", directed=False, sign=1),
    Relation("backs", "backs", "cooperation", sign=1),
    Relation("disputes", "disputes", "conflict", sign=-1),
    Relation("member", "is a member of", "other"),
)


def statement(number: int, **values: Any) -> Statement:
    usual: dict[str, Any] = {
        "id": f"s{number}",
        "title": f"Statement {number}",
        "date": f"20{10 + number % 12}-0{1 + number % 9}-15",
        "paraphrase": f"What was said, number {number}.",
        "source_title": f"Made-up daily {number}",
        "source_url": f"https://example.org/{number}",
        "confidence": 0.9,
    }
    return Statement(**{**usual, **values})


SMALL = Document(
    title="A small network",
    subtitle="Made up",
    made_from=[("Selection", "issue: harbour")],
    nodes=[
        Node("north", "Northland", "State", "A country in the north.", ["شمالستان", "The North"]),
        Node("south", "Southland", "State"),
        Node("union", "Harbour Union", "Organization"),
        Node("envoy", "Ada Envoy", "Person"),
        Node("alone", "Quiet Island", "State"),
    ],
    edges=[
        Edge("n-s-talks", "north", "south", "talks", ["s1", "s2"]),
        Edge("n-s-disputes", "north", "south", "disputes", ["s3"]),
        Edge("s-n-disputes", "south", "north", "disputes", ["s4"]),
        Edge("u-n-backs", "union", "north", "backs", ["s5"]),
        Edge("e-u-member", "envoy", "union", "member", ["s6"]),
        Edge("loop", "south", "south", "disputes", ["s7"]),
    ],
    relations=RELATIONS,
    statements=[
        statement(1, date="2019-03-02", date_text="2 March 2019", sources=["daily"]),
        statement(2, date="2020-04", date_text="about April 2020", source_title="Made-up weekly", sources=["weekly"]),
        statement(
            3,
            date="2021-01-05",
            date_text="5 January 2021",
            speaker="envoy",
            on_behalf_of="north",
            target="south",
            basis="word",
            position="The harbour stays open.",
            value_text="supports",
            quote="We will keep the harbour open.",
            source_publisher="Made-up Press",
            reliability="B",
            second_look="confirmed",
            certainty="stated",
            sources=["daily", "weekly"],
            issues=["harbour"],
            conflicts=[Conflict("Whether it was said", "One report denies it.", "Both accounts kept.")],
        ),
        statement(4, date="2018", date_text="in 2018, no closer"),
        statement(5, date="", date_text=""),
        statement(6),
        statement(7),
    ],
    stances=[
        HeldStance(
            id="h1",
            holder="north",
            position="open",
            value=2,
            date="2021-01-05",
            date_text="5 January 2021",
            basis="word",
            sources=["daily", "weekly"],
            statements=["s3"],
        ),
        HeldStance(id="h2", holder="north", position="fair"),
        HeldStance(
            id="h3", holder="north", position="open", value=-1, date="2018", sources=["weekly"], statements=["s4"],
            superseded_by=["h1"],
        ),
        HeldStance(
            id="h4", holder="south", position="open", value=-2, date="2020-04", sources=["weekly"], statements=["s2"]
        ),
        HeldStance(id="h5", holder="union", position="fair", value=1, sources=["daily"], statements=["s5"]),
    ],
    positions=[
        Position("open", "The harbour stays open.", "harbour"),
        Position("fair", "The tolls are fair.", "tolls"),
        Position("free", "Nobody pays.", "tolls"),
    ],
    issues=[Issue("trade", "trade"), Issue("harbour", "the harbour", "trade"), Issue("tolls", "tolls", "trade")],
    sources=[
        Source("daily", "Made-up daily", "Made-up Press", "https://example.org/daily", "B"),
        Source("weekly", "Made-up weekly"),
    ],
    moments=[
        Moment("2018", "The first ship"),
        Moment("2020-04-12", "The harbour talks", 3),
        Moment("2020-05", "The strike"),
    ],
)


def ring(count: int, kind: str = "State") -> Document:
    """A ring with chords: enough ties to crowd a picture."""
    nodes = [Node(f"n{i}", f"Actor with the number {i}", kind) for i in range(count)]
    pairs = sorted({(i, (i * step + 1) % count) for step in (1, 2) for i in range(count)} - {(count - 1, count - 1)})
    edges = [Edge(f"{a}-{b}", f"n{a}", f"n{b}", RELATIONS[(a + b) % 4].key) for a, b in pairs]
    return Document(title="Ring", nodes=nodes, edges=edges, relations=RELATIONS)
