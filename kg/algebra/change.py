"""Change: when a value moved, and which statements moved it.

Times are datetime64, or plain numbers (days since, order). A statement without time (NaT, NaN) or without value (NaN)
is left out and counted. A weight w says that a value is as good as the mean of w values. Formulas and papers:
docs/methods/change.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.algebra.coded import Floats
from kg.algebra.sources import effective, groups
from kg.algebra.sure import Interval, resample
from kg.algebra.windows import Window, by_time
from kg.errors import KGError

Whole = npt.NDArray[np.int64]

# The search looks at every pair of moments at worst.
_MOST_MOMENTS = 50_000
# A day, to turn differences of dates into numbers.
DAY = np.timedelta64(1, "D")


def decay(times: Any, at: Any, half_life: float) -> Floats:
    """What statements still weigh at a moment: 2^(−age / half-life), in 0 … 1.

    0 for what comes after *at*, and where the time is not known. The half-life is in days (in the unit of the times
    where those are numbers), and above 0.
    """
    if not (math.isfinite(half_life) and half_life > 0):
        raise KGError(f"The half-life is {half_life:g}.", cure="Use a number above 0.")
    moments = _times(times)
    dates = moments.dtype.kind == "M"
    age = (np.datetime64(at) - moments) / DAY if dates else np.float64(at) - moments
    said = age >= 0
    return np.where(said, 2.0 ** (-np.where(said, age, 0.0) / half_life), 0.0)


@dataclass(frozen=True)
class Profile:
    """A value by period: one entry a window, in order of time. ``mean`` is NaN for a period without statements.

    ``n`` statements with a value, ``weight`` their sum of weights; ``interval`` of the means when the sources are
    known. ``undated`` statements and those of ``unknown`` value are in no period.
    """

    windows: tuple[Window, ...]
    mean: Floats
    n: Whole
    weight: Floats
    interval: Interval | None
    undated: int
    unknown: int


def profile(
    times: Any,
    values: Any,
    unit: str = "months",
    *,
    weights: Any = None,
    sources: Any = None,
    start: datetime | None = None,
    stop: datetime | None = None,
    replicates: int = 1000,
    level: float = 0.95,
    seed: int = 0,
    limits: tuple[float, float] | None = None,
) -> Profile:
    """Mean value Σ wx / Σ w of each period (whole units of the calendar), with a bootstrap interval if *sources*.

    *limits* are the ends of the scale; see kg.algebra.sure. Raises KGError when no statement has both time and value.
    """
    moments, x, w, kept = _statements(times, values, weights)
    if moments.dtype.kind != "M":
        raise KGError("Periods need dates.", cure="Give times as datetime64.")
    windows = tuple(by_time(moments[kept].astype("datetime64[s]"), unit, start=start, stop=stop))
    period = np.full(int(kept.sum()), -1, dtype=np.int64)
    for k, window in enumerate(windows):
        period[window.which] = k
    inside = period >= 0
    at, x, w = period[inside], x[kept][inside], w[kept][inside]
    size = len(windows)

    def means(factor: Floats) -> Floats:
        return group_means(at, x, w * factor, size)

    interval = None
    if sources is not None:
        names = column(sources, len(moments), "sources")[kept][inside]
        evidence = effective(groups(names, len(at)), at, (size,), w)
        interval = resample(
            names, means, len(at), behind=evidence, replicates=replicates, level=level, seed=seed, limits=limits
        )
    undated = int(_missing(moments).sum())
    unknown = int(len(moments) - kept.sum()) - undated
    n, weight = np.bincount(at, minlength=size).astype(np.int64), np.bincount(at, w, size).astype(np.float64)
    return Profile(windows, means(np.ones(len(at))), n, weight, interval, undated, unknown)


def over(windows: Sequence[Window], function: Callable[[npt.NDArray[np.intp]], float]) -> tuple[Floats, Whole]:
    """A number for each window, such as polarisation: *function* of the indices in it; and how many those are.

    NaN for a window in which there is nothing; the function is not asked then.
    """
    found = [float(function(window.which)) if len(window.which) else math.nan for window in windows]
    return np.array(found, dtype=np.float64), np.array([len(w.which) for w in windows], dtype=np.int64)


@dataclass(frozen=True)
class Changes:
    """Where the level of a series changed: ``at`` are the times from which on another mean holds (may be empty).

    ``index`` counts the statements used that come before each; ``means`` and ``n`` (statements) are those of the
    len(at) + 1 stretches. ``p`` is the chance that a series without any change wanders as far; ``penalty`` is what a
    change has to save in squares to be one. ``left_out`` statements have no time or no value.
    """

    at: npt.NDArray[Any]
    index: Whole
    means: Floats
    n: Whole
    p: float
    penalty: float
    left_out: int


def change_points(
    values: Any,
    times: Any = None,
    *,
    weights: Any = None,
    sources: Any = None,
    penalty: float | None = None,
    least: int = 2,
    alpha: float = 0.05,
    permutations: int = 999,
    seed: int = 0,
) -> Changes:
    """The changes of mean in a series, of any number, by least squares; none when chance explains it.

    Statements of the same moment are one observation, so that no change falls between them, and with *sources* those
    of one source and moment are one vote. Only the order of times counts, not their distance. First the screen: the
    range of the cumulated deviations from the mean against *permutations* orders of the same values; when p is above
    *alpha*, there is no change. Then the partition that minimises Σ w (x − mean of its stretch)² + *penalty* for each
    change, over all partitions into stretches of at least *least* moments. Without *penalty* that is 3 σ² log n, with
    σ² from the differences of neighbours, which changes hardly touch.

    Raises KGError for no statements, or more than 50,000 different moments.
    """
    if not 0 < alpha <= 1:
        raise KGError(f"The level of significance is {alpha:g}.", cure="Use a number above 0, up to 1.")
    if permutations < 1 or least < 1:
        raise KGError("There must be one or more permutations, and moments in a stretch.", cure="Use 1 or more.")
    if penalty is not None and not (math.isfinite(penalty) and penalty >= 0):
        raise KGError(f"The penalty is {penalty:g}.", cure="Use a number of 0 or more.")
    x = np.asarray(values)
    moments, x, w, kept = _statements(np.arange(len(x)) if times is None else times, values, weights)
    left_out = int((~kept).sum())
    names = None if sources is None else groups(column(sources, len(x), "sources")[kept], int(kept.sum())).index
    known, moment = np.unique(moments[kept], return_inverse=True)
    moment = moment.reshape(-1).astype(np.int64)
    if len(known) > _MOST_MOMENTS:
        raise KGError(f"There are {len(known):,} different times.", cure="Take the means of days or weeks (profile).")
    each = np.bincount(moment).astype(np.int64)
    order, x, w = _votes(moment, x[kept], w[kept], names)
    middle = float(np.average(x, weights=w))
    x, still = x - middle, float(np.ptp(x)) <= 1e-12 * float(np.abs(x).max())
    p = 1.0 if still else _screen(order, x, w, permutations, seed)
    total = np.bincount(order, w).astype(np.float64)
    level = group_means(order, x, w, len(known))
    allowed = 3.0 * _noise(order, x, w, level, total) * math.log(len(x)) if penalty is None else penalty
    cuts = _partition(level, total, allowed, least) if p <= alpha else []
    cut = np.array(cuts, dtype=np.int64)
    stretch, size = np.searchsorted(cut, np.arange(len(known)), side="right"), len(cuts) + 1
    means = middle + group_means(stretch, level, total, size)
    index = np.concatenate([[0], np.cumsum(each)])[cut].astype(np.int64)
    n = np.bincount(stretch, each, size).astype(np.int64)
    return Changes(known[cut], index, means, n, p, float(allowed), left_out)


def _votes(moment: Whole, x: Floats, w: Floats, names: Whole | None) -> tuple[Whole, Floats, Floats]:
    """Moment, value and weight of each vote, in an order that does not depend on the one they came in."""
    if names is not None:
        units, unit = np.unique(moment * (int(names.max()) + 1) + names, return_inverse=True)
        unit = unit.reshape(-1)
        by = np.lexsort((w, x, unit))
        x = np.bincount(unit[by], (w * x)[by]) / np.bincount(unit[by], w[by])
        moment, w = units // (int(names.max()) + 1), np.ones(len(units))
    by = np.lexsort((w, x, moment))
    return moment[by], x[by], w[by]


def _screen(moment: Whole, x: Floats, w: Floats, permutations: int, seed: int) -> float:
    """p of the range of cumulated deviations at the ends of moments."""
    ends = np.flatnonzero(np.diff(moment, append=-1))
    slack = 1e-9 * float(np.abs(w * x).sum() + np.finfo(float).tiny)

    def reach(deviations: Floats) -> float:
        sums = np.cumsum(deviations)[ends]
        return float(max(sums.max(), 0.0) - min(sums.min(), 0.0))

    random = np.random.default_rng(seed)
    observed, deviations = reach(w * x), w * x
    above = sum(reach(random.permutation(deviations)) >= observed - slack for _ in range(permutations))
    return (1.0 + above) / (1.0 + permutations)


def _noise(moment: Whole, x: Floats, w: Floats, level: Floats, total: Floats) -> float:
    """Variance of a value of weight 1: from differences of neighbouring moments (Rice 1984), and within moments."""
    if len(x) < 2:
        return 0.0
    steps = np.diff(level) ** 2 / (1.0 / total[1:] + 1.0 / total[:-1])
    within = w * (x - level[moment]) ** 2
    return float((steps.sum() + within.sum()) / (len(x) - 1))


def _partition(level: Floats, total: Floats, penalty: float, least: int) -> list[int]:
    """First moments of the second, third … stretch of the cheapest partition (Jackson and others 2005).

    Beginnings that can no longer win are dropped (Killick, Fearnhead and Eckley 2012), as late as stretches of *least*
    moments allow, so that the result stays the optimum.
    """
    moments = len(level)
    weight = np.concatenate([[0.0], np.cumsum(total)])
    first = np.concatenate([[0.0], np.cumsum(total * level)])
    second = np.concatenate([[0.0], np.cumsum(total * level**2)])
    slack = 1e-9 * float(second[-1])
    best, back = np.full(moments + 1, np.inf), np.zeros(moments + 1, dtype=np.int64)
    best[0] = -penalty
    until = np.full(moments + 1, moments + 1, dtype=np.int64)
    open_ = np.empty(0, dtype=np.int64)
    for end in range(least, moments + 1):
        if math.isfinite(best[end - least]):
            open_ = np.append(open_, end - least)
        open_ = open_[until[open_] > end]
        sums = first[end] - first[open_]
        cost = best[open_] + (second[end] - second[open_]) - sums**2 / (weight[end] - weight[open_])
        chosen = int(np.argmin(cost))
        best[end], back[end] = cost[chosen] + penalty, open_[chosen]
        beaten = open_[cost > best[end] + slack]
        until[beaten] = np.minimum(until[beaten], end + least)
    cuts, end = [], moments
    while end > 0 and back[end] > 0:
        end = int(back[end])
        cuts.append(end)
    return cuts[::-1]


@dataclass(frozen=True)
class Turning:
    """Which statements moved the value. Arrays of one entry a statement, NaN for those on neither side.

    ``difference`` is mean after − mean before. ``share``: what each statement after adds to it, w (x − mean before) /
    Σ w after; these sum to the difference. ``influence``: the difference − the difference without this statement,
    before or after; NaN for one that is alone on its side. ``first`` are the indices of the statement (or those of one
    moment) that turned first: of the sign of the new mean when the signs of the means differ, else nearer to the new
    mean than to the old. ``order``: statements after, by falling share of the way.
    """

    before: float
    after: float
    difference: float
    first: Whole
    order: Whole
    share: Floats
    influence: Floats


def turning(
    values: Any, times: Any, at: Any, *, weights: Any = None, since: Any = None, until: Any = None
) -> Turning:
    """The turning statements of a change *at* a time: before it (from *since*) against from it on (up to *until*).

    Raises KGError when there is no statement with a value on one of the sides.
    """
    moments, x, w, kept = _statements(times, values, weights)
    at, since, until = (_like(moments, t) for t in (at, since, until))
    before = kept & (moments < at) & (True if since is None else moments >= since)
    after = kept & (moments >= at) & (True if until is None else moments < until)
    if not before.any() or not after.any():
        side = "after" if before.any() else "before"
        raise KGError(f"No statement with a value comes {side} {at}.", cure="Choose another time, or longer stretches.")
    old, new = (float(np.average(x[side], weights=w[side])) for side in (before, after))
    gap = new - old
    share, influence = np.full(len(x), np.nan), np.full(len(x), np.nan)
    share[after] = w[after] * (x[after] - old) / w[after].sum()
    for side, mean, sign in ((before, old, -1.0), (after, new, 1.0)):
        rest = w[side].sum() - w[side]
        if side.sum() > 1:
            influence[side] = sign * w[side] * (x[side] - mean) / np.where(rest > 0, rest, np.nan)
    turned = after & ((np.sign(x) == np.sign(new)) if old * new < 0 else ((x - (old + new) / 2) * gap > 0))
    first = np.flatnonzero(turned & (moments == moments[turned].min())) if turned.any() else np.empty(0, dtype=np.int64)
    index = np.flatnonzero(after)
    by = np.lexsort((index, moments[index], -np.sign(gap or 1.0) * share[index]))
    return Turning(old, new, gap, first.astype(np.int64), index[by].astype(np.int64), share, influence)


def group_means(group: Any, values: Floats, weights: Floats, size: int) -> Floats:
    """Weighted mean of each group, numbered from 0; NaN where there is no weight."""
    total, found = np.bincount(group, weights, size), np.full(size, np.nan)
    np.divide(np.bincount(group, weights * values, size), total, out=found, where=total > 0)
    return found


def column(values: Any, size: int | None, what: str) -> npt.NDArray[Any]:
    """One-dimensional, and of that size."""
    found = np.asarray(values)
    if found.ndim != 1 or (size is not None and len(found) != size):
        raise KGError(f"There are {found.size} {what} for {size} statements.", cure="Give one for each.")
    return found


def _times(times: Any) -> npt.NDArray[Any]:
    found = column(times, None, "times")
    return found if found.dtype.kind == "M" else found.astype(np.float64)


def _missing(moments: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.isnat(moments) if moments.dtype.kind == "M" else np.isnan(moments)
    return found


def _like(moments: npt.NDArray[Any], time: Any) -> Any:
    """A time that compares with the others."""
    if time is None:
        return None
    return np.datetime64(time) if moments.dtype.kind == "M" else float(time)


def weights_of(weights: Any, size: int) -> Floats:
    """Finite weights of 0 or more; 1 each when there are none."""
    if weights is None:
        return np.ones(size)
    found = column(weights, size, "weights").astype(np.float64)
    if not np.isfinite(found).all() or (found < 0).any():
        raise KGError("A weight is negative or not a finite number.", cure="Use weights of 0 or more.")
    return found


def _statements(
    times: Any, values: Any, weights: Any
) -> tuple[npt.NDArray[Any], Floats, Floats, npt.NDArray[np.bool_]]:
    """Times, values, weights, and which statements have all three."""
    moments = _times(times)
    x = column(values, len(moments), "values").astype(np.float64)
    if np.isinf(x).any():
        raise KGError("A value is infinite.", cure="Use NaN for what is not known.")
    w = weights_of(weights, len(moments))
    kept = ~_missing(moments) & ~np.isnan(x) & (w > 0)
    if not kept.any():
        raise KGError("No statement has both a time and a value.", cure="Select more.")
    return moments, x, w, kept
