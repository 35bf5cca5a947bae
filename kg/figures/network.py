"""Network: actors in the places a layout gave them, one line for all ties of a family between two."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from kg.errors import KGError
from kg.figures import words
from kg.figures.figure import TWO_COLUMNS, Figure
from kg.figures.sheet import Point, Sheet, Sign, captioned, legend, started

LARGEST, SMALLEST = 7.0, 4.5
"""Sizes of names in points."""
LOOKS: dict[str, tuple[str, tuple[float, ...], str]] = {
    "cooperation": ("#12608e", (), "cooperation"),
    "conflict": ("#a3420b", (4.0, 2.2), "conflict, a bar at whom it is against"),
    "other": ("#6a737d", (1.2, 1.6), "other ties"),
}
"""Colour, dash and words of each family; told apart without colour, too."""
_INK = "#3d4650"
_MOVE, _CURVE = 1, 3
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Actor:
    """An actor at a place of the layout, with its radius there. ``form`` is one of a Sheet's marks."""

    name: str
    x: float
    y: float
    radius: float
    form: str = "circle"
    hollow: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Tie:
    """All ties of one family between two actors (by number), and which ways they go."""

    a: int
    b: int
    family: str
    statements: int
    forth: bool
    back: bool


def network(
    actors: Sequence[Actor],
    ties: Sequence[Tie],
    *,
    title: str,
    caption: str,
    width: float = TWO_COLUMNS,
) -> Figure:
    """A node-link diagram. Names that would lie on others are left out, smallest actors first, and counted.

    Raises KGError where there is no actor.
    """
    if not actors:
        raise KGError("There is no actor to draw.", cure="Widen the selection.")
    sheet, y = started(title, width)
    margin = 26.0
    low = (min(a.x - a.radius for a in actors), min(a.y - a.radius for a in actors))
    span = (max(a.x + a.radius for a in actors) - low[0], max(a.y + a.radius for a in actors) - low[1])
    scale = min((sheet.width - 2 * margin) / max(span[0], 1.0), sheet.width * 1.1 / max(span[1], 1.0), 1.2)
    inset = (sheet.width - span[0] * scale) / 2
    spots = [(inset + (a.x - low[0]) * scale, y + 6 + (a.y - low[1]) * scale) for a in actors]
    radii = [max(1.8, a.radius * scale) for a in actors]
    bends = _bends(ties)
    for tie, bend in zip(ties, bends, strict=True):
        _line(sheet, tie, spots, radii, bend)
    for actor, (x, at), radius in zip(actors, spots, radii, strict=True):
        _form(sheet, actor, x, at, radius)
    size = max(SMALLEST, min(LARGEST, 15 * scale))
    bottom, unnamed = _names(sheet, actors, spots, radii, size, y)
    y = legend(sheet, bottom + 8, _signs(sheet, actors, ties), 20.0)
    told = f"{words.plural(unnamed, 'name')} would lie on others and {'is' if unnamed == 1 else 'are'} left out."
    whole = f"{caption} {told}" if unnamed else caption
    captioned(sheet, y + 5, whole)
    return Figure(sheet, title, whole)


def _bends(ties: Sequence[Tie]) -> list[float]:
    """How far each line keeps from the straight one, so that families between two lie apart."""
    of_pair: dict[tuple[int, int], list[int]] = {}
    for number, tie in enumerate(ties):
        of_pair.setdefault((min(tie.a, tie.b), max(tie.a, tie.b)), []).append(number)
    found = [0.0] * len(ties)
    for (first, _), numbers in of_pair.items():
        for place, number in enumerate(numbers):
            side = 1 if ties[number].a == first else -1
            found[number] = (place - (len(numbers) - 1) / 2) * 9.0 * side
    return found


def _line(sheet: Sheet, tie: Tie, spots: Sequence[Point], radii: Sequence[float], bend: float) -> None:
    colour, dash, _ = LOOKS[tie.family]
    thick = min(2.6, 0.6 + 0.35 * math.sqrt(tie.statements))
    (x0, y0), (x1, y1) = spots[tie.a], spots[tie.b]
    if tie.a == tie.b:
        radius = radii[tie.a]
        sheet.path(
            [(x0 + radius * 0.7, y0 - radius * 0.7), (x0 + radius * 4, y0 - radius * 4), (x0, y0 - radius)],
            [_MOVE, _CURVE, _CURVE], edge=colour, line=thick, dash=dash,
        )  # fmt: skip
        return
    long = math.hypot(x1 - x0, y1 - y0) or 1.0
    middle = ((x0 + x1) / 2 - (y1 - y0) / long * bend * 2, (y0 + y1) / 2 + (x1 - x0) / long * bend * 2)
    start = _towards((x0, y0), middle, radii[tie.a] * 1.15 + 1.5)
    end = _towards((x1, y1), middle, radii[tie.b] * 1.15 + 1.5)
    sheet.path([start, middle, end], [_MOVE, _CURVE, _CURVE], edge=colour, line=thick, dash=dash)
    for wanted, tip in ((tie.forth, end), (tie.back, start)):
        if wanted:
            _mark(sheet, tie.family, tip, middle, colour)


