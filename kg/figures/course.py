"""Course: a number over time with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.errors import KGError
from kg.figures import words
from kg.figures.axis import Axis, span
from kg.figures.figure import TWO_COLUMNS, Figure
from kg.figures.sheet import HAIR, INK, LINE, MUTED, captioned, started

HIGH, SIZE = 120.0, 7.0
LOOKS = (("#124e8e", ()), ("#9e4204", (5.0, 2.0)), ("#3c6e47", (1.5, 1.5)))
"""Colour and dash of curves, told apart without colour, too."""


@dataclass(frozen=True)
class Moment:
    """A window of time (a date as precise as the window) with its value, interval and number of statements."""

    date: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int = 0


@dataclass(frozen=True)
class Curve:
    """A name and its moments in order."""

    name: str
    moments: Sequence[Moment]


MOST = len(LOOKS)


def course(
    curves: Sequence[Curve],
    *,
    title: str,
    caption: str,
    unit: str,
    bottom: float = -1.0,
    top: float = 1.0,
    width: float = TWO_COLUMNS,
) -> Figure:
    """Up to :data:`MOST` curves between *bottom* and *top*; each value holds until the next one.

    Bars are intervals. Raises KGError where there is nothing to draw, or more curves than can be told apart.
    """
    drawn = [curve for curve in curves if curve.moments]
    if not drawn:
        raise KGError("There is no value in any window of time.", cure="Take actors with dated statements.")
    if len(drawn) > MOST:
        raise KGError(f"{len(drawn)} curves cannot be told apart.", cure=f"Name fewer actors: {MOST} pairs at most.")
    sheet, y = started(title, width)
    left = 24.0
    days = [day for curve in drawn for moment in curve.moments for day in span(moment.date)]
    axis = Axis(days, left, sheet.width - 6)
    y += sheet.block(0, y, words.wrap(unit, 6.5, sheet.width - 2, 2), 6.5, color=MUTED) - y + 4
    end = y + HIGH

    def at(value: float) -> float:
        return end - (value - bottom) / (top - bottom) * HIGH

    below = axis.draw(sheet, y, end)
    for part in range(5):
        value = bottom + (top - bottom) * part / 4
        sheet.line((left, at(value)), (sheet.width, at(value)), color=LINE if value == 0 else HAIR, line=0.5)
        sheet.text(left - 4, at(value) + 2.3, f"{value:+g}".replace("-", "−") if value else "0", 6.5,
                   across="right", color=MUTED)  # fmt: skip
    for number, curve in enumerate(drawn):
        colour, dash = LOOKS[number]
        shift = (number - (len(drawn) - 1) / 2) * 3.0
        points: list[tuple[float, float]] = []
        for moment in curve.moments:
            x = axis.at(sum(span(moment.date)) / 2) + shift
            if points:
                points.append((x, points[-1][1]))
            points.append((x, at(moment.value)))
        sheet.line(*points, (sheet.width - 4, points[-1][1]), color=colour, line=1.0, dash=dash)
        for moment in curve.moments:
            x = axis.at(sum(span(moment.date)) / 2) + shift
            if moment.low is not None and moment.high is not None:
                for a, b in (((x, at(moment.low)), (x, at(moment.high))),
                             ((x - 2, at(moment.low)), (x + 2, at(moment.low))),
                             ((x - 2, at(moment.high)), (x + 2, at(moment.high)))):  # fmt: skip
                    sheet.line(a, b, color=colour, line=0.7)
            fill = colour if moment.low is not None else "#ffffff"
            sheet.disc(x, at(moment.value), 2.4, fill=fill, edge=colour, line=0.8)
    y = below + 4
    for number, curve in enumerate(drawn):
        colour, dash = LOOKS[number]
        sheet.line((0, y + 4), (18, y + 4), color=colour, line=1.0, dash=dash)
        lines = words.wrap(curve.name, SIZE, sheet.width - 26, 2)
        y = sheet.block(23, y, lines, SIZE, color=INK) + 1
    captioned(sheet, y + 4, caption)
    return Figure(sheet, title, caption)
