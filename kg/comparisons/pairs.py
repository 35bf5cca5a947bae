"""Pairs: two actors held against each other, position by position.

For the positions P on which both have a scored profile, with means a_p, b_p in −2 … 2:

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
from dataclasses import dataclass

from kg.errors import KGError, did_you_mean
from kg.frames import Profile
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


def pair_of(
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


def incompatible(graph: KnowledgeGraph) -> set[tuple[str, str]]:
    """Ordered pairs of positions that cannot both be had, in both orders."""
    sparql = f"{SPARQL_PREFIXES} SELECT DISTINCT ?p ?q WHERE {{ ?p st:isIncompatibleWith|^st:isIncompatibleWith ?q }}"
    return {(r["p"], r["q"]) for r in Table.from_tsv(graph.store.query(sparql).body)}


def how(pair: Pair, position: str, sides: list[Profile | None], rivals: Mapping[str, str]) -> str:
    if position in pair.conflicting:
        return "disagree"
    if position in pair.congruent:
        return "agree"
    if position in rivals:
        return "rival"
    if position in pair.shared:
        return "apart"
    return "only one" if None in sides else "undetermined"


def words(side: Profile) -> str:
    if side.value is None:
        return "undetermined"
    number = f"{side.value:+.2g}" if side.value else "0"
    spread = f" ({side.low:+g} … {side.high:+g})" if side.low != side.high else ""
    return f"{number}{spread}"
