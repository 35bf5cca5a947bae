"""Frames: the table of stances that every comparison starts from, and the profile of each actor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg import queries
from kg.graph import KnowledgeGraph
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES

COLUMNS = (
    "stance",
    "holder",
    "speaker",
    "position",
    "issue",
    "value",
    "basis",
    "start",
    "end",
    "notBefore",
    "notAfter",
    "precision",
    "certainty",
    "confidence",
    "source",
    "reliability",
    "secondLook",
    "superseded",
    "narrator",
)


def stances(graph: KnowledgeGraph) -> Table:
    """Every stance in the graph's selection, one row a stance and source.

    ``value`` is −2 … 2 and empty where the direction is undetermined; dates are ISO days; ``superseded`` is
    true when, within the selection, a later stance of the same holder replaces this one (one from before the
    period does so too); ``narrator`` marks the voice of a source.
    """
    chosen = graph.selection
    until = replace(chosen, since=None)
    present: set[str] = set()
    found = Table.from_tsv(graph.store.query(queries.named("stances").text).body)
    at = {name: found.columns.index(name) for name in COLUMNS}
    kept: list[tuple[str, ...]] = []
    for raw, row in zip(found.raw, found.records(), strict=True):
        period = (row["start"] or row["notBefore"], row["end"] or row["start"] or row["notAfter"])
        if (
            (not chosen.issues or row["issue"] in chosen.issues)
            and (not chosen.actors or row["holder"] in chosen.actors or row["speaker"] in chosen.actors)
            and (not chosen.sources or row["source"] in chosen.sources)
            and (not chosen.basis or row["basis"] in chosen.basis)
            and until.keeps_period(*period)
        ):
            present.add(raw[at["stance"]])
            if chosen.keeps_period(*period):
                kept.append(tuple(raw[at[name]] for name in COLUMNS))
    kept = _mark_superseded(graph, kept, present)
    kept.sort()
    made = {
        "graph": graph.store.name,
        "selection": chosen.describe(),
        "stances": str(len({r[0] for r in kept})),
    }
    return Table(COLUMNS, kept, made, labels=graph.names.labels)


def _mark_superseded(
    graph: KnowledgeGraph, rows: list[tuple[str, ...]], present: set[str]
) -> list[tuple[str, ...]]:
    """A stance is superseded only by one of those *present*: before the change, the old one stands."""
    sparql = f"{SPARQL_PREFIXES} SELECT ?new ?old WHERE {{ ?new st:supersedes ?old }}"
    replaced = {old for new, old in Table.from_tsv(graph.store.query(sparql).body).raw if new in present}
    at = COLUMNS.index("superseded")
    return [(*row[:at], "true" if row[0] in replaced else "false", *row[at + 1 :]) for row in rows]


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
