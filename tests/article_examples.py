"""Articles that the tests of prose pages draw: a small one with everything in it, and a hostile one."""

from __future__ import annotations

from kg.pages import Conflict, Source
from kg.pages.article import (
    Account,
    Article,
    Cell,
    Crosstab,
    Facts,
    Figure,
    Gauge,
    Grid,
    Meeting,
    Meetings,
    Point,
    Points,
    Prose,
    Section,
    Side,
    Typed,
)

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><circle cx="9" cy="9" r="6"/></svg>'

HOSTILE = (
    "<script>window.harmed=1</script>",
    "</script></style><script>window.harmed=1</script>",
    '"><img src=x onerror="window.harmed=1">',
    "' onmouseover='window.harmed=1",
    "<!--<script>",
    "javascript:window.harmed=1",
    "[link](javascript:window.harmed=1) ![x](http://example.org/x.png) | a | b",
    "{{ 7*7 }} {% raw %} ${window.harmed=1}",
    "\u202eevil\u202c \u2028\u2029",
    "שלום مرحبا",
    "👩‍👩‍👧‍👦" * 12,
    "x" * 5000,
    "\ud83d half \x00",
)


def account(number: int, **values: object) -> Account:
    usual = {
        "id": f"item:{number}",
        "source": "gazette",
        "date": "2020-04-08",
        "date_text": "8 April 2020",
        "speaker": "Ada Lind",
        "on_behalf_of": "Town council",
        "basis": "word",
        "value_text": "supports",
        "quotes": ("We will keep the quay open.",),
        "paraphrase": "The council keeps the quay.",
        "certainty": "stated",
        "confidence": 0.29,
        "second_look": "confirmed",
    }
    return Account(**{**usual, **values})  # type: ignore[arg-type]


SMALL = Article(
    title="Town council and Fishers",
    subtitle="Made up",
    actors=("Town council", "Fishers"),
    sections=[
        Section("summary", "In short", [Prose("They meet on 2.", ("gazette",)), Prose("No more.", quiet=True)]),
        Section(
            "positions",
            "Positions (2)",
            [
                Meetings(
                    [
                        Meeting(
                            position="The quay stays open.",
                            issue="harbour",
                            note="Cannot be had together with “The quay closes”.",
                            sides=(
                                Side(
                                    actor="Town council",
                                    known=True,
                                    value=1.5,
                                    low=1,
                                    high=2,
                                    value_text="strongly supports (mean +1.50, +1 to +2)",
                                    facts="2 statements, 1 source, 8 April 2020",
                                    moved="Earlier: opposes, 2019",
                                    accounts=(
                                        account(1, conflicts=(Conflict("Who spoke", "Two names.", "The first."),)),
                                        account(2, quotes=(), also_in=("courier",)),
                                        account(3, earlier=True, source="courier"),
                                    ),
                                ),
                                Side(actor="Fishers"),
                            ),
                        )
                    ]
                ),
                Meetings(
                    [
                        Meeting(
                            position="The tolls are fair.",
                            sides=(
                                Side(actor="Town council"),
                                Side(actor="Fishers", known=True, value_text="undetermined", facts="1 statement"),
                            ),
                        )
                    ],
                    brief=True,
                ),
            ],
        ),
        Section(
            "numbers",
            "Numbers",
            [
                Grid("Agreement", ("actors", "agreement"), [("Town council and Fishers", "−0.50")], numbers=(1,)),
                Crosstab(
                    "Agreement",
                    ("Town council", "Fishers"),
                    [[Cell(), Cell(-0.5, -0.9, -0.1, 4, 3)], [Cell(-0.5, -0.9, -0.1, 4, 3), Cell()]],
                ),
                Points([Point("They trade.", ("courier",), ("Since 2019.",), (account(4),), "Evidence: 1 account")]),
                Gauge("Agreement", [("Town council and Fishers", Cell(-0.5, -0.9, -0.1)), ("nobody", Cell())]),
                Gauge("By month", [("May 2020", Cell(0.5, n=1, sources=1))], close=True),
                Figure(SVG, "A dot.", "One dot, made of nothing."),
                Facts([("graph", "memory")]),
                Typed("kg compare A B", "To make it again:"),
            ],
        ),
    ],
    sources=[
        Source("courier", "Courier", url="javascript:window.harmed=1"),
        Source("gazette", "Gazette", "Town Press", "https://example.org/gazette", "B", "8 April 2020"),
        Source("unread", "Never cited"),
    ],
)


def hostile() -> Article:
    """An article with a hostile string in every field there is."""
    sections = []
    for number, text in enumerate(HOSTILE):
        told = Account(
            id=text,
            source=text,
            title=text,
            date_text=text,
            speaker=text,
            on_behalf_of=text,
            basis=text,
            value_text=text,
            quotes=(text,),
            paraphrase=text,
            certainty=text,
            second_look=text,
            also_in=(text,),
            conflicts=(Conflict(text, text, text),),
        )
        side = Side(
            actor=text, known=True, value=1, value_text=text, facts=text, moved=text, accounts=(told,)
        )
        meeting = Meeting(position=text, issue=text, how=text, note=text, sides=(side, side))
        blocks = [
            Prose(text, (text,)),
            Facts([(text, text)]),
            Grid(text, (text, text), [(text, text)], numbers=(1,)),
            Points([Point(text, (text,), (text,), (told,), text)]),
            Meetings([meeting]),
            Meetings([meeting], brief=True),
            Crosstab(text, (text, text), [[Cell(), Cell(1)], [Cell(1), Cell()]]),
            Gauge(text, [(text, Cell(1, 0, 1))], close=True),
            Figure(SVG, text, text),
            Typed(text, text),
        ]
        sections.append(Section(f"s{number}", text, blocks))
    return Article(
        title=HOSTILE[1],
        subtitle=HOSTILE[2],
        actors=HOSTILE[:2],
        sections=sections,
        sources=[Source(text, text, text, text, text, text) for text in HOSTILE],
    )
