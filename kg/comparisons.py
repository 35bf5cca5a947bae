"""Comparisons: who agrees with whom, on what, when, and why one may say so.

Two actors are compared on the same position, or on positions coded as incompatible; never across unrelated
ones. Formulas, for the positions P on which both have a scored profile, with means a_p, b_p in −2 … 2:

* congruence = |{p ∈ P : sign a_p = sign b_p ≠ 0}|
* conflict   = |{p ∈ P : sign a_p = −sign b_p ≠ 0}| + rival, where rival counts pairs of incompatible positions
  (p, q) of which one actor supports p and the other q
* net (DNA's *subtract*) = congruence − conflict
* agreement  = 1 − Σ_{p ∈ P} |a_p − b_p| / (2·|P|), from −1 (opposite ends on every shared position) to 1 (the
  same value on each): the S-score of Signorino and Ritter (1999) with absolute distance and equal weights.
  Without a shared position it is not known, which is not zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from kg.errors import KGError, did_you_mean
from kg.evidence import details, quotes
from kg.frames import Profile, profiles, stances
from kg.graph import KnowledgeGraph
from kg.tables import Table
from kg.terms import SPARQL_PREFIXES

# How two actors meet on a position, in the order shown.
HOW = ("disagree", "rival", "agree", "apart", "only one", "undetermined")

MEASURES = ("agreement", "conflict", "congruence", "net", "shared")
DEFINITION = (
    "agreement = 1 − mean |a − b| / 2 over shared positions, values −2 … 2 (S-score, absolute distance): "
    "1 same, −1 opposite ends"
)

Profiles = Mapping[tuple[str, str], Profile]


@dataclass(frozen=True)
class Pair:
    """Two actors: positions on which they agree, disagree or are apart, and positions that cannot both be had."""

    a: str
    b: str
    shared: tuple[str, ...]
    congruent: tuple[str, ...]
    conflicting: tuple[str, ...]
    rival: tuple[tuple[str, str], ...]
    agreement: float | None

    def measure(self, name: str) -> float | None:
        """One of MEASURES."""
        congruence, conflict = len(self.congruent), len(self.conflicting) + len(self.rival)
        values: dict[str, float | None] = {
            "agreement": self.agreement,
            "conflict": conflict,
            "congruence": congruence,
            "net": congruence - conflict,
            "shared": len(self.shared),
        }
        if name not in values:
            raise KGError(
                f'No measure "{name}".',
                cure=did_you_mean(name, MEASURES) or f"There are: {', '.join(MEASURES)}.",
            )
        return values[name]


@dataclass
class Comparison:
    """The result of :func:`compare`. ``table()`` shows it; ``evidence(a, b)`` gives what stands behind it."""

    graph: KnowledgeGraph
    actors: tuple[str, ...]
    profiles: Profiles
    pairs: dict[tuple[str, str], Pair]
    made_from: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"{self.to_text()}\n{self.summary()}\n{'; '.join(f'{k}: {v}' for k, v in self.made_from.items())}"
        )

    def _repr_html_(self) -> str:
        import html

        return self.table().to_html() + f"<p>{html.escape(self.summary())}</p>"

    def pair(self, a: str | None = None, b: str | None = None) -> Pair:
        """The pair of two actors, by name; without names the only pair."""
        if a is None or b is None:
            if len(self.actors) != 2:
                raise KGError("Which two actors?", cure="Name them: pair(a, b).")
            return next(iter(self.pairs.values()))
        ends = (self.graph.find(a, "actor"), self.graph.find(b, "actor"))
        found = self.pairs.get(ends) or self.pairs.get(ends[::-1])
        if found is None:
            raise KGError(f"{a} and {b} were not compared.", cure="Name both in compare().")
        return found

    def table(self) -> Table:
        """For two actors a row a position; for more, a row a pair."""
        return self.positions() if len(self.actors) == 2 else self.overview()

    def summary(self) -> str:
        """One sentence with the numbers and what they mean."""
        label = self.graph.names.label
        if len(self.actors) != 2:
            return f"{len(self.pairs)} pairs of {len(self.actors)} actors; {DEFINITION}."
        pair = self.pair()
        shared = f"{len(pair.shared)} shared position{'' if len(pair.shared) == 1 else 's'}"
        rival = f", and on {len(pair.rival)} pair of incompatible ones" if pair.rival else ""
        rival = rival.replace("pair of", "pairs of") if len(pair.rival) > 1 else rival
        if pair.agreement is None:
            score = "no shared position, so their agreement is not known"
        else:
            score = f"agreement {pair.agreement:+.2f} ({DEFINITION})"
        return (
            f"{label(pair.a)} and {label(pair.b)}: {shared}, congruent on "
            f"{len(pair.congruent)}, in conflict on {len(pair.conflicting)}{rival}; {score}."
        )

    def overview(self) -> Table:
        """A row a pair with shared positions: counts and agreement, most shared first."""
        label = self.graph.names.label
        rows = [
            {
                "a": label(p.a),
                "b": label(p.b),
                **{m: p.measure(m) for m in ("shared", "congruence", "conflict", "net")},
                "rival": len(p.rival),
                "agreement": None if p.agreement is None else round(p.agreement, 4),
            }
            for p in self.pairs.values()
            if p.shared or p.rival
        ]
        rows.sort(key=lambda r: (-int(r["shared"] or 0), str(r["a"]), str(r["b"])))
        columns = ("a", "b", "shared", "congruence", "conflict", "rival", "net", "agreement")
        return Table.from_records(columns, rows, {**self.made_from, "agreement": DEFINITION})

    def positions(self) -> Table:
        """A row a position for the only pair: values, how they meet, dates, n, sources and quotations."""
        pair = self.pair()
        label = self.graph.names.label
        rivals = dict(pair.rival) | {q: p for p, q in pair.rival}
        mine = {p for holder, p in self.profiles if holder in (pair.a, pair.b)}
        behind = [one for (x, p), one in self.profiles.items() if x in (pair.a, pair.b) and p in mine]
        known = details(self.graph, (stance for one in behind for stance in one.stances))
        rows = []
        for position in mine:
            sides = [self.profiles.get((x, position)) for x in (pair.a, pair.b)]
            issue = next(side.issue for side in sides if side)
            how = _how(pair, position, sides, rivals)
            row = {
                "how": how,
                "issue": label(issue) if issue else "",
                "position": label(position),
                "against": label(rivals[position]) if how == "rival" else "",
            }
            for actor, side in zip((pair.a, pair.b), sides, strict=True):
                row |= self._side(label(actor), side, known)
            rows.append(row)
        rows.sort(key=lambda r: (HOW.index(r["how"]), r["issue"], r["position"]))
        a, b = label(pair.a), label(pair.b)
        more = [f"{x}: {what}" for what in ("n", "dates", "sources", "quotes") for x in (a, b)]
        return Table.from_records(["how", "issue", "position", "against", a, b, *more], rows, self.made_from)

    def _side(
        self, name: str, side: Profile | None, known: Mapping[str, list[dict[str, Any]]]
    ) -> dict[str, Any]:
        """The columns of one actor: value, number of stances, first and last date, sources, quotations."""
        if side is None:
            return {name: None, f"{name}: n": 0, f"{name}: sources": 0}
        span = dict.fromkeys((side.dates[0], side.dates[-1])) if side.dates else ()
        records = [r for stance in side.stances for r in known.get(stance, ())]
        return {
            name: _words(side),
            f"{name}: n": len(side.stances),
            f"{name}: dates": " … ".join(span),
            f"{name}: sources": len(side.sources),
            f"{name}: quotes": "\n".join(quotes(self.graph, records)),
        }

    def to_text(self, width: int = 100, *, shared_only: bool = False) -> str:
        """The comparison as people read it in a terminal: for two actors a block a position."""
        import textwrap

        if len(self.actors) != 2:
            return self.table().to_text(width=width)
        table, lines = self.positions(), []
        names = [self.graph.names.label(x) for x in self.actors]
        column = max(map(len, names))
        for row in table:
            if shared_only and row["how"] == "only one":
                continue
            lines.append(f"{row['how'].upper()}  {row['position']}  [{row['issue']}]")
            if row["against"]:
                lines.append(f"  cannot be had with: {row['against']}")
            for name in names:
                if row[name] is None:
                    lines.append(f"  {name:<{column}}  not known")
                    continue
                counts = f"n={row[f'{name}: n']}, sources={row[f'{name}: sources']}"
                dates = row[f"{name}: dates"] or "undated"
                lines.append(f"  {name:<{column}}  {row[name]:<14} {counts}, {dates}")
                indent = " " * (column + 4)
                for quote in (row[f"{name}: quotes"] or "").splitlines():
                    lines += textwrap.wrap(
                        quote, width, initial_indent=indent, subsequent_indent=indent + "  "
                    )
            lines.append("")
        return "\n".join(lines).rstrip()

    def matrix(self, measure: str = "congruence") -> Table:
        """Actors × actors with one of MEASURES; the diagonal and pairs with nothing shared are empty."""
        label = self.graph.names.label
        rows = []
        for x in self.actors:
            row: dict[str, Any] = {"actor": label(x)}
            for y in self.actors:
                pair = self.pairs.get((x, y)) or self.pairs.get((y, x))
                known = pair is not None and (pair.shared or pair.rival)
                value = pair.measure(measure) if pair is not None and known else None
                row[label(y)] = None if value is None else round(value, 4)
            rows.append(row)
        return Table.from_records(
            ["actor", *(label(x) for x in self.actors)], rows, {**self.made_from, "measure": measure}
        )

    def evidence(self, a: str | None = None, b: str | None = None) -> Table:
        """Every piece of evidence behind the shared and rival positions of two actors."""
        pair = self.pair(a, b)
        wanted = {*pair.shared, *(p for both in pair.rival for p in both)}
        behind = {
            s: (x, p)
            for (x, p), one in self.profiles.items()
            if x in (pair.a, pair.b) and p in wanted
            for s in one.stances
        }
        label = self.graph.names.label
        rows = [
            {
                "position": label(behind[item][1]),
                "holder": label(behind[item][0]),
                "value": r["value"],
                "date": r["date"],
                "speaker": label(r["speaker"]) if r["speaker"] else "",
                "quote": r["quote"] or "",
                "paraphrase": r["paraphrase"],
                "source": r["sourceTitle"] or r["source"],
                "reliability": (r["reliability"] or "").rsplit("-", 1)[-1].upper(),
                "stance": item,
            }
            for item, records in details(self.graph, behind).items()
            for r in records
        ]
        rows.sort(key=lambda r: (r["position"], r["holder"], str(r["date"]), r["stance"], r["source"]))
        columns = (
            "position",
            "holder",
            "value",
            "date",
            "speaker",
            "quote",
            "paraphrase",
            "source",
            "reliability",
            "stance",
        )
        return Table.from_records(columns, rows, self.made_from)


def compare(graph: KnowledgeGraph, *actors: str) -> Comparison:
    """Compare two actors position by position, or all actors pair by pair, within the graph's selection.

    Narrators are left out unless named. Names are labels, CURIEs or IRIs. Raises NotFound for an unknown one.
    """
    named = tuple(dict.fromkeys(graph.find(a, "actor") for a in actors))
    if len(actors) == 1 or (actors and len(named) < 2):
        raise KGError("A comparison needs two different actors, or none for all.", cure="Name a second one.")
    table = stances(graph)
    found = profiles(table, narrators=bool(named))
    everyone = named or tuple(sorted({holder for holder, _ in found}, key=graph.names.label))
    found = {key: one for key, one in found.items() if key[0] in everyone}
    by_position: dict[str, dict[str, Profile]] = {}
    for (holder, position), one in found.items():
        by_position.setdefault(position, {})[holder] = one
    rivals = _incompatible(graph)
    pairs = {(a, b): _pair(a, b, found, by_position, rivals) for a, b in combinations(everyone, 2)}
    made = {**table.made_from, "call": f"compare({', '.join(actors)})"}
    return Comparison(graph, everyone, found, pairs, made)


def _pair(
    a: str,
    b: str,
    found: Profiles,
    by_position: Mapping[str, Mapping[str, Profile]],
    rivals: set[tuple[str, str]],
) -> Pair:
    both = [p for p, holders in by_position.items() if a in holders and b in holders]
    shared = [p for p in both if found[a, p].value is not None and found[b, p].value is not None]
    signs = {p: found[a, p].sign * found[b, p].sign for p in shared}
    distance = [abs((found[a, p].value or 0.0) - (found[b, p].value or 0.0)) for p in shared]
    rival = tuple(
        (p, q)
        for p, q in sorted(rivals)
        if (a, p) in found and (b, q) in found and found[a, p].sign > 0 and found[b, q].sign > 0
    )
    return Pair(
        a,
        b,
        shared=tuple(sorted(shared)),
        congruent=tuple(sorted(p for p in shared if signs[p] > 0)),
        conflicting=tuple(sorted(p for p in shared if signs[p] < 0)),
        rival=rival,
        agreement=1 - sum(distance) / (2 * len(shared)) if shared else None,
    )


def _incompatible(graph: KnowledgeGraph) -> set[tuple[str, str]]:
    """Ordered pairs of positions that cannot both be had, in both orders."""
    sparql = f"{SPARQL_PREFIXES} SELECT DISTINCT ?p ?q WHERE {{ ?p st:isIncompatibleWith|^st:isIncompatibleWith ?q }}"
    return {(r["p"], r["q"]) for r in Table.from_tsv(graph.store.query(sparql).body)}


def _how(pair: Pair, position: str, sides: list[Profile | None], rivals: Mapping[str, str]) -> str:
    if position in pair.conflicting:
        return "disagree"
    if position in pair.congruent:
        return "agree"
    if position in rivals:
        return "rival"
    if position in pair.shared:
        return "apart"
    return "only one" if None in sides else "undetermined"


def _words(side: Profile) -> str:
    if side.value is None:
        return "undetermined"
    number = f"{side.value:+.2g}" if side.value else "0"
    spread = f" ({side.low:+g} … {side.high:+g})" if side.low != side.high else ""
    return f"{number}{spread}"
