"""Choices: what is a row, what a column, what a value, and which statements count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from kg.errors import KGError, did_you_mean

if TYPE_CHECKING:
    pass

# How several statements of one actor on one position count.
DUPLICATES = ("profile", "include", "document", "day", "week", "month", "year", "range")

Names = Mapping[str, Iterable[str] | str]


@dataclass(frozen=True)
class Choices:
    """How stances become rows, columns and values.

    ``rows``, ``columns`` and ``value`` name columns of the frame; ``duplicates`` says how several statements of one
    row on one column count: as a *profile* (the mean of the standing stances), each (*include*), or once a document,
    day, ISO week, month, year, or in the whole *range*. ``scale`` is interval, ordinal or nominal, or None for what
    the values are; ``ends`` the two fixed ends of an interval. ``exclude`` and ``only`` map columns to names.
    ``level`` is whose stances are meant: holder, speaker, organization, state, coalition …; ``rollup`` the issue
    or the depth in the tree to which narrower issues are counted. ``dna_compat`` follows the Discourse Network
    Analyzer 3.1.2 in all its ways.
    """

    rows: str = "holder"
    columns: str = "position"
    value: str | None = "value"
    duplicates: str = "profile"
    scale: str | None = None
    ends: tuple[float, float] | None = None
    exclude: Names = field(default_factory=dict)
    only: Names = field(default_factory=dict)
    level: str = "holder"
    rollup: str | int | None = None
    isolates: bool = False
    dna_compat: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Choices:
        """Choices by name; an unknown name raises KGError."""
        known = [f.name for f in fields(cls)]

        named = dict(given)
        for name in named:
            if name not in known:
                raise KGError(
                    f'compare() knows no choice "{name}".',
                    cure=did_you_mean(name, known) or f"There are: {', '.join(known)}.",
                )
        found = cls(**named)
        if found.duplicates not in DUPLICATES:
            raise KGError(
                f'No way to count duplicates called "{found.duplicates}".',
                cure=did_you_mean(found.duplicates, DUPLICATES) or f"There are: {', '.join(DUPLICATES)}.",
            )
        return found if found.rollup is None or "columns" in named else replace(found, columns="issue")

    def describe(self) -> dict[str, str]:
        """What differs from the usual choices, for everything made from them."""
        usual = Choices()
        return {
            f.name: str(getattr(self, f.name))
            for f in fields(self)
            if getattr(self, f.name) != getattr(usual, f.name)
        }
