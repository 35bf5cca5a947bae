"""Everyone: a comparison of all actors pair by pair as an article, from the same matrix as every file of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kg import wording
from kg.accounts import Accounts, code
from kg.comparisons import page
from kg.errors import KGError
from kg.matrices import Matrix
from kg.pages.article import Article, Block, Cell, Crosstab, Grid, Point, Points, Prose, Section

if TYPE_CHECKING:
    from kg.comparisons.comparison import Comparison

MOST = 200
"""Actors that a page takes in, those with the most statements: more pairs than these make nobody reads."""

REPLICATES, PERMUTATIONS = 300, 40
"""Of the intervals, and of the debates that polarisation is held against: a page should not take a minute."""

DRAWN = 16
"""Actors in the matrix of a page, those with the most statements behind their pairs."""

PAIRS, LISTED, BEHIND = 6, 250, 16
"""Pairs named as the most (and the least) agreeing, rows of the table of pairs, and accounts below one pair."""


@dataclass(frozen=True)
class Pairing:
    """Two rows of the matrix, in numbers."""

    i: int
    j: int
    met: wording.Met


class Everyone:
    """What can be said of all pairs. Profiles are looked at only where they are what is counted."""

    def __init__(self, comparison: Comparison) -> None:
        self.c = comparison
        self.profiles = not comparison.choices.describe()

    @cached_property
    def matrix(self) -> Matrix:
        """Agreement of all pairs, with intervals."""
        coded, ids = self.c.statements.entries.coded, self.c.statements.entries.row_ids
        rows = len(coded.row_labels)
        if rows > 1:
            return self.c.matrix("agreement", sure=True, replicates=REPLICATES)
        unknown = np.full((rows, rows), np.nan)
        return Matrix(coded.row_labels, coded.row_labels, unknown, "one", "agreement", ids, ids)

    @cached_property
    def pairings(self) -> list[Pairing]:
        """Every pair whose agreement is known, the highest first; ties by how much is behind them, then by name."""
        matrix, found = self.matrix, []
        values = np.asarray(matrix.values, dtype=np.float64)
        for i, j in zip(*np.triu_indices(len(matrix.rows), 1), strict=True):
            if np.isnan(values[i, j]):
                continue
            found.append(Pairing(int(i), int(j), self._met(int(i), int(j), float(values[i, j]))))
        found.sort(key=lambda p: (-(p.met.agreement or 0), -p.met.n, p.met.a, p.met.b))
        return found

    def _met(self, i: int, j: int, value: float) -> wording.Met:
        matrix = self.matrix
        pair = self.c.pairs.get((matrix.row_ids[i], matrix.row_ids[j])) if self.profiles else None
        if pair is None and self.profiles:
            pair = self.c.pairs.get((matrix.row_ids[j], matrix.row_ids[i]))

        def of(extra: str) -> float | None:
            array = getattr(matrix, extra)
            return None if array is None or np.isnan(array[i, j]) else float(array[i, j])

        return wording.Met(
            a=matrix.rows[i],
            b=matrix.rows[j],
            shared=len(pair.shared) if pair else 0,
            same=len(pair.congruent) if pair else 0,
            opposite=len(pair.conflicting) if pair else 0,
            rival=len(pair.rival) if pair else 0,
            agreement=value,
            low=of("low"),
            high=of("high"),
            n=int(of("n") or 0),
            sources=int(of("sources") or 0),
        )

    @cached_property
    def telling(self) -> list[Pairing]:
        """Pairs that rest on enough shared positions to be named first; all, where none does."""
        enough = [p for p in self.pairings if p.met.shared >= wording.FEW]
        return enough or self.pairings

    def accounts(self) -> Accounts:
        """The evidence behind the pairs that are named."""
        holders = {self.matrix.row_ids[at] for p in (*self.highest, *self.lowest) for at in (p.i, p.j)}
        rows = [row for row in self.c._stances if row["holder"] in holders]
        return Accounts(
            self.c.graph, (r["stance"] for r in rows), {r["stance"]: code(r["basis"]) for r in rows}
        )

    @property
    def highest(self) -> list[Pairing]:
        """Those who agree most, of the upper half."""
        return self.telling[: min(PAIRS, -(-len(self.telling) // 2))] if self.profiles else []

    @property
    def lowest(self) -> list[Pairing]:
        """Those who agree least, of the lower half."""
        return self.telling[::-1][: min(PAIRS, len(self.telling) // 2)] if self.profiles else []


def article(comparison: Comparison) -> Article:
    """All actors pair by pair; of very many those with the most statements."""
    coded = comparison.statements.entries.coded
    whole, narrow = len(coded.row_labels), comparison
    if whole > MOST:
        ids = (
            comparison.statements.entries.row_ids if comparison.choices.rows == "holder" else coded.row_labels
        )
        often = np.bincount(coded.rows, minlength=whole)
        most = sorted(np.lexsort((np.arange(whole), -often))[:MOST].tolist())
        narrow = replace(comparison, named=tuple(ids[i] for i in most))
    told = Everyone(narrow)
    accounts = told.accounts() if told.profiles else None
    sections = [
        Section("summary", "In short", _summary(told, whole)),
        Section("matrix", "Who agrees with whom", _matrix(told)),
        Section("highest", "Who agrees most", _named(told, told.highest, accounts)),
        Section("lowest", "Who agrees least", _named(told, told.lowest, accounts)),
        Section("together", "Who keeps together", _together(told)),
        Section("pairs", "All pairs", _pairs(told)),
        Section("method", "How it is measured", page.method()),
        Section("made", "What it was made from", page.made(comparison, "compare", "comparison.html")),
    ]
    return Article(
        title="Who agrees with whom",
        subtitle=page.subtitle("All actors, pair by pair", comparison.graph),
        sections=[section for section in sections if section.blocks],
        sources=accounts.sources if accounts else (),
    )


def _summary(told: Everyone, whole: int) -> list[Block]:
    rows = len(told.matrix.rows)
    mets = [p.met for p in told.pairings]
    blocks: list[Block] = [Prose(" ".join(wording.everyone(mets, rows * (rows - 1) // 2, rows)))]
    polarized = _polarized(told)
    if polarized:
        blocks.append(Prose(polarized))
    return [*blocks, Prose(wording.narrowed(rows, whole), quiet=True)] if whole > rows else blocks


def _polarized(told: Everyone) -> str:
    try:
        found = told.c.polarization(permutations=PERMUTATIONS)
    except KGError:  # values without a distance have none
        return ""
    names = told.c.statements.entries.coded.row_labels
    camps = [
        [name for name, camp in zip(names, found.camps, strict=True) if camp == which] for which in (0, 1)
    ]
    return wording.polarized(found.value, found.expected, camps)


def _matrix(told: Everyone) -> list[Block]:
    matrix = told.matrix
    weight = np.zeros(len(matrix.rows))
    for p in told.pairings:
        weight[[p.i, p.j]] += max(p.met.n, 1)
    most = [int(i) for i in np.lexsort((np.arange(len(weight)), -weight)) if weight[i]][:DRAWN]
    if not most:
        return []
    order = _order(told, most)
    cells = {(p.i, p.j): p.met for p in told.pairings}

    def cell(i: int, j: int) -> Cell:
        met = cells.get((min(i, j), max(i, j)))
        return Cell(met.agreement, met.low, met.high, met.n, met.sources) if met else Cell()

    caption = "Agreement, −1 to +1, with its interval of 95 % and statements / sources behind it; hatched: not known"
    blocks: list[Block] = []
    known = int((weight > 0).sum())
    if known > len(order):
        blocks.append(Prose(wording.drawn(len(order), known), quiet=True))
    return [
        *blocks,
        Crosstab(caption, [matrix.rows[i] for i in order], [[cell(i, j) for j in order] for i in order]),
    ]


def _order(told: Everyone, most: list[int]) -> list[int]:
    """Those who keep together beside each other, then by name."""
    try:
        label = {r["actor"]: r["community"] for r in told.c.structure("agreement").communities()}
    except KGError:
        label = {}
    names = told.matrix.rows
    return sorted(most, key=lambda i: (label.get(names[i], -1), names[i], i))


def _named(told: Everyone, pairings: list[Pairing], accounts: Accounts | None) -> list[Block]:
    if accounts is None or not pairings:
        return []
    label, points = told.c.graph.names.label, []
    for p in pairings:
        a, b = told.matrix.row_ids[p.i], told.matrix.row_ids[p.j]
        pair = told.c.pairs.get((a, b)) or told.c.pairs[b, a]
        both = [(told.c.profiles[a, one], told.c.profiles[b, one]) for one in sorted(pair.shared, key=label)]
        held = [
            wording.Held(label(x.position), *(wording.stance(one.value, one.low, one.high) for one in (x, y)))
            for x, y in both
        ]
        behind = accounts.of(stance for x, y in both for stance in (*x.stances, *y.stances))
        points.append(
            Point(
                wording.pair(p.met),
                notes=wording.positions((p.met.a, p.met.b), held),
                accounts=behind[:BEHIND],
                behind=wording.shown(min(BEHIND, len(behind)), len(behind)),
            )
        )
    return [Points(points)]


def _together(told: Everyone) -> list[Block]:
    """Communities of the network of net agreement, and the positions that hold them together or divide them."""
    if not told.profiles or not told.pairings:
        return []
    structure = told.c.structure()
    label = {row["actor"]: int(row["community"]) for row in structure.communities()}
    groups: dict[int, list[str]] = {}
    for name in structure.matrix.rows:
        groups.setdefault(label[name], []).append(name)
    if all(len(names) == 1 for names in groups.values()):
        return []
    # A group of one needs no number.
    together = [names for _, names in sorted(groups.items()) if len(names) > 1]
    short = {", ".join(names): f"group {n}" for n, names in enumerate(together, 1)}
    points = [Point(wording.community(n, names)) for n, names in enumerate(together, 1)]
    rows = [
        (
            row["position"],
            row["does"],
            short.get(row["who"], row["who"]),
            wording.signed(row["value"]),
            short.get(row["from"], row["from"] or ""),
            "" if row["other value"] is None else wording.signed(row["other value"]),
        )
        for row in structure.coalitions()
    ]
    blocks: list[Block] = [Prose(wording.COMMUNITIES, quiet=True), Points(points)]
    if rows:
        head = ("position", "does", "whom", "mean value", "from", "mean value")
        blocks.append(Grid("Positions that hold a group together or divide two", head, rows[:40], numbers=(3, 5)))
    return blocks


def _pairs(told: Everyone) -> list[Block]:
    by_name = sorted(told.pairings, key=lambda p: (-p.met.shared, -p.met.n, p.met.a, p.met.b))
    rows = [
        (
            p.met.names,
            wording.signed(p.met.agreement or 0),
            wording.interval(p.met.low, p.met.high),
            *((f"{p.met.shared:,}", f"{p.met.same:,}", f"{p.met.opposite:,}") if told.profiles else ()),
            f"{p.met.n:,}",
            f"{p.met.sources:,}",
        )
        for p in by_name[:LISTED]
    ]
    if not rows:
        return []
    counts = ("shared positions", "same side", "opposite sides") if told.profiles else ()
    head = ("actors", "agreement", "interval (95 %)", *counts, "statements", "sources")
    caption = "Every pair whose agreement is known, those with the most behind them first"
    if len(by_name) > LISTED:
        caption = f"The {LISTED} pairs with the most behind them, of {len(by_name):,}; all come with kg compare --sure"
    return [Grid(caption, head, rows, numbers=range(1, len(head)))]
