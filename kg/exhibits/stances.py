"""Positions × actors: what each holds on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.exhibits.asked import LEGEND, Asked, first
from kg.figures import Figure, matrix
from kg.figures.colours import sign
from kg.figures.matrix import Cell, room_for

if TYPE_CHECKING:
    from kg.frames import Profile

MOST = 18
"""Positions on one page."""


def draw(asked: Asked) -> Figure:
    """Positions under the headings of their issues, actors as columns, those with most stances first."""
    of_position = _counts(asked, lambda actor, position: position)
    chosen, positions_left = first(
        sorted(of_position, key=lambda p: (-of_position[p], asked.label(p), p)), asked.most or MOST, "position"
    )
    of_actor = _counts(asked, lambda actor, position: actor if position in chosen else "")
    of_actor.pop("", None)
    actors, actors_left = first(
        [a for a in asked.actors if a in of_actor]
        or sorted(of_actor, key=lambda a: (-of_actor[a], asked.label(a), a)),
        room_for(asked.width), "actor",
    )  # fmt: skip
    chosen = [p for p in chosen if any((actor, p) in asked.profiles for actor in actors)]
    issue = {one.position: asked.label(one.issue) if one.issue else "" for one in asked.profiles.values()}
    positions = sorted(chosen, key=lambda p: (issue[p], asked.label(p), p))
    heads = {
        at: issue[p] or "On no issue"
        for at, p in enumerate(positions)
        if at == 0 or issue[p] != issue[positions[at - 1]]
    }
    drawn = {
        (r, c): one
        for r, position in enumerate(positions)
        for c, actor in enumerate(actors)
        if (one := asked.profiles.get((actor, position)))
    }
    behind = {stance for one in drawn.values() for stance in one.stances}
    caption = " ".join(
        filter(
            None,
            (
                "Each cell is the mean of an actor's standing stances on a position, from −− (strongly opposes) to ++ "
                "(strongly supports); ± where they point both ways, ? where the direction cannot be told, with their "
                "number if there are several. Hatched: nothing known.",
                actors_left,
                positions_left,
                asked.source_note(behind),
            ),
        )
    )
    return matrix(
        [asked.label(p) for p in positions],
        [asked.label(a) for a in actors],
        {at: _cell(asked, one) for at, one in drawn.items()},
        title=asked.heading("Stances"),
        caption=caption,
        limit=2.0,
        legend=LEGEND,
        heads=heads if any(issue.values()) else None,
        width=asked.width,
    )


def _counts(asked: Asked, by: Callable[[str, str], str]) -> Counter[str]:
    """Standing stances by actor, by position or by what else."""
    found: Counter[str] = Counter()
    for (actor, position), one in asked.profiles.items():
        found[by(actor, position)] += len(one.stances)
    return found


def _cell(asked: Asked, one: Profile) -> Cell:
    text = "?" if one.value is None else "±" if one.mixed else sign(one.value)
    small = f"n {len(one.stances)}" if len(one.stances) > 1 else ""
    return Cell(one.value, text, small, _moved(asked, one))


def _moved(asked: Asked, one: Profile) -> str:
    """Which way a stance moved from those that it superseded."""
    before = [value for stance in one.earlier if (value := asked.rows[stance]["value"]) is not None]
    if one.value is None or not before:
        return ""
    change = one.value - sum(before) / len(before)
    return "up" if change > 0 else "down" if change < 0 else ""
