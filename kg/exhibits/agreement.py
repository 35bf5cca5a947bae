"""Actors × actors: how far they agree, and how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.errors import KGError
from kg.exhibits.asked import Asked, first
from kg.figures import Figure, matrix
from kg.figures.colours import number
from kg.figures.matrix import Cell, room_for

if TYPE_CHECKING:
    from kg.comparisons import Comparison
    from kg.matrices import Cell as Known

LEGEND = ((-1.0, "−1 opposed on all they share"), (0.0, "0"), (1.0, "+1 agreed on all they share"))


def draw(asked: Asked) -> Figure:
    """Agreement of every two that share a position, with intervals of 95 %, alike actors beside each other."""
    comparison = asked.comparison()
    found = comparison.matrix("agreement", sure=True)
    known = {
        (a, b): cell
        for i, a in enumerate(found.row_ids)
        for b in found.row_ids[i + 1 :]
        if (cell := found.cell(a, b)).value is not None
    }
    if not known:
        raise KGError("No two actors share a position, so there is no agreement.", cure="Widen the selection.")
    meeting = Counter(actor for pair in known for actor in pair)
    weight = Counter({a: sum(cell.n or 0 for pair, cell in known.items() if a in pair) for a in meeting})
    listed, left = first(
        [a for a in asked.actors if a in found.row_ids]
        or sorted(meeting, key=lambda a: (-weight[a], asked.label(a), a)),
        asked.most or room_for(asked.width, 26.0), "actor",
    )  # fmt: skip
    actors = listed if asked.actors else _alike(listed, known)
    at = {actor: place for place, actor in enumerate(actors)}
    drawn = {pair: cell for pair, cell in known.items() if pair[0] in at and pair[1] in at}
    cells = {}
    for (a, b), cell in drawn.items():
        one = Cell(cell.value, number(cell.value or 0.0, 2), _interval(cell.low, cell.high, cell.n or 0))
        cells[at[a], at[b]] = cells[at[b], at[a]] = one
    shared = {p for one in drawn for p in _shared(comparison, one)}
    behind = {
        stance for (actor, position), one in comparison.profiles.items() if actor in at and position in shared
        for stance in one.stances
    }  # fmt: skip
    caption = " ".join(
        filter(
            None,
            (
                "Agreement of two actors is the mean of 1 − |a − b| ∕ 2 over the positions both hold, from −1 "
                "(opposed) to +1 (agreed). Below it an interval of 95 % by drawing sources anew, or, where they are "
                "too few for that, n, the number of statements. Hatched: no shared position.",
                left,
                asked.source_note(behind & asked.rows.keys()),
            ),
        )
    )
    return matrix(
        [asked.label(a) for a in actors],
        [asked.label(a) for a in actors],
        cells,
        title=asked.heading("Agreement"),
        caption=caption,
        limit=1.0,
        legend=LEGEND,
        numbered=True,
        hatched="no shared position",
        width=asked.width,
    )


def _shared(comparison: Comparison, pair: tuple[str, str]) -> tuple[str, ...]:
    found = comparison.pairs.get(pair) or comparison.pairs[pair[::-1]]
    return found.shared


def _interval(low: float | None, high: float | None, n: int) -> str:
    if low is None or high is None:
        return f"n {n}"
    return f"{number(low)}, {number(high)}"


def _alike(actors: list[str], known: Mapping[tuple[str, str], Known]) -> list[str]:
    """The first, then always the one that agrees most with the one before."""

    def value(a: str, b: str) -> float:
        cell = known.get((a, b)) or known.get((b, a))
        return (cell.value or 0.0) if cell else 0.0

    rest, ordered = actors[1:], actors[:1]
    while rest:
        nearest = max(rest, key=lambda other: (value(ordered[-1], other), -rest.index(other)))
        rest.remove(nearest)
        ordered.append(nearest)
    return ordered
