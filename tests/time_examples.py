"""Documents that the tests of period and timeline draw: a spring by the day, and two actors on any dates."""

from __future__ import annotations

from page_examples import RELATIONS, statement

from kg.pages import Document, Edge, HeldStance, Moment, Node, Position, Source

HOSTILE = (
    "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>${document.title='ran'}"
)


def spring(*, moments: tuple[Moment, ...] = ()) -> Document:
    """Three actors in the spring of 2020: dates by the day, one by the month, one stance that turns twice."""
    held = [
        HeldStance(
            id=f"h{number}", holder=holder, position="release", value=value, date=date, date_text=words,
            sources=["daily"], statements=[f"s{number}"], superseded_by=list(later),
        )
        for number, (holder, value, date, words, later) in enumerate(
            [
                ("north", -1, "2020-03-02", "2 March 2020", ["h1"]),
                ("north", 1, "2020-04-08", "8 April 2020", []),
                ("north", 2, "2020-04-20", "20 April 2020", []),
                ("south", -2, "2020-03-23", "23 March 2020", []),
                ("south", -2, "2020-04-09", "9 April 2020", []),
                ("union", None, "2020-04", "April 2020", []),
            ],
            start=0,
        )
    ]  # fmt: skip
    return Document(
        title="A spring",
        made_from=[("Selection", "made up")],
        nodes=[Node("north", "Northland", "State"), Node("south", "Southland", "State"), Node("union", "Union")],
        edges=[
            Edge("talks", "north", "south", "talks", ["s0", "s1", "s6"]),
            Edge("disputes", "south", "north", "disputes", ["s3", "s7"]),
        ],
        relations=RELATIONS,
        statements=[
            *(statement(n, date=one.date, date_text=one.date_text, sources=["daily"]) for n, one in enumerate(held)),
            statement(6, date="2020-04-08", date_text="8 April 2020", speaker="north"),
            statement(7, date="2020-03-30", date_text="30 March 2020", speaker="south"),
            statement(8, date="", date_text=""),
        ],
        stances=held,
        positions=[Position("release", "The prisoners are released."), Position("other", "Nothing of it.")],
        sources=[Source("daily", "Made-up daily", "Made-up Press")],
        moments=moments or [Moment("2020-04-08", "The exchange", 3)],
    )


def dated(*dates: str) -> Document:
    return Document(
        title="Dates",
        nodes=[Node("a", "A"), Node("b", "B")],
        edges=[Edge("tie", "a", "b", "talks", [f"s{n}" for n in range(len(dates))])],
        relations=RELATIONS,
        statements=[statement(n, date=date, date_text=date) for n, date in enumerate(dates)],
        stances=[
            HeldStance(id=f"h{n}", holder="a", position="p", value=n % 5 - 2, date=date, statements=[f"s{n}"])
            for n, date in enumerate(dates)
        ],
        positions=[Position("p", "So be it.")],
    )
