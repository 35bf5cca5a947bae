"""Axis: days as places on a line, with ticks that people would set."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date

from kg.figures import words
from kg.figures.sheet import HAIR, MUTED, Sheet

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def span(text: str) -> tuple[int, int]:
    """First and last day, as ordinals, of ``2020``, ``2020-04`` or ``2020-04-10``."""
    year, month, day = ([*map(int, text[:10].split("-")), 0, 0])[:3]
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    return first.toordinal(), last.toordinal()


class Axis:
    """Days from *first* to *last* (ordinals) between two places in points."""

    def __init__(self, days: Iterable[int], left: float, right: float) -> None:
        known = list(days)
        self.first, self.last = min(known), max(known)
        if self.last - self.first < 20:  # a single day gets a line, too
            self.first, self.last = max(1, self.first - 10), min(date.max.toordinal(), self.last + 10)
        self.left, self.right = left, right

    def at(self, day: float) -> float:
        """Where a day is."""
        return self.left + (day - self.first) / (self.last - self.first) * (self.right - self.left)

    def ticks(self) -> list[tuple[float, str, bool]]:
        """Place, word, and whether it begins a year: months where there is room, years or tens of years elsewhere."""
        low, high = date.fromordinal(self.first), date.fromordinal(self.last)
        years = high.year - low.year + 1
        each_year = (self.right - self.left) / years
        if each_year >= 12 * 24 and years <= 2:
            months = range(1, 13)
        elif each_year >= 4 * 26:
            months = range(1, 13, 3)
        else:
            months = range(1, 2)
        step = max(1, round(26 / each_year + 0.5)) if each_year < 26 else 1
        found = []
        for year in range(low.year, high.year + 1):
            if year % step:
                continue
            for month in months:
                day = date(year, month, 1).toordinal()
                if self.first <= day <= self.last:
                    found.append((self.at(day), str(year) if month == 1 else MONTHS[month - 1], month == 1))
        if not found:
            return [(self.at(day.toordinal()), day.isoformat(), True) for day in (low, high)]
        first, word, year = found[0]
        return found if year else [(first, f"{word} {low.year}", False), *found[1:]]

    def draw(self, sheet: Sheet, top: float, bottom: float) -> float:
        """Lines from top to bottom with words under them; returns where that ends."""
        taken = -1e9
        for x, word, year in self.ticks():
            sheet.line((x, top), (x, bottom + 2), color=HAIR, line=0.7 if year else 0.4)
            half = words.width(word, 6.0, year) / 2
            middle = min(max(x, half), sheet.width - half)
            if middle - half > taken + 3:
                sheet.text(middle, bottom + 9, word, 6.0, across="center", color=MUTED, bold=year)
                taken = middle + half
        return bottom + 13
