"""Flows: from names on the left to names on the right, as wide as they are many, coloured by value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kg.errors import KGError
from kg.figures import colours, words
from kg.figures.figure import TWO_COLUMNS, Figure
from kg.figures.sheet import HATCH, INK, LINE, MUTED, Sheet, Sign, captioned, started
from kg.figures.sheet import legend as drawn_legend

SIZE, GAP, BAR = 7.0, 5.0, 5.0
HIGHEST = 480.0
"""Points that all flows together take at most."""
_MOVE, _LINE, _CURVE = 1, 2, 4


@dataclass(frozen=True)
class Flow:
    """So many from one to another, of one value from −2 to 2, or of none that is known."""

    source: str
    target: str
    amount: int
    value: int | None


def flows(
    found: Sequence[Flow],
    *,
    title: str,
    caption: str,
    legend: Sequence[tuple[float, str]],
    left: str,
    right: str,
    width: float = TWO_COLUMNS,
) -> Figure:
    """An alluvial diagram. *left* and *right* are what stands on either side. Raises KGError without flows."""
    if not found:
        raise KGError("Nothing flows: there is no stance in view.", cure="Widen the selection.")
    sheet, y = started(title, width)
    sides = [_summed((f.source, f.amount) for f in found), _summed((f.target, f.amount) for f in found)]
    rooms = (sheet.width * 0.22, sheet.width * 0.40)
    texts = [
        {name: words.wrap(name, SIZE, room - 10, 3) for name in side}
        for side, room in zip(sides, rooms, strict=True)
    ]
    total = sum(f.amount for f in found)
    unit = min(9.0, HIGHEST / total)
    sheet.text(rooms[0] - 4, y + SIZE, left, 6.5, across="right", color=MUTED)
    sheet.text(sheet.width - rooms[1] + 4, y + SIZE, right, 6.5, color=MUTED)
    y += SIZE * 1.9
    stacks = [_stack(side, text, unit) for side, text in zip(sides, texts, strict=True)]
    high = max(stack[1] for stack in stacks)
    tops: list[dict[str, float]] = []
    for (places, tall), _ in zip(stacks, sides, strict=True):
        tops.append({name: y + at + (high - tall) / 2 for name, at in places.items()})
    x0, x1 = rooms[0], sheet.width - rooms[1]
    _bands(sheet, found, tops, unit, x0 + BAR, x1 - BAR)
    for side, (top, x, text) in enumerate(zip(tops, (x0, x1 - BAR), texts, strict=True)):
        for name, amount in sides[side].items():
            sheet.rect(x, top[name], BAR, amount * unit, fill=INK)
            tall = len(text[name]) * SIZE * 1.25
            at = top[name] + (amount * unit - tall) / 2
            if side:
                sheet.block(x + BAR + 4, at, text[name], SIZE)
            else:
                sheet.block(x - 4, at, text[name], SIZE, across="right")
    unknown = any(f.value is None for f in found)
    y = drawn_legend(sheet, y + high + 8, _signs(sheet, legend, unknown))
    captioned(sheet, y + 5, caption)
    return Figure(sheet, title, caption)


def _summed(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, amount in parts:
        found[name] = found.get(name, 0) + amount
    return found


def _stack(side: Mapping[str, int], texts: Mapping[str, Sequence[str]], unit: float) -> tuple[dict[str, float], float]:
    """Top of each bar from 0, so that neither bars nor their names touch; and where it all ends."""
    at, free, found = 0.0, 0.0, {}
    for name, amount in side.items():
        bar, text = amount * unit, len(texts[name]) * SIZE * 1.25
        at = max(at, free + (text - bar) / 2)
        found[name] = at
        free = at + bar / 2 + text / 2 + 1.5
        at += bar + GAP
    over = {name: max(0.0, (len(texts[name]) * SIZE * 1.25 - side[name] * unit) / 2) for name in found}
    first = min(found[name] - over[name] for name in found)
    found = {name: top - first for name, top in found.items()}
    return found, max(at - GAP, free - 1.5) - first


def _bands(
    sheet: Sheet, found: Sequence[Flow], tops: Sequence[Mapping[str, float]], unit: float, x0: float, x1: float
) -> None:
    order = [list(side) for side in tops]
    placed: list[dict[int, float]] = [{}, {}]
    for side in (0, 1):
        used: dict[str, float] = {}
        # Within a bar the flows stand in the order of what they lead to, so that few cross.
        others = [flow.target if side == 0 else flow.source for flow in found]
        far = [(order[1 - side].index(other), -(flow.value or 0)) for other, flow in zip(others, found, strict=True)]
        for k in sorted(range(len(found)), key=far.__getitem__):
            name = found[k].source if side == 0 else found[k].target
            placed[side][k] = tops[side][name] + used.get(name, 0.0)
            used[name] = used.get(name, 0.0) + found[k].amount * unit
    bend = (x1 - x0) * 0.45
    for k, flow in enumerate(found):
        a, b, thick = placed[0][k], placed[1][k], flow.amount * unit
        points = [
            (x0, a), (x0 + bend, a), (x1 - bend, b), (x1, b),
            (x1, b + thick), (x1 - bend, b + thick), (x0 + bend, a + thick), (x0, a + thick),
        ]  # fmt: skip
        codes = [_MOVE, _CURVE, _CURVE, _CURVE, _LINE, _CURVE, _CURVE, _CURVE]
        known = flow.value is not None
        sheet.path(
            points, codes, closed=True, fill=colours.diverging(flow.value or 0, 2) if known else "#ffffff",
            edge="#ffffff" if known else LINE, line=0.3, alpha=0.9, hatch=None if known else HATCH, ink=LINE,
        )  # fmt: skip
        if thick >= 6 and known:
            sheet.text(x0 + 6, a + thick / 2 + 2, colours.sign(flow.value or 0), 5.5,
                       color=colours.on(colours.diverging(flow.value or 0, 2)))  # fmt: skip


def _signs(sheet: Sheet, values: Sequence[tuple[float, str]], unknown: bool) -> Iterator[tuple[Sign, str]]:
    for value, text in values:
        fill = colours.diverging(value, 2)
        yield partial(sheet.rect, wide=11, high=8, fill=fill), text
    if unknown:
        how: dict[str, Any] = {"fill": "#ffffff", "edge": LINE, "line": 0.4, "hatch": HATCH, "ink": LINE}
        yield partial(sheet.rect, wide=11, high=8, **how), "value not determined"
