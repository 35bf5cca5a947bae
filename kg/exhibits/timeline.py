"""Stances of each actor over time, a lane for each position."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from kg.errors import KGError
from kg.exhibits.asked import LEGEND, Asked, first
from kg.figures import Figure, Lane, Mark, timeline

LANES = 18
"""Lanes on one page."""


def draw(asked: Asked) -> Figure:
    """The actors that are named, or those with most dated stances; superseded stances too, since they were held."""
    marks: dict[tuple[str, str], list[tuple[str, Mark]]] = defaultdict(list)
    undated = 0
    for stance, row in asked.rows.items():
        if (mark := _mark(row)) is None:
            undated += 1
        else:
            marks[row["holder"], row["position"]].append((stance, mark))
    if not marks:
        raise KGError(
            "No stance in the selection has a date." if undated else "No stance is in the selection.",
            cure="Widen it, or name other actors: kg stances",
        )
    of_actor = Counter({a: sum(len(m) for (b, _), m in marks.items() if b == a) for a, _ in marks})
    actors = list(asked.actors) or sorted(of_actor, key=lambda a: (-of_actor[a], asked.label(a), a))
    wanted = [
        key
        for actor in actors
        for key in sorted(
            (key for key in marks if key[0] == actor), key=lambda k: (-len(marks[k]), asked.label(k[1]), k[1])
        )
    ]
    kept, left = first(sorted(wanted, key=lambda k: -len(marks[k])), asked.most or LANES, "lane")
    kept.sort(key=wanted.index)
    lanes, behind = _lanes(asked, kept, marks)
    untold = f"{undated:,} without a date {'is' if undated == 1 else 'are'} in no lane." if undated else ""
    caption = " ".join(
        filter(
            None,
            (
                "Each mark is one stance where its date is; a line is the time within which it lies, with the mark in "
                "its middle. Signs tell its value, ? where the direction cannot be told.",
                left,
                untold,
                asked.source_note(behind),
            ),
        )
    )
    return timeline(lanes, title=asked.heading("Stances over time"), caption=caption, legend=LEGEND, width=asked.width)


def _lanes(
    asked: Asked, kept: list[tuple[str, str]], marks: Mapping[tuple[str, str], list[tuple[str, Mark]]]
) -> tuple[list[Lane], set[str]]:
    lanes, behind, last = [], set(), ""
    for actor, position in kept:
        if actor != last and (len(asked.actors) != 1):
            lanes.append(Lane(asked.label(actor), heading=True))
        last = actor
        held = sorted(marks[actor, position], key=lambda one: (one[1].days, one[0]))
        lanes.append(Lane(asked.label(position), [mark for _, mark in held]))
        behind |= {stance for stance, _ in held}
    return lanes, behind


def _mark(row: Mapping[str, Any]) -> Mark | None:
    """A day, month or year, or a time that it lies within; None without any date."""
    start = row["start"] or row["notBefore"] or row["notAfter"]
    if not start:
        return None
    until = "" if row["start"] else (row["notAfter"] or "")
    return Mark(str(start), row["value"], str(until))
