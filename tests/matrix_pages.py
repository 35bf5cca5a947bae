"""A debate of any size for the matrices of a page, and how tests read their cells."""

from __future__ import annotations

import random
import re
from typing import Any

from browser import Opened
from page_examples import RELATIONS

from kg.pages import Document, Edge, HeldStance, Issue, Node, Position, Source, Statement

MATRIX = "[role=tabpanel]:not([hidden]) table.matrix"
CELL = f"{MATRIX} tbody td"


def debate(actors: int = 6, positions: int = 5, stances: int = 60, *, seed: int = 1) -> Document:
    """Two camps that mostly keep together, over the years 2010 to 2019 and thirty sources."""
    chance = random.Random(seed)
    held, statements = [], []
    for number in range(stances):
        actor, position = (number % actors, (number // actors) % positions)
        lean = 1 if (actor % 2) == (position % 3 == 0) else -1
        year, source = 2010 + chance.randrange(10), f"source{chance.randrange(30)}"
        date = f"{year}-{1 + chance.randrange(12):02}-11"
        statements.append(
            Statement(
                id=f"s{number}",
                title=f"Statement {number}",
                date=date,
                sources=[source],
                issues=[f"i{position % 4}"],
            )
        )
        held.append(
            HeldStance(
                id=f"h{number}",
                holder=f"a{actor}",
                position=f"p{position}",
                value=max(-2, min(2, lean + chance.choice((-1, 0, 0, 1)))),
                date=date,
                sources=[source],
                statements=[f"s{number}"],
            )
        )
    return Document(
        title="A debate",
        made_from=[("Selection", "made up")],
        nodes=[Node(f"a{i}", f"Actor {chr(65 + i % 26)}{i}", "State") for i in range(actors)],
        edges=[Edge("tie", "a0", f"a{actors - 1}", "talks", ["s0"])] if actors > 1 else [],
        relations=RELATIONS,
        statements=statements,
        stances=held,
        positions=[
            Position(f"p{i}", f"Position {chr(90 - i % 26)}{i} shall be taken.", f"i{i % 4}")
            for i in range(positions)
        ],
        issues=[Issue(f"i{i}", f"issue {'DCBA'[i]}") for i in range(4)],
        sources=[Source(f"source{i}", f"Source {i}") for i in range(30)],
    )


def plain(text: str) -> str:
    return re.sub(r"[\u2066-\u2069]", "", text)


def cell(seen: Opened, row: str, column: int) -> Any:
    """The cell of a row, by the name of its actor, and the number of its column from 0."""
    head = seen.page.get_by_role("rowheader", name=row, exact=True)
    return seen.page.locator(f"{MATRIX} tbody tr").filter(has=head).locator("td").nth(column)


def column_of(seen: Opened, text: str) -> int:
    heads = seen.page.locator(f"{MATRIX} thead .heads button").all_inner_texts()
    return [plain(one.strip()) for one in heads].index(text)


def words(seen: Opened, row: str, column: str) -> str:
    return str(cell(seen, row, column_of(seen, column)).get_attribute("aria-label"))


def row_names(seen: Opened) -> list[str]:
    return [plain(one.strip()) for one in seen.page.locator(f"{MATRIX} tbody th").all_inner_texts()]
