"""Selection: one filter, made once, passed to every analysis verb."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kg.errors import NotFound, ParameterError
from kg.terms import BASE


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

    def within(self, outer: Selection) -> Selection:
        """Both filters at once."""

        def both(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
            # Nothing in common is not the same as no filter.
            return tuple(x for x in a if x in b) or ("nothing",) if a and b else a or b

        return Selection(
            issues=both(self.issues, outer.issues),
            actors=both(self.actors, outer.actors),
            sources=both(self.sources, outer.sources),
            basis=both(self.basis, outer.basis),
            since=max((d for d in (self.since, outer.since) if d), default=None),
            until=min((d for d in (self.until, outer.until) if d), default=None),
            words=(*outer.words, *self.words),
        )

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
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text.strip())
    try:
        numbers = [int(part) for part in found.groups() if part] if found else []
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


def bases(basis: Iterable[str] | str | None) -> tuple[str, ...]:
    """IRIs of bases by their names."""
    known = ("word", "deed", "commitment", "report")
    given = [basis] if isinstance(basis, str) else list(basis or ())
    for one in given:
        if one not in known:
            raise NotFound(f'No basis "{one}".', cure=f"Use {', '.join(known)}.")
    return tuple(f"{BASE}scheme/{b}" for b in given)
