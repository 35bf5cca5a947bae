"""Profiles: what an actor's standing stances on one position add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


def _known_date(row: Mapping[str, Any]) -> str:
    """When a stance was first shown, as precisely as it is known: 2020, 2020-04 or 2020-04-08."""
    day: str = row["start"] or row["notBefore"] or ""
    precision = (row["precision"] or "").rsplit("-", 1)[-1]
    return day[: {"year": 4, "month": 7}.get(precision, 10)]


@dataclass(frozen=True)
class Profile:
    """What an actor's standing stances on one position add up to in a selection.

    ``value`` is the mean of the scored stances that none supersedes (−2 … 2); ``low`` and ``high`` their range;
    ``earlier`` the superseded ones. ``dates`` are days, months or years, as known, oldest first.
    """

    holder: str
    position: str
    issue: str
    value: float | None
    low: float | None
    high: float | None
    stances: tuple[str, ...]
    earlier: tuple[str, ...]
    sources: tuple[str, ...]
    dates: tuple[str, ...]
    bases: tuple[str, ...]

    @property
    def sign(self) -> int:
        """+1 accepts, −1 rejects, 0 neither or both."""
        return 0 if not self.value else (1 if self.value > 0 else -1)

    @property
    def mixed(self) -> bool:
        """Whether standing stances point both ways."""
        return self.low is not None and self.high is not None and self.low < 0 < self.high


def profiles(rows: Iterable[Mapping[str, Any]], *, narrators: bool = False) -> dict[tuple[str, str], Profile]:
    """(holder, position) → profile. Narrators, the voices of sources, are left out unless asked for."""
    grouped: dict[tuple[str, str], dict[str, list[Mapping[str, Any]]]] = {}
    for row in rows:
        if narrators or not row["narrator"]:
            by_stance = grouped.setdefault((row["holder"], row["position"]), {})
            by_stance.setdefault(row["stance"], []).append(row)
    return {key: _profile(key, by_stance) for key, by_stance in sorted(grouped.items())}


def _profile(key: tuple[str, str], by_stance: dict[str, list[Mapping[str, Any]]]) -> Profile:
    standing = {iri: rows for iri, rows in by_stance.items() if not rows[0]["superseded"]}
    rows = [row for group in standing.values() for row in group]
    values = [float(group[0]["value"]) for group in standing.values() if group[0]["value"] is not None]
    first = next(iter(by_stance.values()))[0]
    return Profile(
        holder=key[0],
        position=key[1],
        issue=first["issue"] or "",
        value=sum(values) / len(values) if values else None,
        low=min(values, default=None),
        high=max(values, default=None),
        stances=tuple(sorted(standing)),
        earlier=tuple(sorted(set(by_stance) - set(standing))),
        sources=tuple(sorted({row["source"] for row in rows if row["source"]})),
        dates=tuple(sorted(filter(None, {_known_date(row) for row in rows}))),
        bases=tuple(sorted({row["basis"].rsplit("/", 1)[-1] for row in rows if row["basis"]})),
    )
