"""Agreement of two or three actors over time."""

from __future__ import annotations

from kg.comparisons.reading import Reading
from kg.errors import KGError
from kg.exhibits.asked import Asked
from kg.figures import Curve, Figure, Moment, course
from kg.figures.words import plural

MOST = 3
"""Actors: more have too many pairs to be told apart."""


def draw(asked: Asked) -> Figure:
    """A curve for every two of the actors: their agreement on what stood at the end of each month (quarter, year)."""
    if not 2 <= len(asked.actors) <= MOST:
        raise KGError(
            f"The course of agreement is drawn of two or three actors, not of {len(asked.actors)}.",
            cure='Name them: kg figure course Taliban "Afghan government"',
        )
    told = Reading(asked.comparison())
    digits = {"month": 7, "quarter": 7, "year": 4}[told.unit]
    curves = [
        Curve(
            f"{asked.label(a)} and {asked.label(b)}",
            [Moment(start[:digits], c.value or 0.0, c.low, c.high, c.n or 0) for start, c in cells],
        )
        for (a, b), cells in told.course.items()
        if cells
    ]
    if not curves:
        raise KGError(
            "The actors share no dated position, so their agreement has no course.", cure="Name other actors."
        )
    last = "; ".join(f"{c.name}: {plural(c.moments[-1].n, 'statement')} in the last {told.unit}" for c in curves)
    shared = {p for pair in told.c.pairs.values() for p in pair.shared}
    behind = {
        stance for stance, row in told.rows.items() if row["position"] in shared and stance in asked.rows
    }
    undated = f"{told.undated:,} of their stances have no date and stand in no window. " if told.undated else ""
    caption = (
        f"Agreement on all that stood at the end of each {told.unit}, from −1 (opposed on every shared position) to +1 "
        f"(agreed). Bars: intervals of 95 % by drawing sources anew; hollow where sources are too few for one. {last}. "
        f"{undated}{asked.source_note(behind)}"
    )
    return course(
        curves,
        title=asked.heading("Agreement over time"),
        caption=caption,
        unit=f"Agreement, by {told.unit}",
        width=asked.width,
    )
