"""How a relation and a kind of actor look, decided once so that picture, legend and panel agree.

No meaning rests on colour alone. The end mark tells what a tie is (arrow: directed, bar: conflict,
open arrow: directed but neither, nothing: symmetric), the dash tells which of its group it is, and
the hue repeats the dash: cool for cooperation, warm for conflict, grey for the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.pages.document import Family, Relation

Dash = tuple[int, ...]

SOLID: Dash = ()
DASHES: dict[Family, Sequence[Dash]] = {
    "cooperation": (SOLID, (14, 4), (2, 4), (14, 4, 2, 4), (6, 4)),
    "conflict": ((7, 5), SOLID, (2, 4), (14, 4, 2, 4), (18, 5)),
    "other": ((3, 3), (10, 4), SOLID, (10, 4, 3, 4)),
}
HUES: dict[Family, int] = {"cooperation": 5, "conflict": 5, "other": 3}


@dataclass(frozen=True, slots=True)
class Line:
    """``hue`` names a colour of the style sheet, so that light and dark pages differ."""

    hue: str
    dash: Dash
    mark: str
    both_ends: bool


def mark(relation: Relation) -> str:
    if relation.family == "conflict":
        return "bar"
    if not relation.directed:
        return "none"
    return "arrow" if relation.family == "cooperation" else "vee"


def lines(relations: Iterable[Relation]) -> dict[str, Line]:
    """A look for every relation, in the order given: the first ones get the most distinct looks."""
    of_family: Counter[str] = Counter()
    of_group: Counter[tuple[str, bool]] = Counter()
    looks: dict[str, Line] = {}
    for relation in relations:
        family, group = relation.family, (relation.family, relation.directed)
        dashes = DASHES[family]
        looks[relation.key] = Line(
            hue=f"{family}-{of_family[family] % HUES[family]}",
            dash=dashes[of_group[group] % len(dashes)],
            mark=mark(relation),
            both_ends=relation.family == "conflict" and not relation.directed,
        )
        of_family[family] += 1
        of_group[group] += 1
    return looks


@dataclass(frozen=True, slots=True)
class Shape:
    """A form of the drawing engine, filled or hollow."""

    form: str
    hollow: bool = False


USUAL: dict[str, Shape] = {
    "State": Shape("dot"),
    "Person": Shape("dot", hollow=True),
    "Government": Shape("hexagon"),
    "Coalition": Shape("hexagon", hollow=True),
    "Public body": Shape("triangle"),
    "Organization": Shape("square", hollow=True),
    "Armed group": Shape("diamond"),
    "Media organization": Shape("triangleDown"),
    "Person group": Shape("triangle", hollow=True),
    "Narrator": Shape("star", hollow=True),
    "Actor": Shape("square"),
}
SPARE = (
    Shape("star"),
    Shape("triangleDown", hollow=True),
    Shape("diamond", hollow=True),
    *(shape for shape in USUAL.values()),
)


def shapes(kinds: Iterable[str]) -> dict[str, Shape]:
    """A shape for every kind of actor; kinds we never heard of take one that nobody here uses."""
    wanted = sorted(set(kinds))
    chosen = {kind: USUAL[kind] for kind in wanted if kind in USUAL}
    for kind in wanted:
        if kind not in chosen:
            free = [shape for shape in SPARE if shape not in chosen.values()]
            chosen[kind] = free[0] if free else USUAL["Actor"]
    return chosen