def _towards(point: Point, other: Point, far: float) -> Point:
    long = math.hypot(other[0] - point[0], other[1] - point[1]) or 1.0
    return point[0] + (other[0] - point[0]) / long * far, point[1] + (other[1] - point[1]) / long * far


def _mark(sheet: Sheet, family: str, tip: Point, back: Point, colour: str) -> None:
    long = math.hypot(tip[0] - back[0], tip[1] - back[1]) or 1.0
    ux, uy = (tip[0] - back[0]) / long, (tip[1] - back[1]) / long
    if family == "conflict":
        sheet.line((tip[0] - uy * 3, tip[1] + ux * 3), (tip[0] + uy * 3, tip[1] - ux * 3), color=colour, line=1.4)
        return
    wings = [(tip[0] - ux * 5 - uy * side, tip[1] - uy * 5 + ux * side) for side in (2.1, -2.1)]
    if family == "cooperation":
        sheet.path([tip, *wings], closed=True, fill=colour)
    else:
        sheet.path([wings[0], tip, wings[1]], edge=colour, line=0.9)


def _names(
    sheet: Sheet, actors: Sequence[Actor], spots: Sequence[Point], radii: Sequence[float], size: float, top: float
) -> tuple[float, int]:
    """Names under their actors or above, the largest first; where the lowest ends, how many found no place."""
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(spots, radii, strict=True)]
    bottom, unnamed = max(box[3] for box in taken), 0
    for number in sorted(range(len(actors)), key=lambda k: (-actors[k].radius, actors[k].name)):
        (x, y), radius = spots[number], radii[number]
        lines = words.wrap(actors[number].name, size, 20 * size * 0.55, 3)
        half = max(words.width(line, size) for line in lines) / 2
        tall = len(lines) * size * 1.2
        others = [box for k, box in enumerate(taken) if k != number]
        free = (
            box
            for box in _beside(x, y, radius * 1.2 + 1.5, half, tall, sheet.width)
            if box[0] >= 0 and box[2] <= sheet.width and box[1] >= top and not any(_meet(box, o) for o in others)
        )
        box = next(free, None)
        if box is None:
            unnamed += 1
            continue
        taken.append(box)
        middle, at = (box[0] + box[2]) / 2, box[1]
        for row, line in enumerate(lines):
            # A band of paper behind the name keeps the lines below it from crossing it.
            wide = words.width(line, size)
            head = at + row * size * 1.2
            sheet.rect(middle - wide / 2 - 0.5, head, wide + 1, size * 1.15, fill="#ffffff", alpha=0.75)
            sheet.text(middle, head + 0.9 * size, line, size, across="center")
        bottom = max(bottom, box[3])
    return bottom, unnamed


def _beside(x: float, y: float, far: float, half: float, tall: float, width: float) -> list[Box]:
    """Places for a name: below, above, to the right, to the left of an actor."""
    middle = min(max(x, half + 1), width - half - 1)
    corners = [(middle - half, y + far), (middle - half, y - far - tall)]
    corners += [(x + far, y - tall / 2), (x - far - 2 * half, y - tall / 2)]
    return [(left, up, left + 2 * half, up + tall) for left, up in corners]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _signs(sheet: Sheet, actors: Sequence[Actor], ties: Sequence[Tie]) -> Iterator[tuple[Sign, str]]:
    for family, (_, _, text) in LOOKS.items():
        if count := sum(tie.family == family for tie in ties):
            yield partial(_sample, sheet, family), f"{text} ({words.plural(count, 'pair')})"
    kinds: dict[str, Actor] = {}
    for actor in actors:
        if actor.kind:
            kinds.setdefault(actor.kind, actor)
    for kind in sorted(kinds):
        yield partial(_shown, sheet, kinds[kind]), kind


def _sample(sheet: Sheet, family: str, x: float, y: float) -> None:
    colour, dash, _ = LOOKS[family]
    sheet.line((x, y + 4.5), (x + 16, y + 4.5), color=colour, line=1.2, dash=dash)
    if family == "conflict":
        sheet.line((x + 16, y + 1.5), (x + 16, y + 7.5), color=colour, line=1.4)


def _form(sheet: Sheet, actor: Actor, x: float, y: float, radius: float) -> None:
    sheet.mark(actor.form, x, y, radius, fill="#ffffff" if actor.hollow else _INK, edge=_INK, line=1.0)


def _shown(sheet: Sheet, actor: Actor, x: float, y: float) -> None:
    _form(sheet, actor, x + 8, y + 4.5, 3.2)
