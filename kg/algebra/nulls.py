"""More than chance? Ties against statements that were dealt out anew.

========  ===========================================  ==========================================================
null      what is dealt out                            what stays
========  ===========================================  ==========================================================
values    the values of the statements on a column     who spoke on what and how often; the values of each column
voices    what a row said on a column, as a whole       who spoke on what; each such whole
margins   first who speaks on what, then the wholes    how many columns a row speaks on; how many rows speak on a
          of each column                               column; each whole stays on its column
========  ===========================================  ==========================================================

"values" takes each statement for a decision of its own. Someone who says the same ten times then looks like ten who
agree, and small p values come easily; "voices" and "margins" keep such repetitions together.

p counts the observed result among the draws, (1 + number at least as far out) / (1 + draws), so that it is never 0
(Phipson and Smyth 2010); two-sided it is twice the smaller side, 1 at most. z = (observed − expected) / sd of the
draws. q is the false discovery rate at which a tie would be called found (Benjamini and Hochberg 1995).

For "margins" pairs of rows trade columns that only one of them speaks on (curveball: Strona and others 2014; all rows
at once: Carstens, Berger and Strona 2018). Draws of a chain are not independent, so the observed one gets a place at
random among them, with draws made in both directions from it; then p is exact however short the chain (Besag and
Clifford 1989).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import Coded, Floats, one_of
from kg.algebra.quick import tie
from kg.algebra.two_mode import room_for
from kg.errors import KGError

NULLS = ("values", "voices", "margins")
ALTERNATIVES = ("two-sided", "greater", "less")

# Rounds of trades between two draws; a round takes every row once.
_ROUNDS = 3
# Differences below this share of the number are rounding, and count as equal.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class TieTest:
    """Arrays of the shape of the statistic. All but ``observed`` are NaN where it is missing, or in every draw.

    ``p`` is in (0, 1]. A number that no draw changes has p = 1 and no z; it is no test, and does not count in ``q``.
    """

    observed: Floats
    expected: Floats
    sd: Floats
    z: Floats
    p: Floats
    q: Floats
    permutations: int
    null: str
    alternative: str


def tie_test(
    coded: Coded,
    statistic: str | Callable[[Coded], Any],
    null: str = "values",
    permutations: int = 1000,
    seed: int = 0,
    *,
    alternative: str = "two-sided",
) -> TieTest:
    """How far each number of ``statistic(coded)`` (an array, NaN is missing) lies from what the null would give.

    The name of a tie ("subtract", "agreement" …: see kg.algebra.quick) stands for its one-mode network, done quickly.
    *alternative*: "two-sided", "greater" or "less". The result does not depend on the order of statements or labels.
    Draws in which a number is missing do not count for it. In a symmetric matrix each tie stands twice with the same
    p, which leaves q as it is. Raises KGError for no statements, fewer than one permutation, or unknown words.
    """
    one_of(alternative, ALTERNATIVES, "alternative")
    ask = partial(tie, aggregate=statistic) if isinstance(statistic, str) else statistic
    observed = np.array(ask(coded), dtype=np.float64)
    slack = _ROUNDING * np.maximum(np.abs(np.nan_to_num(observed)), 1.0)
    met, above, below, first, second = (np.zeros(observed.shape) for _ in range(5))
    for drawn in shuffled(coded, null, permutations, seed):
        away = np.asarray(ask(drawn), dtype=np.float64) - observed
        known = ~np.isnan(away)
        away = np.where(known, away, 0.0)
        met += known
        above += known & (away >= -slack)
        below += known & (away <= slack)
        first += away
        second += away * away
    size = np.where(met > 0, met, np.nan)
    sd = np.sqrt(np.maximum(second - first**2 / size, 0.0) / np.where(met > 1, met - 1.0, np.nan))
    sd = np.where(sd <= slack, 0.0, sd)
    sides = {"greater": (1.0 + above) / (1.0 + size), "less": (1.0 + below) / (1.0 + size)}
    two = np.minimum(1.0, 2.0 * np.minimum(*sides.values()))
    p = np.asarray({**sides, "two-sided": two}[alternative])
    tested = ~((above == met) & (below == met))
    q = np.where(np.isnan(p), np.nan, 1.0)
    q[tested] = false_discovery_rate(p[tested])
    z = np.divide(-first / size, sd, out=np.full(observed.shape, np.nan), where=sd > 0)
    return TieTest(observed, observed + first / size, sd, z, p, q, permutations, null, alternative)


def false_discovery_rate(p: Any) -> Floats:
    """q of each p: the smallest rate of false discoveries at which it would be found; NaN stays, and is not counted.

    q of the r-th smallest of m is the least of p·m / rank from there upwards (Benjamini and Hochberg 1995).
    """
    values = np.asarray(p, dtype=np.float64)
    found = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    tests = values[known]
    if ((tests < 0) | (tests > 1)).any():
        raise KGError("A p value lies outside 0 … 1.", cure="Give p values; NaN for what was not tested.")
    order = np.argsort(tests, kind="stable")
    steps = tests[order] * len(tests) / np.arange(1, len(tests) + 1)
    rates = np.empty(len(tests))
    rates[order] = np.minimum.accumulate(steps[::-1])[::-1]
    found[known] = rates
    return found


def shuffled(coded: Coded, null: str = "values", permutations: int = 1000, seed: int = 0) -> Iterator[Coded]:
    """The statements dealt out anew, *permutations* times, always the same for one seed. See the head of this file."""
    one_of(null, NULLS, "null")
    if permutations < 1:
        raise KGError(f"There are {permutations} permutations to draw.", cure="Ask for one or more; 1000 is usual.")
    if not len(coded):
        raise KGError("There are no statements.", cure="Select more.")
    ordered = _canonical(coded)
    random = np.random.default_rng(seed)
    return {"values": _values, "voices": _voices, "margins": _margins}[null](ordered, permutations, random)


def _values(coded: Coded, permutations: int, random: np.random.Generator) -> Iterator[Coded]:
    for _ in range(permutations):
        yield replace(coded, levels=coded.levels[_within(_runs(coded.columns), random)])


def _voices(coded: Coded, permutations: int, random: np.random.Generator) -> Iterator[Coded]:
    rows, columns, whole = _wholes(coded)
    for _ in range(permutations):
        yield replace(coded, rows=rows[_within(_runs(columns), random)][whole])


def _margins(coded: Coded, permutations: int, random: np.random.Generator) -> Iterator[Coded]:
    rows, columns, whole = _wholes(coded)
    names, places = np.unique(columns, return_index=True)
    # Columns in the order of their labels, and rows too: the draws must not depend on how they are numbered.
    order = np.argsort(places)
    by_name = np.argsort(np.array(coded.row_labels, dtype=object), kind="stable")
    rank = np.empty(len(by_name), dtype=np.int64)
    rank[by_name] = np.arange(len(by_name))
    room_for(len(rank), len(names))
    across = np.empty(len(coded.column_labels), dtype=np.int64)
    across[names[order]] = np.arange(len(names))
    start = np.zeros((len(rank), len(names)), dtype=bool)
    start[rank[rows], across[columns]] = True
    back = int(random.integers(0, permutations + 1))
    for steps in (back, permutations - back):
        speaks = start.copy()
        for _ in range(steps):
            for _ in range(_ROUNDS):
                _trade(speaks, random)
            column, row = np.nonzero(speaks.T)
            taken = by_name[row][_within(column, random)]
            yield replace(coded, rows=taken[whole].astype(np.int32))


def _trade(speaks: npt.NDArray[np.bool_], random: np.random.Generator) -> None:
    """One round of curveball, in place: rows meet in pairs, and deal out anew the columns only one of them has."""
    meeting = random.permutation(len(speaks))
    half = len(speaks) // 2
    one, other = meeting[:half], meeting[half : 2 * half]
    mine, yours = speaks[one], speaks[other]
    keeps = (mine & ~yours).sum(axis=1)
    pair, column = np.nonzero(mine ^ yours)
    dealt = column[_within(pair, random)]
    first = np.searchsorted(pair, pair)
    to_one = np.arange(len(pair)) - first < keeps[pair]
    speaks[one[pair], dealt] = to_one
    speaks[other[pair], dealt] = ~to_one


def _within(group: Any, random: np.random.Generator) -> npt.NDArray[np.intp]:
    """A random order within each group of neighbours; *group* is ascending."""
    return np.argsort(group + random.random(len(group)), kind="stable")


def _runs(groups: Any) -> npt.NDArray[np.int64]:
    """0, 1, 2 … for each run of equal neighbours."""
    return np.concatenate([[0], np.cumsum(groups[1:] != groups[:-1])]).astype(np.int64)


def _wholes(coded: Coded) -> tuple[Any, Any, Any]:
    """What each row says on each column, as a whole: its row, its column, and for each statement its whole."""
    whole = _runs(coded.columns.astype(np.int64) * len(coded.row_labels) + coded.rows)
    first = np.flatnonzero(np.diff(whole, prepend=-1))
    return coded.rows[first], coded.columns[first], whole


def _canonical(coded: Coded) -> Coded:
    """The statements in an order of their own: by label of the column, label of the row, level and weight."""
    ranks = []
    for labels in (coded.row_labels, coded.column_labels):
        rank = np.empty(len(labels), dtype=np.int64)
        rank[np.argsort(np.array(labels, dtype=object), kind="stable")] = np.arange(len(labels))
        ranks.append(rank)
    weights = np.zeros(len(coded)) if coded.weights is None else coded.weights
    return coded.take(np.lexsort((weights, coded.levels, ranks[0][coded.rows], ranks[1][coded.columns])))
