"""Polarisation: of a distribution on an ordered scale, and of a debate of actors over positions.

**One distribution** (``SCALES``, :func:`ordinal`): counts of the levels of a scale in order. It cannot tell a debate
in which the same people oppose each other on everything from one in which each position divides them anew.

**A debate** (:func:`polarization`) can. Put the ends of the scale at −1 and +1, let x_ij be the value of actor i on
position j, N_j the n_j actors who have one, m_j their mean, and let every actor belong to camp A or B. Then

    P = max over camps  Σ_j [ a_j (m_jA − m_j)² + b_j (m_jB − m_j)² ] / Σ_j n_j

where a_j and b_j of the n_j are in A and B: the variance between two camps, summed over the positions that two actors
or more speak to, as a share of the largest variance there can be. As pairs it reads P = T − within, with d the
distance of two actors on a position as a share of the scale (d = 1: full conflict, 1 − d: congruence)

    T = Σ_j (2 / n_j) Σ_{i, i' in N_j} d² / Σ_j n_j,    within: the same over pairs of one camp, 2 / a_j and 2 / b_j.

T, the *dispersion*, says how much disagreement there is, P how much of it lies between two camps that are the same on
all positions. 0 ≤ P ≤ T ≤ 1. P is 0 when everybody agrees; it is 1 only when each position is spoken to by equally
many of both camps, and these stand at opposite ends. A camp of share s opposed in full by all others gives 4 s (1 − s),
so one dissenter among 20 gives 0.19. Positions on which all agree dilute P, and never turn it negative. Camps may be of
any size, one may be empty (P = 0), and P does not change when actors or positions change places, when a position is
turned into its negation, or with the range of values used, as the ends of the scale are fixed.

Missing values take part in no sum: an actor counts on the positions it speaks to. Positions with a single voice are
left out, since nobody is there to agree or not. Actors who share no position with anybody are in no camp, and between
groups of actors who share none (``parts`` > 1) nothing says which camps belong together.

P is a maximum, so it is above 0 in noise as well, the more so with few positions. Permutations show how much: values
change places among those who speak to a position, which keeps all but the alignment of positions. ``corrected`` is
(P − P₀) / (1 − P₀) with P₀ the mean over permutations, near 0 in noise and 1 at P = 1.

Compare DiMaggio, Evans and Bryson (1996), Have Americans' social attitudes become more polarized?, American Journal of
Sociology 102(3): 690–755 (dispersion apart from alignment), and Edwards and Cavalli-Sforza (1965), A method for
cluster analysis, Biometrics 21(2): 362–375 (the two groups with the largest variance between them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.agreement import Values, scaled
from kg.algebra.coded import Coded, Floats, one_of
from kg.errors import KGError

Camps = npt.NDArray[np.int64]
Sides = npt.NDArray[np.bool_]

# All partitions are tried up to so many partitions × profiles × positions; fewer for a permutation, of which many
# are made.
_EXHAUSTIVE = 500_000_000
_EXHAUSTIVE_DRAWN = 5_000_000
_BLOCK = 4096
_NOTHING = 1e-12


def van_der_eijk(counts: Floats) -> float:
    """Agreement A = Σ over layers of (share of the layer) · U · (1 − (S − 1) / (K − 1)), K levels.

    Layers are patterns of empty and filled levels, taken off the distribution from below; S is how many a layer
    fills, U = ((K − 2) TU − (K − 1) TDU) / ((K − 2) (TU + TDU)), with TU the triples of levels like 110 or 011 and TDU
    those like 101 (U = 1 without any TDU). −1 halves at both ends, 0 uniform, 1 all on one level. Van der Eijk (2001),
    Measuring agreement in ordered rating scales, Quality & Quantity 35(3): 325–341.
    """
    rest, found = counts.copy(), 0.0
    while (rest > 0).any():
        filled = rest > 0
        least = rest[filled].min()
        found += least * filled.sum() / counts.sum() * _layer(filled)
        rest = np.where(filled, rest - least, 0.0)
    return float(found)


def _layer(filled: npt.NDArray[np.bool_]) -> float:
    k, here = len(filled), filled.astype(np.int64)
    before, after = np.cumsum(here) - here, here.sum() - np.cumsum(here)
    empty_before, empty_after = np.arange(k) - before, np.arange(k)[::-1] - after
    split = int((before * after)[~filled].sum())
    joined = int((before * empty_after + empty_before * after)[filled].sum())
    u = ((k - 2) * joined - (k - 1) * split) / ((k - 2) * (joined + split)) if split else 1.0
    return float(u * (1 - (here.sum() - 1) / (k - 1)))


def leik(counts: Floats) -> float:
    """Ordinal dispersion D = 2 Σ_k d_k / (K − 1), d_k the cumulative share F_k or 1 − F_k, whichever is less.

    0 all on one level, 1 halves at both ends; consensus is 1 − D. Leik (1966), A measure of ordinal consensus, Pacific
    Sociological Review 9(2): 85–90.
    """
    shares = np.cumsum(counts)[:-1] / counts.sum()
    return float(2 * np.minimum(shares, 1 - shares).sum() / len(shares))


def consensus(counts: Floats) -> float:
    """Consensus 1 + Σ p_k log₂(1 − |k − mean| / (K − 1)), 0 halves at both ends … 1 all on one level.

    Tastle and Wierman (2007), Consensus and dissention: a measure of ordinal dispersion, International Journal of
    Approximate Reasoning 45(3): 531–545.
    """
    shares, levels = counts / counts.sum(), np.arange(len(counts))
    away = abs(levels - shares @ levels) / (len(counts) - 1)
    return float(1 + shares[shares > 0] @ np.log2(1 - away[shares > 0]))


def berry_mielke(counts: Floats) -> float:
    """Index of ordinal variation, Σ F_k (1 − F_k) over its largest possible value: 0 all on one level, 1 halves.

    Berry and Mielke (1992), Assessment of variation in ordinal data, Perceptual and Motor Skills 74(1): 63–66, in the
    form for large samples; 1 − it is the l² of Blair and Lacy (2000), Statistics of ordinal variation, Sociological
    Methods & Research 28(3): 251–280.
    """
    shares = np.cumsum(counts)[:-1] / counts.sum()
    return float(4 * (shares * (1 - shares)).sum() / len(shares))


def blair_lacy(counts: Floats) -> float:
    """Concentration l² = 1 − Σ F_k (1 − F_k) · 4 / (K − 1): 0 halves at both ends, 1 all on one level.

    Blair and Lacy (2000), Statistics of ordinal variation, Sociological Methods & Research 28(3): 251–280.
    """
    return 1 - berry_mielke(counts)


def kvalseth(counts: Floats) -> float:
    """Coefficient of ordinal variation 1 − √(1 − IOV), IOV of Berry and Mielke: 0 all on one level, 1 halves.

    Kvålseth (1995), Coefficients of variation for nominal and ordinal categorical data, Perceptual and Motor Skills
    80(3): 843–847.
    """
    return float(1 - np.sqrt(max(1 - berry_mielke(counts), 0.0)))


def esteban_ray(counts: Floats, alpha: float = 1.0) -> float:
    """Polarisation 2^(1 + α) Σ_k Σ_l p_k^(1 + α) p_l |k − l| / (K − 1): 0 all on one level, 1 halves at both ends.

    α, above 0 and up to 1.6, is how much a group's size makes its members feel as one; at α = 0 it would be a measure
    of inequality. Esteban and Ray (1994), On the measurement of polarization, Econometrica 62(4): 819–851; here on
    levels one apart, and divided by the largest value.
    """
    if not 0 < alpha <= 1.6:
        raise KGError(f"Polarisation is not defined for alpha = {alpha:g}.", cure="Give above 0 and up to 1.6.")
    shares, levels = counts / counts.sum(), np.arange(len(counts)) / (len(counts) - 1)
    gaps = abs(levels[:, None] - levels)
    return float(2 ** (1 + alpha) * shares ** (1 + alpha) @ gaps @ shares)


SCALES: dict[str, Callable[..., float]] = {
    "berry_mielke": berry_mielke,
    "blair_lacy": blair_lacy,
    "consensus": consensus,
    "esteban_ray": esteban_ray,
    "kvalseth": kvalseth,
    "leik": leik,
    "van_der_eijk": van_der_eijk,
}


def ordinal(counts: npt.ArrayLike, measure: str = "van_der_eijk", **options: float) -> Floats:
    """A measure of ``SCALES`` of counts on the levels of a scale, in order, levels that nobody chose included.

    *counts* is one distribution or an array of them, the levels on its last axis; the answer has the axes before it
    (for one distribution an array without axes). NaN where all counts are 0: nobody said anything. Options: *alpha*
    of esteban_ray. Raises KGError for an unknown measure, a scale of one level, or counts below 0.
    """
    one_of(measure, tuple(SCALES), "measure of an ordered scale")
    if options and (measure != "esteban_ray" or set(options) != {"alpha"}):
        raise KGError(f"{measure} has no option {', '.join(sorted(options))}.", cure="Only esteban_ray has: alpha.")
    found = np.asarray(counts, dtype=np.float64)
    if found.ndim < 1 or found.shape[-1] < 2:
        raise KGError("A scale of fewer than two levels cannot divide.", cure="Give one count a level, 0 included.")
    if not np.isfinite(found).all() or (found < 0).any():
        raise KGError("A count is missing, infinite or below 0.", cure="Give numbers from 0 up.")
    rows = found.reshape(-1, found.shape[-1])
    each = [SCALES[measure](row, **options) if row.any() else np.nan for row in rows]
    return np.array(each, dtype=np.float64).reshape(found.shape[:-1])


@dataclass(frozen=True)
class Polarization:
    """``value``: P, NaN when no position is shared. ``dispersion``: T, so that T − P is what camps leave inside.

    ``camps`` (int64): 0 or 1 for each actor, 0 the larger one, −1 who shares no position with anybody; all 0 when no
    division explains anything. ``by_position`` (float64): the part of each position, 0 … 1, whose mean weighted by
    *voices* is P; NaN for positions of fewer than two voices. ``voices`` (int64): how many actors speak to each.
    ``parts``: groups of actors without a shared position between them. ``exact``: P is the proven maximum, else the
    best of several searches, and ``bound`` is not below the maximum. ``expected``, ``corrected`` and ``chance`` (the
    share of permutations, this debate counted among them, with at least this P) are NaN without permutations.
    """

    value: float
    dispersion: float
    camps: Camps
    by_position: Floats
    voices: npt.NDArray[np.int64]
    parts: int
    exact: bool
    bound: float
    expected: float = float("nan")
    corrected: float = float("nan")
    chance: float = float("nan")


def polarization(
    values: Values,
    *,
    low: float | None = None,
    high: float | None = None,
    permutations: int = 0,
    starts: int = 12,
    seed: int = 0,
) -> Polarization:
    """Polarisation P of a debate, actors × positions with NaN = missing; the formula stands at the head of the module.

    *low* and *high* are the fixed ends of the scale; a ``Coded`` has them, and of several statements on one position
    its mean counts, a mean of 0 included. The camps are proven the best when all partitions can be tried (some twenty
    actors; those with the same values count as one, which loses nothing because P is convex in how they are split).
    Otherwise: the best of many searches, from the main axes, from the positions and from seeded draws, never below one
    camp. Raises KGError for values off the scale, names, fewer than two actors, or no values.
    """
    if permutations < 0 or starts < 0:
        raise KGError("There cannot be fewer than 0 permutations or starts.", cure="Give 0 or more.")
    cells = _cells(values, low, high)
    if len(cells) < 2:
        raise KGError("One actor makes no debate.", cure="Give two or more.")
    voices = (~np.isnan(cells)).sum(axis=0)
    shared = voices > 1
    inside = (~np.isnan(cells[:, shared])).any(axis=1)
    camps = np.where(inside, 0, -1)
    by_position = np.full(cells.shape[1], np.nan)
    if not shared.any():
        nan = float("nan")
        return Polarization(nan, nan, camps, by_position, voices, 0, True, nan)
    order = np.lexsort(cells[np.ix_(inside, shared)].T[::-1])
    debate = cells[np.ix_(inside, shared)][order]
    rng = np.random.default_rng(seed)
    side, exact = _camps(debate, starts, rng, _EXHAUSTIVE)
    spread = _spread(debate)
    gains = _between(debate, side)
    value = float(gains.sum() / voices[shared].sum())
    by_position[shared] = gains / voices[shared]
    back = np.empty_like(side)
    back[order] = side
    camps[inside] = _larger_first(back)
    dispersion = float(spread.sum() / voices[shared].sum())
    bound = value if exact else _bound(debate, dispersion)
    found = Polarization(value, dispersion, camps, by_position, voices, _parts(debate), exact, bound)
    if not permutations:
        return found
    drawn = np.empty(permutations)
    for k in range(permutations):
        mixed = _mixed(debate, rng)
        best, _ = _camps(mixed, starts, rng, _EXHAUSTIVE_DRAWN)
        drawn[k] = _between(mixed, best).sum() / voices[shared].sum()
    expected = float(drawn.mean())
    corrected = (value - expected) / (1 - expected) if expected < 1 else 0.0
    chance = float((1 + (drawn >= value - 1e-9).sum()) / (1 + permutations))
    return replace(found, expected=expected, corrected=corrected, chance=chance)


def of_camps(values: Values, camps: npt.ArrayLike, *, low: float | None = None, high: float | None = None) -> float:
    """The same share for camps that are named rather than found: what P maximises; NaN when no position is shared.

    *camps* has two labels, one an actor; −1 leaves an actor out, and the positions only it shares with one other.
    """
    given = np.asarray(camps)
    cells = _cells(values, low, high)
    if given.shape != (len(cells),):
        raise KGError(f"There are {len(cells)} actors, and camps of {given.size}.", cure="Name one camp an actor.")
    cells = cells[given != -1]
    names, side = np.unique(given[given != -1], return_inverse=True)
    if len(names) > 2:
        raise KGError(f"There are {len(names)} camps.", cure="Name two, and −1 for who is in none.")
    voices = (~np.isnan(cells)).sum(axis=0)
    if not (voices > 1).any():
        return float("nan")
    debate = cells[:, voices > 1]
    return float(_between(debate, side > 0).sum() / voices.sum(where=voices > 1))


def _cells(values: Values, low: float | None, high: float | None) -> Floats:
    """Actors × positions from −1 to 1."""
    if isinstance(values, Coded) and values.scale.kind == "nominal":
        raise KGError("Names have no ends to be opposed at.", cure="Use a value on a scale.")
    return 2 * scaled(values, low, high) - 1


def _spread(debate: Floats) -> Floats:
    """Sum of squares of each position around its mean."""
    return np.asarray(np.nansum((debate - np.nanmean(debate, axis=0)) ** 2, axis=0))


def _between(debate: Floats, side: Sides) -> Floats:
    """Sum of squares between camps on each position; *side* is True for camp 1."""
    known, x = _parts_of(debate)
    second = side.astype(np.float64)
    b, sum_b = second @ known, second @ x
    n, total = known.sum(axis=0), x.sum(axis=0)
    return _squares(sum_b, b) + _squares(total - sum_b, n - b)


def _squares(total: Floats, count: Floats) -> Floats:
    return np.divide(total**2, count, out=np.zeros_like(total), where=count > 0)


def _parts_of(debate: Floats) -> tuple[Floats, Floats]:
    """Who is known where, and the values around the mean of their position, 0 where missing.

    Around the mean the sum of squares of one camp alone is 0 to the last digit.
    """
    known = ~np.isnan(debate)
    return known.astype(np.float64), np.where(known, debate - np.nanmean(debate, axis=0), 0.0)


def _camps(debate: Floats, starts: int, rng: np.random.Generator, most_work: int) -> tuple[Sides, bool]:
    """The best partition found, as True for one of the camps, and whether it is proven to be the best."""
    profiles, first, index, members = np.unique(
        np.nan_to_num(debate, nan=9.0), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    # Identical actors stay together in a best partition; together they weigh as many as they are.
    known, x = (part[first] * members[:, None] for part in _parts_of(debate))
    n, positions = profiles.shape
    exact = n <= 40 and 2 ** (n - 1) * n * positions <= most_work
    side = _try_all(known, x) if exact else _search(_Profiles.of(known, x), starts, rng)
    return side[index.reshape(-1)], exact


def _try_all(known: Floats, x: Floats) -> Sides:
    """The best of all partitions; the first actor is always in camp 0, since the two names of camps are alike."""
    n = len(known)
    bits = np.arange(n - 1, dtype=np.int64)
    best, most = np.zeros(n, dtype=np.bool_), _NOTHING * known.sum()
    size, total = known.sum(axis=0), x.sum(axis=0)
    for begin in range(0, 2 ** (n - 1), _BLOCK):
        codes = np.arange(begin, min(begin + _BLOCK, 2 ** (n - 1)), dtype=np.int64)
        sides = np.zeros((len(codes), n))
        sides[:, 1:] = (codes[:, None] >> bits) & 1
        b, sum_b = sides @ known, sides @ x
        gains = (_squares(sum_b, b) + _squares(total - sum_b, size - b)).sum(axis=1)
        top = int(gains.argmax())
        # A later partition must be better by more than rounding.
        if gains[top] > most * (1 + _NOTHING):
            best, most = sides[top] > 0, float(gains[top])
    return best


@dataclass(frozen=True)
class _Profiles:
    """Values (less the mean of their position) that are known: as sparse matrices, and entry by entry."""

    known: Any
    x: Any
    entries: tuple[npt.NDArray[Any], ...]  # profile, position, how many actors, sum of their x
    size: Floats
    total: Floats

    @classmethod
    def of(cls, known: Floats, x: Floats) -> _Profiles:
        from scipy.sparse import csr_array

        row, column = np.nonzero(known)
        entries = (row, column, known[row, column], x[row, column])
        there, values = (csr_array((data, (row, column)), shape=known.shape) for data in entries[2:])
        return cls(there, values, entries, known.sum(axis=0), x.sum(axis=0))

    def sums(self, side: Sides) -> tuple[Floats, Floats]:
        """How many of camp 1 speak to each position, and the sum of their x."""
        inside = side.astype(np.float64)
        return inside @ self.known, inside @ self.x

    def gain(self, side: Sides) -> float:
        """Sum of squares between the camps."""
        b, sum_b = self.sums(side)
        return float((_squares(sum_b, b) + _squares(self.total - sum_b, self.size - b)).sum())

    def alone(self, side: Sides) -> Floats:
        """What each profile would add to the sum of squares if it alone changed camps."""
        b, sum_b = self.sums(side)
        now = _squares(sum_b, b) + _squares(self.total - sum_b, self.size - b)
        row, column, count, x = self.entries
        sign = np.where(side, -1.0, 1.0)[row]
        b, sum_b = b[column] + sign * count, sum_b[column] + sign * x
        then = _squares(sum_b, b) + _squares(self.total[column] - sum_b, self.size[column] - b)
        return np.bincount(row, then - now[column], len(side)).astype(np.float64)


def _search(debate: _Profiles, starts: int, rng: np.random.Generator) -> Sides:
    """Climb from the main axes, from each of the positions that divide most, and from random camps; keep the best."""
    n = len(debate.known.indptr) - 1
    dividing = np.argsort(-abs(debate.x).sum(axis=0), kind="stable")[: max(starts, 6)]
    begins = [*(_axes(debate.x, rng).T > 0), *(debate.x[:, dividing].toarray() > 0).T, *(rng.random((starts, n)) < 0.5)]
    found = sorted((_climb(debate, side) for side in begins), key=lambda pair: -pair[1])
    # Climbing overlooks what one actor's move would add, and the best climb need not lead to the best camps.
    side, gain = max((_polish(debate, *pair) for pair in found[:12]), key=lambda pair: pair[1])
    return side if gain > _NOTHING * debate.size.sum() else np.zeros(n, dtype=np.bool_)


def _axes(x: Any, rng: np.random.Generator, most: int = 6) -> Floats:
    """The first axes of the actors, one a column, each up to its sign."""
    from scipy.sparse.linalg import svds

    least = min(x.shape)
    if least <= 60:
        return np.asarray(np.linalg.svd(x.toarray(), full_matrices=False)[0][:, :most])
    return np.asarray(svds(x, k=most, v0=rng.standard_normal(least))[0])


def _climb(debate: _Profiles, side: Sides) -> tuple[Sides, float]:
    """Everybody joins the nearer camp until nobody gains: the sum of squares between camps never falls."""
    best, most = side, debate.gain(side)
    while True:
        away = []
        b, sum_b = debate.sums(best)
        for count, total in ((debate.size - b, debate.total - sum_b), (b, sum_b)):
            # A camp that is silent on a position counts as standing at its mean, where x is 0.
            mean = np.divide(total, count, out=np.zeros_like(count), where=count > 0)
            away.append(debate.known @ mean**2 - 2 * (debate.x @ mean))
        side = away[1] < away[0]
        gain = debate.gain(side)
        if gain <= most * (1 + _NOTHING):
            return best, most
        best, most = side, gain


def _polish(debate: _Profiles, side: Sides, gain: float) -> tuple[Sides, float]:
    """Let actors change camps, those that gain most first, until none gains by it.

    As many as would gain alone move together, and half of them when that would not pay; one always pays, so this
    ends where no single move helps.
    """
    worth = _NOTHING * float(debate.size.sum())
    while True:
        alone = debate.alone(side)
        movers = np.argsort(-alone, kind="stable")[: int((alone > worth).sum())]
        while len(movers):
            moved = side.copy()
            moved[movers] = ~moved[movers]
            after = debate.gain(moved)
            if after > gain + worth / 2:
                break
            movers = movers[: len(movers) // 2]
        else:
            return side, gain
        side, gain = moved, after


def _bound(debate: Floats, dispersion: float) -> float:
    """P is never above T, nor, when everybody speaks to everything, above the largest main axis."""
    if np.isnan(debate).any():
        return dispersion
    x = debate - debate.mean(axis=0)
    square = x @ x.T if len(x) < x.shape[1] else x.T @ x
    return min(dispersion, float(np.linalg.eigvalsh(square)[-1]) / debate.size)


def _parts(debate: Floats) -> int:
    from scipy.sparse import bmat, csr_array
    from scipy.sparse.csgraph import connected_components

    speaks = csr_array(~np.isnan(debate))
    return int(connected_components(bmat([[None, speaks], [speaks.T, None]]), directed=False, return_labels=False))


def _mixed(debate: Floats, rng: np.random.Generator) -> Floats:
    """The same debate with the values of each position dealt anew to those who speak to it."""
    found = debate.copy()
    for column in found.T:
        there = np.flatnonzero(~np.isnan(column))
        column[there] = rng.permutation(column[there])
    return found


def _larger_first(side: Sides) -> Camps:
    """Camp 0 is the larger one, and of two equal ones that of the first actor."""
    second = int(side.sum())
    swap = second * 2 > len(side) or (second * 2 == len(side) and bool(side[0]))
    return np.asarray(side ^ swap, dtype=np.int64)
