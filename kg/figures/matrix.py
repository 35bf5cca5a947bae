"""Matrix: rows × columns, a number or a sign in each cell, hatched where nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kg.figures import colours, words
from kg.figures.figure import TWO_COLUMNS, Figure
from kg.figures.sheet import HAIR, HATCH, INK, LINE, MUTED, Sheet, Sign, captioned, started
from kg.figures.sheet import legend as drawn_legend

CELL, LOW = 46.0, 13.0
"""Points: widest cell, and height of the lowest row."""
_CELLS = 0.58
"""The share of the width that cells can take; names have the rest."""
SIZE, SMALL = 7.0, 4.8


@dataclass(frozen=True)
class Cell:
    """What is known of a row and a column.

    ``value`` colours the cell, or None where something is known but no value; ``text`` stands in it, ``small``
    under that; ``moved`` is ``up`` or ``down``.
    """

    value: float | None
    text: str
    small: str = ""
    moved: str = ""


def room_for(width: float, narrowest: float = 18.0) -> int:
    """How many columns a matrix of *width* cm can have beside the names of its rows."""
    return max(1, int(width / 2.54 * 72 * _CELLS // narrowest))


def matrix(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[int, int], Cell],
    *,
    title: str,
    caption: str,
    limit: float,
    legend: Sequence[tuple[float, str]],
    numbered: bool = False,
    hatched: str = "nothing known",
    heads: Mapping[int, str] | None = None,
    width: float = TWO_COLUMNS,
) -> Figure:
    """A cell for each (row, column) in *cells*; others are hatched, the diagonal of the same is left out.

    *numbered*: rows and columns are the same, and a column is headed by the number of its row. *limit* is the value of
    the deepest colours; *legend* has values with their words; *heads* are headings before rows.
    """
    sheet, y = started(title, width)
    across = min(CELL, sheet.width * _CELLS / max(1, len(columns)))
    names = min(sheet.width - across * len(columns) - 2, sheet.width * 0.62)
    y = _heads(sheet, y, columns, names, across, numbered)
    for at, row in enumerate(rows):
        if heads and at in heads:
            head = words.wrap(heads[at], SIZE, sheet.width - 2, 1, bold=True)
            y = sheet.block(0, y + 4, head, SIZE, bold=True, color=MUTED) + 1
        lines = words.wrap(f"{at + 1}  {row}" if numbered else row, SIZE, names - 6, 4)
        double = any(cells[at, k].small for k in range(len(columns)) if (at, k) in cells)
        high = max(LOW + (SMALL if double else 0), len(lines) * SIZE * 1.25 + 3)
        sheet.block(0, y + (high - len(lines) * SIZE * 1.25) / 2, lines, SIZE)
        for k in range(len(columns)):
            if not (numbered and k == at):
                _cell(sheet, names + k * across, y, across, high, cells.get((at, k)), limit)
        y += high
    unknown = len(cells) < len(rows) * len(columns) - (len(rows) if numbered else 0)
    moved = any(cell.moved for cell in cells.values())
    y = drawn_legend(sheet, y + 8, _signs(sheet, legend, limit, moved, hatched if unknown else ""))
    captioned(sheet, y + 5, caption)
    return Figure(sheet, title, caption)


def _heads(sheet: Sheet, y: float, columns: Sequence[str], left: float, across: float, numbered: bool) -> float:
    if numbered:
        for k in range(len(columns)):
            sheet.text(left + (k + 0.5) * across, y + SIZE, str(k + 1), SIZE, across="center")
        return y + SIZE * 1.5
    fits = max(1, min(3, int(across // (SIZE * 1.2))))
    wrapped = [words.wrap(name, SIZE, 84, fits) for name in columns]
    high = max((words.width(line, SIZE) for lines in wrapped for line in lines), default=0.0) + 6
    for k, lines in enumerate(wrapped):
        middle = left + (k + 0.5) * across
        for number, line in enumerate(lines):
            aside = (number - (len(lines) - 1) / 2) * SIZE * 1.2 + SIZE * 0.3
            sheet.text(middle + aside, y + high - 3, line, SIZE, turned=True)
    return y + high


def _cell(sheet: Sheet, x: float, y: float, wide: float, high: float, cell: Cell | None, limit: float) -> None:
    box = (x + 0.5, y + 0.5, wide - 1, high - 1)
    if cell is None:
        sheet.rect(*box, fill="#ffffff", edge=HAIR, line=0.4, hatch=HATCH, ink=HAIR)
        return
    fill = "#ffffff" if cell.value is None else colours.diverging(cell.value, limit)
    sheet.rect(*box, fill=fill, edge=LINE if cell.value is None else None, line=0.4)
    ink = INK if cell.value is None else colours.on(fill)
    middle = y + high / 2 + SIZE * 0.35 - (SMALL * 0.6 if cell.small else 0)
    sheet.text(x + wide / 2, middle, cell.text, SIZE, across="center", color=ink)
    if cell.small and words.width(cell.small, SMALL) <= wide - 2:
        sheet.text(x + wide / 2, middle + SMALL * 1.25, cell.small, SMALL, across="center", color=ink)
    if cell.moved:
        sheet.mark(cell.moved, x + wide - 3.4, y + 3.6, 1.5, fill=ink)


def _signs(
    sheet: Sheet, values: Sequence[tuple[float, str]], limit: float, moved: bool, hatched: str
) -> Iterator[tuple[Sign, str]]:
    for value, text in values:
        fill = colours.diverging(value, limit)
        yield partial(sheet.rect, wide=11, high=8, fill=fill), text
    if hatched:
        how: dict[str, Any] = {"fill": "#ffffff", "edge": HAIR, "line": 0.4, "hatch": HATCH, "ink": HAIR}
        yield partial(sheet.rect, wide=11, high=8, **how), hatched
    for form, text in (("up", "moved towards support"), ("down", "moved towards opposition")) if moved else ():
        yield partial(_triangle, sheet, form), text


def _triangle(sheet: Sheet, form: str, x: float, y: float) -> None:
    sheet.mark(form, x + 5.5, y + 4, 2.0, fill=INK)
