"""Timeline: a lane for each name, a mark for each stance or event; vague dates are as wide as they are vague."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from kg.errors import KGError
from kg.figures import colours, words
from kg.figures.axis import Axis, span
from kg.figures.figure import TWO_COLUMNS, Figure
from kg.figures.sheet import HAIR, INK, LINE, Sheet, Sign, captioned, started
from kg.figures.sheet import legend as drawn_legend

SIZE, RADIUS = 7.0, 4.6


@dataclass(frozen=True)
class Mark:
    """What was held or happened: a date as known (``2020``, ``2020-04``, ``2020-04-10``) and a value from −2 to 2.

    A mark without value is one whose value is not determined. ``until`` ends a longer time.
    """

    date: str
    value: float | None
    until: str = ""

    @property
    def days(self) -> tuple[int, int]:
        """First and last day it may have been."""
        return span(self.date)[0], span(self.until or self.date)[1]


@dataclass(frozen=True)
class Lane:
    """Marks in a row. ``heading`` lanes have a name and nothing else."""

    name: str
    marks: Sequence[Mark] = ()
    heading: bool = False


def timeline(
    lanes: Sequence[Lane],
    *,
    title: str,
    caption: str,
    legend: Sequence[tuple[float, str]],
    width: float = TWO_COLUMNS,
) -> Figure:
    """Lanes over one axis of time; marks that would hide each other stand one above another.

    Raises KGError where no lane has a mark.
    """
    if not any(lane.marks for lane in lanes):
        raise KGError("Nothing to draw over time has a date.", cure="Take a matrix or a network instead.")
    sheet, y = started(title, width)
    names = sheet.width * 0.34
    days = [day for lane in lanes for mark in lane.marks for day in mark.days]
    axis = Axis(days, names + 2 + RADIUS, sheet.width - 2 - RADIUS)
    top, places = y, []
    for lane in lanes:
        room, most = (sheet.width, 1) if lane.heading else (names, 3)
        lines = words.wrap(lane.name, SIZE, room - 8, most, bold=lane.heading)
        levels = _levels(lane.marks, axis)
        high = max(len(lines) * SIZE * 1.25 + 3, (max(levels, default=0) + 1) * (2 * RADIUS + 1.5) + 3)
        places.append((lane, lines, levels, y, high))
        y += high
    end = axis.draw(sheet, top, y)
    for lane, lines, levels, at, high in places:
        sheet.line((0, at + high), (sheet.width, at + high), color=HAIR, line=0.4)
        sheet.block(0, at + (high - len(lines) * SIZE * 1.25) / 2, lines, SIZE, bold=lane.heading)
        _marks(sheet, lane.marks, levels, axis, at, high)
    vague = any(mark.days[0] < mark.days[1] for lane in lanes for mark in lane.marks)
    captioned(sheet, drawn_legend(sheet, end + 4, _signs(sheet, legend, vague), 13.0) + 5, caption)
    return Figure(sheet, title, caption)


def _levels(marks: Sequence[Mark], axis: Axis) -> list[int]:
    """For each mark the lowest level on which it touches no other."""
    ends: list[float] = []
    found = []
    for mark in marks:
        first, last = (axis.at(day) for day in mark.days)
        middle = (first + last) / 2
        left, right = min(first, middle - RADIUS), max(last, middle + RADIUS)
        level = next((k for k, end in enumerate(ends) if end + 0.8 < left), len(ends))
        ends[level:level + 1] = [right]
        found.append(level)
    return found


def _marks(
    sheet: Sheet, marks: Sequence[Mark], levels: Sequence[int], axis: Axis, top: float, high: float
) -> None:
    step = 2 * RADIUS + 1.5
    for mark, level in zip(marks, levels, strict=True):
        first, last = (axis.at(day) for day in mark.days)
        x, y = (first + last) / 2, top + high / 2 + (level - max(levels) / 2) * step
        if last - first > 2 * RADIUS:
            sheet.line((first, y), (last, y), color=LINE, line=1.2)
            for edge in (first, last):
                sheet.line((edge, y - 2), (edge, y + 2), color=LINE, line=0.8)
        _disc(sheet, x, y, mark.value)


def _signs(sheet: Sheet, values: Sequence[tuple[float, str]], vague: bool) -> Iterator[tuple[Sign, str]]:
    for value, text in values:
        yield partial(_sample, sheet, value), text
    if vague:
        yield partial(_stretch, sheet), "a line: somewhere between"


def _disc(sheet: Sheet, x: float, y: float, value: float | None) -> None:
    fill = "#ffffff" if value is None else colours.diverging(value, 2)
    sheet.disc(x, y, RADIUS, fill=fill, edge=INK if value is None else LINE, line=0.5)
    sign = "?" if value is None else colours.sign(value)
    sheet.text(x, y + 1.8, sign, 5.0, across="center", color=colours.on(fill))


def _sample(sheet: Sheet, value: float, x: float, y: float) -> None:
    _disc(sheet, x + 5, y + 4.5, value)


def _stretch(sheet: Sheet, x: float, y: float) -> None:
    sheet.line((x, y + 4.5), (x + 10, y + 4.5), color=LINE, line=1.2)
