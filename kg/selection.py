"""Selection: one filter, made once, passed to every analysis verb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kg.errors import ParameterError


@dataclass(frozen=True)
class Selection:
    """Which stances and ties are meant. Empty fields do not filter.

    ``issues`` holds IRIs of issues with all narrower ones; dates are inclusive ISO days. An item without any
    date is kept only when no period is asked for: silence about time is not a date.
    """

    issues: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    words: tuple[tuple[str, str], ...] = ()

    def describe(self) -> str:
        """The filter in words, for everything that is made from it."""
        parts = [f"{name} {text}" for name, text in self.words]
        return "; ".join(parts) or "everything"

    def keeps_period(self, start: str | None, end: str | None) -> bool:
        """Whether something that lasted from *start* to *end* (ISO days or None) touches the period.

        Without an end it is of the day it started; with an end alone it may have been at any time before.
        """
        if self.since is None and self.until is None:
            return True
        first, last = start or "", end or start
        if last is None:
            return False
        return (self.until is None or first <= self.until) and (self.since is None or last >= self.since)


def iso_day(text: str, what: str) -> str:
    """An ISO day from ``2020``, ``2020-04`` or ``2020-04-08``; for *until* the last day of the period."""
    parts = text.strip().split("-")
    try:
        numbers = [int(p) for p in parts]
        if len(numbers) == 3:
            return date(*numbers).isoformat()
        first = date(numbers[0], numbers[1] if len(numbers) == 2 else 1, 1)
        if what == "since":
            return first.isoformat()
        month = numbers[1] if len(numbers) == 2 else 12
        after = date(numbers[0] + month // 12, month % 12 + 1, 1)
        return date.fromordinal(after.toordinal() - 1).isoformat()
    except (ValueError, IndexError, TypeError):
        raise ParameterError(
            f'"{text}" is no date for {what}.', cure="Use 2020, 2020-04 or 2020-04-08."
        ) from None
