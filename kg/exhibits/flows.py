"""Who says what: from actors to positions, as wide as the stances are many."""

from __future__ import annotations

from collections import Counter

from kg.errors import KGError
from kg.exhibits.asked import LEGEND, Asked, first
from kg.figures import Figure, Flow, flows

ACTORS, POSITIONS = 12, 14
"""On each side of one page."""


def draw(asked: Asked) -> Figure:
    """The actors and positions with most standing stances; a flow for each value."""
    standing = {stance: row for stance, row in asked.rows.items() if not row["superseded"]}
    if not standing:
        raise KGError("No stance is in the selection.", cure="Widen it, or name other actors: kg stances")
    of_actor = Counter(row["holder"] for row in standing.values())
    actors, actors_left = first(
        sorted(of_actor, key=lambda a: (-of_actor[a], asked.label(a), a)), asked.most or ACTORS, "actor"
    )
    of_position = Counter(row["position"] for row in standing.values() if row["holder"] in actors)
    positions, positions_left = first(
        sorted(of_position, key=lambda p: (-of_position[p], asked.label(p), p)), asked.most or POSITIONS, "position"
    )
    drawn = {
        stance: (row["holder"], row["position"], None if row["value"] is None else round(row["value"]))
        for stance, row in standing.items()
        if row["holder"] in actors and row["position"] in positions
    }
    amounts = Counter(drawn.values())
    names = _names(asked, [*actors, *positions])
    found = [
        Flow(names[actor], names[position], amount, value)
        for (actor, position, value), amount in sorted(
            amounts.items(),
            key=lambda one: (
                actors.index(one[0][0]), positions.index(one[0][1]), -9 if one[0][2] is None else -one[0][2]
            ),
        )
    ]  # fmt: skip
    caption = " ".join(
        filter(
            None,
            (
                "Left: actors, right: positions. A band is as wide as the standing stances of an actor on a position "
                "that have one value are many.",
                actors_left,
                positions_left,
                asked.source_note(drawn),
            ),
        )
    )
    return flows(
        found,
        title=asked.heading("Who holds what"),
        caption=caption,
        legend=LEGEND,
        left="Actor",
        right="Position",
        width=asked.width,
    )


def _names(asked: Asked, things: list[str]) -> dict[str, str]:
    """Names that differ, also where two things bear the same."""
    found: dict[str, str] = {}
    for thing in things:
        name = asked.label(thing)
        again = sum(other == name or other.startswith(f"{name} (") for other in found.values())
        found[thing] = f"{name} ({again + 1})" if again else name
    return found
