"""How far actors agree over the items they share: all pairs at once, and many actors on one item.

The values are a matrix of actors × items, NaN where an actor says nothing, on a scale with fixed ends. A pair is
judged on the items that both have a value on, and on nothing else: silence is neither agreement nor disagreement. A
pair that shares no item has no agreement (NaN, never 0), and *n*, how many are shared, is returned with every value.

Everything comes from three sums over shared items: Do, the mean distance of the two values as a share of the range,
and De, the distance to be expected when both draw from their own values (Cohen) or from those of both (Scott). They
are sums of matrix products: a distance |x − y| is the sum over thresholds of "one is above, the other is not", so K
levels take K − 1 products of two 0/1 matrices; a squared one takes three products however many levels there are.
``MEASURES`` has the measures by name, docs/methods/agreement.md the table of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import Coded, Floats, one_of
from kg.algebra.two_mode import room_for, two_mode
from kg.errors import KGError

Counts = npt.NDArray[np.int64]
Values = Coded | npt.ArrayLike
DISTANCES = ("absolute", "squared", "nominal")

# Below this share of known cells the products are sparse ones.
_SPARSE = 0.08
# A mean distance of two numbers between 0 and 1 that is smaller than this is a rounding error.
_NOTHING = 1e-13


def matrix(values: Values) -> Floats:
    """Actors × items as float64, NaN = missing: the array given, checked, or the mean value a cell of a ``Coded``.

    Names (a nominal scale) become the index of their level. Raises KGError when there is no cell, nothing but
    missing ones, an infinite value, text, or an actor with two names on one item.
    """
    if isinstance(values, Coded):
        found = _names(values) if values.scale.kind == "nominal" else two_mode(values, "mean")
    else:
        try:
            found = np.array(values, dtype=np.float64)
        except (TypeError, ValueError):
            raise KGError("The values are no matrix of numbers.", cure="Give actors × items, NaN = missing.") from None
    if found.ndim != 2 or not found.size:
        raise KGError(f"The values have the shape {found.shape}.", cure="Give a matrix of actors × items.")
    wrong = np.argwhere(np.isinf(found))
    if len(wrong):
        raise KGError(f"The value in row {wrong[0][0]}, column {wrong[0][1]} is infinite.", cure="Give finite ones.")
    if np.isnan(found).all():
        raise KGError("All values are missing.", cure="Select actors with statements.")
    return found


def ends(values: Values, low: float | None = None, high: float | None = None) -> tuple[float, float]:
    """The fixed ends of the scale: those given, else those of a ``Coded`` whose levels reach them."""
    if low is None and high is None and isinstance(values, Coded) and len(values.scale.levels):
        scale = values.scale
        points = np.arange(len(scale.levels)) if scale.kind == "nominal" else scale.points
        low, high = float(points[0]), float(points[-1])
        if scale.kind == "interval" and not np.isclose(high - low, scale.span):
            raise KGError(
                f"The values run from {low:g} to {high:g} on a scale that is {scale.span:g} long.",
                cure="Give its ends: low and high.",
            )
        if scale.kind == "nominal":
            high = max(high, 1.0)
    if low is None or high is None:
        raise KGError("The ends of the scale are not given.", cure="Give both, as low=-2, high=2.")
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise KGError(f"A scale cannot run from {low:g} to {high:g}.", cure="Give low below high.")
    return float(low), float(high)


def scaled(values: Values, low: float | None = None, high: float | None = None) -> Floats:
    """The matrix with *low* at 0 and *high* at 1. Raises KGError for the first value that is outside."""
    bottom, top = ends(values, low, high)
    found = matrix(values)
    outside = np.argwhere((found < bottom) | (found > top))
    if len(outside):
        row, column = outside[0]
        raise KGError(
            f"The value {found[row, column]:g} in row {row}, column {column} is not on the scale {bottom:g} … {top:g}.",
            cure="Give the ends of the scale: low and high.",
        )
    return (found - bottom) / (top - bottom)


def _names(coded: Coded) -> Floats:
    shape = (len(coded.row_labels), len(coded.column_labels))
    room_for(*shape)
    found = np.full(shape, np.nan)
    found[coded.rows, coded.columns] = coded.levels
    differ = np.flatnonzero(found[coded.rows, coded.columns] != coded.levels)
    if len(differ):
        who, what = coded.row_labels[coded.rows[differ[0]]], coded.column_labels[coded.columns[differ[0]]]
        raise KGError(f'"{who}" has two values on "{what}", and names have no mean.', cure="Keep one of them.")
    return found


class Shared:
    """What every pair of actors shares; arrays of actors × actors, computed when first asked for.

    *cells* are values between 0 and 1; *weights* one positive number an item; *step* the distance that Lijphart's
    index calls one step.
    """

    def __init__(self, cells: Floats, weights: Floats, distance: str, step: float) -> None:
        self.cells, self.weights, self.distance, self.step = cells, weights, distance, step
        self.known = ~np.isnan(cells)
        self._sparse = self.known.mean() < _SPARSE
        self._alike = bool((weights == 1).all())

    def _over(self, left: npt.NDArray[Any], right: npt.NDArray[Any]) -> Floats:
        """Σ over items of weight · left · right, for all pairs."""
        return self._product(left if self._alike else left * self.weights, right)

    def _product(self, left: npt.NDArray[Any], right: npt.NDArray[Any]) -> Floats:
        if not self._sparse:
            return np.asarray(left.astype(np.float64) @ right.T.astype(np.float64))
        from scipy.sparse import csr_array

        product = csr_array(left.astype(np.float64)) @ csr_array(right.astype(np.float64)).T
        return np.asarray(product.toarray(), dtype=np.float64)

    @cached_property
    def n(self) -> Counts:
        """How many items both have a value on."""
        return self._product(self.known, self.known).astype(np.int64)

    @cached_property
    def weight(self) -> Floats:
        """Σ of the weights of those items; NaN where there are none."""
        total = self.n.astype(np.float64) if self._alike else self._over(self.known, self.known)
        total[self.n == 0] = np.nan
        return total

    @cached_property
    def levels(self) -> Floats:
        """The values that occur, ascending."""
        return np.unique(self.cells[self.known])

    @cached_property
    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Squared distance: mean of x_i and of x_i² over the items i shares with j, and mean of x_i x_j; x − ½."""
        x = np.where(self.known, self.cells - 0.5, 0.0)
        return (self._over(x, self.known) / self.weight, self._over(x * x, self.known) / self.weight,
                self._over(x, x) / self.weight)  # fmt: skip

    def _parts(self) -> Iterator[tuple[float, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
        """The yes-or-no variables that a distance is the sum of: factor, who is a yes, who is a no."""
        if self.distance == "nominal":
            for level in self.levels:
                there = self.cells == level
                # A pair that differs does so in two of these.
                yield 0.5, there, self.known & ~there
        else:
            for below, above in zip(self.levels[:-1], self.levels[1:], strict=True):
                yield above - below, self.cells >= above, self.cells <= below

    def _empty(self) -> Floats:
        """0 for pairs that share an item, NaN for others."""
        return np.where(self.n > 0, 0.0, np.nan)

    @cached_property
    def observed(self) -> Floats:
        """Do: the mean distance on the shared items, 0 … 1."""
        if self.distance == "squared":
            _, square, both = self.moments
            return _between(square + square.T - 2 * both)
        total = self._empty()
        for factor, have, lack in self._parts():
            differ = self._over(have, lack)
            differ += differ.T.copy()
            total += factor * differ
        return _between(total / self.weight)

    @cached_property
    def expected(self) -> Floats:
        """De of two actors who draw each from their own values on the shared items."""
        if self.distance == "squared":
            mean, square, _ = self.moments
            return _between(square + square.T - 2 * mean * mean.T)
        total = self._empty()
        for factor, have, _ in self._parts():
            share = self._over(have, self.known) / self.weight
            differ = share * (1 - share.T)
            total += factor * (differ + differ.T)
        return _between(total)

    @cached_property
    def pooled(self) -> Floats:
        """De of two actors who both draw, with replacement, from the values of both on the shared items."""
        if self.distance == "squared":
            mean, square, _ = self.moments
            return _between(square + square.T - (mean + mean.T) ** 2 / 2)
        total = self._empty()
        for factor, have, _ in self._parts():
            share = self._over(have, self.known) / self.weight
            middle = (share + share.T) / 2
            total += 2 * factor * middle * (1 - middle)
        return _between(total)

    def same(self, within: float = 0.0) -> Floats:
        """Share of the shared items on which the two are at most *within* apart."""
        total = self._empty()
        for level in self.levels:
            total += self._over(self.cells == level, np.abs(self.cells - level) <= within + 1e-9)
        return total / self.weight


def _between(distance: Floats) -> Floats:
    distance[distance < _NOTHING] = 0.0
    return np.minimum(distance, 1.0, out=distance)


def _ratio(above: Floats, below: Floats) -> Floats:
    """NaN where there is nothing to divide by: what does not vary can neither agree nor disagree beyond chance."""
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def agreement(shared: Shared) -> Floats:
    """1 − Do, 0 … 1: 1 is the same value on every shared item, 0 opposite ends on every one. NaN: none is shared.

    With yes 1, abstention 2 and no 3 and absolute distance it is mean(1 − |Δ| / 2), the usual agreement of votes in
    the UN General Assembly; with those three values Lijphart's index is the same number.
    """
    return 1 - shared.observed


def distance(shared: Shared) -> Floats:
    """Do, 0 … 1: the mean distance as a share of the range, which needs no ideal points. NaN: no item is shared."""
    return shared.observed.copy()


def same(shared: Shared) -> Floats:
    """Share of the shared items with the very same value, 0 … 1; NaN: none is shared. Holsti (1969), Content
    Analysis for the Social Sciences and Humanities, Reading: Addison-Wesley."""
    return shared.same()


def s(shared: Shared) -> Floats:
    """S = 1 − 2 Do, −1 … 1; NaN: no item is shared. 1 is the same value everywhere, −1 opposite ends everywhere.

    Signorino and Ritter (1999), Tau-b or not tau-b, International Studies Quarterly 43(1): 115–144. It takes no
    account of chance: two actors who vote yes on everything, as all do, score 1.
    """
    return 1 - 2 * shared.observed


def kappa(shared: Shared) -> Floats:
    """Weighted κ = 1 − Do / De, De from the own values of each; 1 is full agreement, 0 as by chance, below 0 less.

    NaN: no item is shared, or both have one and the same value on all of them (De = 0). Cohen (1968), Weighted kappa,
    Psychological Bulletin 70(4): 213–220; for votes and alliances Häge (2011), Choice or circumstance?, Political
    Analysis 19(3): 287–305. With ``distance="nominal"`` it is Cohen's κ of 1960.
    """
    return 1 - _ratio(shared.observed, shared.expected)


def pi(shared: Shared) -> Floats:
    """Weighted π = 1 − Do / De, De from the values of both together; read as κ, and missing as in κ.

    Unlike κ it counts it as disagreement when one says yes more often than the other. Scott (1955), Reliability of
    content analysis, Public Opinion Quarterly 19(3): 321–325; weighted as in Häge (2011).
    """
    return 1 - _ratio(shared.observed, shared.pooled)


def alpha(shared: Shared) -> Floats:
    """Krippendorff's α of two: 1 − (2N − 1) / (2N) · Do / De, De as in π, N the number of shared items.

    It is π corrected for few items: the two do not draw the same value twice. Missing as in κ. Krippendorff (1970),
    Bivariate agreement coefficients for reliability of data, Sociological Methodology 2: 139–150. Nominal and (with
    squared distance) interval; kg.algebra.reliability has it for many actors and all levels of measurement.
    """
    twice = 2.0 * shared.n
    return 1 - _ratio((twice - 1) * shared.observed, twice * shared.pooled)


def lijphart(shared: Shared) -> Floats:
    """Index of agreement (same + ½ · one step apart) / N, 0 … 1; NaN: no item is shared.

    Lijphart (1963), The analysis of bloc voting in the General Assembly, American Political Science Review 57(4):
    902–917: yes, abstention and no are a step apart each. On longer scales two steps and more count as nothing.
    """
    return (shared.same() + shared.same(shared.step)) / 2


def cosine(shared: Shared) -> Floats:
    """Σxy / √(Σx² Σy²) over the shared items, x the value less the middle of the scale; −1 … 1.

    Strong values count more than weak ones. NaN: no item is shared, or one of the two is in the middle on all of
    them. Salton and McGill (1983), Introduction to Modern Information Retrieval, New York: McGraw-Hill.
    """
    _, square, both = shared.moments
    size = np.sqrt(square * square.T)
    size[size < _NOTHING] = 0.0
    return np.clip(_ratio(both, size), -1.0, 1.0)


MEASURES: dict[str, Callable[[Shared], Floats]] = {
    "agreement": agreement,
    "alpha": alpha,
    "cosine": cosine,
    "distance": distance,
    "kappa": kappa,
    "lijphart": lijphart,
    "pi": pi,
    "s": s,
    "same": same,
}


@dataclass(frozen=True)
class Agreement:
    """``values`` (float64) and ``n`` (int64, how many items are shared), both actors × actors and symmetric.

    A value is NaN where the two share nothing, or where the measure says nothing of them. On the diagonal stands the
    agreement of an actor with itself.
    """

    values: Floats
    n: Counts

    def __iter__(self) -> Iterator[Any]:
        return iter((self.values, self.n))


def pairs(
    values: Values,
    measure: str = "agreement",
    *,
    distance: str = "absolute",
    low: float | None = None,
    high: float | None = None,
    weights: npt.ArrayLike | None = None,
    step: float = 1.0,
) -> Agreement:
    """Agreement of all pairs of actors: ``values, n = pairs(V, "kappa", low=-2, high=2)``.

    *measure* is a name in ``MEASURES``. *distance* of two values, as a share of the range high − low: "absolute",
    "squared" (the square of it) or "nominal" (0 or 1); it has no effect on *same*, *lijphart* and *cosine*. *low* and
    *high* are the ends of the scale, which the values need not reach; a ``Coded`` has them. *weights*, one an item,
    are positive; only their ratios matter. *step* is Lijphart's one step in the unit of the values. Needs two actors.
    Raises KGError for unknown words, values off the scale, wrong weights, or no values.
    """
    one_of(measure, tuple(MEASURES), "measure of agreement")
    shared = _shared(values, distance, low, high, weights, step, measure == "lijphart")
    found = MEASURES[measure](shared)
    return Agreement((found + found.T) / 2, shared.n)


def between(
    first: npt.ArrayLike, second: npt.ArrayLike, measure: str = "agreement", **options: Any
) -> tuple[float, int]:
    """Agreement of two actors, each a sequence of values over the same items; options as in :func:`pairs`."""
    if np.shape(first) != np.shape(second):
        raise KGError("The two actors have different numbers of items.", cure="Give one value an item, NaN = missing.")
    both: Any = [first, second]
    found = pairs(both, measure, **options)
    return float(found.values[0, 1]), int(found.n[0, 1])


def by_group(
    values: Values, groups: Sequence[Any], measure: str = "agreement", **options: Any
) -> Iterator[tuple[Any, Agreement]]:
    """Agreement of all pairs within each group of items, such as the sessions of an assembly, one group at a time.

    *groups* names the group of each item. Yields (group, Agreement) in the order of the groups; all actors are in
    each, with NaN for those without values there. Options as in :func:`pairs`; *weights* are of all items.
    """
    bottom, top = ends(values, options.pop("low", None), options.pop("high", None))
    weights = options.pop("weights", None)
    names, index = np.unique(np.asarray(groups), return_inverse=True)
    found = matrix(values)
    if index.shape != (found.shape[1],):
        raise KGError(f"There are {found.shape[1]} items, and groups of {index.size}.", cure="Name one group an item.")
    everything = _weights(weights, found.shape[1])
    _refuse_names(values, options.get("distance", "absolute"))
    scaled(found, bottom, top)
    for place, name in enumerate(names):
        members = index == place
        here = found[:, members]
        if np.isnan(here).all():
            nothing = np.full((len(here), len(here)), np.nan)
            yield name.item(), Agreement(nothing, np.zeros(nothing.shape, dtype=np.int64))
            continue
        chosen = everything[members]
        yield name.item(), pairs(here, measure, low=bottom, high=top, weights=chosen, **options)


def _shared(
    values: Values,
    distance: str,
    low: float | None,
    high: float | None,
    weights: npt.ArrayLike | None,
    step: float,
    steps_matter: bool,
) -> Shared:
    one_of(distance, DISTANCES, "distance")
    _refuse_names(values, distance)
    bottom, top = ends(values, low, high)
    cells = scaled(values, bottom, top)
    if len(cells) < 2:
        raise KGError("One actor cannot agree with nobody.", cure="Give two or more.")
    room_for(len(cells), len(cells))
    if steps_matter and not 0 < step < top - bottom:
        raise KGError(
            f"One step of {step:g} on a scale from {bottom:g} to {top:g} would make opposite ends half agree.",
            cure="Give step, the distance of two neighbouring values.",
        )
    return Shared(cells, _weights(weights, cells.shape[1]), distance, step / (top - bottom))


def _refuse_names(values: Values, distance: str) -> None:
    if isinstance(values, Coded) and values.scale.kind == "nominal" and distance != "nominal":
        raise KGError("Names have no distance but same or not.", cure='Use distance="nominal".')


def _weights(weights: npt.ArrayLike | None, items: int) -> Floats:
    if weights is None:
        return np.ones(items)
    found = np.asarray(weights, dtype=np.float64)
    if found.shape != (items,) or not np.isfinite(found).all() or (found <= 0).any():
        raise KGError(f"The weights must be {items} positive numbers, one an item.", cure="Leave out other items.")
    return found


def tally(values: Values, levels: Sequence[float] | None = None) -> tuple[Counts, Floats]:
    """How many actors have each level on each item: (items × levels int64, the levels); missing ones in none.

    *levels* defaults to the values that occur. Raises KGError for a value that is none of them.
    """
    found = matrix(values)
    known = ~np.isnan(found)
    order = np.unique(found[known] if levels is None else np.asarray(levels, dtype=np.float64))
    place = np.clip(np.searchsorted(order, found), 0, len(order) - 1)
    wrong = np.argwhere(known & (order[place] != found))
    if len(wrong):
        row, column = wrong[0]
        raise KGError(
            f"The value {found[row, column]:g} in row {row}, column {column} is none of the levels.",
            cure=f"They are: {', '.join(f'{level:g}' for level in order)}.",
        )
    item = np.broadcast_to(np.arange(found.shape[1]), found.shape)
    at = item[known] * len(order) + place[known]
    return np.bincount(at, minlength=found.shape[1] * len(order)).reshape(-1, len(order)), order


def hix(counts: npt.ArrayLike) -> Floats:
    """Agreement index of many actors on an item, AI = [max − ½ (n − max)] / n, from counts of yes, no, abstention.

    0 (each option equally often) … 1 (all the same); NaN where nobody voted; absent actors count nowhere. With k
    options ½ becomes 1 / (k − 1), so that 0 stays 0. The last axis is the options, in any order. Hix, Noury and
    Roland (2005), Power to the parties, British Journal of Political Science 35(2): 209–234.
    """
    found = _counts(counts)
    n, most = found.sum(axis=-1), found.max(axis=-1)
    return _ratio(np.asarray(most - (n - most) / (found.shape[-1] - 1)), np.asarray(n))


def rice(counts: npt.ArrayLike) -> Floats:
    """Index of cohesion |yes − no| / (yes + no), from counts on an ordered scale; 0 (halves) … 1 (all one way).

    The last axis is the levels in order: the lower half against the upper, and a middle level (abstention) is left
    out. NaN where nobody took a side. Rice (1928), Quantitative Methods in Politics, New York: Knopf.
    """
    found = _counts(counts)
    half = found.shape[-1] // 2
    lower, upper = found[..., :half].sum(axis=-1), found[..., -half:].sum(axis=-1)
    return _ratio(np.asarray(abs(lower - upper)), np.asarray(lower + upper))


def _counts(counts: npt.ArrayLike) -> Floats:
    found = np.asarray(counts, dtype=np.float64)
    if found.ndim < 1 or found.shape[-1] < 2:
        raise KGError("Counts of fewer than two options say nothing.", cure="Give one count an option, 0 included.")
    if not np.isfinite(found).all() or (found < 0).any():
        raise KGError("A count is missing, infinite or below 0.", cure="Give numbers from 0 up.")
    return found
