"""Moving windows: by calendar time, or by numbers of statements.

Calendar windows are whole units (ISO weeks, months, quarters, years …), half open: a moment belongs to the window
with start ≤ moment < end. With a step as long as the width they partition the data.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import one_of
from kg.errors import KGError

UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years")
Times = npt.NDArray[np.datetime64]

_FIXED = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
_MONTHS = {"months": 1, "quarters": 3, "years": 12}
# More windows than this are refused.
MOST = 100_000


@dataclass(frozen=True)
class Window:
    """The entries ``which`` (indices) from ``start`` up to ``end``; ``middle`` stands for the window on an axis."""

    start: datetime
    end: datetime
    middle: datetime
    which: npt.NDArray[np.intp]


def unit_of(name: str) -> str:
    """A unit by its name, in the singular too."""
    word = name if name.endswith("s") else f"{name}s"
    return one_of(word, UNITS, "unit of time")


def by_time(
    times: Times,
    unit: str = "months",
    width: int = 1,
    step: int = 1,
    *,
    start: datetime | None = None,
    stop: datetime | None = None,
    dna_compat: bool = False,
) -> list[Window]:
    """Windows of *width* units, one every *step* units, over *times* (datetime64; NaT, an unknown time, is in none).

    They begin with the unit in which the first time lies (or *start*) and go on to the one of the last (or *stop*).
    With a step of the width or more they cover all of that; those that overlap are whole ones only. With *dna_compat*
    as the Discourse Network Analyzer has it (as of 3.1.2): closed windows from t − h to t + h, h = (width − 1)/2
    rounded half up, for each t one unit after the other from *start*, if all of it lies within *start* and *stop*
    (the first and last of the data, if not given; the program takes those of all documents).
    Raises KGError for windows longer than the data, and when no time is known.
    """
    unit = unit_of(unit)
    positive(width, "width")
    positive(step, "step")
    first, last = span_of(times, start, stop)
    spans = _closed(first, last, unit, width) if dna_compat else _whole(first, last, unit, width, step)
    if not spans:
        raise too_long(f"{width} {unit}", first, last)
    order, ordered = _in_order(times)
    return [_cut(order, ordered, a, b, m, "right" if dna_compat else "left") for a, b, m in spans]


def by_events(times: Times, width: int, step: int = 1, *, dna_compat: bool = False) -> list[Window]:
    """Windows of *width* statements in order of time, one every *step* statements.

    *times* are in the order of the frame, which decides between statements of the same moment, so that the same
    data give the same windows (the Discourse Network Analyzer draws lots there, as of 3.1.2). Statements without a
    time are in none. *dna_compat*: 2·⌊width/2⌋ + 1 statements, as many before as after the middle one.
    Raises KGError for windows longer than the data.
    """
    positive(width, "width")
    positive(step, "step")
    order, ordered = _in_order(times)
    size = 2 * (width // 2) + 1 if dna_compat else width
    if size > len(order):
        raise KGError(
            f"A window of {size} statements is longer than the data, which have {len(order)} with a date.",
            cure="Use a shorter one.",
        )
    found = []
    for at in range(0, len(order) - size + 1, step):
        start, middle, end = (
            moment.astype(datetime) for moment in ordered[[at, at + size // 2, at + size - 1]]
        )
        found.append(Window(start, end, middle, np.sort(order[at : at + size])))
    return found


def span_of(times: Times, start: datetime | None, stop: datetime | None) -> tuple[datetime, datetime]:
    """The first and the last known time, or what is given in their place."""
    known = times[~np.isnat(times)].astype("datetime64[s]")
    if not len(known) and (start is None or stop is None):
        raise KGError(
            "No statement has a date, so there are no windows of time.", cure="Leave out the windows."
        )
    first = start or known.min().astype(datetime)
    last = stop or known.max().astype(datetime)
    if last < first:
        raise KGError(
            f"The windows would end, {last:%Y-%m-%d}, before they begin, {first:%Y-%m-%d}.",
            cure="Give a later end, or an earlier beginning.",
        )
    return first, last


def too_long(what: str, first: datetime, last: datetime) -> KGError:
    """What to say of a window that does not fit."""
    return KGError(
        f"A window of {what} is longer than the data, from {first:%Y-%m-%d} to {last:%Y-%m-%d}.",
        cure="Use a shorter one.",
    )


def _in_order(times: Times) -> tuple[npt.NDArray[np.intp], Times]:
    """Where the known times stand, in their order, and these times to the second."""
    order = np.argsort(times, kind="stable")  # NaT last
    order = order[: int((~np.isnat(times)).sum())]
    return order, times[order].astype("datetime64[s]")


def positive(number: int, what: str) -> None:
    """Refuse a width or step below 1."""
    if number < 1:
        raise KGError(f"The {what} of a window is {number}.", cure="Use 1 or more.")


def _cut(order: Any, ordered: Times, a: datetime, b: datetime, middle: datetime, end: Any) -> Window:
    low = np.searchsorted(ordered, np.datetime64(a, "s"), "left")
    high = np.searchsorted(ordered, np.datetime64(b, "s"), end)
    return Window(a, b, middle, np.sort(order[low:high]))


def _whole(
    first: datetime, last: datetime, unit: str, width: int, step: int
) -> list[tuple[datetime, datetime, datetime]]:
    begin = floor(first, unit)
    after = shift(floor(last, unit), unit, 1)
    found: list[tuple[datetime, datetime, datetime]] = []
    if shift(begin, unit, width) > after:
        return found
    for number in range(MOST):
        start = shift(begin, unit, number * step)
        if start >= after:
            return found
        end = shift(begin, unit, number * step + width)
        if width <= step or end <= after:
            found.append((start, end, start + (end - start) / 2))
    raise too_many(f"{width} {unit}")


def too_many(what: str) -> KGError:
    """What to say of windows without end."""
    return KGError(f"More than {MOST:,} windows of {what}.", cure="Use a longer unit or a longer step.")


def _closed(
    first: datetime, last: datetime, unit: str, width: int
) -> list[tuple[datetime, datetime, datetime]]:
    half, at = width // 2, first
    found: list[tuple[datetime, datetime, datetime]] = []
    for _ in range(MOST):
        if at > last:
            return found
        start, end = shift(at, unit, -half), shift(at, unit, half)
        if start >= first and end <= last:
            found.append((start, end, at))
        at = shift(at, unit, 1)
    raise too_many(f"{width} {unit}")


def floor(moment: datetime, unit: str) -> datetime:
    """The beginning of the unit in which a moment lies; weeks begin on Monday."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    makers: dict[str, Callable[[], datetime]] = {
        "seconds": lambda: moment.replace(microsecond=0),
        "minutes": lambda: moment.replace(second=0, microsecond=0),
        "hours": lambda: moment.replace(minute=0, second=0, microsecond=0),
        "days": lambda: day,
        "weeks": lambda: day - timedelta(days=day.weekday()),
        "months": lambda: day.replace(day=1),
        "quarters": lambda: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "years": lambda: day.replace(month=1, day=1),
    }
    return makers[unit]()


def shift(moment: datetime, unit: str, number: int) -> datetime:
    """A moment so many units later; a day that the month does not have becomes its last.

    Raises KGError for what comes before the year 1 or after the year 9999.
    """
    try:
        if unit in _FIXED:
            return moment + _FIXED[unit] * number
        months = moment.year * 12 + moment.month - 1 + number * _MONTHS[unit]
        year, month = divmod(months, 12)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)
    except (ValueError, OverflowError) as error:
        raise KGError(
            f"{number} {unit} from {moment:%Y-%m-%d} there is no date.",
            cure="Leave out statements dated so far away.",
        ) from error


def undated(times: Times) -> int:
    """How many statements have no date, and so are in no window."""
    return int(np.isnat(times).sum())


def periods(windows: list[Window]) -> Iterator[str]:
    """A short name for each window: the first day and the day before its end."""
    for window in windows:
        last = window.end - timedelta(seconds=1) if window.end > window.start else window.end
        yield (
            f"{window.start:%Y-%m-%d}"
            if last.date() == window.start.date()
            else f"{window.start:%Y-%m-%d} … {last:%Y-%m-%d}"
        )
